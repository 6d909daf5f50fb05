//! Server-sent events, over TLS. That something is not sent shows by what is sent next.

use vault_server::hints::Change;
use vault_server::store::{AccountKey, Sql};
use vault_wire::VaultId;
use vault_wire::message::{HealBatch, LogEntry, Logout, LogoutScope, PushResult};
use vault_wire::roster::{MemberRole, Op};

use super::vaults::{client, client_as, found, path, push};
use crate::log::{Account, Peer};
use crate::support::{Account as SignedIn, Began, Client, Events, TestServer};

/// A second vault of an account.
async fn found_another<'a>(client: &mut Client, owner: &'a Account, seed: u64) -> Peer<'a> {
    let (peer, genesis) = Peer::make(owner, seed);
    assert_eq!(client.post_cbor("/v1/vaults", &genesis).await.status, 201);
    peer
}

pub async fn change(peer: &mut Peer<'_>, client: &mut Client) {
    let entry = peer.put(1);
    accept(peer, client, entry).await;
}

/// Waits for the end of a stream, which until then repeats the last head, at least once: a reason to ask for the log.
pub async fn ends_after(events: &mut Events, last: (VaultId, u64)) {
    assert_eq!(events.next().await, Some(last), "the reader learns of its removal");
    while let Some(hint) = events.next().await {
        assert_eq!(hint, last);
    }
}

/// Pushes an entry that is accepted.
pub async fn accept(peer: &mut Peer<'_>, client: &mut Client, entry: LogEntry) {
    let results = push(peer, client, vec![entry]).await;
    assert!(matches!(results[..], [PushResult::Accepted { .. }]), "{results:?}");
}

#[tokio::test]
async fn pushes_are_hinted_to_members_and_to_nobody_else() {
    let server = TestServer::start().await;
    let (owner, member, stranger) = (Account::new(1), Account::new(2), Account::new(3));
    let (mut peer, mut client_1) = found(&server, &owner).await;
    let record = peer.record(vec![member.add(MemberRole::Viewer)], None);
    accept(&mut peer, &mut client_1, record).await;
    let mut client_3 = client(&server, &stranger, 3).await;
    let mut other = found_another(&mut client_3, &stranger, 3).await;

    let mut own = client_1.events().await;
    assert_eq!(own.headers["content-type"], "text/event-stream");
    assert_eq!(own.headers["cache-control"], "no-store");
    let retry = own.line().await.unwrap();
    let retry: u32 = retry.strip_prefix("retry: ").unwrap().parse().unwrap();
    assert!((2000..15_000).contains(&retry));
    let mut members = client(&server, &member, 2).await.events().await;
    let mut strangers = client_3.events().await;
    // First, what there is.
    assert_eq!(own.next().await, Some((peer.vault, 2)));
    assert_eq!(members.next().await, Some((peer.vault, 2)));
    assert_eq!(strangers.next().await, Some((other.vault, 1)));
    change(&mut peer, &mut client_1).await;
    assert_eq!(own.next().await, Some((peer.vault, 3)));
    assert_eq!(members.next().await, Some((peer.vault, 3)));
    change(&mut other, &mut client_3).await;
    assert_eq!(strangers.next().await, Some((other.vault, 2)));
}

#[tokio::test]
async fn a_vault_is_hinted_from_the_moment_an_account_is_added_to_the_one_at_which_it_is_removed() {
    let server = TestServer::start().await;
    let (owner, member) = (Account::new(1), Account::new(2));
    let (mut peer, mut client_1) = found(&server, &owner).await;
    let mut client_2 = client(&server, &member, 2).await;
    let mut own = client_1.events().await;
    assert_eq!(own.next().await, Some((peer.vault, 1)));
    let mut members = client_2.events().await;
    let record = peer.record(vec![member.add(MemberRole::Editor)], None);
    accept(&mut peer, &mut client_1, record).await;
    assert_eq!(members.next().await, Some((peer.vault, 2)));
    let ops = vec![Op::Remove { account: member.id() }, peer.epoch()];
    let record = peer.record(ops, None);
    accept(&mut peer, &mut client_1, record).await;
    ends_after(&mut members, (peer.vault, 2)).await;
    assert_eq!(own.next().await, Some((peer.vault, 2)));
    assert_eq!(own.next().await, Some((peer.vault, 3)));
}

#[tokio::test]
async fn a_vault_that_requires_a_second_factor_is_left_out_for_sessions_without_one() {
    let server = TestServer::start().await;
    let owner = Account::new(1);
    let (mut first, mut client_1) = found(&server, &owner).await;
    let mut second = found_another(&mut client_1, &owner, 2).await;
    let mut with = client_as(&server, &owner, 3, Began { method: 1, factor: true }).await;
    let (mut events, mut events_with) = (client_1.events().await, with.events().await);
    for events in [&mut events, &mut events_with] {
        let both = [events.next().await, events.next().await];
        assert!(both.contains(&Some((first.vault, 1))) && both.contains(&Some((second.vault, 1))));
    }
    let record = first.record(vec![Op::Require { second_factor: true }], Some(&owner.root));
    accept(&mut first, &mut with, record).await;
    assert_eq!(events_with.next().await, Some((first.vault, 2)));
    change(&mut second, &mut client_1).await;
    assert_eq!(events.next().await, Some((second.vault, 2)));
    let mut later = client_1.events().await;
    assert_eq!(later.next().await, Some((second.vault, 2)));
    change(&mut first, &mut with).await;
    change(&mut second, &mut client_1).await;
    assert_eq!(later.next().await, Some((second.vault, 3)));
}

