//! What is shown of teams.

use vault_wire::roster::MemberRole;
use vault_wire::{AccountId, CertificateHash, ItemId, VaultId};

use super::content::{MemberState, TeamPolicy};
use super::difference::Deviation;
use super::factor::MissingFactor;
use super::model::Directory;
use crate::session::error::SessionError;
use crate::session::sharing::cards;
use crate::session::state::Session;
use crate::session::vaults::vault::Vault;

/// A team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Its directory.
    pub id: VaultId,
    /// Its name.
    pub name: String,
    /// This account's role in the directory. Owners and managers change the team, others read it.
    pub role: MemberRole,
    /// Its members, by name, and those that were suspended or removed.
    pub people: Vec<TeamPerson>,
    /// Its groups, by name.
    pub groups: Vec<TeamGroup>,
    /// The vaults that it uses, by name.
    pub vaults: Vec<TeamVaultInfo>,
    /// Its policy.
    pub policy: TeamPolicy,
}

/// A member of a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamPerson {
    /// The account.
    pub account: AccountId,
    /// Its name, if it is known.
    pub name: Option<String>,
    /// Its role in the directory; `None` once it was removed.
    pub role: Option<MemberRole>,
    /// Its certificate there.
    pub certificate: Option<CertificateHash>,
    /// Whether it works in the team.
    pub state: MemberState,
    /// Whether it is this account.
    pub is_own: bool,
    /// The number of the team's vaults that it is in, as far as they are here.
    pub vaults: usize,
}

/// A group of a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamGroup {
    /// Its id.
    pub id: ItemId,
    /// Its name.
    pub name: String,
    /// Its accounts.
    pub accounts: Vec<AccountId>,
}

/// A vault that a team uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamVaultInfo {
    /// The vault.
    pub id: VaultId,
    /// Its name, as it is here or as the team knows it.
    pub name: String,
    /// This account's role in it; `None` if it is not here.
    pub role: Option<MemberRole>,
    /// Who said last who gets it.
    pub by: AccountId,
    /// Groups with their roles.
    pub groups: Vec<(ItemId, MemberRole)>,
    /// Accounts with their roles beside their groups.
    pub accounts: Vec<(AccountId, MemberRole)>,
    /// The number of members; `None` if it is not here.
    pub members: Option<usize>,
    /// Whether the vault itself follows this team. Else nothing follows from groups.
    pub is_followed: bool,
    /// Where its members differ from the groups; none if it is not here.
    pub deviations: Vec<Deviation>,
    /// What it lacks if the team asks for a second factor; `None` if it is not here or lacks nothing.
    pub missing_factor: Option<MissingFactor>,
    /// Members that neither a group nor the team's list names: they were invited into the vault itself.
    pub others: Vec<AccountId>,
}

