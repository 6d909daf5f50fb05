//! Where the members of a vault differ from what its directory says.

use std::collections::BTreeSet;

use vault_wire::roster::MemberRole;
use vault_wire::{AccountId, EntryHash, VaultId};

use super::content::MemberState;
use super::model::Directory;
use crate::session::error::SessionError;
use crate::session::sharing::people;
use crate::session::state::Session;
use crate::session::vaults::vault::Vault;

/// What would make a member what the directory says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeviationKind {
    /// It must be added, with this role.
    Add(MemberRole),
    /// It must get this role.
    Role(MemberRole),
    /// It must be removed.
    Remove,
    /// It is an owner and must be removed, which another owner does with the password.
    RemoveOwner,
}

/// One difference between a vault and its directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// The account.
    pub account: AccountId,
    /// What is missing.
    pub kind: DeviationKind,
    /// The members whose programs can do it; this account among them, if its own can.
    pub by: Vec<AccountId>,
    /// Whether the account's identity contradicts an earlier one. Then nothing is done before people have compared words.
    pub is_contradicted: bool,
}

impl Session {
    /// Returns where the members of a vault differ from its directory; none if it follows none.
    pub(super) fn deviations(
        &self,
        directory: &Directory,
        vault: &Vault,
    ) -> Result<Vec<Deviation>, SessionError> {
        let Some((_, _, named)) = directory.vaults.get(&vault.id) else { return Ok(Vec::new()) };
        let team = self.vaults.find(directory.id)?;
        let wanted = directory.wanted(named, &team.roster);
        let mut found = Vec::new();
        for (account, role) in &wanted.roles {
            match vault.roster.member(account).map(|member| member.role) {
                None => found.push((*account, DeviationKind::Add(*role), *role)),
                // The vault has its own managers.
                Some(MemberRole::Owner | MemberRole::Manager) => {}
                Some(present) if present != *role => {
                    found.push((*account, DeviationKind::Role(*role), present));
                }
                Some(_) => {}
            }
        }
        for account in &wanted.ended {
            let Some(present) = vault.roster.member(account).map(|member| member.role) else { continue };
            let is_out = directory.state(account) != MemberState::Active;
            match present {
                MemberRole::Editor | MemberRole::Viewer => {
                    found.push((*account, DeviationKind::Remove, present));
                }
                MemberRole::Manager if is_out => found.push((*account, DeviationKind::Remove, present)),
                MemberRole::Owner if is_out => found.push((*account, DeviationKind::RemoveOwner, present)),
                MemberRole::Owner | MemberRole::Manager => {}
            }
        }
        let mut all = Vec::new();
        for (account, kind, role) in found {
            let may = vault.roster.members().filter(|(other, member)| {
                **other != account
                    && member.role.may_administer(role)
                    && directory.state(other) == MemberState::Active
            });
            let is_contradicted =
                people::find(&self.db, &account)?.is_some_and(|person| person.is_contradicted);
            all.push(Deviation {
                account,
                kind,
                by: may.map(|(other, _)| *other).collect(),
                is_contradicted: is_contradicted && matches!(kind, DeviationKind::Add(_)),
            });
        }
        Ok(all)
    }

    /// Returns the vaults on a server that a directory names and this profile does not have: new ones, and those that were
    /// removed from it when the account was no member.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn unentered(&self, on_server: impl Fn(&VaultId) -> bool) -> Result<Vec<VaultId>, SessionError> {
        let mut all = BTreeSet::new();
        for directory in self.directories()? {
            for id in directory.vaults.keys().filter(|id| on_server(id)) {
                if !self.vaults.knows(*id) || self.is_forgotten(*id)? {
                    all.insert(*id);
                }
            }
        }
        Ok(all.into_iter().collect())
    }

    /// Returns the name of a vault with this genesis record as a directory states it.
    pub(crate) fn team_vault_name(
        &self,
        vault: VaultId,
        genesis: &EntryHash,
    ) -> Result<Option<String>, SessionError> {
        let directories = self.directories()?;
        let named = directories.iter().find_map(|directory| directory.vaults.get(&vault));
        Ok(named.filter(|(_, _, named)| named.genesis == *genesis).map(|(_, _, named)| named.name.clone()))
    }

    /// Returns the hash of the genesis record of a vault as a directory states it.
    pub(crate) fn team_genesis(&self, vault: VaultId) -> Result<Option<EntryHash>, SessionError> {
        let directories = self.directories()?;
        Ok(directories
            .iter()
            .find_map(|directory| directory.vaults.get(&vault).map(|(_, _, named)| named.genesis)))
    }
}
