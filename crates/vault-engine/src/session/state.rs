//! The state of an open profile.

use std::cell::{Cell, OnceCell};
use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use tempfile::TempDir;
use vault_crypto::{LocalKey, RootKey, wipe_stack};
use vault_wire::log::Head;
use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, VaultId};

use super::activity::event;
use super::client_state::KnownPins;
use super::directory::model::Directories;
use super::error::{ReadOnly, SessionError};
use super::items::undo_record::UndoRecord;
use super::keys::{BackupKeys, Home};
use super::lists::list::Listed;
use super::lists::query::Sidebar;
use super::lists::search_index::{Search, write_used};
use super::notice::Notice;
use super::rows::write_state::WriteState;
use super::rows::{blobs, meta};
use super::sharing::seen::{SeenLacking, SeenRotation};
use super::vaults::vault::Vaults;
use crate::clock::{Clock, Rng, Timestamp};
use crate::disk::{BlobFolder, DiskError, Folder, Lock, ProfileInfo, files as disk};

/// Time of day and monotonic time at which the profile was opened.
#[derive(Clone, Copy)]
pub(crate) struct OpenedAt {
    pub(crate) now: Timestamp,
    pub(crate) steady: Duration,
}

/// An open profile, used by one thread at a time. Dropping it locks the profile: the database is closed and every key
/// is zeroized.
pub struct Session {
    pub(crate) info: ProfileInfo,
    pub(crate) device: String,
    pub(crate) notices: Vec<Notice>,
    pub(crate) read_only: Option<ReadOnly>,
    pub(crate) folder: Folder,
    pub(crate) blobs: BlobFolder,
    pub(crate) vaults: Vaults,
    pub(crate) local: LocalKey,
    pub(crate) clock: Arc<dyn Clock>,
    /// The clock when the profile was opened.
    pub(crate) opened: OpenedAt,
    pub(crate) rng: Rng,
    /// Cached until the next write.
    pub(crate) sidebar: Option<Sidebar>,
    pub(crate) search: Search,
    /// The list being paged through, until the next write.
    pub(crate) listed: Option<Listed>,
    /// Changes that can be undone, oldest first.
    pub(crate) undo: Vec<UndoRecord>,
    pub(crate) backup_keys: Arc<BackupKeys>,
    /// Whether checkpoints into the database file are paused; see `checkpoint`.
    pub(crate) checkpoints_paused: Cell<bool>,
    /// Identity of the database file, so that a file that was moved, replaced or deleted is not written to.
    pub(crate) database: Option<(u64, u64)>,
    /// The write state of the last counted commit.
    pub(crate) write_state: WriteState,
    /// The rows that this connection had changed at that commit. More were changed by writes that are not counted.
    pub(crate) changes_counted: u64,
    /// The write state that the keychain was last given in this session, and when on the steady clock.
    pub(crate) known_state: (WriteState, Duration),
    /// The number of transactions that wrote into a log.
    pub(crate) log_writes: u64,
    /// Entries of the home vault from its begin that name no vault that is not here.
    pub(crate) vaults_known: Cell<u64>,
    /// Directories that were read.
    pub(crate) directories: Directories,
    /// Ends of logs that were compared with those of vaults in alarm, and that nobody had chosen.
    pub(crate) compared_ends: BTreeMap<VaultId, Head>,
    /// The pins that own devices share.
    pub(crate) pins: KnownPins,
    /// Which members of vaults lacked a grant when the server was asked last.
    pub(crate) lacking: BTreeMap<VaultId, SeenLacking>,
    /// What former members of vaults could read, as far as it was looked for.
    pub(crate) rotations: BTreeMap<VaultId, SeenRotation>,
    /// How long the password check took, if the profile was opened by password.
    pub(crate) unlock_duration: Option<Duration>,
    // Fields are dropped in order: the database is closed before the lock is released.
    pub(crate) db: Connection,
    pub(crate) _copy: Option<TempDir>,
    /// Dropped after the database: closing any handle on a file releases all of the process's locks on it.
    pub(crate) db_file: OnceCell<Arc<File>>,
    pub(crate) _lock: Option<Lock>,
}

/// The arguments of [`Session::new`].
pub(crate) struct Parts<'a> {
    pub(crate) info: ProfileInfo,
    pub(crate) notices: Vec<Notice>,
    pub(crate) read_only: Option<ReadOnly>,
    pub(crate) folder: Folder,
    pub(crate) root_key: &'a RootKey,
    pub(crate) db: Connection,
    /// The temporary folder of the database, if that is a copy.
    pub(crate) copy: Option<TempDir>,
    pub(crate) lock: Option<Lock>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) rng: Rng,
}

