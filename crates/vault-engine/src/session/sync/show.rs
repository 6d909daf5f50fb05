//! What is shown of revisions that were received or written again: the views of items and the metadata of vaults.

use std::collections::BTreeMap;

use vault_crypto::{VaultKey, open_body};
use vault_wire::cbor::Canonical;
use vault_wire::revision::{RevisionHeader, RevisionKind, SignedRevision};
use vault_wire::{ItemId, RevHash};

use super::handed;
use crate::item;
use crate::item::Item;
use crate::session::error::SessionError;
use crate::session::rows::counts::CountedProperties;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::view::time;
use crate::session::rows::{blobs, status, view};
use crate::session::sharing::again;
use crate::session::transaction::{Appended, Transaction};
use crate::session::vaults::update::{MetadataChange, MetadataUpdate};
use crate::session::vaults::vault::Vault;
use crate::session::vaults::vault_metadata::{MetadataRow, TYPE, VaultMetadata};

/// The content of a revision.
pub(super) enum Content {
    Item(Box<Item>),
    Tombstone,
}

/// What showing a revision changed.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) metadata: Option<MetadataUpdate>,
    /// Whether it is the metadata of a vault that this profile does not have.
    pub(super) unjoined: bool,
}

/// Opens a revision with a key.
fn opened(
    header: &RevisionHeader,
    revision: &SignedRevision,
    body: Option<&[u8]>,
    key: &VaultKey,
) -> Option<Content> {
    if header.kind == RevisionKind::Tombstone {
        return Some(Content::Tombstone);
    }
    let payload = open_body(revision, body?, key).ok()?;
    Some(Content::Item(Box::new(item::decode(payload.expose()).ok()?)))
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
        opened(header, revision, body, self.vaults.get(vault_key).ok()?.key_of(header.epoch).ok()?)
    }

    /// Shows what keys open that came after the items: the last revisions of items that had no content so far.
    pub(crate) fn show_opened(
        &mut self,
        vault_key: i64,
        keys: &BTreeMap<u32, VaultKey>,
    ) -> Result<Vec<MetadataUpdate>, SessionError> {
        let confirmed = self.vaults.get(vault_key)?.confirmed.map_or(0, |confirmed| confirmed.seq);
        let without: Vec<(i64, ItemId)> = {
            let mut find = self.db.prepare_cached(
                "SELECT entry_key, item_id FROM entry_status JOIN entry USING (entry_key)
                 WHERE status = ?1 AND vault_key = ?2 AND seq <= ?3 AND item_id IS NOT NULL ORDER BY seq",
            )?;
            let rows = find.query_map((status::NO_CONTENT, vault_key, time(confirmed)), |row| {
                Ok((row.get(0)?, ItemId::from_bytes(row.get(1)?)))
            })?;
            rows.collect::<Result<_, _>>()?
        };
        let mut updates = Vec::new();
        for (entry_key, item_id) in without {
            let stored = StoredRevision::of_entry(&self.db, entry_key)?;
            let header = RevisionHeader::decode(&stored.signed.header);
            let header = header.map_err(|_| SessionError::DatabaseDamaged)?;
            let Some(key) = keys.get(&header.epoch) else { continue };
            let Some(content) = opened(&header, &stored.signed, stored.body.as_deref(), key) else {
                continue;
            };
            self.db.prepare_cached("DELETE FROM entry_status WHERE entry_key = ?1")?.execute([entry_key])?;
            // The view of an item that was edited here follows when the edits are based on this revision.
            if !self.is_last(vault_key, item_id, entry_key)? {
                continue;
            }
            updates.extend(self.show(vault_key, item_id, entry_key, stored.hash, Some(content))?.metadata);
        }
        Ok(updates)
    }

    fn is_last(&self, vault_key: i64, item_id: ItemId, entry_key: i64) -> Result<bool, SessionError> {
        let mut find = self.db.prepare_cached(
            "SELECT entry_key FROM entry INDEXED BY entry_of_item
             WHERE item_id = ?1 AND vault_key = ?2 ORDER BY seq DESC LIMIT 1",
        )?;
        let last: i64 = find.query_row((item_id.as_bytes(), vault_key), |row| row.get(0))?;
        Ok(last == entry_key)
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
                self.show_card(vault_key, id, (entry_key, revision), None)?;
                self.show_directory_item(vault_key, id, (entry_key, revision), None)?;
                if is_home && let Some(vault) = self.not_empty_yet(id)? {
                    // The last metadata is needed until then.
                    self.set_ending(vault.id, true)?;
                    let (vault_key, change) = (vault.vault_key, MetadataChange::Ending);
                    let metadata = Some(MetadataUpdate { vault_key, change });
                    return Ok(Shown { metadata, unjoined: false });
                }
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
                if item.type_of_programs().is_some() {
                    self.show_card(vault_key, id, (entry_key, revision), Some(&item))?;
                    self.show_directory_item(vault_key, id, (entry_key, revision), Some(&item))?;
                }
                if is_home {
                    self.show_place(id, &item)?;
                }
                if is_home && item.type_of_programs() == Some(TYPE) {
                    self.show_vault(id, entry_key, revision, &item)
                } else {
                    Ok(Shown::default())
                }
            }
        }
    }

    fn show_vault(
        &mut self,
        item_id: ItemId,
        entry_key: i64,
        revision: RevHash,
        item: &Item,
    ) -> Result<Shown, SessionError> {
        let Some(metadata) = VaultMetadata::of(item) else { return Ok(Shown::default()) };
        let row = MetadataRow { item_id, entry_key, revision };
        let Ok(vault) = self.vaults.find(metadata.vault_id) else {
            if !self.vaults.knows(metadata.vault_id) {
                return Ok(Shown { unjoined: true, ..Shown::default() });
            }
            return self.show_returned_vault(row, metadata);
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
        row.store(&self.db, vault.id)?;
        if vault.vault_key != home {
            let own = vault.confirmed.map(|confirmed| (vault.vault_key, confirmed));
            handed::expect(&self.db, &vault.id, own, metadata.head)?;
        }
        self.set_ending(vault.id, false)?;
        let change = MetadataChange::Shown(row, metadata.appearance);
        let metadata = Some(MetadataUpdate { vault_key: vault.vault_key, change });
        Ok(Shown { metadata, unjoined: false })
    }

    /// Brings back a vault that had ended.
    fn show_returned_vault(
        &mut self,
        row: MetadataRow,
        metadata: VaultMetadata,
    ) -> Result<Shown, SessionError> {
        let VaultMetadata { vault_id, genesis, appearance, .. } = metadata;
        if MetadataRow::item_about(&self.db, vault_id)? != Some(row.item_id) {
            return Ok(Shown::default());
        }
        if let Some(ended) = self.vaults.log_of_ended(vault_id)
            && again::is_forgotten(&self.db, ended.vault_key)?
        {
            // Another device of the account has become a member again.
            self.begin_again(ended.vault_key, &vault_id)?;
        }
        let vault = Vault::open_verified(&self.db, self.local, &self.vaults.author, vault_id, genesis)?;
        row.store(&self.db, vault_id)?;
        let vault_key = vault.vault_key;
        let vault = Box::new(Vault { metadata_row: Some(row), appearance, ..vault });
        let metadata = Some(MetadataUpdate { vault_key, change: MetadataChange::Returned(vault) });
        Ok(Shown { metadata, unjoined: false })
    }

    /// The vault of this metadata, if it has items here, or entries that the server has not confirmed.
    fn not_empty_yet(&self, item_id: ItemId) -> Result<Option<&Vault>, SessionError> {
        let of_item = |row: &MetadataRow| row.item_id == item_id;
        let found = self.vaults.iter().find(|vault| vault.metadata_row.as_ref().is_some_and(of_item));
        let Some(vault) = found.filter(|vault| !self.vaults.is_home(vault)) else { return Ok(None) };
        // What is in a vault that the account has left is deleted for this account alone.
        if vault.role_of(&self.vaults.author.account).is_none() {
            return Ok(None);
        }
        let is_empty = vault.is_settled() && !view::any_in(&self.db, vault.vault_key)?;
        Ok((!is_empty).then_some(vault))
    }

    fn show_deleted_vault(
        &mut self,
        item_id: ItemId,
        entry_key: i64,
        revision: RevHash,
    ) -> Result<Shown, SessionError> {
        let Some(vault_id) = MetadataRow::vault_of(&self.db, item_id)? else { return Ok(Shown::default()) };
        if vault_id == self.vaults.home()?.id {
            return Ok(Shown::default());
        }
        if let Ok(vault) = self.vaults.find(vault_id)
            && vault.role_of(&self.vaults.author.account).is_none()
        {
            // Another device of the account has removed a vault that the account has left.
            self.forget_content(vault)?;
        }
        MetadataRow { item_id, entry_key, revision }.store(&self.db, vault_id)?;
        self.set_ending(vault_id, false)?;
        let ended = self.vaults.find(vault_id).ok();
        let metadata =
            ended.map(|vault| MetadataUpdate { vault_key: vault.vault_key, change: MetadataChange::Ended });
        Ok(Shown { metadata, unjoined: false })
    }
}
