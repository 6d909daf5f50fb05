//! Opening items and their files.

use std::ops::ControlFlow;

use vault_wire::revision::{BlobRef, RevisionHeader};
use vault_wire::{BlobId, ItemId};

use super::change::Opened;
use crate::item::{Attachment, Item};
use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::view;
use crate::session::rows::view::Current;
use crate::session::state::Session;

impl Session {
    /// Opens an item.
    ///
    /// # Errors
    /// Fails if there is none, or it is damaged.
    pub fn get(&self, id: ItemId) -> Result<Opened, SessionError> {
        let current = view::current(&self.db, id)?.ok_or(SessionError::NotFound)?;
        let stored = StoredRevision::of_entry(&self.db, current.entry_key)?;
        let (item, received_at) = (stored.open(&self.vaults, id)?, stored.written_at);
        let vault = self.vaults.get(current.vault_key)?.id;
        let Current { revision, revisions, .. } = current;
        Ok(Opened { item, vault, revision, revisions, received_at })
    }

    /// Finds a file of an item, with size and root of its sealed bytes from the item's own signed header.
    ///
    /// # Errors
    /// Returns [`SessionError::NotFound`] if the item has no such file, [`SessionError::RevisionDamaged`] if its header
    /// does not name it, even if another item's header does.
    pub fn attached(&self, id: ItemId, blob_id: &BlobId) -> Result<(Attachment, BlobRef), SessionError> {
        let current = view::current(&self.db, id)?.ok_or(SessionError::NotFound)?;
        let stored = StoredRevision::of_entry(&self.db, current.entry_key)?;
        let header = stored.header(&self.vaults)?;
        let item = stored.open_as(&self.vaults, id, &header)?;
        let file = item.attachments.into_iter().find(|file| file.blob_id == *blob_id);
        Ok((file.ok_or(SessionError::NotFound)?, signed_blob(&header, blob_id)?))
    }

    /// Opens all items that are neither in the trash nor templates, one at a time, until `visit` cancels. Damaged items
    /// are left out.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn each_item(
        &self,
        visit: &mut dyn FnMut(ItemId, &Item) -> ControlFlow<()>,
    ) -> Result<(), SessionError> {
        let sql = [
            "SELECT ",
            StoredRevision::COLUMNS,
            ", item.item_id FROM item JOIN entry USING (entry_key)",
            " WHERE place <> 2 AND item_key NOT IN (SELECT item_key FROM template)",
        ]
        .concat();
        let mut all = self.db.prepare_cached(&sql)?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let id = ItemId::from_bytes(row.get(StoredRevision::WIDTH)?);
            let Ok(item) = StoredRevision::read(row)?.open_quickly(&self.vaults, id) else { continue };
            if visit(id, &item).is_break() {
                break;
            }
        }
        Ok(())
    }
}

pub(crate) fn signed_blob(header: &RevisionHeader, blob_id: &BlobId) -> Result<BlobRef, SessionError> {
    let found = header.blobs.iter().find(|blob| blob.blob_id == *blob_id);
    found.copied().ok_or(SessionError::RevisionDamaged)
}

#[cfg(test)]
mod tests {
    use vault_wire::revision::RevisionKind;
    use vault_wire::{AccountId, CtRoot, Root, VaultId};

    use super::*;

    #[test]
    fn t35_file_missing_from_the_signed_header_is_refused() {
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
