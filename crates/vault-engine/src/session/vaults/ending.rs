//! The end of a deleted vault that a server knows.
//!
//! Its items end with tombstones in its own log, and its metadata with one in the home vault. The latter is written once the
//! server has the former: until then the vault is *ending*, and no list shows it. So a device that learns of the deletion finds the
//! vault empty, or the items that were written into it meanwhile. With these the vault returns, as an item does that was edited
//! meanwhile.

use rusqlite::Connection;
use vault_wire::VaultId;
use vault_wire::revision::RevisionKind;

use super::past;
use super::update::{MetadataChange, MetadataUpdate};
use super::vault::{OutboxState, Vault};
use super::vault_metadata::MetadataRow;
use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::{blobs, view};
use crate::session::state::Session;
use crate::session::transaction::Transaction;

/// The setting that says so, by the vault's id.
const ENDING: &str = "vault.ending.";

impl Vault {
    /// Returns whether all entries are confirmed.
    pub(crate) fn is_settled(&self) -> bool {
        self.outbox == OutboxState::Based && self.confirmed.is_none_or(|confirmed| confirmed == self.head)
    }
}

impl Session {
    /// Ends the deleted ones of these vaults, which were just synchronized up to the ends of their logs. Those that have items
    /// again stay. Returns whether that wrote into the home vault.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn end_deleted(&mut self, synchronized: &[VaultId]) -> Result<bool, SessionError> {
        let home = self.vaults.home()?;
        if home.writable().is_err() || home.outbox != OutboxState::Based {
            return Ok(false);
        }
        let head = home.head;
        let is_due = |vault: &&Vault| vault.ending && vault.is_settled() && synchronized.contains(&vault.id);
        let due: Vec<i64> = self.vaults.iter().filter(is_due).map(|vault| vault.vault_key).collect();
        for vault_key in due {
            let update = self.write(|tx| tx.end_or_return(tx.vaults.get(vault_key)?))?;
            self.apply_metadata([update]);
        }
        Ok(self.vaults.home()?.head != head)
    }
}

impl<'s> Transaction<'s> {
    /// Notes that a vault is ending, or not any more.
    pub(crate) fn set_ending(&self, vault: VaultId, ending: bool) -> Result<(), SessionError> {
        let name = [ENDING, &vault.to_string()].concat();
        if ending {
            self.db.execute("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, '1')", [name])?;
        } else {
            self.db.execute("DELETE FROM setting WHERE name = ?1", [name])?;
        }
        Ok(())
    }

    /// Ends a vault that no server has; lets another one begin to end.
    pub(crate) fn begin_to_end(&mut self, vault: &'s Vault) -> Result<MetadataUpdate, SessionError> {
        let is_local = self.vaults.home()?.confirmed.is_none() || self.vaults.stays_here(vault);
        if vault.confirmed.is_none() && is_local {
            let row = vault.metadata_row.ok_or(SessionError::DatabaseDamaged)?;
            return self.end_metadata(vault, row);
        }
        self.set_ending(vault.id, true)?;
        Ok(MetadataUpdate { vault_key: vault.vault_key, change: MetadataChange::Ending })
    }

    /// Writes the tombstone of a vault's metadata.
    fn end_metadata(&mut self, vault: &Vault, row: MetadataRow) -> Result<MetadataUpdate, SessionError> {
        let home = self.vaults.home()?.vault_key;
        let ended = self.append_tombstone(home, row.item_id, row.revision)?;
        MetadataRow { entry_key: ended.entry_key, revision: ended.revision, ..row }
            .store(&self.db, vault.id)?;
        Ok(MetadataUpdate { vault_key: vault.vault_key, change: MetadataChange::Ended })
    }

    fn end_or_return(&mut self, vault: &'s Vault) -> Result<MetadataUpdate, SessionError> {
        let vault_key = vault.vault_key;
        let row = vault.metadata_row.ok_or(SessionError::DatabaseDamaged)?;
        let home = self.vaults.home()?;
        let last = past::current(&self.db, home.vault_key, home.head.seq, &row.item_id)?;
        let last = last.ok_or(SessionError::DatabaseDamaged)?;
        let stored = StoredRevision::of_hash(&self.db, row.item_id, last.hash)?;
        let is_deleted = stored.header(self.vaults)?.kind == RevisionKind::Tombstone;
        self.set_ending(vault.id, false)?;
        if vault.role_of(&self.vaults.author.account).is_none() {
            // Another device of the account has removed a vault that the account has left: what is in it is the others'.
            self.forget_content(vault)?;
        }
        if view::any_in(&self.db, vault_key)? {
            let row = if is_deleted {
                self.put_metadata_after(Some(last.hash), vault, &vault.appearance)?
            } else {
                row
            };
            let change = MetadataChange::Shown(row, vault.appearance.clone());
            return Ok(MetadataUpdate { vault_key, change });
        }
        if !is_deleted {
            return self.end_metadata(vault, row);
        }
        let ended = self.appended_at(home.vault_key, last.seq)?;
        MetadataRow { entry_key: ended.entry_key, revision: ended.revision, ..row }
            .store(&self.db, vault.id)?;
        self.unnamed.extend(blobs::drop_bodies(&self.db, row.item_id, [ended.entry_key; 2])?);
        Ok(MetadataUpdate { vault_key, change: MetadataChange::Ended })
    }
}

/// Returns whether a vault is ending.
pub(super) fn is_ending(db: &Connection, vault: &VaultId) -> Result<bool, SessionError> {
    let mut find = db.prepare_cached("SELECT 1 FROM setting WHERE name = ?1")?;
    Ok(find.exists([[ENDING, &vault.to_string()].concat()])?)
}