impl Session {
    /// Lists the teams of this account, by name, each with its number of members and of differences.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn teams(&self) -> Result<Vec<Team>, SessionError> {
        let all = self.directories()?;
        let teams = all.iter().map(|directory| self.team_from(directory));
        let mut teams = teams.collect::<Result<Vec<_>, _>>()?;
        teams.sort_by_cached_key(|team| (team.name.to_lowercase(), team.id));
        Ok(teams)
    }

    /// Returns a team.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if the vault is no directory, or this account is no member of it.
    pub fn team(&self, id: VaultId) -> Result<Team, SessionError> {
        let directory = self.directory_of(self.vaults.find(id)?)?.ok_or(SessionError::NotFound)?;
        self.team_from(&directory)
    }

    /// Returns the name of an account in a directory that it is or was a member of.
    pub(crate) fn name_in_teams(&self, account: &AccountId) -> Result<Option<String>, SessionError> {
        for directory in self.directories()? {
            let vault = self.vaults.find(directory.id)?;
            if let Some(name) = cards::name_of(&self.db, vault.vault_key, &vault.roster, account)? {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    fn team_from(&self, directory: &Directory) -> Result<Team, SessionError> {
        let vault = self.vaults.find(directory.id)?;
        let own = self.vaults.author.account;
        let role = vault.role_of(&own).ok_or(SessionError::NotFound)?;
        let vaults = directory.vaults.values().map(|(_, by, named)| {
            let here = self.vaults.find(named.vault).ok();
            self.team_vault(directory, *by, named, here)
        });
        let mut vaults = vaults.collect::<Result<Vec<_>, _>>()?;
        vaults.sort_by_cached_key(|vault| (vault.name.to_lowercase(), vault.id));
        let mut groups: Vec<TeamGroup> = directory
            .groups
            .iter()
            .filter(|(_, (_, group))| !group.is_ended)
            .map(|(id, (_, group))| TeamGroup {
                id: *id,
                name: group.name.clone(),
                accounts: group.accounts.iter().copied().collect(),
            })
            .collect();
        groups.sort_by_cached_key(|group| (group.name.to_lowercase(), group.id));
        Ok(Team {
            id: vault.id,
            name: cards::shown(&self.db, vault)?.name.to_string(),
            role,
            people: self.people_of(directory, vault)?,
            groups,
            vaults,
            policy: directory.policy,
        })
    }

    fn people_of(&self, directory: &Directory, vault: &Vault) -> Result<Vec<TeamPerson>, SessionError> {
        let own = self.vaults.author.account;
        let gone = directory.states.keys().filter(|account| vault.roster.member(account).is_none());
        let accounts = vault.roster.members().map(|(account, _)| account).chain(gone);
        let used = directory.vaults.keys().filter_map(|id| self.vaults.find(*id).ok());
        let used: Vec<&Vault> = used.collect();
        let mut people = Vec::new();
        for account in accounts {
            let member = vault.roster.member(account);
            let state = directory.state(account);
            people.push(TeamPerson {
                account: *account,
                name: cards::name_of(&self.db, vault.vault_key, &vault.roster, account)?,
                role: member.map(|member| member.role),
                certificate: member.map(|member| member.identity.hash),
                state: if member.is_none() { MemberState::Removed } else { state },
                is_own: *account == own,
                vaults: used.iter().filter(|vault| vault.roster.member(account).is_some()).count(),
            });
        }
        people.sort_by_cached_key(|person| {
            let name = person.name.as_deref().map(str::to_lowercase);
            (!person.is_own, person.state, name.is_none(), name, person.account)
        });
        Ok(people)
    }

    fn team_vault(
        &self,
        directory: &Directory,
        by: AccountId,
        named: &super::content::TeamVault,
        here: Option<&Vault>,
    ) -> Result<TeamVaultInfo, SessionError> {
        let own = self.vaults.author.account;
        let mut info = TeamVaultInfo {
            id: named.vault,
            name: named.name.clone(),
            role: here.and_then(|vault| vault.role_of(&own)),
            by,
            groups: named.groups.iter().filter_map(|(id, role)| Some((*id, (*role)?))).collect(),
            accounts: named.accounts.iter().filter_map(|(id, role)| Some((*id, (*role)?))).collect(),
            members: None,
            is_followed: true,
            deviations: Vec::new(),
            missing_factor: None,
            others: Vec::new(),
        };
        info.groups.retain(|(id, _)| directory.groups.get(id).is_some_and(|(_, group)| !group.is_ended));
        let Some(vault) = here.filter(|_| info.role.is_some()) else { return Ok(info) };
        info.name = cards::shown(&self.db, vault)?.name.to_string();
        info.members = Some(vault.roster.members().count());
        info.is_followed = self.team_of(vault)?.is_some_and(|team| team.id == directory.id);
        if info.is_followed {
            info.deviations = self.deviations(directory, vault)?;
            info.missing_factor = self.missing_factor(directory, vault)?;
        }
        let wanted = directory.wanted(named, &self.vaults.find(directory.id)?.roster);
        let others = vault.roster.members().filter(|(account, member)| {
            matches!(member.role, MemberRole::Editor | MemberRole::Viewer)
                && !wanted.roles.contains_key(account)
                && !wanted.ended.contains(account)
        });
        info.others = others.map(|(account, _)| *account).collect();
        Ok(info)
    }
}
