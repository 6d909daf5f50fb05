//! What an open profile does with backups: takes snapshots, checks them, and takes single things out of them.

mod log;
mod open;
mod taking;

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use super::{ReadOnly, Session, SessionError};
use crate::backup::{self, BackupError, DailySnapshot, Documents, KeptBackup, Plan, Snapshot, Source};
use crate::document::Progress;

pub(crate) use log::{documents, heads, prove, replay};
pub use open::{BackupDocument, BackupReader, CheckedBackup, OpenBackup};
pub use taking::{RestoreAs, RestoredItem, TakenOut, Taking};

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
        backup::daily_is_due((&self.folder, self.info.id), self.clock.now(), plan)
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
        backup::daily((&self.folder, self.info.id), self.clock.now(), plan, || self.source(), progress)
    }

    /// The backups that made themselves, the newest first.
    #[must_use]
    pub fn kept_backups(&self, plan: &Plan) -> Vec<KeptBackup> {
        backup::kept((&self.folder, self.info.id), plan)
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
        let still = self.bring_to_rest()?;
        Ok(Source { db: &self.db, folder: &self.folder, keys, now: self.clock.now(), still })
    }

    /// Moves all that was written into the file of the database and keeps it from changing for as long as the answer is
    /// held. None where that cannot be: nothing may be written there, or the file is already held.
    fn bring_to_rest(&self) -> Result<Option<Arc<File>>, SessionError> {
        if self.read_only.is_some() {
            return Ok(None);
        }
        if self.at_rest.get() {
            self.let_go_on()?;
        }
        let file = match self.db_file.get() {
            Some(file) => file,
            None => {
                let file = File::open(self.folder.database()).map_err(crate::profile::DiskError::from)?;
                self.db_file.get_or_init(|| Arc::new(file))
            }
        };
        if self.at_rest.get() {
            return Ok(None);
        }
        self.db.pragma_update(None, "wal_autocheckpoint", 0)?;
        self.at_rest.set(true);
        let busy: i64 = self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        Ok((busy == 0).then(|| Arc::clone(file)))
    }

    /// Lets changes into the file of the database again once nobody copies it.
    pub(super) fn let_go_on(&self) -> Result<(), SessionError> {
        let held = self.db_file.get().is_some_and(|file| Arc::strong_count(file) > 1);
        if self.at_rest.get() && !held {
            // As SQLite has it.
            self.db.pragma_update(None, "wal_autocheckpoint", 1000)?;
            self.at_rest.set(false);
        }
        Ok(())
    }
}
