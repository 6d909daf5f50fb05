//! Writing, adding and purging items. The transaction itself is in `session/transaction.rs`.

use std::ops::ControlFlow;

use vault_wire::ItemId;

use super::change::{Put, Stored};
use super::progress::{ItemProgress, go_on};
use super::undo_record::{Changed, UndoStep};
use crate::item::Item;
use crate::session::error::SessionError;
use crate::session::lists::list;
use crate::session::state::Session;

impl Session {
    /// Writes an item. One transaction appends a signed revision, updates the view and deletes the item's draft.
    ///
    /// # Errors
    /// Returns [`SessionError::Conflict`] if the item is no longer at the expected revision.
    pub fn put(&mut self, put: Put) -> Result<Stored, SessionError> {
        self.write(|tx| tx.put(put))
    }

    /// Writes many items, all or none. `progress` receives the number of finished items and may cancel.
    ///
    /// # Errors
    /// As [`Session::put`]; [`SessionError::Cancelled`] if `progress` cancelled.
    pub fn put_many(
        &mut self,
        puts: Vec<Put>,
        progress: &mut dyn FnMut(usize) -> ControlFlow<()>,
    ) -> Result<Vec<Stored>, SessionError> {
        self.write(|tx| tx.put_all(puts, progress))
    }

    /// Adds items to the home vault, all or none, as one change that can be undone.
    ///
    /// # Errors
    /// As [`Session::put`].
    pub fn add_all(&mut self, items: Vec<Item>) -> Result<Changed, SessionError> {
        let (steps, count) = self.write(|tx| {
            let stored = tx.put_all(items.into_iter().map(Put::new).collect(), &mut go_on)?;
            let made = |stored: &Stored| {
                let after = tx.current(stored.id)?.entry_key;
                Ok(UndoStep::Copied { id: stored.id, after })
            };
            Ok((stored.iter().map(made).collect::<Result<Vec<_>, SessionError>>()?, stored.len()))
        })?;
        Ok(self.remember_as(steps, count))
    }

    /// Permanently deletes items that are in the trash, with their history.
    ///
    /// # Errors
    /// Returns [`SessionError::NotFound`] if one of them is not in the trash; then none is deleted.
    pub fn purge(&mut self, ids: &[ItemId]) -> Result<(), SessionError> {
        self.purge_many(ids, &mut go_on)
    }

    /// As [`Session::purge`], with progress: `progress` receives the number of finished items and may cancel.
    ///
    /// # Errors
    /// As [`Session::purge`]; [`SessionError::Cancelled`] if `progress` cancelled.
    pub fn purge_many(&mut self, ids: &[ItemId], progress: ItemProgress<'_>) -> Result<(), SessionError> {
        self.write(|tx| tx.purge_all(ids, progress))
    }

    /// Permanently deletes everything in the trash and returns the number of items. `progress` receives the number of
    /// finished items and may cancel.
    ///
    /// # Errors
    /// Fails if the profile cannot be written; returns [`SessionError::Cancelled`] if `progress` cancelled.
    pub fn empty_trash(&mut self, progress: ItemProgress<'_>) -> Result<u32, SessionError> {
        self.write(|tx| {
            let trash = list::ids_in_trash(&tx.db)?;
            tx.purge_all(&trash, progress)?;
            Ok(u32::try_from(trash.len()).unwrap_or(u32::MAX))
        })
    }
}
