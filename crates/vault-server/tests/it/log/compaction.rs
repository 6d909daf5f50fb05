//! Bodies that nobody needs are deleted; what is replayed stays the same.

use vault_server::Clock;
use vault_server::upkeep::{Lease, Upkeep};
use vault_wire::log::{LogVerifier, Verdict};
use vault_wire::message::{Bodies, LogEntry, LogPage, LogQuery};
use vault_wire::roster::Op;
use vault_wire::{BlobId, ItemId};

use super::documents::Document;
use super::peer::NOW;
use super::{Account, Peer, Server};

const DAY: u64 = 24 * 60 * 60 * 1000;
/// The length of a body with a small payload.
const BODY: u64 = 1024 + 73;

/// Does all the work of a time.
async fn compact(server: &Server, now: u64) {
    while server.logs.compact(now).await.unwrap() || server.logs.collect(now).await.unwrap() > 0 {}
}

async fn page(server: &Server, peer: &Peer<'_>) -> LogPage {
    let query = LogQuery { after: 0, limit: 1000, bodies: Bodies::All };
    server.logs.page(&peer.caller(), None, peer.vault, &query).await.unwrap()
}

/// The numbers of the entries that have a body. A client that replays the log gets to the same root as before.
async fn bodies(server: &Server, peer: &Peer<'_>) -> Vec<u64> {
    let page = page(server, peer).await;
    let LogEntry::Record(genesis) = &page.entries[0] else { panic!("the genesis record") };
    let mut replay = LogVerifier::from_genesis(genesis, None).unwrap();
    for entry in &page.entries[1..] {
        assert_eq!(replay.push(entry.as_entry()), Verdict::Accepted);
    }
    assert_eq!(replay.head(), peer.log.head());
    assert_eq!((page.head_seq, page.head_root), (replay.head().seq, replay.head().root));
    let has_body = |entry: &LogEntry| matches!(entry, LogEntry::Revision { body: Some(_), .. });
    (1..).zip(&page.entries).filter(|(_, entry)| has_body(entry)).map(|(seq, _)| seq).collect()
}

async fn used(server: &Server, account: &Account) -> u64 {
    server.logs.usage(account.id()).await.unwrap().bytes
}

async fn write(server: &Server, peer: &mut Peer<'_>, items: &[u8]) {
    for item in items {
        let entry = peer.put(*item);
        peer.commit(&server.logs, entry).await;
    }
}

async fn by_root(server: &Server, peer: &mut Peer<'_>, op: Op) {
    let record = peer.record(vec![op], Some(&peer.account.root));
    peer.commit(&server.logs, record).await;
}

#[tokio::test]
async fn superseded_bodies_are_deleted_after_the_days_of_the_policy() {
    let server = Server::new();
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    write(&server, &mut peer, &[1, 1, 2]).await;
    by_root(&server, &mut peer, Op::Policy { keep_days: 90 }).await;
    write(&server, &mut peer, &[2, 1]).await;
    assert_eq!(used(&server, &account).await, 5 * BODY);
    compact(&server, NOW + 90 * DAY - 1).await;
    assert_eq!(bodies(&server, &peer).await, [2, 3, 4, 6, 7]);
    compact(&server, NOW + 90 * DAY + 1).await;
    assert_eq!(bodies(&server, &peer).await, [6, 7]);
    assert_eq!(used(&server, &account).await, 2 * BODY);
    // Current revisions stay, however old they are.
    compact(&server, NOW + 9000 * DAY).await;
    assert_eq!(bodies(&server, &peer).await, [6, 7]);
}

#[tokio::test]
async fn without_a_policy_bodies_are_kept_for_ever_and_a_withdrawn_one_deletes_nothing() {
    let server = Server::new();
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    write(&server, &mut peer, &[1, 1]).await;
    compact(&server, NOW + 9000 * DAY).await;
    assert_eq!(bodies(&server, &peer).await, [2, 3]);
    by_root(&server, &mut peer, Op::Policy { keep_days: 90 }).await;
    by_root(&server, &mut peer, Op::Policy { keep_days: 0 }).await;
    compact(&server, NOW + 9000 * DAY).await;
    assert_eq!(bodies(&server, &peer).await, [2, 3]);
}

