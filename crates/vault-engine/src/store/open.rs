//! Opening a database with a raw key, in one of four modes.

use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use vault_crypto::DatabaseKey;
use zeroize::Zeroizing;

use super::error::{OpenError, StoreError};
use super::migrate;
use super::migrate::{CopyFirst, NEWEST};
use crate::disk::files;

/// The mode in which a database is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A new database; the file must not exist.
    Create,
    /// For reading and writing.
    Write,
    /// For reading only, on any disk: nothing is locked, recovered or written.
    Read,
    /// As [`Self::Read`], with any schema version that this program knows.
    Check,
}

/// A [`CopyFirst`] that refuses every migration, with [`OpenError::Fault`].
pub(crate) fn refuse_migration(_: &Connection, _: u32) -> Result<(), OpenError> {
    Err(OpenError::Fault)
}

/// Opens a database and, if it can be written, migrates it to the newest schema version.
///
/// A database of a newer program is left unchanged, its write-ahead log included.
pub(crate) fn open(
    path: &Path,
    key: &DatabaseKey,
    mode: Mode,
    copy_first: CopyFirst<'_>,
) -> Result<Connection, OpenError> {
    open_with(path, key, mode, migrate::STEPS, copy_first)
}

pub(crate) fn open_with(
    path: &Path,
    key: &DatabaseKey,
    mode: Mode,
    steps: &[&str],
    copy_first: CopyFirst<'_>,
) -> Result<Connection, OpenError> {
    let access = match mode {
        Mode::Create => {
            // SQLite would create it readable for other users.
            files::private_file().write(true).create_new(true).open(path)?;
            OpenFlags::SQLITE_OPEN_READ_WRITE
        }
        Mode::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Mode::Read | Mode::Check => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    // SQLite deletes the write-ahead log of an empty file, which may have everything.
    if mode != Mode::Create && !is_not_empty(path) {
        return Err(OpenError::Damaged);
    }
    let log_holds_something = is_not_empty(&log_of(path));
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let db = match mode {
        Mode::Read | Mode::Check => open_read_only(path, flags)?,
        Mode::Create | Mode::Write => Connection::open_with_flags(path, flags)?,
    };
    unlock(&db, key)?;
    #[cfg(test)]
    let db = super::recorded::watch(db);
    // Until the version is known nothing may be moved from the write-ahead log into the database. A log that is created
    // only now is empty and may be removed on closing.
    let keep_log = mode != Mode::Create && log_holds_something;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep_log)?;
    let version = match mode {
        Mode::Create => 0,
        _ => migrate::version(&db).map_err(OpenError::of_first_read)?,
    };
    match version {
        // SQLite opens an empty file as an empty database.
        0 if mode != Mode::Create => return Err(OpenError::Damaged),
        known if known as usize <= steps.len() => {}
        _ => return Err(OpenError::Newer),
    }
    db.set_db_config(
        DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
        mode != Mode::Create && mode != Mode::Write,
    )?;
    match mode {
        Mode::Create | Mode::Write => {
            db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
            if !log_holds_something {
                // The log has been created by now. SQLite ignores a failed sync of its folder, but committed data may
                // be only in the log for a long time.
                files::sync_folder(path.parent().unwrap_or(Path::new(".")))?;
            }
            migrate::migrate(&db, version, steps, copy_first)?;
        }
        // A migration would have to write; see `open_copy`.
        Mode::Read if version < NEWEST => return Err(OpenError::Older),
        Mode::Read | Mode::Check => {}
    }
    Ok(db)
}

/// Moves everything from the write-ahead log into the database and closes it; no log is left.
///
/// Fails if the disk does. Closing alone would ignore that and leave the log.
pub(crate) fn close(db: Connection) -> Result<(), StoreError> {
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(db.close().map_err(|(_, error)| error)?)
}

/// Returns the path of SQLite's write-ahead log.
pub(crate) fn log_of(path: &Path) -> PathBuf {
    beside(path, "-wal")
}

/// Returns the path of the index of that log.
pub(crate) fn index_of(path: &Path) -> PathBuf {
    beside(path, "-shm")
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn is_not_empty(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.len() > 0)
}

/// Opens a database without locking or creating files. There are no writers: the disk is read-only, or the profile's
/// lock is held.
#[cfg(unix)]
fn open_read_only(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    use std::os::unix::ffi::OsStrExt;

    if is_not_empty(&log_of(path)) {
        // A write-ahead log must be read; in exclusive mode its index is in memory.
        return Connection::open_with_flags_and_vfs(path, flags, c"unix-none");
    }
    // Without a log SQLite would create one, unless the database is declared immutable.
    let mut uri = String::from("file:");
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => uri.push(byte.into()),
            other => uri.push_str(&format!("%{other:02x}")),
        }
    }
    uri.push_str("?immutable=1");
    Connection::open_with_flags_and_vfs(uri, flags | OpenFlags::SQLITE_OPEN_URI, c"unix-none")
}

#[cfg(not(unix))]
fn open_read_only(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(path, flags)
}

/// Passes the key and the settings that are needed before the first page is read.
pub(crate) fn unlock(db: &Connection, key: &DatabaseKey) -> rusqlite::Result<()> {
    // SQLCipher would report a wrong key on standard error.
    db.execute_batch("PRAGMA cipher_log_level = NONE; PRAGMA cipher_memory_security = ON")?;
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
    // The schema has neither. An archive comes from somebody else, who may have added some.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t51_nothing_that_a_foreign_schema_adds_is_run() {
        let folder = tempfile::tempdir().unwrap();
        let (path, key) = (folder.path().join("vault.db"), DatabaseKey::from_bytes(&[7; 32]));
        let open_as = |mode| open(&path, &key, mode, &mut refuse_migration).unwrap();
        let db = open_as(Mode::Create);
        db.execute_batch(
            "CREATE TRIGGER harm AFTER INSERT ON meta BEGIN DELETE FROM meta; END;
             CREATE VIEW other AS SELECT name FROM meta;",
        )
        .unwrap();
        close(db).unwrap();
        let db = open_as(Mode::Write);
        db.execute("INSERT INTO meta (name, value) VALUES ('a', x'00'), ('b', x'00')", []).unwrap();
        let rows: u32 = db.query_row("SELECT count(*) FROM meta", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 2);
        let refused = db.query_row("SELECT * FROM other", [], |_| Ok(())).unwrap_err();
        assert!(refused.to_string().contains("prohibited"), "{refused}");
    }
}
