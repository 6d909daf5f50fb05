//! The table `entry_status`: entries of a log that differ from the rest.

use rusqlite::Connection;
use vault_wire::ItemId;

use super::view::{is_tombstone, time};
use crate::session::error::SessionError;
use crate::session::vaults::vault::Vault;

/// Without effect, or of a format that this program did not know.
pub(crate) const NO_EFFECT: i64 = 1;
/// In effect, but the content was not received or does not open.
pub(crate) const NO_CONTENT: i64 = 2;

pub(crate) fn set(db: &Connection, entry_key: i64, status: i64) -> Result<(), SessionError> {
    let mut insert = db.prepare_cached("INSERT OR IGNORE INTO entry_status (entry_key, status) VALUES (?1, ?2)")?;
    insert.execute((entry_key, status))?;
    Ok(())
}

/// Returns whether the content of an item's earlier revisions was not received that the server should still have: it was neither
/// deleted with the item nor may it be dropped by the vault's rules.
pub(crate) fn lacks_history(db: &Connection, vault: &Vault, id: ItemId) -> Result<bool, SessionError> {
    if vault.roster.keep_days() > 0 {
        return Ok(false);
    }
    let mut find = db.prepare_cached(
        "SELECT header, body IS NULL AND status IS ?4 FROM entry INDEXED BY entry_of_item
             LEFT JOIN entry_status USING (entry_key)
         WHERE item_id = ?1 AND vault_key = ?2 AND seq >= ?3 ORDER BY seq DESC",
    )?;
    let kept = time(vault.roster.purged_before(&id));
    let mut rows = find.query((id.as_bytes(), vault.vault_key, kept, NO_CONTENT))?;
    while let Some(row) = rows.next()? {
        let (header, lacks): (Vec<u8>, bool) = (row.get(0)?, row.get(1)?);
        if is_tombstone(&header) || lacks {
            return Ok(!is_tombstone(&header));
        }
    }
    Ok(false)
}