#[tokio::test]
async fn a_purge_deletes_the_bodies_that_it_names_at_once() {
    let server = Server::new();
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    write(&server, &mut peer, &[1, 1, 1, 2, 2]).await;
    by_root(&server, &mut peer, Op::Purge { item_id: ItemId::from_bytes([1; 16]), before_seq: 3 }).await;
    compact(&server, NOW + 1).await;
    assert_eq!(bodies(&server, &peer).await, [3, 4, 5, 6]);
    assert_eq!(used(&server, &account).await, 4 * BODY);
    by_root(&server, &mut peer, Op::Purge { item_id: ItemId::from_bytes([1; 16]), before_seq: 4 }).await;
    compact(&server, NOW + 1).await;
    assert_eq!(bodies(&server, &peer).await, [4, 5, 6]);
}

#[tokio::test]
async fn a_purge_deletes_nothing_of_other_items() {
    let server = Server::new();
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    write(&server, &mut peer, &[2, 2, 1, 1]).await;
    by_root(&server, &mut peer, Op::Purge { item_id: ItemId::from_bytes([1; 16]), before_seq: 5 }).await;
    compact(&server, NOW + 1).await;
    assert_eq!(bodies(&server, &peer).await, [2, 3, 5]);
}

#[tokio::test]
async fn a_closed_vault_that_is_looked_at_before_its_time_keeps_its_bodies() {
    let server = Server::new();
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    write(&server, &mut peer, &[1, 2]).await;
    by_root(&server, &mut peer, Op::Policy { keep_days: 90 }).await;
    by_root(&server, &mut peer, Op::Close).await;
    compact(&server, NOW + 1).await;
    assert_eq!(bodies(&server, &peer).await, [2, 3]);
    compact(&server, NOW + 30 * DAY + 1).await;
    assert_eq!(bodies(&server, &peer).await, [0; 0]);
}

#[tokio::test]
async fn a_closed_vault_loses_bodies_and_documents_after_thirty_days() {
    let server = Server::new();
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    // More than one transaction deletes.
    write(&server, &mut peer, &(0..70).collect::<Vec<_>>()).await;
    let document = Document::new(5 << 20);
    document.upload(&server.logs, &peer).await;
    let entry = super::documents::revision(&mut peer, document.named());
    peer.commit(&server.logs, entry).await;
    by_root(&server, &mut peer, Op::Close).await;
    compact(&server, NOW + 30 * DAY - 1).await;
    assert_eq!((bodies(&server, &peer).await.len(), server.documents.count().await), (71, 2));
    compact(&server, NOW + 30 * DAY + 1).await;
    assert_eq!((bodies(&server, &peer).await.len(), server.documents.count().await), (0, 0));
    assert_eq!(used(&server, &account).await, 0);
}

#[tokio::test]
async fn a_document_is_collected_when_no_kept_revision_names_it() {
    let server = Server::new();
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    let (shared, old) = (Document::new(1), Document::with_id(BlobId::from_bytes([8; 16]), 1));
    for document in [&shared, &old] {
        document.upload(&server.logs, &peer).await;
        let entry = super::documents::revision(&mut peer, document.named());
        peer.commit(&server.logs, entry).await;
    }
    let entry = super::documents::revision(&mut peer, shared.named());
    peer.commit(&server.logs, entry).await;
    by_root(&server, &mut peer, Op::Policy { keep_days: 90 }).await;
    compact(&server, NOW + 90 * DAY - 1).await;
    assert_eq!(server.documents.count().await, 2);
    compact(&server, NOW + 90 * DAY + 1).await;
    assert_eq!(server.documents.count().await, 1);
    let caller = account.caller();
    assert!(server.logs.chunk(&caller, peer.vault, shared.named().blob_id, 0).await.is_ok());
    assert!(server.logs.chunk(&caller, peer.vault, old.named().blob_id, 0).await.is_err());
}

