//! Changing what a directory says.

use std::collections::{BTreeMap, BTreeSet};

use vault_crypto::SecretText;
use vault_wire::roster::MemberRole;
use vault_wire::{AccountId, ItemId, VaultId};

use super::content::{Content, Group, MOST_GROUPS, MemberState, NAME_LIMIT, TeamPolicy, TeamVault};
use super::model::Row;
use super::values::MOST_ACCOUNTS;
use crate::disk::acceptable_name;
use crate::item::{Item, ItemType};
use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;
use crate::session::sharing::cards::{self, Card};
use crate::session::sharing::{MemberChange, MembersError};
use crate::session::state::Session;
use crate::session::transaction::Transaction;
use crate::session::vaults::authority;
use crate::session::vaults::edit::VaultAppearance;
use crate::session::vaults::vault::Vault;

/// Why a team was not changed. Nothing was.
#[derive(Debug, thiserror::Error)]
pub enum TeamError {
    /// The vault is no directory, or this account is no member of it.
    #[error("no such team")]
    NotFound,
    /// Only owners and managers change a team, and only owners its policy.
    #[error("the account's role does not permit it")]
    NotPermitted,
    /// A name is empty or too long.
    #[error("the name is not acceptable")]
    Name,
    /// There are too many accounts or groups, a role is none of a team's, or a number of a policy is out of range.
    #[error("a list or number exceeds the limits")]
    Invalid,
    /// The vault follows another team, or is a directory itself.
    #[error("the vault belongs to another team")]
    OtherTeam,
    /// The roster of the directory does not permit the change.
    #[error(transparent)]
    Members(#[from] MembersError),
}

impl From<SessionError> for TeamError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::NotFound => Self::NotFound,
            error => Self::Members(error.into()),
        }
    }
}

/// A group as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupChange {
    /// The group; `None` for a new one.
    pub id: Option<ItemId>,
    /// Its name.
    pub name: String,
    /// Its accounts.
    pub accounts: BTreeSet<AccountId>,
}

/// Who gets a vault of a team, as it is to be. Roles are editor or viewer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamVaultChange {
    /// The vault.
    pub vault: VaultId,
    /// Groups and their roles.
    pub groups: BTreeMap<ItemId, MemberRole>,
    /// Accounts and their roles beside their groups.
    pub accounts: BTreeMap<AccountId, MemberRole>,
}

impl Session {
    /// Creates a team: a directory, which this account owns. `own_name` is how this account is called in it.
    ///
    /// # Errors
    /// [`TeamError::Name`]; else as any write.
    pub fn create_team(&mut self, name: &str, own_name: &str) -> Result<VaultId, TeamError> {
        let name = checked(name)?;
        let own_name = checked(own_name)?;
        let appearance = VaultAppearance { name: name.clone(), hue: None, icon: String::new() };
        Ok(self.write(|tx| {
            let (id, vault_key) = tx.create_vault(&appearance)?;
            tx.put_card(vault_key, &Card::Vault { name, hue: None, icon: String::new(), team: Some(id) })?;
            tx.name_member(vault_key, &own_name)?;
            Ok(id)
        })?)
    }

    /// Creates or changes a group. Returns its id.
    ///
    /// # Errors
    /// See [`TeamError`].
    pub fn put_group(&mut self, team: VaultId, change: &GroupChange) -> Result<ItemId, TeamError> {
        let name = checked(&change.name)?;
        if change.accounts.len() > MOST_ACCOUNTS {
            return Err(TeamError::Invalid);
        }
        let (vault_key, directory) = self.administered(team)?;
        let (row, mut group) = match &change.id {
            None => (None, Group::default()),
            Some(id) => {
                let (row, group) = directory.groups.get(id).ok_or(TeamError::NotFound)?;
                (Some(*row), group.clone())
            }
        };
        let before = std::mem::replace(&mut group.accounts, change.accounts.clone());
        group.former.extend(before);
        group.former.retain(|account| !group.accounts.contains(account));
        (group.name, group.is_ended) = (name, false);
        Ok(self.write(|tx| tx.put_directory_item(vault_key, row, &Content::Group(group)))?)
    }

    /// Deletes a group. Its accounts lose what only this group gave them.
    ///
    /// # Errors
    /// See [`TeamError`].
    pub fn delete_group(&mut self, team: VaultId, id: ItemId) -> Result<(), TeamError> {
        let (vault_key, directory) = self.administered(team)?;
        let (row, group) = directory.groups.get(&id).ok_or(TeamError::NotFound)?;
        let (row, mut group) = (*row, group.clone());
        group.former.append(&mut group.accounts);
        group.is_ended = true;
        self.write(|tx| tx.put_directory_item(vault_key, Some(row), &Content::Group(group)))?;
        Ok(())
    }

