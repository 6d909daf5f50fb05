//! Nodes that tell each other over PostgreSQL what changed. Unless a test says otherwise, no node looks by itself.

use vault_server::setup::SecretText;
use vault_wire::roster::{MemberRole, Op};

use super::proxy::Proxy;
use crate::http::events::{accept, change, ends_after};
use crate::http::vaults::{client, found};
use crate::log::Account;
use crate::support::TestServer;
use crate::support::cluster::Cluster;
use crate::support::database::TEMPLATE;
use crate::support::pooler::Pooler;

/// So rarely that it does not happen.
const NEVER: u64 = u64::MAX >> 16;

/// A node that listens under an address.
async fn node(cluster: &Cluster, listen: &str, poll_nodes_ms: u64) -> TestServer {
    let url = [&cluster.url("coffer_node"), TEMPLATE].concat();
    let node = TestServer::start_with(|config| {
        config.database = Some(SecretText::new(&url));
        config.listen_database = Some(SecretText::new(listen));
        config.poll_nodes_ms = poll_nodes_ms;
    });
    node.await
}

/// Two of them.
async fn two_nodes(cluster: &Cluster, listen: &str, poll_nodes_ms: u64) -> (TestServer, TestServer) {
    let first = node(cluster, listen, poll_nodes_ms).await;
    let second = first.other_node(|_| ()).await;
    (first, second)
}

fn direct(cluster: &Cluster) -> String {
    [&cluster.url("coffer_node"), TEMPLATE, "?application_name=listener"].concat()
}

/// The address through a proxy.
fn through(proxy: &Proxy) -> String {
    format!("postgres://coffer_node@127.0.0.1:{}/{TEMPLATE}?application_name=listener", proxy.port)
}

/// Waits until so many nodes have a connection to listen.
async fn wait_for(cluster: &Cluster, count: u32) {
    while listeners(cluster) != count {
        tokio::task::yield_now().await;
    }
}

fn listeners(cluster: &Cluster) -> u32 {
    let count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'listener'";
    cluster.run(TEMPLATE, count).unwrap().parse().unwrap()
}

#[tokio::test]
async fn nodes_tell_each_other_of_pushes_members_and_ends_of_sessions() {
    let cluster = Cluster::start(&[]);
    let (one, two) = two_nodes(&cluster, &direct(&cluster), NEVER).await;
    let (owner, member) = (Account::new(1), Account::new(2));
    let (mut peer, mut client_1) = found(&one, &owner).await;
    let mut own = client(&two, &owner, 3).await.events().await;
    let mut members = client(&two, &member, 2).await.events().await;
    assert_eq!(own.next().await, Some((peer.vault, 1)));
    let record = peer.record(vec![member.add(MemberRole::Editor)], None);
    accept(&mut peer, &mut client_1, record).await;
    assert_eq!(own.next().await, Some((peer.vault, 2)));
    assert_eq!(members.next().await, Some((peer.vault, 2)));
    assert_eq!(client_1.delete("/v1/sessions").await.status, 204);
    assert_eq!(own.next().await, None);
    let ops = vec![Op::Remove { account: member.id() }, peer.epoch()];
    let record = peer.record(ops, None);
    accept(&mut peer, &mut client_1, record).await;
    ends_after(&mut members, (peer.vault, 2)).await;
}

#[tokio::test]
async fn what_others_send_over_the_channel_changes_nothing() {
    let cluster = Cluster::start(&[]);
    let (one, two) = two_nodes(&cluster, &direct(&cluster), NEVER).await;
    let owner = Account::new(1);
    let (mut peer, mut client_1) = found(&one, &owner).await;
    let mut events = client(&two, &owner, 2).await.events().await;
    assert_eq!(events.next().await, Some((peer.vault, 1)));
    let node = "0123456789abcdef";
    for payload in [
        String::new(),
        "1".to_owned(),
        "garbage".repeat(1000),
        format!("9 {node} v{}", peer.vault),
        format!("1 {node} v{} v", peer.vault),
        format!("1 {node} v{}", owner.id()),
        // What nodes send, of a vault in which nothing has changed, and for nobody.
        format!("1 {node} v{}", peer.vault),
        format!("1 {node}"),
    ] {
        cluster.run(TEMPLATE, &format!("SELECT pg_notify('coffer_changes', '{payload}')"));
    }
    change(&mut peer, &mut client_1).await;
    assert_eq!(events.next().await, Some((peer.vault, 2)));
    assert_eq!(listeners(&cluster), 2);
}

#[tokio::test]
async fn nodes_whose_listening_connection_is_cut_poll_and_listen_again() {
    let cluster = Cluster::start(&[]);
    let proxy = Proxy::start(cluster.port).await;
    let (one, two) = two_nodes(&cluster, &through(&proxy), 10).await;
    let owner = Account::new(1);
    let (mut peer, mut client_1) = found(&one, &owner).await;
    let mut events = client(&two, &owner, 2).await.events().await;
    let mut head = 1;
    assert_eq!(events.next().await, Some((peer.vault, head)));
    for _ in 0..2 {
        wait_for(&cluster, 2).await;
        proxy.cut();
        wait_for(&cluster, 0).await;
        for _ in 0..3 {
            change(&mut peer, &mut client_1).await;
            head += 1;
            assert_eq!(events.next().await, Some((peer.vault, head)));
        }
        proxy.open();
    }
}

#[tokio::test]
async fn changes_that_could_not_be_told_are_told_later() {
    let cluster = Cluster::start(&[]);
    let proxy = Proxy::start(cluster.port).await;
    let listen = [&cluster.url("coffer_node"), TEMPLATE].concat();
    let one = node(&cluster, &through(&proxy), 10).await;
    // It listens all the time and never looks by itself.
    let two = one.other_node(|config| {
        config.listen_database = Some(SecretText::new(&listen));
        config.poll_nodes_ms = NEVER;
    });
    let two = two.await;
    let owner = Account::new(1);
    let (mut peer, mut client_1) = found(&one, &owner).await;
    let mut events = client(&two, &owner, 2).await.events().await;
    assert_eq!(events.next().await, Some((peer.vault, 1)));
    for head in 2..5 {
        wait_for(&cluster, 1).await;
        proxy.cut();
        wait_for(&cluster, 0).await;
        change(&mut peer, &mut client_1).await;
        proxy.open();
        assert_eq!(events.next().await, Some((peer.vault, head)));
    }
}

/// In `cargo xtask soak`, which installs a pooler.
#[tokio::test]
async fn nodes_that_listen_through_a_pooler_hear_nothing_and_poll() {
    if std::env::var_os("COFFER_SOAK_ALL").is_none() {
        return;
    }
    let cluster = Cluster::start(&[]);
    let pooler = Pooler::start(&cluster);
    let listen = [&pooler.url("coffer_node"), TEMPLATE].concat();
    let (one, two) = two_nodes(&cluster, &listen, 10).await;
    let owner = Account::new(1);
    let (mut peer, mut client_1) = found(&one, &owner).await;
    let mut events = client(&two, &owner, 2).await.events().await;
    for head in 1..5 {
        assert_eq!(events.next().await, Some((peer.vault, head)));
        change(&mut peer, &mut client_1).await;
    }
}
