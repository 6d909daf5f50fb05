//! Vaults of a team that the server is to give only to sign-ins with a second factor.
//!
//! Owners of a vault decide that with the root of their account, so no program does it alone: an owner confirms it for all
//! vaults at once.

use vault_crypto::SecretText;
use vault_wire::roster::{MemberRole, Op};
use vault_wire::{AccountId, VaultId};

use super::content::MemberState;
use super::edit::TeamError;
use super::model::Directory;
use crate::session::error::SessionError;
use crate::session::sharing::MembersError;
use crate::session::state::Session;
use crate::session::vaults::vault::Vault;

/// What a vault lacks that is to need a second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingFactor {
    /// The owners who can require it; this account among them, if it is one.
    pub by: Vec<AccountId>,
    /// Whether this account has required it, and the log does not have it yet.
    pub is_waiting: bool,
}

impl Session {
    /// Requires a second factor for each vault of a team that is to need one and that this account owns.
    ///
    /// A vault whose other changes still wait is left out, and stays listed. None was changed if this fails for the password.
    ///
    /// # Errors
    /// [`MembersError::ChangesWait`] if only such vaults are left; see [`TeamError`].
    pub fn require_team_factor(&mut self, team: VaultId, password: &SecretText) -> Result<(), TeamError> {
        let directory = self.directory_of(self.vaults.find(team)?)?.ok_or(TeamError::NotFound)?;
        let own = self.vaults.author.account;
        let mut due = Vec::new();
        for vault in directory.vaults.keys().filter_map(|id| self.vaults.find(*id).ok()) {
            if self.team_of(vault)?.is_none_or(|followed| followed.id != team) {
                continue;
            }
            let missing = self.missing_factor(&directory, vault)?;
            if missing.is_some_and(|missing| missing.by.contains(&own) && !missing.is_waiting) {
                due.push(vault.id);
            }
        }
        if due.is_empty() {
            return Ok(());
        }
        let root = self.root_of(password).map_err(MembersError::from)?;
        let mut is_any_done = false;
        for vault in due {
            match self.add_change_by(vault, &Op::Require { second_factor: true }, &root) {
                Ok(()) => is_any_done = true,
                Err(MembersError::ChangesWait) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if is_any_done { Ok(()) } else { Err(MembersError::ChangesWait.into()) }
    }

    /// Returns what a vault that follows a team lacks; `None` if the team asks for nothing or the vault needs a second factor.
    pub(super) fn missing_factor(
        &self,
        directory: &Directory,
        vault: &Vault,
    ) -> Result<Option<MissingFactor>, SessionError> {
        if !directory.policy.second_factor || vault.roster.requires_second_factor() {
            return Ok(None);
        }
        let owners = vault.roster.members().filter(|(account, member)| {
            member.role == MemberRole::Owner && directory.state(account) == MemberState::Active
        });
        let waits = self.pending_changes(vault.id)?.into_iter().any(|change| {
            change.problem.is_none() && matches!(change.op, Op::Require { second_factor: true })
        });
        Ok(Some(MissingFactor { by: owners.map(|(account, _)| *account).collect(), is_waiting: waits }))
    }
}
