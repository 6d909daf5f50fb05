//! Reading items and their history.

use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension};
use vault_wire::revision::{BlobRef, RevisionHeader};
use vault_wire::{BlobId, ItemId, RevHash};

use super::diff::changes;
use super::vault::{HomeVault, StoredRevision};
use super::{Change, HistoryEntry, Opened, Session, SessionError, Stored, view};
use crate::item::{Attachment, Item};

impl Session {
    /// Opens an item.
    ///
    /// # Errors
    /// If there is none, or it is damaged.
    pub fn get(&self, id: ItemId) -> Result<Opened, SessionError> {
        let current = view::current(&self.db, id)?.ok_or(SessionError::NotFound)?;
        let item = open_entry(&self.db, &self.vault, id, current.entry_key)?;
        Ok(Opened { item, revision: current.revision, revisions: current.revisions })
    }

    /// Finds a file of an item, and what the item's own signed header says of its sealed bytes.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if the item has no such file. Damaged if its header does not name it, whatever the
    /// header of another item says.
    pub fn attached(&self, id: ItemId, blob_id: &BlobId) -> Result<(Attachment, BlobRef), SessionError> {
        let current = view::current(&self.db, id)?.ok_or(SessionError::NotFound)?;
        let stored = stored_entry(&self.db, current.entry_key)?;
        let header = stored.header(&self.vault)?;
        let item = stored.open_as(&self.vault, id, &header)?;
        let file = item.attachments.into_iter().find(|file| file.blob_id == *blob_id);
        Ok((file.ok_or(SessionError::NotFound)?, signed_blob(&header, blob_id)?))
    }

    /// Opens all items outside the trash, one after the other, until `visit` breaks off.
    ///
    /// # Errors
    /// If the database cannot be read. Damaged items are left out.
    pub fn each_item(
        &self,
        visit: &mut dyn FnMut(ItemId, &Item) -> ControlFlow<()>,
    ) -> Result<(), SessionError> {
        let sql = [
            "SELECT ",
            StoredRevision::COLUMNS,
            ", item.item_id FROM item JOIN entry USING (entry_key)",
            " WHERE place <> 2",
        ]
        .concat();
        let mut all = self.db.prepare_cached(&sql)?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let id = ItemId::from_bytes(row.get(6)?);
            let Ok(item) = StoredRevision::read(row)?.open_quickly(&self.vault, id) else { continue };
            if visit(id, &item).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Lists the revisions of an item, newest first.
    ///
    /// # Errors
    /// If there is no such item.
    pub fn history(&self, id: ItemId) -> Result<Vec<HistoryEntry>, SessionError> {
        let current = view::current(&self.db, id)?.ok_or(SessionError::NotFound)?;
        let sql = [
            "SELECT ",
            StoredRevision::COLUMNS,
            " FROM entry WHERE item_id = ?1 AND body IS NOT NULL ORDER BY seq",
        ]
        .concat();
        let mut revisions = self.db.prepare_cached(&sql)?;
        let mut rows = revisions.query([id.as_bytes()])?;
        let mut entries = Vec::new();
        let mut before: Option<Item> = None;
        while let Some(row) = rows.next()? {
            let stored = StoredRevision::read(row)?;
            let opened = stored.open(&self.vault, id).ok();
            let changes = match (&before, &opened) {
                (None, Some(_)) => vec![Change::Created],
                (Some(before), Some(after)) => changes(before, after),
                (_, None) => vec![Change::Unreadable],
            };
            entries.push(HistoryEntry {
                revision: stored.hash,
                at: stored.written_at,
                device: opened.as_ref().map(|item| item.device.clone()).unwrap_or_default(),
                changes,
                current: stored.hash == current.revision,
            });
            before = opened.or(before);
        }
        entries.reverse();
        Ok(entries)
    }

    /// Opens an item as it was.
    ///
    /// # Errors
    /// If the item has no such revision, or it is damaged.
    pub fn at_revision(&self, id: ItemId, revision: RevHash) -> Result<Item, SessionError> {
        let sql =
            ["SELECT ", StoredRevision::COLUMNS, " FROM entry WHERE item_id = ?1 AND hash = ?2"].concat();
        let mut find = self.db.prepare_cached(&sql)?;
        let found = find
            .query_row([id.as_bytes().as_slice(), revision.as_bytes()], StoredRevision::read)
            .optional()?;
        found.ok_or(SessionError::NotFound)?.open(&self.vault, id)
    }

    /// Writes a new revision with the content of an older one. Flags, and whether it lies in the trash, stay as they are.
    ///
    /// # Errors
    /// If the item has no such revision, or it is damaged.
    pub fn restore_revision(&mut self, id: ItemId, revision: RevHash) -> Result<Stored, SessionError> {
        let mut old = self.at_revision(id, revision)?;
        let Opened { item: now, revision: expected, .. } = self.get(id)?;
        old.flags = now.flags;
        old.trashed_at = now.trashed_at;
        old.modified_at = self.clock.now();
        old.attachments = super::files::brought_back(&self.db, old.attachments, now.attachments)?;
        self.put(super::Put::change(id, expected, old))
    }
}

/// Opens the revision that a row of the log holds.
pub(super) fn open_entry(
    db: &Connection,
    vault: &HomeVault,
    id: ItemId,
    entry_key: i64,
) -> Result<Item, SessionError> {
    stored_entry(db, entry_key)?.open(vault, id)
}

pub(super) fn stored_entry(db: &Connection, entry_key: i64) -> Result<StoredRevision, SessionError> {
    let sql = ["SELECT ", StoredRevision::COLUMNS, " FROM entry WHERE entry_key = ?1"].concat();
    let mut find = db.prepare_cached(&sql)?;
    Ok(find.query_row([entry_key], StoredRevision::read)?)
}

pub(super) fn signed_blob(header: &RevisionHeader, blob_id: &BlobId) -> Result<BlobRef, SessionError> {
    let found = header.blobs.iter().find(|blob| blob.blob_id == *blob_id);
    found.copied().ok_or(SessionError::RevisionDamaged)
}

#[cfg(test)]
mod tests {
    use vault_wire::revision::RevisionKind;
    use vault_wire::{AccountId, CtRoot, Root, VaultId};

    use super::*;

    #[test]
    fn t35_a_file_that_the_signed_header_does_not_name_is_refused() {
        let blob = |number| BlobRef {
            blob_id: BlobId::from_bytes([number; 16]),
            ct_size: 4112,
            ct_root: CtRoot::from_bytes([number; 32]),
        };
        let header = RevisionHeader {
            vault_id: VaultId::from_bytes([1; 16]),
            item_id: ItemId::from_bytes([2; 16]),
            kind: RevisionKind::Put,
            parent: None,
            author: AccountId::from_bytes([3; 16]),
            generation: 1,
            epoch: 1,
            base_seq: 1,
            base_root: Root::from_bytes([4; 32]),
            blobs: vec![blob(5), blob(6)],
        };
        assert_eq!(signed_blob(&header, &blob(6).blob_id), Ok(blob(6)));
        assert_eq!(signed_blob(&header, &blob(7).blob_id), Err(SessionError::RevisionDamaged));
    }
}
