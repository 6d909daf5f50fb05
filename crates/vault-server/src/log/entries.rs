//! Rows of entries.

use vault_wire::cbor::Canonical as _;
use vault_wire::message::LogEntry;
use vault_wire::revision::{BlobRef, RevisionHeader, RevisionKind, SignedRevision};
use vault_wire::roster::SignedRecord;
use vault_wire::{ItemId, Root};

use crate::store::{Row, Sql, StoreError, Tx, VaultKey, View};
use crate::values;

/// Length of the body of a tombstone, which no quota stops.
const TOMBSTONE: u64 = 1024 + 73;

const INSERT: Sql<VaultKey> = Sql::new(
    "INSERT INTO entry (vault_id, seq, content, signatures, root, item_id, body_hash, body)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
);
const ROOTS: Sql<VaultKey> =
    Sql::new("SELECT seq, root FROM entry WHERE vault_id = $1 AND seq IN ($2, $3, $4, $5, $6, $7, $8, $9)");

/// The signatures of an entry, as they are stored and enter the root.
pub fn signatures(entry: &LogEntry) -> Vec<u8> {
    match entry {
        LogEntry::Revision { revision, .. } => revision.signature.as_bytes().to_vec(),
        LogEntry::Record(record) => record.signatures(),
    }
}

/// The documents that a revision names; none of an entry that is malformed.
pub fn documents(entry: &LogEntry) -> Vec<BlobRef> {
    match entry {
        LogEntry::Revision { revision, .. } => {
            RevisionHeader::decode(&revision.header).map_or(Vec::new(), |header| header.blobs)
        }
        LogEntry::Record(_) => Vec::new(),
    }
}

/// The length of an entry's body, if it is there.
pub fn body_len(entry: &LogEntry) -> u64 {
    match entry {
        LogEntry::Revision { body, .. } => body.as_ref().map_or(0, |body| body.len() as u64),
        LogEntry::Record(_) => 0,
    }
}

/// The bytes of an entry that count towards the quota.
pub fn charge_of(entry: &LogEntry) -> u64 {
    match entry {
        LogEntry::Revision { revision, .. } => charge(&revision.header, body_len(entry)),
        LogEntry::Record(_) => 0,
    }
}

/// The bytes of a body that count towards the quota: all, unless its revision is a tombstone.
pub fn charge(header: &[u8], len: u64) -> u64 {
    let tombstone =
        || RevisionHeader::decode(header).is_ok_and(|header| header.kind == RevisionKind::Tombstone);
    if len <= TOMBSTONE && tombstone() { 0 } else { len }
}

/// Stores an entry.
///
/// # Errors
/// See [`StoreError`].
pub fn insert(
    tx: &Tx<VaultKey>,
    seq: u64,
    root: Root,
    item: Option<ItemId>,
    entry: &LogEntry,
) -> Result<(), StoreError> {
    let signatures = signatures(entry);
    let (content, body_hash, body) = match entry {
        LogEntry::Revision { revision, body } => {
            (&revision.header, Some(revision.body_hash), body.as_deref())
        }
        LogEntry::Record(record) => (&record.bytes, None, None),
    };
    let values = values![seq, content.as_slice(), signatures, root, item, body_hash, body];
    tx.put(&INSERT, values)
}

/// Reads an entry from content, signatures, body hash and body, the columns of a row from `first` on.
///
/// # Errors
/// [`StoreError::Damaged`] if it is none.
pub fn from_row(row: &Row, first: usize) -> Result<LogEntry, StoreError> {
    let content: Vec<u8> = row.get(first)?;
    let signatures: Vec<u8> = row.get(first + 1)?;
    let Some(body_hash) = row.get(first + 2)? else {
        let record = SignedRecord::from_parts(content, &signatures);
        return record.map(LogEntry::Record).map_err(|_| StoreError::Damaged);
    };
    let signature = signatures.as_slice().try_into().map_err(|_| StoreError::Damaged)?;
    let revision = SignedRevision { header: content, body_hash, signature };
    Ok(LogEntry::Revision { revision, body: row.get(first + 3)? })
}

/// The roots after entries with these numbers, as far as they exist.
///
/// # Errors
/// See [`StoreError`].
pub async fn roots(view: &View<VaultKey>, numbers: &[u64]) -> Result<Vec<(u64, Root)>, StoreError> {
    let mut found = Vec::with_capacity(numbers.len());
    for eight in numbers.chunks(8) {
        // A list of fixed length: the last number fills it up.
        let at = |index: usize| eight.get(index).or(eight.last()).copied().unwrap_or_default();
        let values = values![at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)];
        for row in view.query(&ROOTS, values).await? {
            found.push((row.get(0)?, row.get(1)?));
        }
    }
    Ok(found)
}
