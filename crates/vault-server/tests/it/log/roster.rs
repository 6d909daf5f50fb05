//! Members, and what they may do.

use vault_server::log::{Caller, Factor, LogError};
use vault_wire::ContentHash;
use vault_wire::log::RejectReason;
use vault_wire::message::{PushResult, Refusal};
use vault_wire::roster::{MemberRole, Op};

use super::{Account, Peer, Server};

#[tokio::test]
async fn a_viewer_reads_and_cannot_write() {
    let server = Server::new();
    let (owner, viewer) = (Account::new(1), Account::new(2));
    let mut peer = Peer::found(&server.logs, &owner).await;
    let record = peer.record(vec![viewer.add(MemberRole::Viewer)], None);
    peer.commit(&server.logs, record).await;
    let mut reader = peer.of(&viewer);
    reader.pull(&server.logs).await;
    let entry = reader.put(1);
    let role = PushResult::Refused(Refusal::Rejected(RejectReason::Role));
    assert_eq!(reader.push(&server.logs, vec![entry]).await, [role]);
    // But may leave, and is a stranger then.
    let leave = reader.record(vec![Op::Leave], None);
    assert_eq!(reader.push(&server.logs, vec![leave]).await, [PushResult::Accepted { seq: 3 }]);
    assert_eq!(server.logs.head(&viewer.caller(), None, peer.vault).await, Err(LogError::NotFound));
}

#[tokio::test]
async fn a_removed_member_neither_reads_nor_writes() {
    let server = Server::new();
    let (owner, editor) = (Account::new(1), Account::new(2));
    let mut peer = Peer::found(&server.logs, &owner).await;
    let record = peer.record(vec![editor.add(MemberRole::Editor)], None);
    peer.commit(&server.logs, record).await;
    let mut other = peer.of(&editor);
    let entry = other.put(1);
    other.commit(&server.logs, entry).await;
    peer.pull(&server.logs).await;
    let epoch = peer.epoch();
    let record = peer.record(vec![Op::Remove { account: editor.id() }, epoch], None);
    peer.commit(&server.logs, record).await;
    let entry = other.put(2);
    let batch = other.batch(false, vec![entry.clone()]);
    assert_eq!(other.send(&server.logs, &batch).await, Err(LogError::NotFound));
    assert_eq!(server.logs.head(&editor.caller(), None, peer.vault).await, Err(LogError::NotFound));
    // Nor does somebody else push it.
    let author = PushResult::Refused(Refusal::Rejected(RejectReason::Author));
    assert_eq!(peer.push(&server.logs, vec![entry]).await, [author]);
}

#[tokio::test]
async fn a_node_with_an_older_roster_in_memory_learns_the_newer_one() {
    let server = Server::new();
    let (owner, editor) = (Account::new(1), Account::new(2));
    let node = server.other_node();
    let mut peer = Peer::found(&server.logs, &owner).await;
    let entry = peer.put(1);
    peer.commit(&node, entry).await;
    let record = peer.record(vec![editor.add(MemberRole::Editor)], None);
    peer.commit(&server.logs, record).await;
    let mut other = peer.of(&editor);
    let entry = other.put(1);
    other.commit(&node, entry).await;
    peer.pull(&server.logs).await;
    let epoch = peer.epoch();
    let record = peer.record(vec![Op::Remove { account: editor.id() }, epoch], None);
    peer.commit(&node, record).await;
    peer.pull(&server.logs).await;
    let entry = peer.put(3);
    peer.commit(&server.logs, entry).await;
}

#[tokio::test]
async fn a_record_on_an_older_one_is_a_conflict_with_the_last() {
    let server = Server::new();
    let (owner, first, second) = (Account::new(1), Account::new(2), Account::new(3));
    let mut peer = Peer::found(&server.logs, &owner).await;
    let stale = peer.record(vec![second.add(MemberRole::Viewer)], None);
    let record = peer.record(vec![first.add(MemberRole::Viewer)], None);
    peer.commit(&server.logs, record).await;
    let entry = peer.put(1);
    peer.commit(&server.logs, entry).await;
    assert_eq!(peer.push(&server.logs, vec![stale]).await, [PushResult::Conflict { seq: 2 }]);
}

#[tokio::test]
async fn rosters_of_many_records_are_rebuilt_by_a_new_node() {
    let server = Server::new();
    let owner = Account::new(1);
    let mut peer = Peer::found(&server.logs, &owner).await;
    let members: Vec<_> = (2..6).map(Account::new).collect();
    for member in &members {
        let record = peer.record(vec![member.add(MemberRole::Owner)], Some(&owner.root));
        peer.commit(&server.logs, record).await;
        let entry = peer.put(1);
        peer.commit(&server.logs, entry).await;
    }
    let purge = Op::Purge { item_id: peer.header(1).item_id, before_seq: 5 };
    let record = peer.record(vec![purge], Some(&owner.root));
    peer.commit(&server.logs, record).await;
    let adopt = Op::Adopt { seq: 3, root: *peer.log.root_at(3).unwrap() };
    let record = peer.record(vec![adopt], Some(&owner.root));
    peer.commit(&server.logs, record).await;
    let node = server.other_node();
    let mut last = peer.of(&members[3]);
    let entry = last.put(2);
    last.commit(&node, entry).await;
}

#[tokio::test]
async fn a_vault_that_requires_a_second_factor_lets_in_only_sessions_with_one() {
    let server = Server::new();
    let owner = Account::new(1);
    let mut peer = Peer::found(&server.logs, &owner).await;
    let require = Op::Require { second_factor: true };
    let record = peer.record(vec![require], Some(&owner.root));
    peer.commit(&server.logs, record).await;
    let without = Caller { factor: Factor::Missing, ..owner.caller() };
    assert_eq!(server.logs.head(&without, None, peer.vault).await, Err(LogError::FactorRequired));
    assert_eq!(server.logs.vaults(&without, None).await.unwrap().vaults, []);
    let entry = peer.put(1);
    let batch = peer.batch(false, vec![entry.clone()]);
    let hash = ContentHash::from_bytes([0; 32]);
    let pushed = server.logs.push(&without, peer.vault, &batch, hash).await;
    assert_eq!(pushed, Err(LogError::FactorRequired));
    assert_eq!(server.logs.vaults(&owner.caller(), None).await.unwrap().vaults.len(), 1);
    peer.commit(&server.logs, entry).await;
}

#[tokio::test]
async fn nothing_goes_into_a_closed_vault_and_no_format_is_stated_that_the_server_does_not_know() {
    let server = Server::new();
    let owner = Account::new(1);
    let mut peer = Peer::found(&server.logs, &owner).await;
    let refused = |reason| [PushResult::Refused(Refusal::Rejected(reason))];
    let record = peer.record(vec![Op::Format { format: 2 }], Some(&owner.root));
    assert_eq!(peer.push(&server.logs, vec![record]).await, refused(RejectReason::Format));
    let record = peer.record(vec![Op::Close], Some(&owner.root));
    peer.commit(&server.logs, record).await;
    let entry = peer.put(1);
    assert_eq!(peer.push(&server.logs, vec![entry]).await, refused(RejectReason::Closed));
    // It stays readable, on each node.
    let node = server.other_node();
    assert_eq!(node.head(&owner.caller(), None, peer.vault).await.unwrap().seq, 2);
    let entry = peer.put(2);
    assert_eq!(peer.push(&node, vec![entry]).await, refused(RejectReason::Closed));
}
