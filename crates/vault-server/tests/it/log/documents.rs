//! Documents: declared, uploaded, named, collected.

use axum::body::Bytes;
use vault_server::log::{Caller, Hold, LogError, Logs};
use vault_wire::blob::{BlobLayout, chunk_hash};
use vault_wire::message::{ChunkList, ChunkRange, DeclareBlob, Limits, LogEntry, PushResult, Refusal};
use vault_wire::revision::{BlobRef, RevisionHeader};
use vault_wire::roster::MemberRole;
use vault_wire::{BlobId, CtRoot};

use super::peer::NOW;
use super::{Account, Peer, Server};

const ID: BlobId = BlobId::from_bytes([7; 16]);
const DAYS: u64 = 24 * 60 * 60 * 1000;

/// A document whose chunks are filled with their number. The server cannot tell that they are not sealed.
pub struct Document {
    id: BlobId,
    declared: DeclareBlob,
    chunks: Vec<Bytes>,
}

impl Document {
    pub fn new(size: u64) -> Self {
        Self::with_id(ID, size)
    }

    pub fn with_id(id: BlobId, size: u64) -> Self {
        let layout = BlobLayout::new(size).unwrap();
        let chunk = |number: u32| {
            Bytes::from(vec![u8::try_from(number).unwrap(); layout.chunk_len(number) as usize + 16])
        };
        let chunks = (0..layout.chunks()).map(chunk).collect();
        Self { id, declared: DeclareBlob::new(id, layout.sealed()).unwrap(), chunks }
    }

    pub fn named(&self) -> BlobRef {
        let hashes: Vec<_> = self.chunks.iter().map(|chunk| chunk_hash(chunk)).collect();
        BlobRef {
            blob_id: self.id,
            ct_size: self.declared.layout().sealed(),
            ct_root: CtRoot::of_chunks(&self.id, &hashes),
        }
    }

    /// Sends all chunks, the last one first, and declares again.
    pub async fn upload(&self, logs: &Logs, peer: &Peer<'_>) {
        let caller = peer.caller();
        logs.declare(&caller, peer.vault, &self.declared).await.unwrap();
        for (number, chunk) in (0_u32..).zip(&self.chunks).collect::<Vec<_>>().into_iter().rev() {
            logs.put_chunk(&caller, peer.vault, self.id, number, chunk.clone()).await.unwrap();
        }
        let missing = logs.declare(&caller, peer.vault, &self.declared).await.unwrap();
        assert_eq!(missing.ranges, []);
    }
}

pub fn revision(peer: &mut Peer<'_>, named: BlobRef) -> LogEntry {
    let header = RevisionHeader { blobs: vec![named], ..peer.header(1) };
    peer.seal(&header, b"a document")
}

#[tokio::test]
async fn an_upload_is_resumed_where_it_stopped_and_read_back() {
    let server = Server::new();
    let account = Account::new(1);
    let peer = Peer::found(&server.logs, &account).await;
    let caller = account.caller();
    // Six chunks.
    let document = Document::new(22 << 20);
    assert_eq!(document.chunks.len(), 6);
    let declare = async || server.logs.declare(&caller, peer.vault, &document.declared).await.unwrap().ranges;
    assert_eq!(declare().await, [ChunkRange { first: 0, count: 6 }]);
    for number in [1, 2, 4] {
        let chunk = document.chunks[number as usize].clone();
        server.logs.put_chunk(&caller, peer.vault, ID, number, chunk).await.unwrap();
    }
    let missing = [(0, 1), (3, 1), (5, 1)].map(|(first, count)| ChunkRange { first, count });
    assert_eq!(declare().await, missing);
    assert_eq!(server.logs.chunk_list(&caller, peer.vault, ID).await, Err(LogError::NotFound));
    document.upload(&server.logs, &peer).await;
    let list = server.logs.chunk_list(&caller, peer.vault, ID).await.unwrap();
    assert_eq!(ChunkList::root(&list), document.named().ct_root);
    for (number, chunk) in (0..).zip(&document.chunks) {
        assert_eq!(server.logs.chunk(&caller, peer.vault, ID, number).await.as_ref(), Ok(chunk));
    }
    assert_eq!(server.logs.chunk(&caller, peer.vault, ID, 6).await, Err(LogError::NotFound));
}

