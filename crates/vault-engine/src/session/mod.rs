//! One open profile: everything that needs its keys.

pub(crate) mod backup;
mod blobs;
mod change;
mod check;
mod diff;
mod drafts;
mod error;
mod files;
mod health;
mod list;
pub(crate) mod meta;
pub(crate) mod password;
mod query;
mod read;
mod search;
mod settings;
mod tally;
mod vault;
mod view;
mod write;

use std::ops::ControlFlow;
use std::sync::Arc;

use rusqlite::Connection;
use tempfile::TempDir;
use vault_crypto::{LocalKey, RootKey};
use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, ItemId};

use crate::backup::{BackupKeys, Home};
use crate::clock::{Clock, Rng};
use crate::profile::{Folder, Lock, Notice, ProfileInfo};
use search::Search;
use vault::HomeVault;

pub use backup::{OpenBackup, RestoreAs, RestoredItem};
pub use blobs::BlobFolder;
pub use change::{Draft, DraftId, HistoryEntry, Opened, Put, Stored, Target};
pub use check::CheckError;
pub use diff::Change;
pub use error::{ChangePasswordError, ReadOnly, SessionError};
pub use files::EarlierFile;
pub use health::HealthWalk;
pub use query::{Page, Query, Row, Scope, Sidebar, Sort};

/// An open profile. It belongs to one thread at a time; dropping it locks the profile: the database is closed and every
/// key is wiped.
pub struct Session {
    info: ProfileInfo,
    device: String,
    notices: Vec<Notice>,
    read_only: Option<ReadOnly>,
    folder: Folder,
    blobs: BlobFolder,
    vault: HomeVault,
    local: LocalKey,
    clock: Arc<dyn Clock>,
    rng: Rng,
    /// Counted once, until something is written.
    sidebar: Option<Sidebar>,
    search: Search,
    backup_keys: Arc<BackupKeys>,
    // Closed before the lock is given back.
    db: Connection,
    _copy: Option<TempDir>,
    _lock: Option<Lock>,
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
        let vault = HomeVault::open(&db, root_key, &local)?;
        let device = meta::required_text(&db, meta::DEVICE)?;
        let home = Home { vault_id: vault.id, genesis: vault.founding.genesis_hash };
        let backup_keys = Arc::new(BackupKeys::derive(info.id, root_key, Some(home)));
        let blobs = BlobFolder::new(folder.blobs());
        if read_only.is_none() {
            blobs.sweep(&db, clock.now())?;
        }
        Ok(Self {
            info,
            device,
            notices,
            read_only,
            folder,
            blobs,
            vault,
            local,
            clock,
            rng,
            sidebar: None,
            search: Search::new(),
            backup_keys,
            db,
            _copy: copy,
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
        self.write(|writer| {
            let mut stored = Vec::with_capacity(puts.len());
            for put in puts {
                stored.push(writer.put(put)?);
                if progress(stored.len()).is_break() {
                    return Err(SessionError::Cancelled);
                }
            }
            Ok(stored)
        })
    }

    /// Makes items favourites, or no longer.
    ///
    /// # Errors
    /// If one of them does not exist; then none is changed.
    pub fn set_favourite(&mut self, ids: &[ItemId], favourite: bool) -> Result<(), SessionError> {
        self.write(|writer| {
            writer.change_all(ids, |item, _| {
                std::mem::replace(&mut item.flags.favourite, favourite) != favourite
            })
        })
    }

    /// Puts items aside, or takes them back.
    ///
    /// # Errors
    /// If one of them does not exist; then none is changed.
    pub fn set_archived(&mut self, ids: &[ItemId], archived: bool) -> Result<(), SessionError> {
        self.write(|writer| {
            writer
                .change_all(ids, |item, _| std::mem::replace(&mut item.flags.archived, archived) != archived)
        })
    }

    /// Puts items into the trash. What lies there already stays as it is.
    ///
    /// # Errors
    /// If one of them does not exist; then none is changed.
    pub fn trash(&mut self, ids: &[ItemId]) -> Result<(), SessionError> {
        self.write(|writer| {
            writer.change_all(ids, |item, now| {
                let fresh = item.trashed_at.is_none();
                item.trashed_at.get_or_insert(now);
                fresh
            })
        })
    }

    /// Takes items out of the trash.
    ///
    /// # Errors
    /// If one of them does not exist; then none is changed.
    pub fn restore(&mut self, ids: &[ItemId]) -> Result<(), SessionError> {
        self.write(|writer| writer.change_all(ids, |item, _| item.trashed_at.take().is_some()))
    }

    /// Deletes items for good: only what lies in the trash; their history goes with them.
    ///
    /// # Errors
    /// If one of them is not in the trash; then none is deleted.
    pub fn purge(&mut self, ids: &[ItemId]) -> Result<(), SessionError> {
        self.write(|writer| writer.purge_all(ids))
    }

    /// Deletes for good all that lies in the trash, and tells how much it was.
    ///
    /// # Errors
    /// If the profile cannot be written.
    pub fn empty_trash(&mut self) -> Result<u32, SessionError> {
        self.write(|writer| {
            let trash = list::ids_in_trash(&writer.tx)?;
            writer.purge_all(&trash)?;
            Ok(u32::try_from(trash.len()).unwrap_or(u32::MAX))
        })
    }

    /// Reads a page of a list.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn list(&mut self, query: &Query) -> Result<Page, SessionError> {
        if !query.text.trim().is_empty() {
            return self.find(query);
        }
        let total = tally::total(&self.db, &query.scope)?;
        Ok(Page { total, rows: list::rows(&self.db, query)? })
    }

    /// Counts what the sidebar shows.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn sidebar(&mut self) -> Result<Sidebar, SessionError> {
        let counted = match self.sidebar.take() {
            Some(known) => known,
            None => tally::read(&self.db)?,
        };
        Ok(self.sidebar.insert(counted).clone())
    }

    /// Fails if nothing can be written.
    fn writable(&self) -> Result<(), SessionError> {
        self.read_only.map_or(Ok(()), |why| Err(SessionError::ReadOnly(why)))
    }
}
