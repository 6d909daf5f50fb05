//! Verification of everything that is stored of a vault, as a client verifies it.

use axum::body::Bytes;
use vault_wire::blob::ChunkHash;
use vault_wire::log::{LogVerifier, Verdict};
use vault_wire::message::LogEntry;
use vault_wire::{BlobId, BodyHash, CtRoot, Root, VaultId};

use super::head::Head;
use super::{LogError, Logs, documents, entries};
use crate::chunks::{ChunkError, ChunkPlace};
use crate::store::{ListingKey, Sql, StoreError, VaultKey};
use crate::values;

const VAULTS: Sql<ListingKey> =
    Sql::new("SELECT vault_id FROM vault_head WHERE vault_id > $1 ORDER BY vault_id LIMIT 256");
const ENTRIES: Sql<VaultKey> = Sql::new(
    "SELECT content, signatures, body_hash, body, root FROM entry
     WHERE vault_id = $1 AND seq > $2 ORDER BY seq LIMIT 100",
);
const DOCUMENTS: Sql<VaultKey> = Sql::new(
    "SELECT document_id, root FROM document
     WHERE vault_id = $1 AND document_id > $2 AND removed = 0 ORDER BY document_id LIMIT 256",
);

/// What was verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Vaults.
    pub vaults: u64,
    /// Their entries.
    pub entries: u64,
    /// Their documents.
    pub documents: u64,
    /// Their chunks.
    pub chunks: u64,
}

/// What is stored of a vault does not belong together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsound {
    /// An entry is invalid, is not the one of the stored root, or has another body.
    #[error("vault {0}: entry {1} is not valid")]
    Entry(VaultId, u64),
    /// The head is not that of the entries.
    #[error("vault {0}: the head is not that of its entries")]
    Head(VaultId),
    /// A document is not what was stored.
    #[error("vault {0}: document {1} is missing or damaged")]
    Document(VaultId, BlobId),
    /// It cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl From<StoreError> for Unsound {
    fn from(error: StoreError) -> Self {
        Self::Log(error.into())
    }
}

impl Logs {
    /// The vaults after an id, in the order of ids; none means that there are no more.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn vaults_after(&self, after: Option<VaultId>) -> Result<Vec<VaultId>, StoreError> {
        let after = after.map(|id| *id.as_bytes());
        let rows = self.store.listing(after).read(|view| async move { view.query(&VAULTS, &[]).await });
        rows.await?.iter().map(|row| row.get(0)).collect()
    }

    /// Replays the log of a vault and reads all its documents. Nobody may write meanwhile.
    ///
    /// # Errors
    /// See [`Unsound`].
    pub async fn verify(&self, vault: VaultId, verified: &mut Verified) -> Result<(), Unsound> {
        let mut log: Option<LogVerifier> = None;
        loop {
            let after = log.as_ref().map_or(0, |log| log.head().seq);
            let read = self.store.vault(vault);
            let rows = read.read(|view| async move { view.query(&ENTRIES, values![after]).await }).await?;
            if rows.is_empty() {
                break;
            }
            for (seq, row) in (after + 1..).zip(&rows) {
                let entry = entries::from_row(row, 0).map_err(|_| Unsound::Entry(vault, seq))?;
                let root: Root = row.get(4)?;
                append(&mut log, &entry, root).ok_or(Unsound::Entry(vault, seq))?;
                verified.entries += 1;
            }
        }
        let head = self.store.vault(vault).read(|view| async move { Head::read(&view).await }).await?;
        let same = log.is_some_and(|log| {
            head.is_some_and(|head| {
                let roster = log.roster();
                log.head() == head.log_head()
                    && *roster.last_record() == head.record
                    && roster.epoch() == head.epoch
            })
        });
        if !same {
            return Err(Unsound::Head(vault));
        }
        verified.vaults += 1;
        self.verify_documents(vault, verified).await
    }

    /// The documents of a vault after an id, with their chunk roots, in the order of ids; none means that there are no more.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn documents_after(
        &self,
        vault: VaultId,
        after: Option<BlobId>,
    ) -> Result<Vec<(BlobId, Option<CtRoot>)>, StoreError> {
        let after = after.map_or(Vec::new(), |id| id.as_bytes().to_vec());
        let after = after.as_slice();
        let read = self.store.vault(vault);
        let rows = read.read(|view| async move { view.query(&DOCUMENTS, values![after]).await }).await?;
        rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
    }

    /// The chunks of a document that are stored, with their hashes, in order.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn chunks_of(
        &self,
        vault: VaultId,
        document: BlobId,
    ) -> Result<Vec<(ChunkPlace, ChunkHash)>, StoreError> {
        let read = self.store.vault(vault);
        let chunks = read.read(|view| async move { documents::stored(&view, document).await }).await?;
        let place = |number| ChunkPlace { vault, document, number };
        Ok(chunks.into_iter().map(|(number, hash)| (place(number), hash)).collect())
    }

    /// Reads a chunk and checks its hash.
    ///
    /// # Errors
    /// See [`ChunkError`].
    pub async fn stored_chunk(&self, place: ChunkPlace, hash: &ChunkHash) -> Result<Bytes, ChunkError> {
        self.chunks.get(place, hash).await
    }

    async fn verify_documents(&self, vault: VaultId, verified: &mut Verified) -> Result<(), Unsound> {
        let mut after = None;
        loop {
            let documents = self.documents_after(vault, after).await?;
            let Some((last, _)) = documents.last() else { return Ok(()) };
            after = Some(*last);
            for (id, root) in documents {
                let chunks = self.chunks_of(vault, id).await?;
                for (place, hash) in &chunks {
                    let read = self.stored_chunk(*place, hash).await;
                    read.map_err(|_| Unsound::Document(vault, id))?;
                    verified.chunks += 1;
                }
                let hashes: Vec<_> = chunks.into_iter().map(|(_, hash)| hash).collect();
                if root.is_some_and(|root| CtRoot::of_chunks(&id, &hashes) != root) {
                    return Err(Unsound::Document(vault, id));
                }
                verified.documents += 1;
            }
        }
    }
}

/// Appends an entry, if it is valid, has its body, and gives this root.
fn append(log: &mut Option<LogVerifier>, entry: &LogEntry, root: Root) -> Option<()> {
    if let LogEntry::Revision { revision, body: Some(body) } = entry
        && BodyHash::of(body) != revision.body_hash
    {
        return None;
    }
    match (&mut *log, entry) {
        (None, LogEntry::Record(record)) => *log = Some(LogVerifier::from_genesis(record, None).ok()?),
        (None, LogEntry::Revision { .. }) => return None,
        (Some(log), entry) => {
            if log.push(entry.as_entry()) != Verdict::Accepted {
                return None;
            }
        }
    }
    (log.as_ref()?.head().root == root).then_some(())
}