#[tokio::test]
async fn a_revision_is_refused_until_its_document_is_complete_and_as_it_says() {
    let server = Server::new();
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    let document = Document::new(5 << 20);
    let missing = [PushResult::Refused(Refusal::BlobMissing)];
    let entry = revision(&mut peer, document.named());
    assert_eq!(peer.push(&server.logs, vec![entry]).await, missing);
    server.logs.declare(&account.caller(), peer.vault, &document.declared).await.unwrap();
    let chunk = document.chunks[0].clone();
    server.logs.put_chunk(&account.caller(), peer.vault, ID, 0, chunk).await.unwrap();
    let entry = revision(&mut peer, document.named());
    assert_eq!(peer.push(&server.logs, vec![entry]).await, missing);
    document.upload(&server.logs, &peer).await;
    let root = BlobRef { ct_root: CtRoot::from_bytes([0; 32]), ..document.named() };
    let size = BlobRef { ct_size: document.named().ct_size + 1, ..document.named() };
    for wrong in [root, size] {
        let entry = revision(&mut peer, wrong);
        assert_eq!(peer.push(&server.logs, vec![entry]).await, missing);
    }
    let entry = revision(&mut peer, document.named());
    peer.commit(&server.logs, entry).await;
    // Of another vault, it is not there.
    let mut other = Peer::found_as(&server.logs, &account, 2).await;
    let entry = revision(&mut other, document.named());
    assert_eq!(other.push(&server.logs, vec![entry]).await, missing);
}

#[tokio::test]
async fn a_chunk_is_never_replaced_and_has_its_length() {
    let server = Server::new();
    let account = Account::new(1);
    let peer = Peer::found(&server.logs, &account).await;
    let caller = account.caller();
    let document = Document::new(1);
    let put =
        async |number, chunk: Bytes| server.logs.put_chunk(&caller, peer.vault, ID, number, chunk).await;
    let chunk = document.chunks[0].clone();
    assert_eq!(put(0, chunk.clone()).await, Err(LogError::NotFound));
    server.logs.declare(&caller, peer.vault, &document.declared).await.unwrap();
    assert_eq!(put(0, chunk.slice(1..)).await, Err(LogError::Malformed));
    assert_eq!(put(1, chunk.clone()).await, Err(LogError::NotFound));
    assert_eq!(put(0, chunk.clone()).await, Ok(()));
    assert_eq!(put(0, chunk.clone()).await, Ok(()));
    let other = Bytes::from(vec![9; chunk.len()]);
    assert_eq!(put(0, other).await, Err(LogError::Exists));
    assert_eq!(server.documents.count().await, 1);
    let larger = Document::new(5000).declared;
    assert_eq!(server.logs.declare(&caller, peer.vault, &larger).await, Err(LogError::Exists));
}

#[tokio::test]
async fn only_who_declared_a_document_sends_it_and_every_member_reads_it() {
    let server = Server::new();
    let (owner, editor, viewer) = (Account::new(1), Account::new(2), Account::new(3));
    let mut peer = Peer::found(&server.logs, &owner).await;
    let ops = vec![editor.add(MemberRole::Editor), viewer.add(MemberRole::Viewer)];
    let record = peer.record(ops, None);
    peer.commit(&server.logs, record).await;
    let document = Document::new(1);
    let chunk = document.chunks[0].clone();
    let declare = async |caller: Caller| server.logs.declare(&caller, peer.vault, &document.declared).await;
    assert_eq!(declare(viewer.caller()).await, Err(LogError::Forbidden));
    declare(editor.caller()).await.unwrap();
    assert_eq!(declare(owner.caller()).await, Err(LogError::Forbidden));
    let put = async |caller: Caller| server.logs.put_chunk(&caller, peer.vault, ID, 0, chunk.clone()).await;
    assert_eq!(put(owner.caller()).await, Err(LogError::Forbidden));
    put(editor.caller()).await.unwrap();
    assert_eq!(server.logs.chunk(&viewer.caller(), peer.vault, ID, 0).await, Ok(chunk.clone()));
    let stranger = Account::new(4).caller();
    assert_eq!(declare(stranger).await, Err(LogError::NotFound));
    assert_eq!(put(stranger).await, Err(LogError::NotFound));
    assert_eq!(server.logs.chunk(&stranger, peer.vault, ID, 0).await, Err(LogError::NotFound));
}

#[tokio::test]
async fn documents_count_towards_the_quota() {
    let server = Server::with_limits(Limits { account_bytes: 6000, document_bytes: 1 << 20, ..Limits::MAX });
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    let caller = account.caller();
    let declare = async |document: &Document| {
        server.logs.declare(&caller, peer.vault, &document.declared).await.map(drop)
    };
    assert_eq!(declare(&Document::new(2 << 20)).await, Err(LogError::TooLarge));
    assert_eq!(declare(&Document::new(9000)).await, Err(LogError::Quota));
    assert_eq!(declare(&Document::new(1)).await, Ok(()));
    let (first, second) = (peer.put(1), peer.put(2));
    let quota = PushResult::Refused(Refusal::Quota);
    assert_eq!(peer.push(&server.logs, vec![first, second]).await, [PushResult::Accepted { seq: 2 }, quota]);
    // What no revision names is collected, and its storage is free again.
    server.logs.collect(NOW + 8 * DAYS).await.unwrap();
    peer.pull(&server.logs).await;
    let entry = peer.put(2);
    peer.commit(&server.logs, entry).await;
}

