//! Removing a vault from this profile of which the account is no member any more.

use vault_wire::{ItemId, VaultId};

use crate::session::activity::event::EventKind;
use crate::session::error::SessionError;
use crate::session::lists::list;
use crate::session::rows::blobs;
use crate::session::rows::counts::CountedProperties;
use crate::session::state::Session;
use crate::session::transaction::Transaction;
use crate::session::vaults::vault::Vault;
use crate::session::vaults::vault_metadata::MetadataRow;

/// What belongs to a vault in tables that are of no use without its keys.
const TABLES: [&str; 12] = [
    "DELETE FROM former WHERE vault_key = ?1",
    "DELETE FROM epoch_key WHERE vault_key = ?1",
    "DELETE FROM made_key WHERE vault_key = ?1",
    "DELETE FROM grant_due WHERE vault_key = ?1",
    "DELETE FROM invitation WHERE vault_key = ?1",
    "DELETE FROM answer WHERE vault_key = ?1",
    "DELETE FROM card WHERE vault_key = ?1",
    "DELETE FROM directory_item WHERE vault_key = ?1",
    "DELETE FROM roster_change WHERE vault_key = ?1",
    "DELETE FROM acknowledged WHERE vault_key = ?1",
    "DELETE FROM alarm WHERE vault_key = ?1",
    "UPDATE vault SET epoch = 0 WHERE vault_key = ?1",
];

impl Session {
    /// Returns whether a vault can be removed from this profile without changing it for its members: the account is no
    /// member of it any more, or the vault is closed.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn can_forget_vault(&self, id: VaultId) -> Result<bool, SessionError> {
        let vault = self.vaults.find(id)?;
        let is_member = vault.role_of(&self.vaults.author.account).is_some();
        Ok(!self.vaults.is_home(vault) && (!is_member || vault.roster.is_closed()))
    }

    /// Removes a vault of which the account is no member any more from this profile: its keys, items and documents. What was
    /// not sent is lost, so items are copied to another vault first.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault; [`SessionError::VaultShared`] if the account is a member.
    pub fn forget_vault(&mut self, id: VaultId) -> Result<(), SessionError> {
        if !self.can_forget_vault(id)? {
            return Err(SessionError::VaultShared);
        }
        let vault_key = self.vaults.find(id)?.vault_key;
        self.write(|tx| {
            let vaults = tx.vaults;
            let vault = vaults.get(vault_key)?;
            tx.forget_content(vault)?;
            let metadata_row = vault.metadata_row.ok_or(SessionError::DatabaseDamaged)?;
            let home = vaults.home()?.vault_key;
            let ended = tx.append_tombstone(home, metadata_row.item_id, metadata_row.revision)?;
            let metadata_row =
                MetadataRow { entry_key: ended.entry_key, revision: ended.revision, ..metadata_row };
            metadata_row.store(&tx.db, id)?;
            tx.note(EventKind::VaultDeleted, Some(id), &[])
        })?;
        self.vaults.end(vault_key);
        self.undo.clear();
        Ok(())
    }
}

impl Transaction<'_> {
    /// Drops keys, views, bodies and documents of a vault, and what was not sent. Its log stays.
    pub(crate) fn forget_content(&mut self, vault: &Vault) -> Result<(), SessionError> {
        let vault_key = vault.vault_key;
        for id in list::ids_in_vault(&self.db, vault_key)? {
            let current = self.current(id)?;
            self.counts.take(CountedProperties::stored(&self.db, current.item_key)?);
            self.remove_view(current.item_key)?;
        }
        let items: Vec<ItemId> = {
            let mut find = self.db.prepare_cached(
                "SELECT DISTINCT item_id FROM entry WHERE vault_key = ?1 AND body IS NOT NULL",
            )?;
            let rows = find.query_map([vault_key], |row| Ok(ItemId::from_bytes(row.get(0)?)))?;
            rows.collect::<Result<_, _>>()?
        };
        for id in items {
            self.unnamed.extend(blobs::drop_bodies(&self.db, id, [0; 2])?);
        }
        for sql in TABLES {
            self.db.prepare_cached(sql)?.execute([vault_key])?;
        }
        if let Some(confirmed) = vault.confirmed {
            self.db
                .prepare_cached("DELETE FROM entry WHERE vault_key = ?1 AND seq > ?2")?
                .execute((vault_key, crate::session::rows::view::time(confirmed.seq)))?;
            self.set_heads(vault_key, confirmed, confirmed);
            crate::session::sync::status::set_outbox(
                &self.db,
                vault_key,
                crate::session::vaults::vault::OutboxState::Based,
            )?;
        }
        Ok(())
    }
}
