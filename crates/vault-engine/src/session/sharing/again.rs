//! Vaults that were removed from this profile, and of which the account becomes a member again.
//!
//! Of such a vault there is a log without content. It is received again from its first record, with what the members have now; the
//! head that was known stays one that the log must contain.

use rusqlite::{Connection, OptionalExtension};
use vault_wire::log::Head;
use vault_wire::{ItemId, RevHash, Root, VaultId};

use crate::session::error::SessionError;
use crate::session::state::Session;
use crate::session::sync::handed;
use crate::session::transaction::Transaction;
use crate::session::vaults::update::{MetadataChange, MetadataUpdate};
use crate::session::vaults::vault::Vault;
use crate::session::vaults::vault_metadata::{Appearance, VaultMetadata};

/// Returns whether nothing but the log of a vault that has ended is here, since it was removed from the profile.
pub(crate) fn is_forgotten(db: &Connection, vault_key: i64) -> Result<bool, SessionError> {
    Ok(!db.prepare_cached("SELECT 1 FROM epoch_key WHERE vault_key = ?1")?.exists([vault_key])?)
}

impl Session {
    /// Returns whether a vault was removed from this profile, and not deleted.
    pub(crate) fn is_forgotten(&self, id: VaultId) -> Result<bool, SessionError> {
        self.vaults.log_of_ended(id).map_or(Ok(false), |ended| is_forgotten(&self.db, ended.vault_key))
    }

    /// Adds a vault again that was removed from this profile.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there was no such vault; else as any write.
    pub(super) fn enter_again(&mut self, id: VaultId) -> Result<(), SessionError> {
        let positions = self.vaults.iter().map(|vault| vault.appearance.position);
        let position = positions.max().unwrap_or(0).saturating_add(1);
        let update = self.write(|tx| {
            let (item_id, tombstone) = tx.ended_metadata(&id)?.ok_or(SessionError::NotFound)?;
            let ended = tx.vaults.log_of_ended(id).ok_or(SessionError::NotFound)?;
            tx.begin_again(ended.vault_key, &id)?;
            let vault = Vault::open_verified(&tx.db, tx.local, &tx.vaults.author, id, ended.genesis)?;
            let appearance = Appearance { position, ..Appearance::default() };
            let named = (item_id, VaultMetadata::new_item(tx.now));
            let head = vault.confirmed.unwrap_or(vault.head);
            let row = tx.append_metadata(named, Some(tombstone), (&vault, head), &appearance)?;
            let vault = Vault { metadata_row: Some(row), appearance, ..vault };
            let change = MetadataChange::Returned(Box::new(vault));
            Ok(MetadataUpdate { vault_key: ended.vault_key, change })
        })?;
        self.apply_metadata([update]);
        Ok(())
    }
}

impl Transaction<'_> {
    /// Forgets the log of a vault up to its first record, but not the last head that was confirmed.
    pub(crate) fn begin_again(&mut self, vault_key: i64, id: &VaultId) -> Result<(), SessionError> {
        let known = self.db.query_row(
            "SELECT seq, root FROM vault JOIN entry USING (vault_key) WHERE vault_key = ?1 AND seq = confirmed",
            [vault_key],
            |row| Ok(Head { seq: row.get(0)?, root: Root::from_bytes(row.get(1)?) }),
        );
        if let Some(known) = known.optional()? {
            handed::keep(&self.db, id, known)?;
        }
        for sql in [
            "DELETE FROM epoch_key WHERE vault_key = ?1",
            "DELETE FROM entry_blob WHERE entry_key IN (SELECT entry_key FROM entry WHERE vault_key = ?1)",
            "DELETE FROM sync WHERE vault_key = ?1",
            "UPDATE vault SET epoch = 0, confirmed = 0, head_seq = 1,
                 head_root = (SELECT root FROM entry WHERE entry.vault_key = ?1 AND seq = 1)
             WHERE vault_key = ?1",
            "DELETE FROM entry WHERE vault_key = ?1 AND seq > 1",
        ] {
            self.db.prepare_cached(sql)?.execute([vault_key])?;
        }
        Ok(())
    }

    /// The item that named a vault until it ended, and its last revision.
    fn ended_metadata(&self, id: &VaultId) -> Result<Option<(ItemId, RevHash)>, SessionError> {
        let mut find = self.db.prepare_cached("SELECT item_id, revision FROM joined WHERE vault_id = ?1")?;
        let found = find.query_row([id.as_bytes()], |row| {
            Ok((ItemId::from_bytes(row.get(0)?), RevHash::from_bytes(row.get(1)?)))
        });
        Ok(found.optional()?)
    }
}
