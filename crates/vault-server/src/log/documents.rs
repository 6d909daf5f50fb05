//! Documents: declared, uploaded chunk by chunk, and named by a revision.

use std::collections::HashMap;

use axum::body::Bytes;
use vault_wire::blob::{BlobLayout, CHUNK_OVERHEAD, ChunkHash, chunk_hash};
use vault_wire::log::RejectReason;
use vault_wire::message::{ChunkList, ChunkRange, DeclareBlob, MAX_RANGES, MissingChunks};
use vault_wire::revision::BlobRef;
use vault_wire::{AccountId, BlobId, CtRoot, VaultId};

use super::head::Head;
use super::{Caller, LogError, Logs, access};
use crate::chunks::ChunkPlace;
use crate::store::{Row, Sql, StoreError, Tx, VaultKey, View};
use crate::values;

/// How long a document is kept that no revision names, in milliseconds: seven days.
const UNNAMED: u64 = 7 * 24 * 60 * 60 * 1000;

/// How many chunks are read at once.
const AT_ONCE: u64 = 4096;

const READ: Sql<VaultKey> = Sql::new(
    "SELECT account_id, sealed_bytes, root, expires_at, removed FROM document
     WHERE vault_id = $1 AND document_id = $2",
);
const INSERT: Sql<VaultKey> = Sql::new(
    "INSERT INTO document (vault_id, document_id, account_id, sealed_bytes, root, expires_at, removed)
     VALUES ($1, $2, $3, $4, NULL, $5, 0)",
);
const SET_ROOT: Sql<VaultKey> =
    Sql::new("UPDATE document SET root = $3 WHERE vault_id = $1 AND document_id = $2");
const CHUNKS: Sql<VaultKey> = Sql::new(
    "SELECT number, hash FROM document_chunk
     WHERE vault_id = $1 AND document_id = $2 AND number >= $3 ORDER BY number LIMIT 4096",
);
const CHUNK: Sql<VaultKey> =
    Sql::new("SELECT hash FROM document_chunk WHERE vault_id = $1 AND document_id = $2 AND number = $3");
const INSERT_CHUNK: Sql<VaultKey> = Sql::new(
    "INSERT INTO document_chunk (vault_id, document_id, number, hash) VALUES ($1, $2, $3, $4)
     ON CONFLICT (vault_id, document_id, number) DO NOTHING",
);
const NAMED: Sql<VaultKey> = Sql::new(
    "SELECT document_id, sealed_bytes, root FROM document
     WHERE vault_id = $1 AND removed = 0 AND document_id IN ($2, $3, $4, $5, $6, $7, $8, $9)",
);
const KEEP: Sql<VaultKey> =
    Sql::new("UPDATE document SET expires_at = NULL WHERE vault_id = $1 AND document_id = $2");
const USE: Sql<VaultKey> = Sql::new(
    "INSERT INTO document_use (vault_id, document_id, seq) VALUES ($1, $2, $3)
     ON CONFLICT (vault_id, document_id, seq) DO NOTHING",
);
const NAMED_BY: Sql<VaultKey> =
    Sql::new("SELECT seq FROM document_use WHERE vault_id = $1 AND document_id = $2 LIMIT 1");
const USED: Sql<VaultKey> = Sql::new("SELECT document_id FROM document_use WHERE vault_id = $1 AND seq = $2");
const UNUSE: Sql<VaultKey> = Sql::new("DELETE FROM document_use WHERE vault_id = $1 AND seq = $2");
const UNUSE_ALL: Sql<VaultKey> = Sql::new("DELETE FROM document_use WHERE vault_id = $1");
const RELEASE: Sql<VaultKey> = Sql::new(
    "UPDATE document SET expires_at = 0 WHERE vault_id = $1 AND document_id = $2 AND NOT EXISTS
       (SELECT 1 FROM document_use u WHERE u.vault_id = $1 AND u.document_id = $2)",
);
const RELEASE_ALL: Sql<VaultKey> = Sql::new("UPDATE document SET expires_at = 0 WHERE vault_id = $1");

/// A row.
pub(super) struct Document {
    pub account: AccountId,
    pub sealed: u64,
    pub root: Option<CtRoot>,
    pub expires_at: Option<u64>,
    pub removed: bool,
}

