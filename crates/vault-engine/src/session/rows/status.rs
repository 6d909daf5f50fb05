//! The table `entry_status`: entries of a log that differ from the rest.

use rusqlite::Connection;

use crate::session::error::SessionError;

/// Without effect, or of a format that this program did not know.
pub(crate) const NO_EFFECT: i64 = 1;
/// In effect, but the content was not received or does not open.
pub(crate) const NO_CONTENT: i64 = 2;

pub(crate) fn set(db: &Connection, entry_key: i64, status: i64) -> Result<(), SessionError> {
    let mut insert = db.prepare_cached("INSERT INTO entry_status (entry_key, status) VALUES (?1, ?2)")?;
    insert.execute((entry_key, status))?;
    Ok(())
}
