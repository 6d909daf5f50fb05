//! Keeping changes out of the file of the database while a backup copies it.

use std::fs::File;
use std::sync::Arc;

use super::error::SessionError;
use super::state::Session;
use crate::disk::DiskError;

impl Session {
    /// Moves all that was written into the file of the database and keeps it from changing for as long as the answer is
    /// held. None where that cannot be: nothing may be written there, or the file is already held.
    pub(crate) fn pause_checkpoints(&self) -> Result<Option<Arc<File>>, SessionError> {
        if self.read_only.is_some() {
            return Ok(None);
        }
        if self.at_rest.get() {
            self.resume_checkpoints()?;
        }
        let file = match self.db_file.get() {
            Some(file) => file,
            None => {
                let file = File::open(self.folder.database()).map_err(DiskError::from)?;
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
    pub(crate) fn resume_checkpoints(&self) -> Result<(), SessionError> {
        let held = self.db_file.get().is_some_and(|file| Arc::strong_count(file) > 1);
        if self.at_rest.get() && !held {
            // As SQLite has it.
            self.db.pragma_update(None, "wal_autocheckpoint", 1000)?;
            self.at_rest.set(false);
        }
        Ok(())
    }
}
