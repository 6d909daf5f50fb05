//! What teams ask of this program.

use vault_wire::{ItemId, VaultId};

use super::content::TeamPolicy;
use crate::session::error::SessionError;
use crate::session::rows::view;
use crate::session::state::Session;
use crate::session::vaults::authority;
use crate::session::vaults::vault::Vault;

impl Session {
    /// Returns the strictest of what all teams of this account ask for.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn policy(&self) -> Result<TeamPolicy, SessionError> {
        let all = self.directories()?;
        Ok(all.iter().fold(TeamPolicy::default(), |policy, directory| policy.and(directory.policy)))
    }

    /// Returns what the team of a vault asks for; nothing if it has none.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn policy_of(&self, vault: VaultId) -> Result<TeamPolicy, SessionError> {
        self.policy_for(self.vaults.find(vault)?)
    }

    /// Returns what the team of an item's vault asks for.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such item.
    pub fn policy_of_item(&self, id: ItemId) -> Result<TeamPolicy, SessionError> {
        let current = view::current(&self.db, id)?.ok_or(SessionError::NotFound)?;
        self.policy_for(self.vaults.get(current.vault_key)?)
    }

    pub(crate) fn policy_for(&self, vault: &Vault) -> Result<TeamPolicy, SessionError> {
        Ok(self.team_of(vault)?.map(|directory| directory.policy).unwrap_or_default())
    }

    /// Returns whether items of one vault may be copied or moved to another one: always within a team.
    pub(crate) fn may_copy(&self, from: &Vault, to: &Vault) -> Result<bool, SessionError> {
        let Some(directory) = self.team_of(from)? else { return Ok(true) };
        if !directory.policy.no_personal_copies || from.id == to.id {
            return Ok(true);
        }
        Ok(authority::team_of(&self.db, to)? == Some(directory.id))
    }
}
