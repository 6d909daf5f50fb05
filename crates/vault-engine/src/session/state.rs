//! The state of an open profile.

use std::cell::{Cell, OnceCell};
use std::fs::File;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use tempfile::TempDir;
use vault_crypto::{LocalKey, RootKey};
use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, ItemId};

use super::activity::{clock_doubt, event};
use super::error::{ReadOnly, SessionError};
use super::items::bulk::{Changed, ItemProgress};
use super::items::change::{Put, Stored};
use super::items::undo::Record;
use super::items::{bulk, undo};
use super::keys::{BackupKeys, Home};
use super::lists::list;
use super::lists::list::Listed;
use super::lists::query::{Page, Query, Sidebar};
use super::lists::search::Search;
use super::notice::Notice;
use super::rows::{blobs, counts, meta};
use super::vaults::vault::Vaults;
use crate::clock::{Clock, Rng};
use crate::disk::{BlobFolder, DiskError, Folder, Lock, ProfileInfo, files as disk};
use crate::item::Item;

/// An open profile. It belongs to one thread at a time; dropping it locks the profile: the database is closed and every
/// key is wiped.
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
    /// What the clock said when the profile was opened.
    pub(crate) opened: clock_doubt::Opened,
    pub(crate) rng: Rng,
    /// Counted once, until something is written.
    pub(crate) sidebar: Option<Sidebar>,
    pub(crate) search: Search,
    /// The list that is being leafed through, until something is written.
    pub(crate) listed: Option<Listed>,
    /// What can be undone, the oldest first.
    pub(crate) undo: Vec<Record>,
    pub(crate) backup_keys: Arc<BackupKeys>,
    /// Whether changes are kept out of the file of the database, see `backup`.
    pub(crate) at_rest: Cell<bool>,
    /// The file that the database is; what is written to it after it was taken away would be lost.
    pub(crate) database: Option<(u64, u64)>,
    /// How long trying the password took when the profile was opened by it.
    pub(crate) try_took: Option<Duration>,
    // Closed before the lock is given back.
    pub(crate) db: Connection,
    pub(crate) _copy: Option<TempDir>,
    /// Closed after the database: to close any handle on its file gives all locks on it back.
    pub(crate) db_file: OnceCell<Arc<File>>,
    pub(crate) _lock: Option<Lock>,
}