/// How a declaration ended.
enum Declared {
    /// The document is there.
    Done,
    /// Nothing is stored: the account must grant as many bytes first.
    NeedsStorage { payer: AccountId, bytes: u64 },
}

impl Document {
    /// Reads the row.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn read(view: &View<VaultKey>, id: BlobId) -> Result<Option<Self>, StoreError> {
        let row = view.first(&READ, values![id]).await?;
        row.map(|row| Self::from_row(&row)).transpose()
    }

    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            account: row.get(0)?,
            sealed: row.get(1)?,
            root: row.get(2)?,
            expires_at: row.get(3)?,
            removed: row.get(4)?,
        })
    }

    /// The layout that follows from the size.
    fn layout(&self, id: BlobId) -> Result<BlobLayout, StoreError> {
        DeclareBlob::new(id, self.sealed).map(|declared| *declared.layout()).ok_or(StoreError::Damaged)
    }
}

impl Logs {
    /// Declares a document, or finds it declared already. Returns the chunks that are missing, at most so many ranges as a
    /// message has room for.
    ///
    /// # Errors
    /// [`LogError::Exists`] if it was declared with another size, [`LogError::Forbidden`] if by another account, and
    /// [`LogError::Quota`].
    pub async fn declare(
        &self,
        caller: &Caller,
        vault: VaultId,
        document: &DeclareBlob,
    ) -> Result<MissingChunks, LogError> {
        if document.layout().sealed() > self.limits.document_bytes {
            return Err(LogError::TooLarge);
        }
        let mut granted = None;
        loop {
            let attempt = self.store.vault(vault).run(|tx| declare_in(tx, caller, document, granted)).await?;
            match attempt {
                Declared::Done => break,
                Declared::NeedsStorage { payer, bytes } => {
                    granted = Some(self.grant_storage(payer, vault, bytes).await?);
                }
            }
        }
        let (id, chunks) = (document.blob_id, document.layout().chunks());
        let read = self.store.vault(vault).read(|view| async move { missing(&view, id, chunks).await });
        let missing = read.await?;
        if missing.ranges.is_empty() {
            self.store.vault(vault).run(|tx| complete(tx, id)).await?;
        }
        Ok(missing)
    }

    /// Stores a chunk of a document that the caller declared. The same chunk again changes nothing.
    ///
    /// # Errors
    /// [`LogError::Malformed`] if it has another length, [`LogError::Exists`] if another one is there.
    pub async fn put_chunk(
        &self,
        caller: &Caller,
        vault: VaultId,
        id: BlobId,
        number: u32,
        chunk: Bytes,
    ) -> Result<(), LogError> {
        let hash = chunk_hash(&chunk);
        let len = chunk.len() as u64;
        let known = self.store.vault(vault).read(|view| async move {
            let (_, role) = access::member(&view, caller).await?;
            let document = Document::read(&view, id).await?.filter(|document| !document.removed);
            let document = document.ok_or(LogError::NotFound)?;
            if document.account != caller.account || !role.may_write() {
                return Err(LogError::Forbidden);
            }
            let layout = document.layout(id)?;
            if number >= layout.chunks() {
                return Err(LogError::NotFound);
            }
            if len != u64::from(layout.chunk_len(number) + CHUNK_OVERHEAD) {
                return Err(LogError::Malformed);
            }
            Ok(chunk_row(&view, id, number).await?)
        });
        match known.await? {
            Some(known) if known == hash => return Ok(()),
            Some(_) => return Err(LogError::Exists),
            None => {}
        }
        let place = ChunkPlace { vault, document: id, number };
        self.chunks.put(place, &hash, chunk).await?;
        let insert = self.store.vault(vault).run(|tx| async move {
            Head::lock(&tx).await?;
            let declared = Document::read(&tx, id).await?;
            if declared.is_none_or(|document| document.removed || document.account != caller.account) {
                return Err(LogError::NotFound);
            }
            if tx.execute(&INSERT_CHUNK, values![id, number, hash]).await? == 1 {
                return Ok(());
            }
            let same = chunk_row(&tx, id, number).await? == Some(hash);
            if same { Ok(()) } else { Err(LogError::Exists) }
        });
        let inserted = insert.await;
        if matches!(inserted, Err(LogError::NotFound | LogError::Exists)) {
            // No row names it.
            let _ = self.chunks.delete(place, &hash).await;
        }
        inserted
    }