    /// Says who gets a vault of a team. A vault that the team does not use yet must be managed by this account: it becomes one
    /// of the team's, whose managers then decide who is in it.
    ///
    /// # Errors
    /// See [`TeamError`].
    pub fn put_team_vault(&mut self, team: VaultId, change: &TeamVaultChange) -> Result<(), TeamError> {
        let gives = |role: &MemberRole| matches!(role, MemberRole::Editor | MemberRole::Viewer);
        if change.groups.len() > MOST_GROUPS
            || change.accounts.len() > MOST_ACCOUNTS
            || !change.groups.values().chain(change.accounts.values()).all(gives)
        {
            return Err(TeamError::Invalid);
        }
        let (team_key, directory) = self.administered(team)?;
        let known = directory.vaults.get(&change.vault).map(|(row, _, named)| (*row, named.clone()));
        let (row, mut named, card) = match known {
            Some((row, named)) => (Some(row), named, None),
            None => {
                let vault = self.vaults.find(change.vault)?;
                let card = self.card_for_team(vault, team)?;
                let name = match &card {
                    Card::Vault { name, .. } => name.clone(),
                    Card::Member { .. } => String::new(),
                };
                let named = TeamVault {
                    vault: vault.id,
                    genesis: vault.genesis,
                    name,
                    groups: BTreeMap::new(),
                    accounts: BTreeMap::new(),
                };
                (None, named, Some((vault.vault_key, card)))
            }
        };
        follow(&mut named.groups, &change.groups);
        follow(&mut named.accounts, &change.accounts);
        self.write(|tx| {
            if let Some((vault_key, card)) = &card {
                tx.put_card(*vault_key, card)?;
            }
            tx.put_directory_item(team_key, row, &Content::Vault(named))
        })?;
        Ok(())
    }

    /// Takes a vault out of a team. Its members stay, and do not follow groups any more.
    ///
    /// # Errors
    /// See [`TeamError`].
    pub fn remove_team_vault(&mut self, team: VaultId, vault: VaultId) -> Result<(), TeamError> {
        let (team_key, directory) = self.administered(team)?;
        let (row, ..) = directory.vaults.get(&vault).ok_or(TeamError::NotFound)?;
        let row = *row;
        let card = match self.vaults.find(vault) {
            Ok(found) if self.manages(found) && found.writable().is_ok() => {
                Some((found.vault_key, self.card_of(found, None)?))
            }
            _ => None,
        };
        self.write(|tx| {
            if let Some((vault_key, card)) = &card {
                tx.put_card(*vault_key, card)?;
            }
            tx.append_tombstone(team_key, row.id, row.revision)?;
            tx.show_directory_item(team_key, row.id, (row.entry_key, row.revision), None)
        })?;
        Ok(())
    }

    /// Makes a vault follow no team any more. Its members stay.
    ///
    /// # Errors
    /// [`TeamError::NotPermitted`] if this account does not manage the vault; see [`TeamError`].
    pub fn leave_team(&mut self, vault: VaultId) -> Result<(), TeamError> {
        let found = self.vaults.find(vault)?;
        if authority::team_of(&self.db, found)?.is_none_or(|team| team == vault) {
            return Err(TeamError::NotFound);
        }
        if !self.manages(found) {
            return Err(TeamError::NotPermitted);
        }
        let (vault_key, card) = (found.vault_key, self.card_of(found, None)?);
        Ok(self.write(|tx| tx.put_card(vault_key, &card))?)
    }

    /// Suspends a member of a team, resumes or removes it. One that is removed leaves the directory, too, for which
    /// `password` is needed if it is an owner.
    ///
    /// # Errors
    /// See [`TeamError`].
    pub fn set_member_state(
        &mut self,
        team: VaultId,
        account: AccountId,
        state: MemberState,
        password: Option<&SecretText>,
    ) -> Result<(), TeamError> {
        let (vault_key, directory) = self.administered(team)?;
        let own = self.vaults.author.account;
        let vault = self.vaults.get(vault_key)?;
        let role = vault.roster.member(&account).map(|member| member.role);
        let may = vault.role_of(&own).zip(role).is_none_or(|(own, role)| own.may_administer(role));
        if account == own || !may {
            return Err(TeamError::NotPermitted);
        }
        if role.is_none() && directory.state(&account) == MemberState::Active {
            return Err(TeamError::NotFound);
        }
        let row = directory.state_rows.get(&account).copied();
        let content = Content::Member(account, state);
        if state == MemberState::Removed && role.is_some() {
            self.change_members(team, &MemberChange::Remove { account }, password)?;
        }
        if directory.state(&account) != state {
            self.write(|tx| tx.put_directory_item(vault_key, row, &content))?;
        }
        Ok(())
    }

