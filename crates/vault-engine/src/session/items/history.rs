//! The history of an item: listing, opening and restoring revisions.

use vault_wire::{ItemId, RevHash};

use super::change::{HistoryEntry, Opened, Stored};
use super::diff::{Change, changes};
use crate::clock::Timestamp;
use crate::item::Item;
use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::view;
use crate::session::state::Session;

impl Session {
    /// Lists the revisions of an item, newest first.
    ///
    /// # Errors
    /// Fails if there is no such item.
    pub fn history(&self, id: ItemId) -> Result<Vec<HistoryEntry>, SessionError> {
        let current = view::current(&self.db, id)?.ok_or(SessionError::NotFound)?;
        let mut entries = Vec::new();
        let mut before: Option<Item> = None;
        for stored in StoredRevision::all_of(&self.db, id, current.vault_key)? {
            let opened = stored.open(&self.vaults, id).ok();
            let changes = match (&before, &opened) {
                (None, Some(_)) => vec![Change::Created],
                (Some(before), Some(after)) => changes(before, after),
                (_, None) => vec![Change::Unreadable],
            };
            entries.push(HistoryEntry {
                revision: stored.hash,
                at: self.changed_at(&stored, opened.as_ref()),
                author: self.author_of(self.vaults.get(current.vault_key)?, &stored)?,
                device: opened.as_ref().map(|item| item.device.clone()).unwrap_or_default(),
                changes,
                current: stored.hash == current.revision,
            });
            before = opened.or(before);
        }
        entries.reverse();
        Ok(entries)
    }

    /// Returns when a revision was written. Of one that another device wrote, only the time at which it was received is
    /// stored; its content says when it was changed.
    fn changed_at(&self, stored: &StoredRevision, opened: Option<&Item>) -> Timestamp {
        match opened {
            Some(item) if item.device != self.device => stored.written_at.min(item.modified_at),
            _ => stored.written_at,
        }
    }

    /// Opens an item at a revision.
    ///
    /// # Errors
    /// Fails if the item has no such revision, or it is damaged.
    pub fn at_revision(&self, id: ItemId, revision: RevHash) -> Result<Item, SessionError> {
        let current = view::current(&self.db, id)?.ok_or(SessionError::NotFound)?;
        let stored = StoredRevision::of_hash(&self.db, id, revision)?;
        // Entries for the same id in another vault's log are not part of the item's history.
        if stored.vault_key == current.vault_key {
            stored.open(&self.vaults, id)
        } else {
            Err(SessionError::NotFound)
        }
    }

    /// Writes a new revision with the content of an older one. Flags and trash state are kept.
    ///
    /// # Errors
    /// Fails if the item has no such revision, or it is damaged.
    pub fn restore_revision(&mut self, id: ItemId, revision: RevHash) -> Result<Stored, SessionError> {
        let mut old = self.at_revision(id, revision)?;
        let Opened { item: now, revision: expected, .. } = self.get(id)?;
        old.flags = now.flags;
        old.trashed_at = now.trashed_at;
        old.modified_at = self.clock.now();
        old.attachments = super::files::restorable_files(&self.db, old.attachments, now.attachments)?;
        self.put(super::change::Put::change(id, expected, old))
    }
}
