//! A server that was restored from a copy.

use std::fs;

use vault_server::log::{LogError, Logs};
use vault_wire::log::RejectReason;
use vault_wire::message::{Bodies, HealBatch, Limits, LogEntry, LogQuery, Refusal};
use vault_wire::roster::{MemberRole, Op};

use super::peer::NOW;
use super::{Account, Peer, Server, chunks, open};

/// Copies the database of a server that is closed then, and opens the copy as another one.
fn restore(server: Server, copy: &[u8]) -> Server {
    let Server { logs, store, folder } = server;
    drop((logs, store));
    let restored = tempfile::tempdir().unwrap();
    fs::write(restored.path().join("server.db"), copy).unwrap();
    drop(folder);
    let store = open(&restored);
    Server { logs: Logs::new(store.clone(), chunks(&restored), Limits::MAX), store, folder: restored }
}

/// The database as one file.
fn copy(server: &Server) -> Vec<u8> {
    let path = server.folder.path().join("server.db");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    fs::read(path).unwrap()
}

#[tokio::test]
async fn members_heal_what_a_restored_server_lost() {
    let server = Server::new();
    let (owner, editor) = (Account::new(1), Account::new(2));
    let mut peer = Peer::found(&server.logs, &owner).await;
    let entry = peer.put(1);
    peer.commit(&server.logs, entry).await;
    let kept = copy(&server);

    let record = peer.record(vec![editor.add(MemberRole::Editor)], None);
    peer.commit(&server.logs, record).await;
    for item in [1, 2] {
        let entry = peer.put(item);
        peer.commit(&server.logs, entry).await;
    }
    let query = LogQuery { after: 2, limit: 1000, bodies: Bodies::All };
    let mut entries = server.logs.page(&owner.caller(), None, peer.vault, &query).await.unwrap().entries;
    let server = restore(server, &kept);
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
    let path = server.folder.path().join("server.db");
    let record = peer.record(vec![first.add(MemberRole::Editor)], None);
    peer.commit(&server.logs, record).await;
    // The database loses the record behind the node's back, and another one takes its place.
    let db = rusqlite::Connection::open(&path).unwrap();
    let genesis = fork.log.head();
    db.execute_batch(
        "DELETE FROM entry WHERE seq > 1; DELETE FROM roster_entry WHERE seq > 1;
         DELETE FROM member WHERE role > 1; DELETE FROM push_receipt",
    )
    .unwrap();
    let record = fork.log.roster().last_record();
    let back = "UPDATE vault_head SET head_seq = 1, record_seq = 1, head_root = ?, record_hash = ?";
    let values = rusqlite::params![genesis.root.as_bytes().as_slice(), record.as_bytes().as_slice()];
    db.execute(back, values).unwrap();
    drop(db);
    let other = server.other_node();
    let record = fork.record(vec![second.add(MemberRole::Editor)], None);
    fork.commit(&other, record).await;
    let more = fork.record(vec![Op::Role { account: second.id(), role: MemberRole::Viewer }], None);
    fork.commit(&other, more).await;
    let entry = fork.put(1);
    fork.commit(&server.logs, entry).await;
}
