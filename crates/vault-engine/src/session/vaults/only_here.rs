//! Vaults that stay on this computer: no server gets them, and other computers of the account do not have them.
//!
//! The home vault names them like all others, so they are in backups and survive a change of keys. What their metadata says is
//! sealed: the server cannot know that there is such a vault.

use vault_wire::VaultId;

use super::edit::{VaultAppearance, checked};
use super::vault_metadata::Appearance;
use crate::session::error::SessionError;
use crate::session::state::Session;

/// How much of a vault there is to send to a server that does not have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultSize {
    /// The vault.
    pub id: VaultId,
    /// Items, archive and trash included.
    pub items: u32,
    /// Documents.
    pub documents: u32,
    /// The bytes of entries and documents, sealed.
    pub bytes: u64,
}

impl Session {
    /// Returns the ids of the vaults that are synchronized: the home vault first, then in the user's order; also of deleted ones
    /// whose logs are not settled yet.
    #[must_use]
    pub fn synchronized_vaults(&self) -> Vec<VaultId> {
        let vaults = self.vaults.in_order().into_iter();
        vaults.filter(|vault| !self.vaults.stays_here(vault)).map(|vault| vault.id).collect()
    }

    /// Creates a vault that stays on this computer, last in the order.
    ///
    /// # Errors
    /// As [`Session::create_vault`].
    pub fn create_vault_only_here(&mut self, appearance: &VaultAppearance) -> Result<VaultId, SessionError> {
        let appearance = Appearance { only_here: true, ..checked(appearance)? };
        self.write(|tx| Ok(tx.create_vault_like(appearance)?.0))
    }

    /// Sets whether a vault stays on this computer.
    ///
    /// # Errors
    /// [`SessionError::VaultSynchronized`] if it is to stay here and a server may have it; [`SessionError::NotFound`] for the
    /// home vault or an unknown one; fails if the profile cannot be written.
    pub fn set_only_here(&mut self, id: VaultId, only_here: bool) -> Result<(), SessionError> {
        let vault = self.vaults.find(id)?;
        if self.vaults.is_home(vault) {
            return Err(SessionError::NotFound);
        }
        if only_here == self.vaults.stays_here(vault) {
            return Ok(());
        }
        // While a profile synchronizes, a request that creates the vault may be under way.
        let synchronizes = self.connection()?.is_some() && !self.holds_upload()?;
        if only_here && (synchronizes || vault.confirmed.is_some() || vault.roster.members().count() > 1) {
            return Err(SessionError::VaultSynchronized);
        }
        let (vault_key, appearance) = (vault.vault_key, vault.appearance.clone());
        self.put_appearance(vault_key, Appearance { only_here, ..appearance })
    }

    /// Returns how much of each vault there is, the home vault first, then in the user's order.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn vault_sizes(&self) -> Result<Vec<VaultSize>, SessionError> {
        let mut items = self.db.prepare_cached("SELECT count(*) FROM item WHERE vault_key = ?1")?;
        let mut entries = self.db.prepare_cached(
            "SELECT coalesce(sum(length(header) + length(signature) + coalesce(length(body), 0)), 0)
             FROM entry WHERE vault_key = ?1",
        )?;
        let mut documents = self.db.prepare_cached(
            "SELECT count(*), coalesce(sum(ct_size), 0) FROM blob WHERE blob_id IN (
                 SELECT blob_id FROM entry CROSS JOIN entry_blob USING (entry_key)
                 WHERE vault_key = ?1 AND body IS NOT NULL)",
        )?;
        let sizes = self.vaults.in_order().into_iter().map(|vault| {
            let key = [vault.vault_key];
            let (documents, of_documents): (u32, u64) =
                documents.query_row(key, |row| Ok((row.get(0)?, row.get(1)?)))?;
            let of_entries: u64 = entries.query_row(key, |row| row.get(0))?;
            Ok(VaultSize {
                id: vault.id,
                items: items.query_row(key, |row| row.get(0))?,
                documents,
                bytes: of_entries.saturating_add(of_documents),
            })
        });
        sizes.collect()
    }
}
