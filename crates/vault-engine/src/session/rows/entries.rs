//! The table `entry`: the logs of the vaults.

use rusqlite::{Connection, named_params};
use vault_wire::roster::SignedRecord;
use vault_wire::{BodyHash, ItemId, Root};

use super::view::time;
use crate::clock::Timestamp;
use crate::session::error::SessionError;

/// An entry to insert.
pub(crate) struct NewEntry<'a> {
    pub(crate) vault_key: i64,
    pub(crate) seq: u64,
    /// The root after it.
    pub(crate) root: &'a Root,
    /// `None` for a record, and without effect.
    pub(crate) item_id: Option<&'a ItemId>,
    pub(crate) hash: &'a [u8; 32],
    /// The header of a revision, or the record.
    pub(crate) header: &'a [u8],
    pub(crate) signatures: &'a [u8],
    /// `None` for a record.
    pub(crate) body_hash: Option<&'a BodyHash>,
    pub(crate) body: Option<&'a [u8]>,
    pub(crate) written_at: Timestamp,
}

impl NewEntry<'_> {
    /// Inserts the entry and returns the number of its row.
    pub(crate) fn insert(&self, db: &Connection) -> Result<i64, SessionError> {
        let mut insert = db.prepare_cached(
            "INSERT INTO entry (vault_key, seq, root, item_id, hash, header, signature, body_hash, body, written_at)
             VALUES (:vault_key, :seq, :root, :item_id, :hash, :header, :signature, :body_hash, :body, :written_at)",
        )?;
        insert.execute(named_params! {
            ":vault_key": self.vault_key,
            ":seq": time(self.seq),
            ":root": self.root.as_bytes(),
            ":item_id": self.item_id.map(ItemId::as_bytes),
            ":hash": self.hash,
            ":header": self.header,
            ":signature": self.signatures,
            ":body_hash": self.body_hash.map(BodyHash::as_bytes),
            ":body": self.body,
            ":written_at": time(self.written_at.0),
        })?;
        Ok(db.last_insert_rowid())
    }
}

/// Reads the record that created a vault.
pub(crate) fn genesis(db: &Connection, vault_key: i64) -> Result<SignedRecord, SessionError> {
    let mut find =
        db.prepare_cached("SELECT header, signature FROM entry WHERE vault_key = ?1 AND seq = 1")?;
    let (record, signatures): (Vec<u8>, Vec<u8>) =
        find.query_row([vault_key], |row| Ok((row.get(0)?, row.get(1)?)))?;
    SignedRecord::from_parts(record, &signatures).map_err(|_| SessionError::DatabaseDamaged)
}

/// Returns when an entry was written or received here.
pub(crate) fn written_at(db: &Connection, entry_key: i64) -> Result<Timestamp, SessionError> {
    let mut find = db.prepare_cached("SELECT written_at FROM entry WHERE entry_key = ?1")?;
    Ok(find.query_row([entry_key], |row| Ok(Timestamp(row.get(0)?)))?)
}
