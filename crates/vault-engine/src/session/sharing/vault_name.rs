//! What a vault is called that this account is no member of.

use vault_wire::{EntryHash, VaultId};

use super::cards;
use crate::session::error::SessionError;
use crate::session::state::Session;

impl Session {
    /// Returns the name of the vault with this genesis record, as its own log has it here or a directory names it. A name
    /// that somebody else could have given to another vault is none.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn known_vault_name(
        &self,
        vault: VaultId,
        genesis: &EntryHash,
    ) -> Result<Option<String>, SessionError> {
        if let Ok(found) = self.vaults.find(vault)
            && found.genesis == *genesis
        {
            let name = cards::shown(&self.db, found)?.name.to_string();
            return Ok(Some(name).filter(|name| !name.is_empty()));
        }
        Ok(self.team_vault_name(vault, genesis)?.filter(|name| !name.is_empty()))
    }
}
