//! What the engine is compared with.

pub mod bare;
pub mod blob;
pub mod fts;
pub mod keepassxc;

use std::path::Path;

use rusqlite::Connection;

use crate::Outcome;

/// A SQLCipher database set up as the engine's.
fn database(path: &Path) -> Outcome<Connection> {
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

fn bytes(db: &Connection) -> Outcome<u64> {
    let pages: u64 = db.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    Ok(pages * 4096)
}
