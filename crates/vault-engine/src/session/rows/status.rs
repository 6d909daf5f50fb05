//! The table `entry_status`: entries of a log that differ from the rest.

use rusqlite::Connection;
use vault_wire::ItemId;

use super::view::{is_tombstone, time};
use crate::session::error::SessionError;

/// Without effect, or of a format that this program did not know.
pub(crate) const NO_EFFECT: i64 = 1;
/// In effect, but the content was not received or does not open.
pub(crate) const NO_CONTENT: i64 = 2;

pub(crate) fn set(db: &Connection, entry_key: i64, status: i64) -> Result<(), SessionError> {
    let mut insert =
        db.prepare_cached("INSERT OR IGNORE INTO entry_status (entry_key, status) VALUES (?1, ?2)")?;
    insert.execute((entry_key, status))?;
    Ok(())
}

/// Returns whether the content of an item's revisions from one entry on was not received: of none before it was deleted last.
pub(crate) fn lacks_content(
    db: &Connection,
    vault_key: i64,
    id: ItemId,
    since: u64,
) -> Result<bool, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT header, body IS NULL AND status IS ?4 FROM entry INDEXED BY entry_of_item
             LEFT JOIN entry_status USING (entry_key)
         WHERE item_id = ?1 AND vault_key = ?2 AND seq >= ?3 ORDER BY seq DESC",
    )?;
    let mut rows = find.query((id.as_bytes(), vault_key, time(since), NO_CONTENT))?;
    while let Some(row) = rows.next()? {
        let (header, lacks): (Vec<u8>, bool) = (row.get(0)?, row.get(1)?);
        if is_tombstone(&header) || lacks {
            return Ok(!is_tombstone(&header));
        }
    }
    Ok(false)
}
