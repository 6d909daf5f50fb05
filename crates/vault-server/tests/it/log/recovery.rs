//! A server that was restored from a copy.

use vault_server::log::{LogError, Logs};
use vault_wire::log::RejectReason;
use vault_wire::message::{Bodies, HealBatch, Limits, LogEntry, LogQuery, Refusal};
use vault_wire::roster::{MemberRole, Op};

use super::documents::{Document, revision};
use super::peer::NOW;
use super::{Account, Peer, Server};
use crate::support::Database;

/// Opens a copy of the database in place of a server, which is closed.
fn restore(server: Server, database: Database) -> Server {
    let Server { logs, store, documents, folder, .. } = server;
    drop((logs, store));
    let store = database.open();
    let logs = Logs::new(store.clone(), documents.open(), Limits::MAX);
    Server { logs, store, database, documents, folder }
}

#[tokio::test]
async fn members_heal_what_a_restored_server_lost() {
    let server = Server::new();
    let (owner, editor) = (Account::new(1), Account::new(2));
    let mut peer = Peer::found(&server.logs, &owner).await;
    let entry = peer.put(1);
    peer.commit(&server.logs, entry).await;
    let kept = server.database.copy();

    let record = peer.record(vec![editor.add(MemberRole::Editor)], None);
    peer.commit(&server.logs, record).await;
    for item in [1, 2] {
        let entry = peer.put(item);
        peer.commit(&server.logs, entry).await;
    }
    let query = LogQuery { after: 2, limit: 1000, bodies: Bodies::All };
    let mut entries = server.logs.page(&owner.caller(), None, peer.vault, &query).await.unwrap().entries;
    let server = restore(server, kept);
    let heal = async |from: u64, entries: Vec<LogEntry>| {
        let batch = HealBatch { first_seq: from, entries };
        server.logs.heal(&owner.caller(), peer.vault, &batch).await
    };
    // Without recovery nothing is healed.
    assert_eq!(heal(3, entries.clone()).await, Err(LogError::Forbidden));
    let recovery = server.logs.begin_recovery(NOW, NOW + 60_000).await.unwrap();
    assert_eq!((recovery.epoch, recovery.until), (1, NOW + 60_000));
    // Nothing is pushed meanwhile.
    let mut second = peer.of(&owner);
    let next = second.put(5);
    let batch = second.batch(false, vec![next]);
    assert_eq!(second.send(&server.logs, &batch).await, Err(LogError::ReadOnly(60)));

    assert_eq!(heal(4, entries.clone()).await, Err(LogError::Diverged));
    // In another order, the entries are not those of the log.
    let mut swapped = entries.clone();
    swapped.swap(0, 2);
    let swapped = heal(3, swapped).await;
    assert_eq!(swapped, Err(LogError::Refused(Some(Refusal::Rejected(RejectReason::Base)))));
    // Bodies may be missing.
    if let LogEntry::Revision { body, .. } = &mut entries[1] {
        *body = None;
    }
    let head = heal(3, entries).await.unwrap();
    assert_eq!((head.seq, head.root), (5, peer.log.head().root));
    peer.pull(&server.logs).await;
    assert_eq!(server.logs.vaults(&editor.caller(), None).await.unwrap().vaults.len(), 1);

    server.logs.end_recovery(NOW).await.unwrap();
    let entry = peer.put(3);
    peer.commit(&server.logs, entry).await;
    assert_eq!(server.logs.begin_recovery(NOW, u64::MAX).await.unwrap().epoch, 2);
}

#[tokio::test]
async fn a_node_that_remembers_a_lost_roster_does_not_use_it() {
    let server = Server::new();
    let (owner, first, second) = (Account::new(1), Account::new(2), Account::new(3));
    let mut peer = Peer::found(&server.logs, &owner).await;
    let mut fork = peer.of(&owner);
    let record = peer.record(vec![first.add(MemberRole::Editor)], None);
    peer.commit(&server.logs, record).await;
    // The database loses the record behind the node's back, and another one takes its place.
    let genesis = fork.log.head();
    let bytes = |bytes: &[u8]| server.database.bytes(bytes);
    let (root, record) = (bytes(genesis.root.as_bytes()), bytes(fork.log.roster().last_record().as_bytes()));
    server.database.execute(&format!(
        "DELETE FROM entry WHERE seq > 1; DELETE FROM roster_entry WHERE seq > 1;
         DELETE FROM member WHERE role > 1; DELETE FROM push_receipt;
         UPDATE vault_head SET head_seq = 1, record_seq = 1, head_root = {root}, record_hash = {record}"
    ));
    let other = server.other_node();
    let record = fork.record(vec![second.add(MemberRole::Editor)], None);
    fork.commit(&other, record).await;
    let more = fork.record(vec![Op::Role { account: second.id(), role: MemberRole::Viewer }], None);
    fork.commit(&other, more).await;
    let entry = fork.put(1);
    fork.commit(&server.logs, entry).await;
}

#[tokio::test]
async fn documents_lost_in_a_restore_come_back_after_their_entries() {
    const WEEKS: u64 = 5 * 7 * 24 * 60 * 60 * 1000;
    let server = Server::new();
    let owner = Account::new(1);
    let mut peer = Peer::found(&server.logs, &owner).await;
    let kept = server.database.copy();
    let (named, dropped) = (Document::new(5_000), Document::with_id([8; 16].into(), 5_000));
    for document in [&named, &dropped] {
        document.upload(&server.logs, &peer).await;
        let entry = revision(&mut peer, document.named());
        peer.commit(&server.logs, entry).await;
    }
    let query = LogQuery { after: 1, limit: 1000, bodies: Bodies::All };
    let mut entries = server.logs.page(&owner.caller(), None, peer.vault, &query).await.unwrap().entries;
    let server = restore(server, kept);
    server.logs.begin_recovery(NOW, NOW + 60_000).await.unwrap();
    // What an entry without its body names is of no use to anybody.
    if let LogEntry::Revision { body, .. } = &mut entries[1] {
        *body = None;
    }
    server.logs.heal(&owner.caller(), peer.vault, &HealBatch { first_seq: 2, entries }).await.unwrap();
    for document in [&named, &dropped] {
        document.upload(&server.logs, &peer).await;
    }
    assert_eq!(server.logs.collect(NOW + WEEKS).await, Ok(1));
    let list = async |id| server.logs.chunk_list(&owner.caller(), peer.vault, id).await;
    assert!(list(named.named().blob_id).await.is_ok());
    assert_eq!(list(dropped.named().blob_id).await.map(drop), Err(LogError::NotFound));
}