impl Session {
    pub(crate) fn new(parts: Parts<'_>) -> Result<Self, SessionError> {
        let Parts { info, notices, read_only, folder, root_key, db, copy, lock, clock, rng } = parts;
        let local = root_key.derive_local_key();
        let vaults = Vaults::open(&db, root_key, &local)?;
        let device = meta::required_text(&db, meta::DEVICE)?;
        let home = vaults.home()?;
        let home = Home { vault_id: home.id, genesis: home.genesis };
        let backup_keys = Arc::new(BackupKeys::derive(info.id, root_key, Some(home)));
        let blobs = BlobFolder::new(folder.blobs());
        blobs.expect(blobs::not_here(&db)?);
        let database = disk::identity(&folder.database());
        let opened = OpenedAt { now: clock.now(), steady: clock.steady() };
        let write_state = WriteState::read(&db)?;
        let changes_counted = db.total_changes();
        if read_only.is_none() {
            blobs::sweep(&blobs, &db, clock.now())?;
            event::note_unlock(&db, clock.now())?;
        }
        Ok(Self {
            info,
            device,
            notices,
            read_only,
            folder,
            blobs,
            vaults,
            local,
            opened,
            clock,
            rng,
            sidebar: None,
            search: Search::new(),
            listed: None,
            undo: Vec::new(),
            backup_keys,
            database,
            checkpoints_paused: Cell::new(false),
            write_state,
            changes_counted,
            known_state: (WriteState::default(), opened.steady),
            log_writes: 0,
            vaults_known: Cell::new(0),
            directories: Directories::default(),
            compared_ends: BTreeMap::new(),
            pins: KnownPins::default(),
            lacking: BTreeMap::new(),
            rotations: BTreeMap::new(),
            unlock_duration: None,
            db,
            _copy: copy,
            db_file: OnceCell::new(),
            _lock: lock,
        })
    }

    /// Returns the profile's id, name and colour.
    #[must_use]
    pub fn profile(&self) -> &ProfileInfo {
        &self.info
    }

    /// Returns the name of this computer, which every revision records.
    #[must_use]
    pub fn device(&self) -> &str {
        &self.device
    }

    /// Returns why the profile is read-only, or `None` if it can be written.
    #[must_use]
    pub fn read_only(&self) -> Option<ReadOnly> {
        self.read_only
    }

    /// Returns a number that grows with each transaction that writes into a log.
    #[must_use]
    pub fn log_writes(&self) -> u64 {
        self.log_writes
    }

    /// Returns the notices to show once after unlocking.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    pub(crate) fn notice(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    pub(crate) fn took(&mut self, took: Option<Duration>) {
        self.unlock_duration = took;
    }

    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Closes the profile and returns its lock and random generator.
    pub(crate) fn close(mut self) -> (Option<Lock>, Rng) {
        // The generator is moved out; the session is closed with another one.
        let rng = std::mem::replace(&mut self.rng, crate::clock::system_rng());
        (self._lock.take(), rng)
    }

    /// Returns the clock that the profile was opened with.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Returns the random generator that the profile was opened with.
    pub fn rng(&mut self) -> &mut Rng {
        &mut self.rng
    }

    /// Returns the folder of the sealed documents.
    #[must_use]
    pub fn blobs(&self) -> &BlobFolder {
        &self.blobs
    }

    /// Returns size and root of a document's sealed bytes, as in the signed revision that added it.
    ///
    /// # Errors
    /// Returns [`SessionError::NotFound`] if no revision names it.
    pub fn blob(&self, blob_id: &BlobId) -> Result<BlobRef, SessionError> {
        blobs::find(&self.db, blob_id)
    }

    /// Returns the write state if it is not `known_state` any more, which it then is. If the profile is not being
    /// closed, only after `interval`. Before closing, writes that are not counted are counted as one commit.
    pub(crate) fn changed_state(&mut self, closing: bool, interval: Duration) -> Option<WriteState> {
        let (known, since) = self.known_state;
        let now = self.clock.steady();
        if self.read_only.is_some() || (!closing && now.saturating_sub(since) < interval) {
            return None;
        }
        if closing && self.db.total_changes() != self.changes_counted {
            // A commit that fails is not counted: the database may be ahead of the keychain.
            let _ = self.count_commit();
        }
        // A change of keys does not pass through `write`.
        self.write_state.keys_version = meta::header(&self.db).ok()?.version();
        if self.write_state == known || self.write_state.commits == 0 {
            return None;
        }
        self.known_state = (self.write_state, now);
        Some(self.write_state)
    }

    fn count_commit(&mut self) -> Result<(), SessionError> {
        self.writable()?;
        let tx = self.db.transaction()?;
        let next = self.write_state.advance(&tx, &mut self.rng)?;
        tx.commit()?;
        self.write_state = next;
        self.changes_counted = self.db.total_changes();
        Ok(())
    }

    /// Makes a profile writable that was opened for reading only because its database is older than the last known one.
    /// Fails if the disk does.
    pub(crate) fn accept_rollback(&mut self) -> Result<(), SessionError> {
        self.read_only = None;
        self.count_commit().inspect_err(|_| self.read_only = Some(ReadOnly::RolledBack))?;
        self.notices.retain(|notice| *notice != Notice::RolledBack);
        Ok(())
    }

    /// Fails if the profile is read-only, or if its database file was moved, replaced or deleted.
    pub(crate) fn writable(&self) -> Result<(), SessionError> {
        if let Some(why) = self.read_only {
            return Err(SessionError::ReadOnly(why));
        }
        // If the disk was removed, or the file moved, replaced or deleted, writes would go to a file that no path
        // names.
        if self.database.is_none() || disk::identity(&self.folder.database()) != self.database {
            return Err(SessionError::Disk(DiskError::Unreadable));
        }
        Ok(())
    }
}

impl Drop for Session {
    /// Writes the times of use, and overwrites parts of titles that searches left on the stack. If the write fails, only
    /// the order of search results is affected.
    fn drop(&mut self) {
        if self.writable().is_ok() && !self.search.used.is_empty() {
            let _ = self.db.unchecked_transaction().map_err(SessionError::from).and_then(|tx| {
                write_used(&tx, &self.search.used)?;
                Ok(tx.commit()?)
            });
        }
        wipe_stack();
    }
}
