//! SQLCipher as the engine configures it.

use std::path::Path;

use rusqlite::Connection;

use crate::result::Result;

/// Opens a database.
pub fn open(path: &Path) -> Result<Connection> {
    let db = Connection::open(path)?;
    db.execute_batch("PRAGMA cipher_log_level = NONE")?;
    let key: String = (0..64).map(|_| 'a').collect();
    db.execute_batch(&format!("PRAGMA key = \"x'{key}'\""))?;
    db.execute_batch(
        "PRAGMA cipher_page_size = 4096;
         PRAGMA locking_mode = EXCLUSIVE;
         PRAGMA secure_delete = ON;
         PRAGMA synchronous = FULL;
         PRAGMA temp_store = MEMORY;
         PRAGMA mmap_size = 0;
         PRAGMA cache_size = -32768;",
    )?;
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    Ok(db)
}

/// The size of a database, in bytes.
pub fn bytes(db: &Connection) -> Result<u64> {
    let pages: u64 = db.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    Ok(pages * 4096)
}
