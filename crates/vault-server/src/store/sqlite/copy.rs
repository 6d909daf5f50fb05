//! Copies of a database, also of one that is in use, and its chunks as another process sees them.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::SqlCipherKey;
use super::connection::{self, failure};
use crate::store::StoreError;
use crate::store::command::Mode;

/// Copies a database as it is at one moment; the copy is on the disk afterwards. Transactions that commit meanwhile are not
/// in it and do not wait.
///
/// # Errors
/// See [`StoreError`]. What was written so far stays.
pub fn copy(path: &Path, key: Option<&SqlCipherKey>, to: &Path) -> Result<(), StoreError> {
    let source = connection::open(path, key, Mode::Read)?;
    let mut copied = connection::open(to, key, Mode::Write)?;
    fs::set_permissions(to, Permissions::from_mode(0o600)).map_err(|_| StoreError::Disk)?;
    let step = Backup::new(&source, &mut copied).and_then(|backup| backup.step(-1));
    match step.map_err(|error| failure(&error))? {
        StepResult::Done => {}
        _ => return Err(StoreError::Unavailable),
    }
    // Its log of changes is empty then, and goes with the last connection.
    truncate(&copied)?;
    copied.close().map_err(|(_, error)| failure(&error))?;
    File::open(to).and_then(|file| file.sync_all()).map_err(|_| StoreError::Disk)
}

fn truncate(connection: &Connection) -> Result<(), StoreError> {
    let truncate = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    truncate.map_err(|error| failure(&error))
}

/// Reads every page and index and compares them.
///
/// # Errors
/// [`StoreError::Damaged`], and see [`StoreError`].
pub fn check(path: &Path, key: Option<&SqlCipherKey>) -> Result<(), StoreError> {
    let connection = connection::open(path, key, Mode::Read)?;
    let result = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
    match result.map_err(|error| failure(&error))?.as_str() {
        "ok" => Ok(()),
        _ => Err(StoreError::Damaged),
    }
}