    /// Reads a chunk, for members.
    ///
    /// # Errors
    /// See [`LogError`].
    pub async fn chunk(
        &self,
        caller: &Caller,
        vault: VaultId,
        id: BlobId,
        number: u32,
    ) -> Result<Bytes, LogError> {
        let read = self.store.vault(vault).read(|view| async move {
            access::member(&view, caller).await?;
            chunk_row(&view, id, number).await?.ok_or(LogError::NotFound)
        });
        let hash = read.await?;
        Ok(self.chunks.get(ChunkPlace { vault, document: id, number }, &hash).await?)
    }

    /// The hashes of all chunks of a complete document, for members.
    ///
    /// # Errors
    /// See [`LogError`].
    pub async fn chunk_list(
        &self,
        caller: &Caller,
        vault: VaultId,
        id: BlobId,
    ) -> Result<ChunkList, LogError> {
        let read = self.store.vault(vault).read(|view| async move {
            access::member(&view, caller).await?;
            let document = Document::read(&view, id).await?;
            if document.is_none_or(|document| document.root.is_none() || document.removed) {
                return Err(LogError::NotFound);
            }
            Ok(ChunkList { blob_id: id, hashes: hashes(&view, id).await? })
        });
        read.await
    }
}

async fn declare_in(
    tx: Tx<VaultKey>,
    caller: &Caller,
    declared: &DeclareBlob,
    granted: Option<u64>,
) -> Result<Declared, LogError> {
    let (id, sealed) = (declared.blob_id, declared.layout().sealed());
    let mut head = Head::lock(&tx).await?.ok_or(LogError::NotFound)?;
    if !access::allowed(&tx, caller, &head).await?.may_write() {
        return Err(LogError::Forbidden);
    }
    if head.closed_at.is_some() {
        return Err(RejectReason::Closed.into());
    }
    if let Some(document) = Document::read(&tx, id).await? {
        let same = document.sealed == sealed && !document.removed;
        return match (same, document.account == caller.account) {
            (true, true) => Ok(Declared::Done),
            (true, false) => Err(LogError::Forbidden),
            (false, _) => Err(LogError::Exists),
        };
    }
    head.used = head.used.saturating_add(sealed);
    head.granted = granted.unwrap_or(0).max(head.granted);
    match (head.used > head.granted, granted) {
        (true, None) => return Ok(Declared::NeedsStorage { payer: head.payer, bytes: head.used }),
        (true, Some(_)) => return Err(LogError::Quota),
        (false, _) => {}
    }
    // One that was lost in a restore may be named already.
    let named = tx.first(&NAMED_BY, values![id]).await?.is_some();
    let expires = if named { None } else { Some(caller.at.saturating_add(UNNAMED)) };
    tx.execute(&INSERT, values![id, caller.account, sealed, expires]).await?;
    head.update(&tx)?;
    Ok(Declared::Done)
}

async fn chunk_row(view: &View<VaultKey>, id: BlobId, number: u32) -> Result<Option<ChunkHash>, StoreError> {
    view.first(&CHUNK, values![id, number]).await?.map(|row| row.get(0)).transpose()
}

/// The chunks that have no row.
async fn missing(view: &View<VaultKey>, id: BlobId, chunks: u32) -> Result<MissingChunks, StoreError> {
    let mut ranges: Vec<ChunkRange> = Vec::new();
    let mut next = 0;
    while next < chunks && (ranges.len() as u64) < MAX_RANGES {
        let rows = view.query(&CHUNKS, values![id, next]).await?;
        for row in &rows {
            let number: u32 = row.get(0)?;
            if number > next && (ranges.len() as u64) < MAX_RANGES {
                ranges.push(ChunkRange { first: next, count: number - next });
            }
            next = number.saturating_add(1);
        }
        if (rows.len() as u64) < AT_ONCE {
            if next < chunks && (ranges.len() as u64) < MAX_RANGES {
                ranges.push(ChunkRange { first: next, count: chunks - next });
            }
            break;
        }
    }
    Ok(MissingChunks { ranges })
}

