//! The operations of an open profile on backups: taking snapshots, and opening backups.

use std::path::Path;
use std::sync::Arc;

use super::error::BackupError;
use super::open::{BackupReader, OpenBackup};
use super::rotation;
use super::rotation::{DailySnapshot, KeptBackup, Plan};
use super::snapshot::{Documents, Snapshot, Source};
use crate::document::Progress;
use crate::session::{ReadOnly, Session};

impl Session {
    /// Copies the profile as it is now, to be written to `target` as a backup. This is the quick one of the two steps:
    /// the database is brought to rest in its file, which the snapshot copies when it is written, and until that is done
    /// changes go into the write-ahead log only. Where the file cannot be kept at rest, the copy is made here.
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

    /// Whether it is time for a daily backup.
    ///
    /// # Errors
    /// [`BackupError::FolderMissing`].
    pub fn daily_is_due(&self, plan: &Plan) -> Result<bool, BackupError> {
        rotation::daily_is_due((&self.folder, self.info.id), self.clock.now(), plan)
    }

    /// The same for the daily backup; none if the last one is not a day old.
    ///
    /// # Errors
    /// See [`BackupError`]; nothing is left behind.
    pub fn daily_snapshot(
        &self,
        plan: &Plan,
        progress: Progress<'_>,
    ) -> Result<Option<DailySnapshot>, BackupError> {
        self.writable()?;
        rotation::daily((&self.folder, self.info.id), self.clock.now(), plan, || self.source(), progress)
    }

    /// The backups that made themselves, the newest first.
    #[must_use]
    pub fn kept_backups(&self, plan: &Plan) -> Vec<KeptBackup> {
        rotation::kept((&self.folder, self.info.id), plan)
    }

    /// What checks and opens backups of this profile, on any thread.
    #[must_use]
    pub fn backup_reader(&self) -> BackupReader {
        BackupReader { keys: Arc::clone(&self.backup_keys) }
    }

    /// Opens a backup of this profile after checking all of it; see [`BackupReader::open`].
    ///
    /// # Errors
    /// See [`BackupError`].
    pub fn open_backup(&self, path: &Path, progress: Progress<'_>) -> Result<OpenBackup, BackupError> {
        self.look_into(self.backup_reader().open(path, progress)?)
    }

    fn source(&self) -> Result<Source<'_>, BackupError> {
        if self.read_only == Some(ReadOnly::HeaderDamaged) {
            return Err(BackupError::ProfileDamaged);
        }
        let keys = Arc::clone(&self.backup_keys);
        let still = self.pause_checkpoints()?;
        Ok(Source { db: &self.db, folder: &self.folder, keys, now: self.clock.now(), still })
    }
}
