//! Collection of documents that no revision named in time.

use vault_wire::{BlobId, VaultId};

use super::documents::Document;
use super::head::Head;
use super::hold::Hold;
use super::quota::Returned;
use super::{LogError, Logs};
use crate::store::{Row, Sql, StoreError, Tx, VaultKey, WaitingKey};
use crate::values;

const EXPIRED: Sql<WaitingKey> =
    Sql::new("SELECT vault_id, document_id FROM document WHERE expires_at < $1 LIMIT 64");
const REMOVE: Sql<VaultKey> =
    Sql::new("UPDATE document SET removed = 1 WHERE vault_id = $1 AND document_id = $2");
const REMOVE_CHUNKS: Sql<VaultKey> =
    Sql::new("DELETE FROM document_chunk WHERE vault_id = $1 AND document_id = $2");
const DELETE: Sql<VaultKey> =
    Sql::new("DELETE FROM document WHERE vault_id = $1 AND document_id = $2 AND removed = 1");

/// What became of a document.
pub enum Removed {
    /// It stays.
    No,
    /// It was taken from the vault before.
    Before,
    /// It is taken from the vault now, which may give up storage.
    Now(Option<Returned>),
}

impl Logs {
    /// Deletes documents that no revision named until `before`, and returns their storage. Returns their number. What is
    /// interrupted continues with the next call. Nothing is deleted while a backup lasts.
    ///
    /// # Errors
    /// See [`LogError`].
    pub async fn collect(&self, before: u64) -> Result<usize, LogError> {
        if self.expired(before).await?.is_empty() {
            return Ok(0);
        }
        let Some(hold) = Hold::take(&self.store, before).await? else { return Ok(0) };
        let collected = self.collect_under(&hold, before).await;
        hold.give_back().await;
        collected
    }

    async fn expired(&self, before: u64) -> Result<Vec<Row>, StoreError> {
        self.store.waiting(before).read(|view| async move { view.query(&EXPIRED, &[]).await }).await
    }

    async fn collect_under(&self, hold: &Hold, before: u64) -> Result<usize, LogError> {
        let rows = self.expired(before).await?;
        for (done, row) in rows.iter().enumerate() {
            if !hold.renew().await? {
                return Ok(done);
            }
            let (vault, id): (VaultId, BlobId) = (row.get(0)?, row.get(1)?);
            let removed = self.store.vault(vault).run(|tx| remove(tx, id, before)).await?;
            if let Removed::Now(Some(returned)) = removed {
                self.take_back(vault, returned).await?;
            }
            if !matches!(removed, Removed::No) {
                self.chunks.delete_document(vault, id).await?;
                let delete = self.store.vault(vault);
                delete.run(|tx| async move { tx.execute(&DELETE, values![id]).await }).await?;
            }
        }
        Ok(rows.len())
    }
}

/// Takes a document from the vault, unless a revision has named it meanwhile. Its row stays until its chunks are deleted.
pub async fn remove(tx: Tx<VaultKey>, id: BlobId, before: u64) -> Result<Removed, StoreError> {
    let Some(mut head) = Head::lock(&tx).await? else { return Ok(Removed::No) };
    let Some(document) = Document::read(&tx, id).await? else { return Ok(Removed::No) };
    if document.removed {
        return Ok(Removed::Before);
    }
    if document.expires_at.is_none_or(|at| at >= before) {
        return Ok(Removed::No);
    }
    tx.execute(&REMOVE_CHUNKS, values![id]).await?;
    tx.execute(&REMOVE, values![id]).await?;
    head.used = head.used.saturating_sub(document.sealed);
    let returned = head.return_storage();
    head.update(&tx)?;
    Ok(Removed::Now(returned))
}
