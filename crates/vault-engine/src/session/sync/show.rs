//! What is shown of revisions that were received or written again: the views of items and the metadata of vaults.

use vault_crypto::open_body;
use vault_wire::revision::{RevisionHeader, RevisionKind, SignedRevision};
use vault_wire::{ItemId, RevHash};

use crate::item;
use crate::item::Item;
use crate::session::error::SessionError;
use crate::session::rows::counts::CountedProperties;
use crate::session::rows::{blobs, view};
use crate::session::state::Session;
use crate::session::transaction::{Appended, Transaction};
use crate::session::vaults::vault_metadata::{Appearance, MetadataRow, TYPE, VaultMetadata};

/// The content of a revision.
pub(super) enum Content {
    Item(Box<Item>),
    Tombstone,
}

/// The new metadata of a vault.
pub(crate) struct MetadataUpdate {
    pub(crate) vault_key: i64,
    pub(crate) row: MetadataRow,
    /// `None` if the vault was deleted.
    pub(crate) appearance: Option<Appearance>,
}

/// What showing a revision changed.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) metadata: Option<MetadataUpdate>,
    /// Whether it is the metadata of a vault that this profile does not have.
    pub(super) unjoined: bool,
}

impl Session {
    /// Takes over the metadata of vaults after its transaction was committed.
    pub(super) fn apply_metadata(&mut self, updates: Vec<MetadataUpdate>) {
        for MetadataUpdate { vault_key, row, appearance } in updates {
            match appearance {
                Some(appearance) => self.vaults.set_appearance(vault_key, row, appearance),
                None => self.vaults.end(vault_key),
            }
        }
    }
}

impl Transaction<'_> {
    /// Opens a revision whose signature was verified. `None` if its body or key is missing, or it does not open: then
    /// its author is at fault, and what was shown before stays.
    pub(super) fn open_received(
        &self,
        vault_key: i64,
        header: &RevisionHeader,
        revision: &SignedRevision,
        body: Option<&[u8]>,
    ) -> Option<Content> {
        if header.kind == RevisionKind::Tombstone {
            return Some(Content::Tombstone);
        }
        let key = self.vaults.get(vault_key).ok()?.key_of(header.epoch).ok()?;
        let payload = open_body(revision, body?, key).ok()?;
        Some(Content::Item(Box::new(item::decode(payload.expose()).ok()?)))
    }

    /// Shows a revision that is an item's last one.
    pub(super) fn show(
        &mut self,
        vault_key: i64,
        id: ItemId,
        entry_key: i64,
        revision: RevHash,
        content: Option<Content>,
    ) -> Result<Shown, SessionError> {
        let before = view::current(&self.db, id)?;
        if before.is_some_and(|before| before.vault_key != vault_key) {
            // The same id in two vaults: the first one is shown.
            return Ok(Shown::default());
        }
        let is_home = self.vaults.is_home(self.vaults.get(vault_key)?);
        match content {
            None => {
                if let Some(before) = before {
                    view::follow(&self.db, before.item_key, &revision)?;
                }
                Ok(Shown::default())
            }
            Some(Content::Tombstone) => {
                self.unnamed.extend(blobs::drop_bodies(&self.db, id, [entry_key; 2])?);
                if let Some(before) = before {
                    self.counts.take(CountedProperties::stored(&self.db, before.item_key)?);
                    self.remove_view(before.item_key)?;
                }
                if is_home { self.show_deleted_vault(id, entry_key, revision) } else { Ok(Shown::default()) }
            }
            Some(Content::Item(item)) => {
                let revisions = view::count_revisions(&self.db, id, vault_key)?;
                self.renew_view(vault_key, id, before, &item, &Appended { entry_key, revision }, revisions)?;
                if is_home && item.type_of_programs() == Some(TYPE) {
                    self.show_vault(id, entry_key, revision, &item)
                } else {
                    Ok(Shown::default())
                }
            }
        }
    }

    fn show_vault(
        &self,
        item_id: ItemId,
        entry_key: i64,
        revision: RevHash,
        item: &Item,
    ) -> Result<Shown, SessionError> {
        let Some(metadata) = VaultMetadata::of(item) else { return Ok(Shown::default()) };
        let Ok(vault) = self.vaults.find(metadata.vault_id) else {
            return Ok(Shown { unjoined: true, ..Shown::default() });
        };
        // An item about another genesis record changes nothing. Of several items about the same vault, as of two devices that
        // named the home vault for the first time, the first one in the log counts.
        let home = self.vaults.home()?.vault_key;
        let is_first = match MetadataRow::item_about(&self.db, vault.id)? {
            Some(other) if other != item_id => {
                view::first_seq(&self.db, item_id, home)? < view::first_seq(&self.db, other, home)?
            }
            _ => true,
        };
        if !is_first || metadata.genesis != vault.genesis {
            return Ok(Shown::default());
        }
        let row = MetadataRow { item_id, entry_key, revision };
        row.store(&self.db, vault.id)?;
        let appearance = Some(metadata.appearance);
        let metadata = Some(MetadataUpdate { vault_key: vault.vault_key, row, appearance });
        Ok(Shown { metadata, unjoined: false })
    }

    fn show_deleted_vault(
        &self,
        item_id: ItemId,
        entry_key: i64,
        revision: RevHash,
    ) -> Result<Shown, SessionError> {
        let of_item = |row: &MetadataRow| row.item_id == item_id;
        let found = self.vaults.iter().find(|vault| vault.metadata_row.as_ref().is_some_and(of_item));
        let Some(vault) = found.filter(|vault| !self.vaults.is_home(vault)) else {
            return Ok(Shown::default());
        };
        // Its items are deleted in its own log. As long as any is left, so is the vault.
        if view::any_in(&self.db, vault.vault_key)? {
            return Ok(Shown::default());
        }
        let row = MetadataRow { item_id, entry_key, revision };
        row.store(&self.db, vault.id)?;
        let metadata = Some(MetadataUpdate { vault_key: vault.vault_key, row, appearance: None });
        Ok(Shown { metadata, unjoined: false })
    }
}
