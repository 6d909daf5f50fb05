//! Transactions in a state that only a race between two nodes leads to.

use tempfile::TempDir;
use vault_wire::message::DeclareBlob;
use vault_wire::{AccountId, BlobId, EntryHash, Root, VaultId};

use super::collection::{Removed, remove};
use super::documents::{Document, complete};
use super::head::Head;
use crate::store::{Options, Sql, Store, StoreError, VaultKey};
use crate::values;

const VAULT: VaultId = VaultId::from_bytes([1; 16]);
const ID: BlobId = BlobId::from_bytes([2; 16]);
const ACCOUNT: AccountId = AccountId::from_bytes([3; 16]);

const DOCUMENT: Sql<VaultKey> = Sql::new(
    "INSERT INTO document (vault_id, document_id, account_id, sealed_bytes, root, expires_at, removed)
     VALUES ($1, $2, $3, $4, NULL, $5, 0)",
);
const CHUNK: Sql<VaultKey> =
    Sql::new("INSERT INTO document_chunk (vault_id, document_id, number, hash) VALUES ($1, $2, 0, $3)");

/// A vault with a document of two chunks, of which one is there.
async fn with_document(expires_at: Option<u64>) -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("server.db"), &Options::default()).unwrap();
    let sealed = DeclareBlob::new(ID, (5 << 20) + 32).unwrap().layout().sealed();
    let head = Head {
        seq: 1,
        root: Root::from_bytes([0; 32]),
        record_seq: 1,
        record: EntryHash::from_bytes([0; 32]),
        epoch: 1,
        format: 1,
        closed_at: None,
        factor: false,
        payer: ACCOUNT,
        used: sealed,
        granted: sealed,
    };
    let write = store.vault(VAULT).run(|tx| async move {
        head.insert(&tx).await?;
        tx.execute(&DOCUMENT, values![ID, ACCOUNT, sealed, expires_at]).await?;
        tx.execute(&CHUNK, values![ID, [7_u8; 32]]).await?;
        Ok::<_, StoreError>(())
    });
    write.await.unwrap();
    (folder, store)
}

#[tokio::test]
async fn a_document_that_a_revision_names_meanwhile_is_not_collected() {
    for (expires_at, gone) in [(None, false), (Some(10), false), (Some(9), true)] {
        let (_folder, store) = with_document(expires_at).await;
        let removed = store.vault(VAULT).run(|tx| remove(tx, ID, 10)).await.unwrap();
        assert_eq!(matches!(removed, Removed::Now(_)), gone, "{expires_at:?}");
    }
}

#[tokio::test]
async fn a_document_that_was_replaced_meanwhile_is_not_complete() {
    let (_folder, store) = with_document(None).await;
    store.vault(VAULT).run(|tx| complete(tx, ID)).await.unwrap();
    let read = store.vault(VAULT).read(|view| async move { Document::read(&view, ID).await });
    assert_eq!(read.await.unwrap().unwrap().root, None);
}
