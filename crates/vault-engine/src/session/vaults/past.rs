//! What entries name of a stored log, for the verifier.

use rusqlite::{Connection, OptionalExtension};
use vault_wire::log::{CurrentRevision, Head, Named, Past};
use vault_wire::{ItemId, RevHash, Root};

use crate::session::error::SessionError;
use crate::session::rows::view::time;

/// Returns the head of a log after `seq` entries, at least one.
pub(crate) fn head_at(db: &Connection, vault_key: i64, seq: u64) -> Result<Head, SessionError> {
    let root = root_at(db, vault_key, seq)?.ok_or(SessionError::DatabaseDamaged)?;
    Ok(Head { seq, root })
}

/// Returns the root after `seq` entries, at least one.
pub(crate) fn root_at(db: &Connection, vault_key: i64, seq: u64) -> Result<Option<Root>, SessionError> {
    let mut find = db.prepare_cached("SELECT root FROM entry WHERE vault_key = ?1 AND seq = ?2")?;
    let found = find.query_row((vault_key, time(seq)), |row| Ok(Root::from_bytes(row.get(0)?)));
    Ok(found.optional()?)
}

/// Returns an item's last revision among the first `seq` entries of a log.
pub(crate) fn current(
    db: &Connection,
    vault_key: i64,
    seq: u64,
    item_id: &ItemId,
) -> Result<Option<CurrentRevision>, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT hash, seq FROM entry INDEXED BY entry_of_item
         WHERE item_id = ?1 AND vault_key = ?2 AND seq <= ?3 ORDER BY seq DESC LIMIT 1",
    )?;
    let found = find.query_row((item_id.as_bytes(), vault_key, time(seq)), |row| {
        Ok(CurrentRevision { hash: RevHash::from_bytes(row.get(0)?), seq: row.get(1)? })
    });
    Ok(found.optional()?)
}

/// Loads what entries name of the log before them.
pub(crate) fn load(db: &Connection, vault_key: i64, head: Head, named: &Named) -> Result<Past, SessionError> {
    let mut past = Past { head, roots: [].into(), current: [].into() };
    for seq in named.roots.range(1..head.seq) {
        let root = root_at(db, vault_key, *seq)?.ok_or(SessionError::DatabaseDamaged)?;
        past.roots.insert(*seq, root);
    }
    for item in &named.items {
        if let Some(current) = current(db, vault_key, head.seq, item)? {
            past.current.insert(*item, current);
        }
    }
    Ok(past)
}
