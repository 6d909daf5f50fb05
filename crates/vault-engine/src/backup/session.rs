//! Operations of an open profile on backups: taking snapshots and opening backups.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::automatic;
use super::automatic::{BackupPlan, DailySnapshot, KeptBackup};
use super::error::BackupError;
use super::open::{BackupReader, OpenBackup};
use super::snapshot::{Documents, Snapshot, Source};
use crate::document::Progress;
use crate::session::{ReadOnly, Session};

impl Session {
    /// Takes a snapshot of the profile, to be written to `target` as a backup. This is the quick one of the two steps:
    /// checkpoints are paused, so that changes go into the write-ahead log only, until the snapshot has copied the
    /// database file. If they cannot be paused, the database is copied here.
    ///
    /// # Errors
    /// See [`BackupError`]; nothing is left behind.
    pub fn snapshot(
        &self,
        target: &Path,
        documents: Documents,
        progress: Progress<'_>,
    ) -> Result<Snapshot, BackupError> {
        Snapshot::take(&self.source()?, target, documents, progress)
    }

    /// Returns whether a daily backup is due.
    ///
    /// # Errors
    /// Returns [`BackupError::FolderMissing`] if the chosen folder does not exist.
    pub fn daily_is_due(&self, plan: &BackupPlan) -> Result<bool, BackupError> {
        automatic::daily_is_due((&self.folder, self.info.id), self.clock.now(), plan)
    }

    /// Takes a snapshot for the daily backup; `None` if the last one is less than a day old.
    ///
    /// # Errors
    /// See [`BackupError`]; nothing is left behind.
    pub fn daily_snapshot(
        &self,
        plan: &BackupPlan,
        progress: Progress<'_>,
    ) -> Result<Option<DailySnapshot>, BackupError> {
        self.writable()?;
        automatic::daily((&self.folder, self.info.id), self.clock.now(), plan, || self.source(), progress)
    }

    /// Lists the automatic backups, newest first.
    #[must_use]
    pub fn kept_backups(&self, plan: &BackupPlan) -> Vec<KeptBackup> {
        automatic::kept((&self.folder, self.info.id), plan)
    }

    /// Returns a reader for backups of this profile, for use on any thread.
    #[must_use]
    pub fn backup_reader(&self) -> BackupReader {
        BackupReader { keys: Arc::clone(&self.backup_keys) }
    }

    /// Opens a backup of this profile after checking all of it; see [`BackupReader::open`].
    ///
    /// # Errors
    /// See [`BackupError`].
    pub fn open_backup(&self, path: &Path, progress: Progress<'_>) -> Result<OpenBackup, BackupError> {
        self.open_checked(self.backup_reader().open(path, progress)?)
    }

    /// Returns a folder of the profile for sealed temporary files. What a kill leaves there is removed after a day.
    ///
    /// # Errors
    /// Fails with the disk.
    pub fn work_folder(&self) -> Result<PathBuf, BackupError> {
        automatic::prepare(&self.folder.path().join(automatic::BACKUPS))
    }

    fn source(&self) -> Result<Source<'_>, BackupError> {
        if self.read_only == Some(ReadOnly::HeaderDamaged) {
            return Err(BackupError::ProfileDamaged);
        }
        let keys = Arc::clone(&self.backup_keys);
        let frozen = self.pause_checkpoints()?;
        Ok(Source { db: &self.db, folder: &self.folder, keys, now: self.clock.now(), frozen })
    }
}