/// Signs in on two devices of an account, the second one with a stream.
async fn two_devices(server: &TestServer) -> (SignedIn, Client, Client, Events) {
    let account = SignedIn::opened(server, 1).await;
    let (mut one, mut two) = (server.client(1), server.client(2));
    account.sign_in(&mut one).await;
    account.sign_in(&mut two).await;
    let events = two.events().await;
    (account, one, two, events)
}

#[tokio::test]
async fn the_end_of_a_session_ends_its_streams_at_once() {
    let server = TestServer::start().await;
    let (account, mut one, two, mut events) = two_devices(&server).await;
    let mut own = one.events().await;
    let path = format!("/v1/devices/{}/revoke", two.device.id());
    assert_eq!(one.post_cbor(&path, &account.revocation(two.device.id())).await.status, 204);
    assert_eq!(events.next().await, None);

    let server = TestServer::start().await;
    let (_, mut one, _two, mut events) = two_devices(&server).await;
    assert_eq!(one.delete("/v1/sessions").await.status, 204);
    assert_eq!(events.next().await, None);

    let server = TestServer::start().await;
    let (_, _one, mut two, mut events) = two_devices(&server).await;
    assert_eq!(two.post("/v1/auth/logout", &Logout { scope: LogoutScope::This }).await.status, 204);
    assert_eq!(events.next().await, None);

    let server = TestServer::start().await;
    let (account, mut one, _two, mut events) = two_devices(&server).await;
    let message = account.registration(&mut one, 2, None).await;
    assert_eq!(one.post("/v1/auth/register/finish", &message).await.status, 200);
    assert_eq!(events.next().await, None);
    drop(own.line().await);
}

#[tokio::test]
async fn locking_an_account_ends_its_streams_at_once() {
    const LOCK: Sql<AccountKey> = Sql::new("UPDATE account SET locked = 1 WHERE account_id = $1");
    let server = TestServer::start().await;
    let (account, _one, _two, mut events) = two_devices(&server).await;
    let shard = server.app.store.account(account.id());
    shard.run(|tx| async move { tx.execute(&LOCK, &[]).await }).await.unwrap();
    server.app.hints.announce(Change::Account(account.id()));
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn an_access_token_that_expires_ends_no_stream() {
    let server = TestServer::start().await;
    let owner = Account::new(1);
    let (mut peer, mut client_1) = found(&server, &owner).await;
    let mut events = client_1.events().await;
    assert_eq!(events.next().await, Some((peer.vault, 1)));
    server.pass(11 * 60 * 1000);
    assert_eq!(client_1.get("/v1/vaults").await.problem().1, "token-invalid");
    let mut client_2 = client(&server, &owner, 2).await;
    change(&mut peer, &mut client_2).await;
    assert_eq!(events.next().await, Some((peer.vault, 2)));
}

#[tokio::test]
async fn entries_that_a_member_sends_again_are_hinted() {
    let server = TestServer::start().await;
    let owner = Account::new(1);
    let (mut peer, mut client_1) = found(&server, &owner).await;
    let mut events = client_1.events().await;
    assert_eq!(events.next().await, Some((peer.vault, 1)));
    let now = server.now();
    server.app.logs.begin_recovery(now, now + 5000).await.unwrap();
    let heal = HealBatch { first_seq: 2, entries: vec![peer.put(1)] };
    assert_eq!(client_1.post_cbor(&path(&peer, "log/heal"), &heal).await.status, 200);
    assert_eq!(events.next().await, Some((peer.vault, 2)));
}

#[tokio::test]
async fn a_server_that_stops_ends_its_streams() {
    let mut server = TestServer::start_with(|config| config.drain_timeout_ms = u64::MAX >> 16).await;
    let owner = Account::new(1);
    let (peer, mut client_1) = found(&server, &owner).await;
    let mut events = client_1.events().await;
    assert_eq!(events.next().await, Some((peer.vault, 1)));
    server.stop();
    assert_eq!(events.next().await, None);
    server.stopped().await;
}

#[tokio::test]
async fn a_node_notices_changes_by_another_node_from_the_database() {
    let server = TestServer::start().await;
    let other = server.other_node(|config| config.poll_nodes_ms = 10).await;
    let (owner, member) = (Account::new(1), Account::new(2));
    let (mut peer, mut client_1) = found(&server, &owner).await;
    let mut own = client(&other, &owner, 3).await.events().await;
    let mut members = client(&other, &member, 2).await.events().await;
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
    assert_eq!(client_1.get(&path(&peer, "head")).await.status, 200);
}
