//! Copying an open database, and checking the pages of a copy.

use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;
use vault_crypto::DatabaseKey;

use super::error::{OpenError, StoreError};
use super::open::{Mode, refuse_migration, unlock};
use super::{migrate, open};
use crate::disk::files;
use crate::document::Progress;

/// The bytes of a page, as set by [`unlock`].
const PAGE: u64 = 4096;
/// Pages copied in one step.
const PAGES: i32 = 2048;
/// Bytes copied in one step.
pub(crate) const COPIED_AT_ONCE: u64 = PAGE * 2048;

/// Copies the current content of a database into a new file, under the same or another key. `progress` is called after
/// each [`COPIED_AT_ONCE`], always with 0, and may cancel.
pub(crate) fn copy(
    db: &Connection,
    to: &Path,
    key: &DatabaseKey,
    progress: Progress<'_>,
) -> Result<(), StoreError> {
    files::private_file().write(true).create_new(true).open(to)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = Connection::open_with_flags(to, flags)?;
    unlock(&copy, key)?;
    // An unfinished copy is discarded, so it needs no journal and no syncs.
    copy.pragma_update_and_check(None, "journal_mode", "MEMORY", |_| Ok(()))?;
    copy.pragma_update(None, "synchronous", "OFF")?;
    let backup = Backup::new(db, &mut copy)?;
    loop {
        match backup.step(PAGES)? {
            StepResult::Done => break,
            StepResult::More if progress(0).is_continue() => {}
            StepResult::More => return Err(StoreError::Cancelled),
            // Busy or locked: impossible, since this is the only writer.
            _ => return Err(StoreError::Fault),
        }
    }
    drop(backup);
    copy.close().map_err(|(_, error)| error)?;
    Ok(())
}

/// Opens a database of an older schema version that cannot be written: makes an encrypted copy in the system's
/// temporary folder and migrates it. The copy is opened for reading only.
pub(crate) fn open_copy(path: &Path, key: &DatabaseKey) -> Result<(Connection, TempDir), OpenError> {
    let folder = files::private_temp_folder(&std::env::temp_dir())?;
    let to = folder.path().join("vault.db");
    let original = open(path, key, Mode::Check, &mut refuse_migration)?;
    copy(&original, &to, key, &mut |_| ControlFlow::Continue(()))?;
    drop(original);
    let db = open(&to, key, Mode::Write, &mut |_, _| Ok(()))?;
    db.pragma_update(None, "query_only", true)?;
    Ok((db, folder))
}

/// Returns the size of a copy in bytes.
pub(crate) fn size(db: &Connection) -> rusqlite::Result<u64> {
    let pages: u64 = db.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    Ok(pages.saturating_mul(PAGE))
}

/// Returns the schema version of the database.
pub(crate) fn form(db: &Connection) -> rusqlite::Result<u32> {
    migrate::version(db)
}

/// Checks that every page authenticates under the key, and that the pages form a consistent database. Returns
/// [`OpenError::Damaged`] if not.
pub(crate) fn check_pages(db: &Connection) -> Result<(), OpenError> {
    let mut pages = db.prepare("PRAGMA cipher_integrity_check")?;
    let broken = pages.exists([])?;
    let told: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if broken || told != "ok" { Err(OpenError::Damaged) } else { Ok(()) }
}
