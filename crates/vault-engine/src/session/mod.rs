//! One open profile: everything that needs its keys.

mod change;
mod diff;
mod error;
mod query;

use std::ops::ControlFlow;
use std::path::PathBuf;

use vault_crypto::{SecretKey, SecretText};
use vault_wire::{ItemId, RevHash};

use crate::item::Item;
use crate::profile::{Notice, ProfileInfo};

pub use change::{Draft, DraftId, HistoryEntry, Opened, Put, Stored, Target};
pub use diff::Change;
pub use error::{ChangePasswordError, ReadOnly, SessionError};
pub use query::{Page, Query, Row, Scope, Sidebar, Sort};

/// An open profile. It belongs to one thread at a time; dropping it locks the profile: the database is closed and every
/// key is wiped.
pub struct Session {
    info: ProfileInfo,
    device: String,
    notices: Vec<Notice>,
    read_only: Option<ReadOnly>,
    blobs: PathBuf,
}

impl Session {
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

    /// Opens an item.
    ///
    /// # Errors
    /// If there is none, or it is damaged.
    pub fn get(&self, id: ItemId) -> Result<Opened, SessionError> {
        Err(SessionError::NotFound)
    }

    /// Writes an item: a signed revision, the view of it and the loss of its draft in one transaction.
    ///
    /// # Errors
    /// [`SessionError::Conflict`] if the item is no longer at the expected revision.
    pub fn put(&mut self, put: Put) -> Result<Stored, SessionError> {
        Err(SessionError::NotFound)
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
        Err(SessionError::NotFound)
    }

    /// Makes items favourites, or no longer.
    ///
    /// # Errors
    /// If one of them does not exist; then none is changed.
    pub fn set_favourite(&mut self, ids: &[ItemId], favourite: bool) -> Result<(), SessionError> {
        Err(SessionError::NotFound)
    }

    /// Puts items aside, or takes them back.
    ///
    /// # Errors
    /// If one of them does not exist; then none is changed.
    pub fn set_archived(&mut self, ids: &[ItemId], archived: bool) -> Result<(), SessionError> {
        Err(SessionError::NotFound)
    }

    /// Puts items into the trash.
    ///
    /// # Errors
    /// If one of them does not exist; then none is changed.
    pub fn trash(&mut self, ids: &[ItemId]) -> Result<(), SessionError> {
        Err(SessionError::NotFound)
    }

    /// Takes items out of the trash.
    ///
    /// # Errors
    /// If one of them does not exist; then none is changed.
    pub fn restore(&mut self, ids: &[ItemId]) -> Result<(), SessionError> {
        Err(SessionError::NotFound)
    }

    /// Deletes items for good: only what lies in the trash; their history goes with them.
    ///
    /// # Errors
    /// If one of them is not in the trash; then none is deleted.
    pub fn purge(&mut self, ids: &[ItemId]) -> Result<(), SessionError> {
        Err(SessionError::NotFound)
    }

    /// Deletes for good all that lies in the trash, and tells how much it was.
    ///
    /// # Errors
    /// If the profile cannot be written.
    pub fn empty_trash(&mut self) -> Result<u32, SessionError> {
        Err(SessionError::NotFound)
    }

    /// Reads a page of a list.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn list(&mut self, query: &Query) -> Result<Page, SessionError> {
        Err(SessionError::NotFound)
    }

    /// Counts what the sidebar shows.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn sidebar(&mut self) -> Result<Sidebar, SessionError> {
        Err(SessionError::NotFound)
    }

    /// Opens all items outside the trash, one after the other, until `visit` breaks off.
    ///
    /// # Errors
    /// If the database cannot be read. Damaged items are left out.
    pub fn each_item(
        &self,
        visit: &mut dyn FnMut(ItemId, &Item) -> ControlFlow<()>,
    ) -> Result<(), SessionError> {
        Err(SessionError::NotFound)
    }

    /// Lists the revisions of an item, newest first.
    ///
    /// # Errors
    /// If there is no such item.
    pub fn history(&self, id: ItemId) -> Result<Vec<HistoryEntry>, SessionError> {
        Err(SessionError::NotFound)
    }

    /// Opens an item as it was.
    ///
    /// # Errors
    /// If the item has no such revision, or it is damaged.
    pub fn at_revision(&self, id: ItemId, revision: RevHash) -> Result<Item, SessionError> {
        Err(SessionError::NotFound)
    }

    /// Writes a new revision with the content of an older one.
    ///
    /// # Errors
    /// If the item has no such revision, or it is damaged.
    pub fn restore_revision(&mut self, id: ItemId, revision: RevHash) -> Result<Stored, SessionError> {
        Err(SessionError::NotFound)
    }

    /// Keeps a half-filled form, sealed. The content is the caller's own.
    ///
    /// # Errors
    /// If the profile cannot be written, or the draft named does not exist.
    pub fn draft_save(&mut self, id: Option<DraftId>, content: &[u8]) -> Result<DraftId, SessionError> {
        Err(SessionError::NotFound)
    }

    /// Lists the drafts, the last kept first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn draft_list(&self) -> Result<Vec<Draft>, SessionError> {
        Err(SessionError::NotFound)
    }

    /// Opens a draft.
    ///
    /// # Errors
    /// If there is no such draft.
    pub fn draft_get(&self, id: DraftId) -> Result<Draft, SessionError> {
        Err(SessionError::NotFound)
    }

    /// Throws a draft away, if it is there.
    ///
    /// # Errors
    /// If the profile cannot be written.
    pub fn draft_discard(&mut self, id: DraftId) -> Result<(), SessionError> {
        Err(SessionError::NotFound)
    }

    /// A setting of this profile.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn setting(&self, key: &str) -> Result<Option<String>, SessionError> {
        Err(SessionError::NotFound)
    }

    /// Keeps a setting of this profile.
    ///
    /// # Errors
    /// If the profile cannot be written.
    pub fn set_setting(&mut self, key: &str, value: &str) -> Result<(), SessionError> {
        Err(SessionError::NotFound)
    }

    /// Whether the person has confirmed the Emergency Kit.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn kit_confirmed(&self) -> Result<bool, SessionError> {
        Err(SessionError::NotFound)
    }

    /// Notes that the person has confirmed the Emergency Kit.
    ///
    /// # Errors
    /// If the profile cannot be written.
    pub fn set_kit_confirmed(&mut self) -> Result<(), SessionError> {
        Err(SessionError::NotFound)
    }

    /// Opens the Secret Key, for the Emergency Kit.
    ///
    /// # Errors
    /// If the sealed copy is damaged.
    pub fn secret_key(&self) -> Result<SecretKey, SessionError> {
        Err(SessionError::NotFound)
    }

    /// Changes the master password.
    ///
    /// # Errors
    /// See [`ChangePasswordError`]; the old password then still opens the profile.
    pub fn change_password(&mut self, current: &SecretText, new: &SecretText) -> Result<(), ChangePasswordError> {
        Err(ChangePasswordError::WrongPassword)
    }
}
