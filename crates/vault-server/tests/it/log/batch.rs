//! Batches: repeated, atomic, reused.

use vault_server::log::LogError;
use vault_wire::log::RejectReason;
use vault_wire::message::{Limits, PushResult, Refusal};

use super::{Account, Peer, Server};

#[tokio::test]
async fn a_repeated_batch_gets_the_first_reply_and_is_stored_once() {
    let server = Server::new();
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    let entries = vec![peer.put(1), peer.put(1)];
    let batch = peer.batch(false, entries);
    let first = peer.send(&server.logs, &batch).await.unwrap();
    assert_eq!(first.results, [PushResult::Accepted { seq: 2 }, PushResult::Conflict { seq: 2 }]);
    // The log goes on, and the reply stays the same, on each node.
    peer.pull(&server.logs).await;
    let next = peer.put(2);
    peer.commit(&server.logs, next).await;
    assert_eq!(peer.send(&server.logs, &batch).await.unwrap(), first);
    assert_eq!(peer.send(&server.other_node(), &batch).await.unwrap(), first);
    peer.pull(&server.logs).await;
    assert_eq!(peer.log.head().seq, 3);
}

#[tokio::test]
async fn a_batch_id_belongs_to_its_device_and_its_entries() {
    let server = Server::new();
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    let entry = peer.put(1);
    let batch = peer.batch(false, vec![entry]);
    peer.send(&server.logs, &batch).await.unwrap();
    let mut other = batch.clone();
    other.atomic = true;
    assert_eq!(peer.send(&server.logs, &other).await, Err(LogError::BatchReused));
    let mut caller = peer.caller();
    caller.device = vault_wire::DeviceId::from_bytes([9; 32]);
    let hash = vault_wire::ContentHash::from_bytes([0; 32]);
    let reply = server.logs.push(&caller, peer.vault, &batch, hash).await.unwrap();
    assert_eq!(reply.results, [PushResult::Conflict { seq: 2 }]);
}

#[tokio::test]
async fn an_atomic_batch_goes_in_whole_or_not_at_all() {
    let server = Server::new();
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    let mut wrong = peer.header(2);
    wrong.epoch = 7;
    let entries = vec![peer.put(1), peer.seal(&wrong, b""), peer.put(1)];
    let batch = peer.batch(true, entries);
    let before = peer.log.head();
    let reply = peer.send(&server.logs, &batch).await.unwrap();
    assert_eq!(
        reply.results,
        [
            PushResult::Refused(Refusal::Batch),
            PushResult::Refused(Refusal::Rejected(RejectReason::Epoch)),
            PushResult::Conflict { seq: 0 }
        ]
    );
    assert_eq!((reply.head_seq, reply.head_root), (before.seq, before.root));
    peer.pull(&server.logs).await;
    assert_eq!(peer.log.head(), before);

    let entries = vec![peer.put(1), peer.put(2)];
    let batch = peer.batch(true, entries);
    let reply = peer.send(&server.logs, &batch).await.unwrap();
    assert_eq!(reply.results, [PushResult::Accepted { seq: 2 }, PushResult::Accepted { seq: 3 }]);
    peer.pull(&server.logs).await;
}

#[tokio::test]
async fn more_entries_than_the_server_takes_are_refused_before_they_are_read() {
    let server = Server::with_limits(Limits { push_entries: 2, ..Limits::MAX });
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    let entries = vec![peer.put(1), peer.put(2), peer.put(3)];
    let batch = peer.batch(false, entries);
    assert_eq!(peer.send(&server.logs, &batch).await, Err(LogError::TooLarge));
    peer.pull(&server.logs).await;
    assert_eq!(peer.log.head().seq, 1);
}
