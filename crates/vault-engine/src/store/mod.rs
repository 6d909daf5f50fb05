//! The database of a profile: SQLCipher, opened with a raw key.

mod error;
mod migrate;

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use vault_crypto::DatabaseKey;
use zeroize::Zeroizing;

pub(crate) use error::OpenError;
pub(crate) use migrate::NEWEST;

use crate::profile::files;

/// How a database is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It must not exist yet.
    Create,
    /// For reading and writing.
    Write,
    /// On a disk that can be written, but it shall not be.
    ReadOnly,
    /// On a disk that cannot be written: nothing is locked, recovered or written there.
    ReadOnlyDisk,
}

/// Opens the database and brings it to the newest form this program knows.
///
/// A database of a newer program is left exactly as it is, its write-ahead log included.
pub(crate) fn open(path: &Path, key: &DatabaseKey, mode: Mode) -> Result<Connection, OpenError> {
    let access = match mode {
        Mode::Create => {
            // SQLite would make it readable for others as well.
            files::private_file().write(true).create_new(true).open(path)?;
            OpenFlags::SQLITE_OPEN_READ_WRITE
        }
        Mode::Write | Mode::ReadOnly => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Mode::ReadOnlyDisk => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    if !path.exists() {
        return Err(OpenError::Damaged);
    }
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let db = match mode {
        // Locks need a writable file. Nobody can write there, so none are needed.
        #[cfg(unix)]
        Mode::ReadOnlyDisk => Connection::open_with_flags_and_vfs(path, flags, c"unix-none")?,
        _ => Connection::open_with_flags(path, flags)?,
    };
    unlock(&db, key)?;
    let version = match mode {
        Mode::Create => 0,
        _ => migrate::version(&db).map_err(OpenError::of_first_read)?,
    };
    if version > NEWEST {
        return Err(OpenError::Newer);
    }
    db.set_db_config(
        DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
        mode != Mode::Create && mode != Mode::Write,
    )?;
    match mode {
        Mode::Create | Mode::Write => {
            db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
            migrate::migrate(&db, version)?;
        }
        Mode::ReadOnly | Mode::ReadOnlyDisk => {
            if version < NEWEST {
                return Err(OpenError::Damaged);
            }
            db.pragma_update(None, "query_only", true)?;
        }
    }
    Ok(db)
}

/// Hands the key over and sets what must be set before the first page is read.
fn unlock(db: &Connection, key: &DatabaseKey) -> Result<(), OpenError> {
    // A wrong key would be reported on standard error.
    db.execute_batch("PRAGMA cipher_log_level = NONE")?;
    db.execute_batch(&key_pragma(key))?;
    db.execute_batch(
        "PRAGMA cipher_page_size = 4096;
         PRAGMA locking_mode = EXCLUSIVE;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON;
         PRAGMA synchronous = FULL;
         PRAGMA temp_store = MEMORY;
         PRAGMA mmap_size = 0;
         PRAGMA cache_size = -32768;",
    )?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // Until the version is known nothing may move from the write-ahead log into the database.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn key_pragma(key: &DatabaseKey) -> Zeroizing<String> {
    const BEGIN: &str = "PRAGMA key = \"x'";
    let mut pragma = Zeroizing::new(String::with_capacity(BEGIN.len() + 2 * DatabaseKey::LEN + 2));
    pragma.push_str(BEGIN);
    for byte in key.expose_bytes() {
        for digit in [byte >> 4, byte & 15] {
            pragma.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
        }
    }
    pragma.push_str("'\"");
    pragma
}
