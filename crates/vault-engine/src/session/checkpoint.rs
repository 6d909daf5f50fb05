//! Keeps the database file unchanged while a backup copies it.

use std::fs::File;
use std::sync::Arc;

use super::error::SessionError;
use super::state::Session;
use crate::disk::DiskError;

impl Session {
    /// Moves the write-ahead log into the database file, and leaves the file unchanged while the returned handle is
    /// held. Returns `None` where that is impossible: the profile is read-only, or another handle is held.
    pub(crate) fn pause_checkpoints(&self) -> Result<Option<Arc<File>>, SessionError> {
        if self.read_only.is_some() {
            return Ok(None);
        }
        if self.checkpoints_paused.get() {
            self.resume_checkpoints()?;
        }
        let file = match self.db_file.get() {
            Some(file) => file,
            None => {
                let file = File::open(self.folder.database()).map_err(DiskError::from)?;
                self.db_file.get_or_init(|| Arc::new(file))
            }
        };
        if self.checkpoints_paused.get() {
            return Ok(None);
        }
        self.db.pragma_update(None, "wal_autocheckpoint", 0)?;
        self.checkpoints_paused.set(true);
        let busy: i64 = self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        Ok((busy == 0).then(|| Arc::clone(file)))
    }

    /// Resumes checkpoints once no handle of [`Session::pause_checkpoints`] is held.
    pub(crate) fn resume_checkpoints(&self) -> Result<(), SessionError> {
        let held = self.db_file.get().is_some_and(|file| Arc::strong_count(file) > 1);
        if self.checkpoints_paused.get() && !held {
            // SQLite's default.
            self.db.pragma_update(None, "wal_autocheckpoint", 1000)?;
            self.checkpoints_paused.set(false);
        }
        Ok(())
    }
}
