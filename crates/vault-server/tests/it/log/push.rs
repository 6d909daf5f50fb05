//! Entries of several clients.

use vault_wire::log::RejectReason;
use vault_wire::message::{LogEntry, PushResult, Refusal};

use super::peer::accepted;
use super::{Account, Peer, Server};

#[tokio::test]
async fn entries_of_two_devices_get_the_numbers_in_which_both_read_them() {
    let server = Server::new();
    let account = Account::new(1);
    let mut first = Peer::found(&server.logs, &account).await;
    let mut second = first.of(&account);
    let entry = first.put(1);
    assert_eq!(first.commit(&server.logs, entry).await, 2);
    second.pull(&server.logs).await;
    let entry = second.put(2);
    assert_eq!(second.commit(&server.logs, entry).await, 3);
    first.pull(&server.logs).await;
    assert_eq!(first.log.head(), second.log.head());
}

#[tokio::test]
async fn of_two_revisions_on_one_parent_the_second_is_told_the_first() {
    let server = Server::new();
    let account = Account::new(1);
    let mut first = Peer::found(&server.logs, &account).await;
    let mut second = first.of(&account);
    let (mine, theirs) = (first.put(1), second.put(1));
    assert_eq!(first.push(&server.logs, vec![mine]).await, [PushResult::Accepted { seq: 2 }]);
    assert_eq!(second.push(&server.logs, vec![theirs]).await, [PushResult::Conflict { seq: 2 }]);
    // Signed again on what was read, it goes in.
    second.pull(&server.logs).await;
    let again = second.put(1);
    assert_eq!(second.commit(&server.logs, again).await, 3);
}

#[tokio::test]
async fn two_clients_that_push_at_the_same_time_lose_nothing() {
    let server = Server::new();
    let account = Account::new(1);
    let mut first = Peer::found(&server.logs, &account).await;
    let mut second = first.of(&account);
    let node = server.other_node();
    for round in 0..5_u8 {
        let items = |from: u8| (from..from + 10).collect::<Vec<_>>();
        let batch = |peer: &mut Peer<'_>, from| {
            let entries = items(from).into_iter().map(|item| peer.put(item)).collect();
            peer.batch(false, entries)
        };
        let (a, b) = (batch(&mut first, round * 20), batch(&mut second, round * 20 + 10));
        let (a, b) = tokio::join!(first.send(&server.logs, &a), second.send(&node, &b));
        let numbers: std::collections::BTreeSet<_> =
            [a.unwrap(), b.unwrap()].iter().flat_map(|reply| reply.results.iter().map(accepted)).collect();
        assert_eq!(numbers.len(), 20);
        first.pull(&server.logs).await;
        second.pull(&node).await;
        assert_eq!(first.log.head(), second.log.head());
    }
    assert_eq!(first.log.head().seq, 101);
}

#[tokio::test]
async fn void_entries_are_refused_with_their_reason_and_the_others_go_in() {
    let server = Server::new();
    let (account, stranger) = (Account::new(1), Account::new(2));
    let mut peer = Peer::found(&server.logs, &account).await;
    let mut other = peer.of(&stranger);

    let mut signature = peer.put(2);
    if let LogEntry::Revision { revision, .. } = &mut signature {
        revision.header = vault_wire::cbor::Canonical::encode(&peer.header(9));
    }
    let mut base = peer.header(3);
    base.base_seq = 2;
    let mut epoch = peer.header(4);
    epoch.epoch = 2;
    let mut vault = peer.header(5);
    vault.vault_id = vault_wire::VaultId::from_bytes([9; 16]);
    let mut malformed = peer.put(6);
    if let LogEntry::Revision { revision, .. } = &mut malformed {
        revision.header.push(0);
    }
    let entries = vec![
        peer.put(1),
        signature,
        peer.seal(&base, b""),
        peer.seal(&epoch, b""),
        peer.seal(&vault, b""),
        malformed,
        other.put(7),
        peer.put(8),
    ];
    let refused = |reason| PushResult::Refused(Refusal::Rejected(reason));
    assert_eq!(
        peer.push(&server.logs, entries).await,
        [
            PushResult::Accepted { seq: 2 },
            refused(RejectReason::Signature),
            refused(RejectReason::Base),
            refused(RejectReason::Epoch),
            refused(RejectReason::OtherVault),
            refused(RejectReason::Malformed),
            refused(RejectReason::Author),
            PushResult::Accepted { seq: 3 },
        ]
    );
    peer.pull(&server.logs).await;
    assert_eq!(peer.log.head().seq, 3);
}

#[tokio::test]
async fn an_entry_may_follow_another_of_its_batch() {
    let server = Server::new();
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    let first = peer.put(1);
    // The second names the first as parent and still the old head as base.
    let mut header = peer.header(1);
    header.parent = match &first {
        LogEntry::Revision { revision, .. } => Some(revision.hash()),
        LogEntry::Record(_) => None,
    };
    let second = peer.seal(&header, b"later");
    let results = peer.push(&server.logs, vec![first, second.clone(), second]).await;
    assert_eq!(
        results,
        [PushResult::Accepted { seq: 2 }, PushResult::Accepted { seq: 3 }, PushResult::Conflict { seq: 3 }]
    );
    peer.pull(&server.logs).await;
}