    /// Sets the policy of a team.
    ///
    /// # Errors
    /// [`TeamError::NotPermitted`] if this account is no owner; see [`TeamError`].
    pub fn set_team_policy(&mut self, team: VaultId, policy: TeamPolicy) -> Result<(), TeamError> {
        let (vault_key, directory) = self.administered(team)?;
        if self.vaults.get(vault_key)?.role_of(&self.vaults.author.account) != Some(MemberRole::Owner) {
            return Err(TeamError::NotPermitted);
        }
        if !policy.is_sound() {
            return Err(TeamError::Invalid);
        }
        if directory.policy_row.is_some() && directory.policy == policy {
            return Ok(());
        }
        let row = directory.policy_row;
        self.write(|tx| tx.put_directory_item(vault_key, row, &Content::Policy(policy)))?;
        Ok(())
    }

    /// Returns a directory that this account may change.
    pub(super) fn administered(
        &self,
        team: VaultId,
    ) -> Result<(i64, std::sync::Arc<super::model::Directory>), TeamError> {
        let vault = self.vaults.find(team)?;
        let directory = self.directory_of(vault)?.ok_or(TeamError::NotFound)?;
        if self.manages(vault) { Ok((vault.vault_key, directory)) } else { Err(TeamError::NotPermitted) }
    }

    fn manages(&self, vault: &Vault) -> bool {
        vault.role_of(&self.vaults.author.account).is_some_and(|role| role.may_rotate())
    }

    /// The card by which a vault names its team.
    fn card_for_team(&self, vault: &Vault, team: VaultId) -> Result<Card, TeamError> {
        if self.vaults.is_home(vault) {
            return Err(MembersError::Home.into());
        }
        if !self.manages(vault) {
            return Err(TeamError::NotPermitted);
        }
        match authority::team_of(&self.db, vault)? {
            Some(other) if other != team => Err(TeamError::OtherTeam),
            _ if vault.id == team => Err(TeamError::OtherTeam),
            _ => Ok(self.card_of(vault, Some(team))?),
        }
    }

    fn card_of(&self, vault: &Vault, team: Option<VaultId>) -> Result<Card, SessionError> {
        let shown = cards::shown(&self.db, vault)?;
        Ok(Card::Vault { name: shown.name.to_string(), hue: shown.hue, icon: shown.icon, team })
    }
}

/// Makes roles those that are wanted. What is not given any more is kept as taken away.
fn follow<K: Ord + Copy>(roles: &mut BTreeMap<K, Option<MemberRole>>, wanted: &BTreeMap<K, MemberRole>) {
    for role in roles.values_mut() {
        *role = None;
    }
    roles.extend(wanted.iter().map(|(id, role)| (*id, Some(*role))));
}

/// Checks a name.
fn checked(name: &str) -> Result<String, TeamError> {
    let name = acceptable_name(name).filter(|name| name.len() <= NAME_LIMIT);
    name.map(str::to_owned).ok_or(TeamError::Name)
}

impl Transaction<'_> {
    /// Writes an item of a directory, in place of its last revision. Returns its id.
    pub(super) fn put_directory_item(
        &mut self,
        vault_key: i64,
        row: Option<Row>,
        content: &Content,
    ) -> Result<ItemId, SessionError> {
        let (id, parent, mut item) = match row {
            Some(row) => {
                let stored = StoredRevision::of_entry(&self.db, row.entry_key)?;
                (row.id, Some(row.revision), stored.open_quickly(self.vaults, row.id)?)
            }
            None => (vault_crypto::make_id(self.rng), None, Item::new(ItemType::Note, self.now)),
        };
        content.write(&mut item);
        item.modified_at = self.now;
        self.device.clone_into(&mut item.device);
        let appended = self.append_item(vault_key, id, parent, &item, self.now)?;
        self.show_directory_item(vault_key, id, (appended.entry_key, appended.revision), Some(&item))?;
        Ok(id)
    }
}
