//! Backups: a whole profile in one file, as sealed as it lies on the disk.
//!
//! A backup is an uncompressed tar archive of the key file, a copy of the database and the sealed documents, with an
//! authenticated manifest before them; `docs/formats/backup.md` has the layout. It is made in two steps. [`Snapshot`]s
//! are taken by the open profile and are quick; writing one needs the profile no more, so any thread may do it. A
//! backup gets its name only after it has been read back and checked.

mod archive;
mod check;
mod error;
mod keys;
mod manifest;
mod rotation;
mod snapshot;

pub use error::{BackupError, RestoreError};
pub use manifest::{LeftOut, Why};
pub use rotation::{DailySnapshot, KeptBackup, Occasion, Plan};
pub use snapshot::{Documents, Snapshot};

pub(crate) use archive::BackupFile;
pub(crate) use check::{Member, check, each_member, is_sealed_as};
pub(crate) use keys::{BackupKeys, Home};
pub(crate) use rotation::{BACKUPS as FOLDER, before_migration, daily, daily_is_due, kept};
pub(crate) use snapshot::{Source, work_folder};

use std::path::Path;

use vault_wire::ProfileId;

use crate::item::Timestamp;

/// Looks whether a file is a backup at all, and answers with its bytes. Nothing of it is believed.
///
/// # Errors
/// See [`BackupError`].
pub fn look_at(path: &Path) -> Result<u64, BackupError> {
    let backup = BackupFile::open(path)?;
    Ok(backup.file.metadata()?.len())
}

/// Reads the manifest of a backup, believing nothing of it, and writes what was read once more: the same bytes.
///
/// # Errors
/// See [`BackupError`].
pub fn reread_manifest(bytes: &[u8]) -> Result<Vec<u8>, BackupError> {
    manifest::reread(bytes)
}

/// What a backup is, told after all of it was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupInfo {
    /// The profile.
    pub profile: ProfileId,
    /// When the profile was as it is in the backup.
    pub made_at: Timestamp,
    /// Entries of the logs that were replayed; none where the vaults are not known yet.
    pub entries: Option<u64>,
    /// Documents in it.
    pub documents: usize,
    /// Documents of the profile that are not in it.
    pub left_out: Vec<LeftOut>,
}

/// Fails if a disk has less room than is needed.
pub(crate) fn expect_room(folder: &Path, needed: u64) -> Result<(), crate::profile::DiskError> {
    crate::document::expect_room(folder, needed).map_err(|_| crate::profile::DiskError::Full)
}
