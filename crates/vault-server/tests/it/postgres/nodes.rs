//! Two processes on one database under load, with every fault in turn: a node is killed, the database crashes or is restarted,
//! a commit or its answer is lost. The verifier that clients use is the judge. More rounds if `COFFER_SOAK_ALL` is set.

use std::env;

use vault_testkit::FixedRng;
use vault_wire::message::PushReply;

use super::load::{Load, Node, judge};
use super::proxy::{Lose, Proxy};
use crate::log::peer::accepted;
use crate::log::{Account, Peer};
use crate::support::cluster::Cluster;
use crate::support::database::TEMPLATE;
use crate::support::program::{copy, set_up};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_keep_each_acknowledged_entry_once_through_every_fault() {
    let rounds = if env::var_os("COFFER_SOAK_ALL").is_some() { 10 } else { 1 };
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    let mut cluster = Cluster::start(&[]);
    let proxies = [Proxy::start(cluster.port).await, Proxy::start(cluster.port).await];
    let direct = [&cluster.url("coffer_node"), TEMPLATE].concat();
    let account: &'static Account = Box::leak(Box::new(Account::new(1)));
    let mut clients = set_up(&data, Some(&direct), account, 5).await;
    let folders = [data.clone(), copy(&data)];
    let mut nodes = folders.into_iter().zip(&proxies).map(|(data, proxy)| {
        let database = format!("postgres://coffer_node@127.0.0.1:{}/{TEMPLATE}", proxy.port);
        Node::new(data, vec![("COFFER_DATABASE", database), ("COFFER_LISTEN_DATABASE", direct.clone())])
    });
    let mut nodes = [nodes.next().unwrap(), nodes.next().unwrap()];
    let addresses = [nodes[0].restart(), nodes[1].restart()];
    clients.iter_mut().for_each(|client| client.move_to(addresses[0]));
    let (peer, genesis) = Peer::make(account, 1);
    assert_eq!(clients[0].post_cbor("/v1/vaults", &genesis).await.status, 201);
    let mut reader = clients.pop().unwrap();
    let load = Load::new(addresses);
    let mut work = load.start(clients, &peer, 0);
    for round in 0..rounds {
        let (one, other) = (round % 2, (round + 1) % 2);
        load.goes_on(&mut work).await;
        *load.addresses[one].lock().unwrap() = nodes[one].restart();
        load.goes_on(&mut work).await;
        proxies[other].lose_next(Lose::Answer);
        load.goes_on(&mut work).await;
        cluster.crash_and_restart();
        load.goes_on(&mut work).await;
        proxies[one].lose_next(Lose::Commit);
        load.goes_on(&mut work).await;
        *load.addresses[other].lock().unwrap() = nodes[other].restart();
        load.goes_on(&mut work).await;
        cluster.shut_down();
        cluster.restart();
    }
    load.goes_on(&mut work).await;

    let (mut expected, mut failures) = (Vec::new(), 0);
    for pushed in load.stop(work).await {
        expected.extend(pushed.entries);
        failures += pushed.refused + pushed.unanswered;
    }
    assert!(failures >= 4 * rounds, "{failures}");

    // Those who wait for hints at one node learn of what comes through the other one, as if nothing had been.
    let path = format!("/v1/vaults/{}/log", peer.vault);
    for (item, here, there) in [(100, 0, 1), (101, 1, 0)] {
        reader.move_to(*load.addresses[here].lock().unwrap());
        let mut events = reader.events().await;
        let head = expected.len() as u64 + 1;
        assert_eq!(events.next().await, Some((peer.vault, head)));
        reader.move_to(*load.addresses[there].lock().unwrap());
        let mut peer = peer.of(account);
        peer.rng = FixedRng::new(item.into());
        let entry = peer.put(item);
        let batch = peer.batch(true, vec![entry.clone()]);
        let reply: PushReply = reader.post_cbor(&path, &batch).await.cbor();
        expected.push((entry, accepted(&reply.results[0])));
        assert_eq!(events.next().await, Some((peer.vault, head + 1)));
    }

    judge(&mut reader, account, 1, expected).await;
}