/// What a session is made of.
pub(crate) struct Parts<'a> {
    pub(crate) info: ProfileInfo,
    pub(crate) notices: Vec<Notice>,
    pub(crate) read_only: Option<ReadOnly>,
    pub(crate) folder: Folder,
    pub(crate) root_key: &'a RootKey,
    pub(crate) db: Connection,
    /// Where the database lies, if it is a copy.
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
        let database = disk::identity(&folder.database());
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
            opened: clock_doubt::Opened { now: clock.now(), steady: clock.steady() },
            clock,
            rng,
            sidebar: None,
            search: Search::new(),
            listed: None,
            undo: Vec::new(),
            backup_keys,
            database,
            at_rest: Cell::new(false),
            try_took: None,
            db,
            _copy: copy,
            db_file: OnceCell::new(),
            _lock: lock,
        })
    }

    /// The profile.
    #[must_use]
    pub fn profile(&self) -> &ProfileInfo {
        &self.info
    }

    /// The name of this computer, written into each revision.
    #[must_use]
    pub fn device(&self) -> &str {
        &self.device
    }

    /// Why nothing can be written, if so.
    #[must_use]
    pub fn read_only(&self) -> Option<ReadOnly> {
        self.read_only
    }

    /// What a person should be told once.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    pub(crate) fn notice(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    pub(crate) fn took(&mut self, took: Option<Duration>) {
        self.try_took = took;
    }

    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Closes the profile and hands on the right to write.
    pub(crate) fn close(mut self) -> (Option<Lock>, Rng) {
        // What closes writes with another generator than what opens again.
        let rng = std::mem::replace(&mut self.rng, crate::clock::system_rng());
        (self._lock.take(), rng)
    }

    /// The clock that the profile was opened with.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The randomness that the profile was opened with.
    pub fn rng(&mut self) -> &mut Rng {
        &mut self.rng
    }

    /// The folder with the sealed documents.
    #[must_use]
    pub fn blobs(&self) -> &BlobFolder {
        &self.blobs
    }

    /// What the signed revision that brought a document says of its sealed bytes.
    ///
    /// # Errors
    /// If no revision names it.
    pub fn blob(&self, blob_id: &BlobId) -> Result<BlobRef, SessionError> {
        blobs::find(&self.db, blob_id)
    }

    /// Writes an item: a signed revision, the view of it and the loss of its draft in one transaction.
    ///
    /// # Errors
    /// [`SessionError::Conflict`] if the item is no longer at the expected revision.
    pub fn put(&mut self, put: Put) -> Result<Stored, SessionError> {
        self.write(|writer| writer.put(put))
    }

    /// Writes many items, all or none. `progress` is told how many are done and may break off.
    ///
    /// # Errors
    /// As [`Session::put`]; [`SessionError::Cancelled`] if `progress` broke off.
    pub fn put_many(
        &mut self,
        puts: Vec<Put>,
        progress: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Result<Vec<Stored>, SessionError> {
        self.write(|writer| writer.put_all(puts, progress))
    }

    /// Adds items to the home vault, all or none, so that all of them can be undone at once.
    ///
    /// # Errors
    /// As [`Session::put`].
    pub fn add_all(&mut self, items: Vec<Item>) -> Result<Changed, SessionError> {
        let (steps, count) = self.write(|writer| {
            let stored = writer.put_all(items.into_iter().map(Put::new).collect(), &mut bulk::go_on)?;
            let made = |stored: &Stored| {
                let after = writer.current(stored.id)?.entry_key;
                Ok(undo::Step::Copied { id: stored.id, after })
            };
            Ok((stored.iter().map(made).collect::<Result<Vec<_>, SessionError>>()?, stored.len()))
        })?;
        Ok(self.remember_as(steps, count))
    }

    /// Deletes items for good: only what lies in the trash; their history goes with them.
    ///
    /// # Errors
    /// If one of them is not in the trash; then none is deleted.
    pub fn purge(&mut self, ids: &[ItemId]) -> Result<(), SessionError> {
        self.purge_many(ids, &mut bulk::go_on)
    }

    /// The same for many items. `progress` is told how many are done and may break off.
    ///
    /// # Errors
    /// As [`Session::purge`]; [`SessionError::Cancelled`] if `progress` broke off.
    pub fn purge_many(&mut self, ids: &[ItemId], progress: ItemProgress<'_>) -> Result<(), SessionError> {
        self.write(|writer| writer.purge_all(ids, progress))
    }

    /// Deletes for good all that lies in the trash, and tells how much it was. `progress` is told how many are done and
    /// may break off.
    ///
    /// # Errors
    /// If the profile cannot be written; [`SessionError::Cancelled`] if `progress` broke off.
    pub fn empty_trash(&mut self, progress: ItemProgress<'_>) -> Result<u32, SessionError> {
        self.write(|writer| {
            let trash = list::ids_in_trash(&writer.tx)?;
            writer.purge_all(&trash, progress)?;
            Ok(u32::try_from(trash.len()).unwrap_or(u32::MAX))
        })
    }

    /// Reads a page of a list.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn list(&mut self, query: &Query) -> Result<Page, SessionError> {
        self.list_unless(query, &|| false)
    }

    /// Reads a page of a list, unless `cancelled` says meanwhile that nobody waits for it any more. It is asked while
    /// search text is looked for, and may be asked often.
    ///
    /// # Errors
    /// If the database cannot be read; [`SessionError::Cancelled`].
    pub fn list_unless(
        &mut self,
        query: &Query,
        cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Result<Page, SessionError> {
        if !query.text.trim().is_empty() {
            return self.find(query, cancelled);
        }
        let total = counts::total(&self.db, &query.scope)?;
        let rows = if query.offset < list::DEEP {
            list::rows(&self.db, query)?
        } else {
            let known = self.listed.take().filter(|listed| listed.is_of(query));
            let listed = known.map_or_else(|| Listed::read(&self.db, query), Ok)?;
            let listed = self.listed.insert(listed);
            list::rows_of(&self.db, listed.page(query))?
        };
        Ok(Page { total, rows, unknown: Vec::new(), nearly: false })
    }

    /// Counts what the sidebar shows.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn sidebar(&mut self) -> Result<Sidebar, SessionError> {
        let counted = match self.sidebar.take() {
            Some(known) => known,
            None => counts::read(&self.db)?,
        };
        Ok(self.sidebar.insert(counted).clone())
    }

    /// Fails if nothing can be written.
    pub(crate) fn writable(&self) -> Result<(), SessionError> {
        if let Some(why) = self.read_only {
            return Err(SessionError::ReadOnly(why));
        }
        // The disk was pulled out, or somebody moved, replaced or deleted the file: the system would go on writing to what
        // no path leads to any more.
        if self.database.is_none() || disk::identity(&self.folder.database()) != self.database {
            return Err(SessionError::Disk(DiskError::Unreadable));
        }
        Ok(())
    }
}