#[tokio::test]
async fn compaction_is_done_in_steps_by_the_node_with_the_lease_and_continued_by_another() {
    let server = Server::new();
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    write(&server, &mut peer, &[1; 81]).await;
    by_root(&server, &mut peer, Op::Policy { keep_days: 90 }).await;
    let time = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(NOW + 91 * DAY));
    let node = |logs| Upkeep {
        store: server.store.clone(),
        logs,
        clock: Clock::set_by(time.clone()),
        lease: Lease::new("upkeep").unwrap(),
    };
    let (one, two) = (node(server.other_node()), node(server.other_node()));
    assert_eq!(one.step().await, Ok(true));
    assert_eq!(bodies(&server, &peer).await.len(), 81 - 32);
    // Another one waits until the lease has run out.
    assert_eq!(two.step().await, Ok(false));
    assert_eq!(bodies(&server, &peer).await.len(), 81 - 32);
    time.fetch_add(61_000, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(two.step().await, Ok(true));
    assert_eq!(one.step().await, Ok(false));
    while two.step().await.unwrap() {}
    assert_eq!(bodies(&server, &peer).await, [82]);
    assert_eq!(used(&server, &account).await, BODY);
}

#[tokio::test]
async fn a_vault_that_cannot_be_compacted_waits_and_holds_up_no_other() {
    let server = Server::new();
    let account = Account::new(1);
    let mut damaged = Peer::found_as(&server.logs, &account, 1).await;
    let mut sound = Peer::found_as(&server.logs, &account, 2).await;
    for peer in [&mut damaged, &mut sound] {
        write(&server, peer, &[1, 1]).await;
        by_root(&server, peer, Op::Policy { keep_days: 90 }).await;
    }
    let vault = server.database.bytes(damaged.vault.as_bytes());
    let records = "SELECT seq FROM roster_entry WHERE vault_id";
    let records = format!(
        "UPDATE entry SET content = vault_id WHERE vault_id = {vault} AND seq IN ({records} = {vault})"
    );
    server.database.execute(&records);
    // A node that does not remember the roster.
    let node = server.other_node();
    let (mut now, mut calls) = (NOW + 91 * DAY, 0);
    while node.compact(now).await.unwrap() {
        calls += 1;
        assert!(calls < 10, "it is tried again at once");
    }
    assert_eq!(bodies(&server, &sound).await, [3]);
    now += 60 * 60 * 1000;
    assert_eq!(node.compact(now).await, Ok(false));
    assert_eq!(node.compact(now + 1).await, Ok(true));
}

#[tokio::test]
async fn storage_of_deleted_bodies_is_free_for_other_vaults() {
    use vault_wire::message::{Limits, PushResult, Refusal};
    use vault_wire::revision::RevisionHeader;

    let server = Server::with_limits(Limits { account_bytes: 40 << 20, ..Limits::MAX });
    let account = Account::new(1);
    let mut first = Peer::found_as(&server.logs, &account, 1).await;
    let mut second = Peer::found_as(&server.logs, &account, 2).await;
    let large = |peer: &mut Peer<'_>| {
        let header: RevisionHeader = peer.header(1);
        peer.seal(&header, &vec![0; 4_000_000])
    };
    for _ in 0..8 {
        let entry = large(&mut first);
        first.commit(&server.logs, entry).await;
    }
    let (mut refused, quota) = (Vec::new(), PushResult::Refused(Refusal::Quota));
    while !refused.contains(&quota) {
        let entry = large(&mut second);
        refused = second.push(&server.logs, vec![entry]).await;
        second.pull(&server.logs).await;
    }
    by_root(&server, &mut first, Op::Policy { keep_days: 90 }).await;
    compact(&server, NOW + 91 * DAY).await;
    let entry = large(&mut second);
    assert!(matches!(second.push(&server.logs, vec![entry]).await[..], [PushResult::Accepted { .. }]));
}