#[tokio::test]
async fn a_document_without_a_revision_is_collected_and_a_named_one_is_not() {
    let server = Server::new();
    let account = Account::new(1);
    let mut peer = Peer::found(&server.logs, &account).await;
    let document = Document::new(5 << 20);
    document.upload(&server.logs, &peer).await;
    assert_eq!(server.logs.collect(NOW + 6 * DAYS).await, Ok(0));
    assert_eq!(server.documents.count().await, 2);
    assert_eq!(server.logs.collect(NOW + 8 * DAYS).await, Ok(1));
    assert_eq!(server.documents.count().await, 0);
    assert_eq!(server.logs.collect(NOW + 8 * DAYS).await, Ok(0));
    let entry = revision(&mut peer, document.named());
    let missing = [PushResult::Refused(Refusal::BlobMissing)];
    assert_eq!(peer.push(&server.logs, vec![entry]).await, missing);
    // It may be uploaded again.
    document.upload(&server.logs, &peer).await;
    let entry = revision(&mut peer, document.named());
    peer.commit(&server.logs, entry).await;
    assert_eq!(server.logs.collect(NOW + 80 * DAYS).await, Ok(0));
    assert_eq!(server.documents.count().await, 2);
}

#[tokio::test]
async fn a_collection_that_was_interrupted_is_finished_and_a_damaged_chunk_is_not_served() {
    let server = Server::new();
    let account = Account::new(1);
    let peer = Peer::found(&server.logs, &account).await;
    let document = Document::new(1);
    document.upload(&server.logs, &peer).await;
    let caller = account.caller();
    server.documents.replace(b"truncated").await;
    let damaged = server.logs.chunk(&caller, peer.vault, ID, 0).await;
    assert!(matches!(damaged, Err(LogError::Chunks(_))), "{damaged:?}");
    // As a node leaves it that stops after its first transaction.
    server.database.execute("UPDATE document SET removed = 1; DELETE FROM document_chunk");
    let again = server.logs.declare(&caller, peer.vault, &document.declared).await;
    assert_eq!(again, Err(LogError::Exists));
    assert_eq!(server.logs.collect(NOW + 8 * DAYS).await, Ok(1));
    assert_eq!(server.documents.count().await, 0);
    document.upload(&server.logs, &peer).await;
}

#[tokio::test]
async fn storage_of_a_collected_document_is_free_for_other_vaults() {
    // Room for one of the two documents, and the advances of both vaults.
    let server = Server::with_limits(Limits { account_bytes: 60 << 20, ..Limits::MAX });
    let account = Account::new(1);
    let (first, second) =
        (Peer::found_as(&server.logs, &account, 1).await, Peer::found_as(&server.logs, &account, 2).await);
    let document = Document::new(40 << 20);
    let declare = async |peer: &Peer<'_>| {
        server.logs.declare(&account.caller(), peer.vault, &document.declared).await.map(drop)
    };
    assert_eq!(declare(&first).await, Ok(()));
    assert_eq!(declare(&second).await, Err(LogError::Quota));
    assert_eq!(server.logs.collect(NOW + 8 * DAYS).await, Ok(1));
    assert_eq!(declare(&second).await, Ok(()));
}

#[tokio::test]
async fn a_deleted_account_leaves_no_vault_of_its_own_and_every_shared_one() {
    let server = Server::new();
    let (owner, member) = (Account::new(1), Account::new(2));
    let mut own = Peer::found_as(&server.logs, &owner, 1).await;
    let document = Document::new(5000);
    document.upload(&server.logs, &own).await;
    let entry = revision(&mut own, document.named());
    own.commit(&server.logs, entry).await;
    // More than one transaction erases, superseded revisions among them.
    for item in 0..2 {
        let entries = (0..200).map(|_| own.put(item)).collect();
        own.push(&server.logs, entries).await;
        own.pull(&server.logs).await;
    }
    let mut shared = Peer::found_as(&server.logs, &owner, 2).await;
    let record = shared.record(vec![member.add(MemberRole::Editor)], None);
    shared.commit(&server.logs, record).await;
    assert_eq!(server.logs.only_owned(owner.id()).await.unwrap(), [shared.vault]);
    assert_eq!(server.logs.only_owned(member.id()).await.unwrap(), []);

    let hold = Hold::take(&server.store, NOW).await.unwrap().unwrap();
    server.logs.erase_own(&hold, owner.id()).await.unwrap();
    assert_eq!(server.logs.head(&owner.caller(), None, own.vault).await, Err(LogError::NotFound));
    assert_eq!(server.documents.count().await, 0, "no chunk is left");
    // These are the account's, and erased with it.
    let left = server.database.tables_with("vault_id", own.vault.as_bytes());
    assert_eq!(left, ["storage_grant", "vault_list"]);
    let mut reader = shared.of(&member);
    reader.pull(&server.logs).await;
    assert_eq!(server.logs.sizes(member.id()).await.unwrap(), [(shared.vault, 0)]);
    // Again, as after a crash.
    server.logs.erase_own(&hold, owner.id()).await.unwrap();
}