/// The hashes of all chunks in order.
async fn hashes(view: &View<VaultKey>, id: BlobId) -> Result<Vec<ChunkHash>, StoreError> {
    let mut hashes = Vec::new();
    loop {
        let rows = view.query(&CHUNKS, values![id, hashes.len() as u64]).await?;
        for row in &rows {
            hashes.push(row.get(1)?);
        }
        if (rows.len() as u64) < AT_ONCE {
            return Ok(hashes);
        }
    }
}

/// The chunks of a document that are stored, with their numbers, in order.
///
/// # Errors
/// See [`StoreError`].
pub async fn stored(view: &View<VaultKey>, id: BlobId) -> Result<Vec<(u32, ChunkHash)>, StoreError> {
    let (mut chunks, mut next) = (Vec::new(), 0_u64);
    loop {
        let rows = view.query(&CHUNKS, values![id, next]).await?;
        for row in &rows {
            let number: u32 = row.get(0)?;
            next = u64::from(number) + 1;
            chunks.push((number, row.get(1)?));
        }
        if (rows.len() as u64) < AT_ONCE {
            return Ok(chunks);
        }
    }
}

/// Stores the chunk root of a document whose chunks are all there.
pub async fn complete(tx: Tx<VaultKey>, id: BlobId) -> Result<(), StoreError> {
    let incomplete =
        Document::read(&tx, id).await?.filter(|document| document.root.is_none() && !document.removed);
    let Some(document) = incomplete else { return Ok(()) };
    let hashes = hashes(&tx, id).await?;
    if hashes.len() as u64 == u64::from(document.layout(id)?.chunks()) {
        tx.execute(&SET_ROOT, values![id, CtRoot::of_chunks(&id, &hashes)]).await?;
    }
    Ok(())
}

/// The complete documents among those named, with size and chunk root.
///
/// # Errors
/// See [`StoreError`].
pub async fn complete_ones(
    view: &View<VaultKey>,
    named: &[BlobId],
) -> Result<HashMap<BlobId, (u64, CtRoot)>, StoreError> {
    let mut found = HashMap::with_capacity(named.len());
    for eight in named.chunks(8) {
        // A list of fixed length: the last one fills it up.
        let at = |index: usize| eight.get(index).or(eight.last()).copied();
        let values = values![at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)];
        for row in view.query(&NAMED, values).await? {
            if let Some(root) = row.get(2)? {
                found.insert(row.get(0)?, (row.get(1)?, root));
            }
        }
    }
    Ok(found)
}

/// Whether a document that a revision names is one of the complete ones, as the revision says.
pub fn is_complete(complete: &HashMap<BlobId, (u64, CtRoot)>, named: &BlobRef) -> bool {
    complete.get(&named.blob_id) == Some(&(named.ct_size, named.ct_root))
}

/// Keeps a document that a revision, entry `seq`, names.
///
/// # Errors
/// See [`StoreError`].
pub fn keep(tx: &Tx<VaultKey>, id: BlobId, seq: u64) -> Result<(), StoreError> {
    tx.put(&USE, values![id, seq])?;
    tx.put(&KEEP, values![id])
}

/// Notes that a revision has no body any more, and returns the documents that it names.
///
/// # Errors
/// See [`StoreError`].
pub async fn unuse(tx: &Tx<VaultKey>, seq: u64) -> Result<Vec<BlobId>, StoreError> {
    let rows = tx.query(&USED, values![seq]).await?;
    if !rows.is_empty() {
        tx.execute(&UNUSE, values![seq]).await?;
    }
    rows.iter().map(|row| row.get(0)).collect()
}

/// Lets a document be collected unless a revision with a body names it.
///
/// # Errors
/// See [`StoreError`].
pub async fn release(tx: &Tx<VaultKey>, id: BlobId) -> Result<(), StoreError> {
    tx.execute(&RELEASE, values![id]).await.map(drop)
}

/// Lets all documents of a vault be collected.
///
/// # Errors
/// See [`StoreError`].
pub async fn release_all(tx: &Tx<VaultKey>) -> Result<(), StoreError> {
    tx.execute(&UNUSE_ALL, &[]).await?;
    tx.execute(&RELEASE_ALL, &[]).await.map(drop)
}
