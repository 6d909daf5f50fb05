//! Teams: groups, the vaults that they get, members' states, and policies.

use std::collections::{BTreeMap, BTreeSet};

use vault_engine::session::{GroupChange, MembersError, Session, TeamError, TeamVaultChange};
use vault_engine::{AccountId, ItemId, MemberRole, SecretText, VaultId};

use super::members::id;
use crate::coffer::Coffer;
use crate::error::{ErrorView, Result};
use crate::events::Event;
use crate::views::{GroupRequest, PolicyView, TeamGrantView, TeamStateRequest, TeamVaultRequest, TeamView};

fn teams(session: &Session) -> Result<Vec<TeamView>> {
    Ok(session.teams()?.into_iter().map(Into::into).collect())
}

fn roles<Id: std::str::FromStr + Ord>(grants: &[TeamGrantView]) -> Result<BTreeMap<Id, MemberRole>> {
    grants.iter().map(|grant| Ok((id(&grant.id)?, grant.role.into()))).collect()
}

impl Coffer {
    /// Lists the teams of this account, by name.
    ///
    /// # Errors
    /// `locked`, or the disk.
    pub async fn team_list(&self) -> Result<Vec<TeamView>> {
        self.read(|session| teams(session)).await
    }

    /// Returns what all teams together ask of this program.
    ///
    /// # Errors
    /// `locked`, or the disk.
    pub async fn policy_get(&self) -> Result<PolicyView> {
        self.read(|session| Ok(session.policy()?.into())).await
    }

    /// Creates a team, which this account owns. `own_name` is how its members know this user.
    ///
    /// # Errors
    /// `invalid_input` for a name, or the disk.
    pub async fn team_create(&self, name: String, own_name: String) -> Result<Vec<TeamView>> {
        self.change_teams(move |session| session.create_team(&name, &own_name).map(drop)).await
    }

    /// Creates or changes a group. Programs of the managers then change the members of its vaults.
    ///
    /// # Errors
    /// `invalid_input` for the name or too many accounts, `not_found`, `member_not_permitted`, or the disk.
    pub async fn team_group_put(&self, request: GroupRequest) -> Result<Vec<TeamView>> {
        let GroupRequest { team, id: group, name, accounts } = request;
        let team: VaultId = id(&team)?;
        let group: Option<ItemId> = group.as_deref().map(id).transpose()?;
        let accounts = accounts.iter().map(|account| id(account)).collect::<Result<BTreeSet<AccountId>>>()?;
        let change = GroupChange { id: group, name, accounts };
        self.change_teams(move |session| session.put_group(team, &change).map(drop)).await
    }

    /// Returns whether a change adds accounts to a group.
    ///
    /// # Errors
    /// `not_found`, or the disk.
    pub async fn team_group_grows(&self, request: GroupRequest) -> Result<bool> {
        let team: VaultId = id(&request.team)?;
        self.read(move |session| {
            let team: TeamView = session.team(team)?.into();
            let group = team.groups.iter().find(|group| request.id.as_ref() == Some(&group.id));
            let known = group.map(|group| group.accounts.as_slice()).unwrap_or_default();
            Ok(request.accounts.iter().any(|account| !known.contains(account)))
        })
        .await
    }

    /// Returns the name of a vault that a team has, or may get.
    ///
    /// # Errors
    /// `not_found`, or the disk.
    pub async fn team_vault_name(&self, team: VaultId, vault: VaultId) -> Result<String> {
        let named = self
            .read(move |session| {
                Ok(session
                    .team(team)?
                    .vaults
                    .into_iter()
                    .find(|known| known.id == vault)
                    .map(|known| known.name))
            })
            .await?;
        match named {
            Some(name) => Ok(name),
            None => self.vault_name(vault).await,
        }
    }

    /// Deletes a group. Its accounts lose what only this group gave them.
    ///
    /// # Errors
    /// `not_found`, `member_not_permitted`, or the disk.
    pub async fn team_group_delete(&self, team: VaultId, group: String) -> Result<Vec<TeamView>> {
        let group: ItemId = id(&group)?;
        self.change_teams(move |session| session.delete_group(team, group)).await
    }

    /// Sets who gets a vault of a team, and makes it one of the team's.
    ///
    /// # Errors
    /// `invalid_input`, `other_team`, `home_not_shared`, `not_found`, `member_not_permitted`, or the disk.
    pub async fn team_vault_put(&self, request: TeamVaultRequest) -> Result<Vec<TeamView>> {
        let TeamVaultRequest { team, vault, groups, accounts } = request;
        let team: VaultId = id(&team)?;
        let change =
            TeamVaultChange { vault: id(&vault)?, groups: roles(&groups)?, accounts: roles(&accounts)? };
        self.change_teams(move |session| session.put_team_vault(team, &change)).await
    }

    /// Takes a vault out of a team. Its members stay.
    ///
    /// # Errors
    /// `not_found`, `member_not_permitted`, or the disk.
    pub async fn team_vault_remove(&self, team: VaultId, vault: VaultId) -> Result<Vec<TeamView>> {
        self.change_teams(move |session| session.remove_team_vault(team, vault)).await
    }

    /// Makes a vault, which this account manages, follow no team any more. Its members stay.
    ///
    /// # Errors
    /// `not_found`, `member_not_permitted`, or the disk.
    pub async fn team_leave(&self, vault: VaultId) -> Result<Vec<TeamView>> {
        self.change_teams(move |session| session.leave_team(vault)).await
    }

    /// Suspends, resumes or removes a member of a team.
    ///
    /// # Errors
    /// `password_needed` if an owner is removed without it; `wrong_password`, `last_owner`, `not_found`,
    /// `member_not_permitted`, or the disk.
    pub async fn team_member_set(&self, request: TeamStateRequest) -> Result<Vec<TeamView>> {
        let TeamStateRequest { team, account, state, password } = request;
        let (team, account): (VaultId, AccountId) = (id(&team)?, id(&account)?);
        let password = password.map(SecretText::new);
        self.sign_teams(move |session| {
            session.set_member_state(team, account, state.into(), password.as_ref())
        })
        .await
    }

    /// Requires a second factor for the vaults of a team that are to need one and that this account owns.
    ///
    /// # Errors
    /// `wrong_password`, `member_changes_wait`, `not_found`, or the disk.
    pub async fn team_factor_require(&self, team: VaultId, password: SecretText) -> Result<Vec<TeamView>> {
        self.sign_teams(move |session| session.require_team_factor(team, &password)).await
    }

    /// Sets the policy of a team, as an owner.
    ///
    /// # Errors
    /// `invalid_input` for a number, `not_found`, `member_not_permitted`, or the disk.
    pub async fn team_policy_set(&self, team: VaultId, policy: PolicyView) -> Result<Vec<TeamView>> {
        self.change_teams(move |session| session.set_team_policy(team, policy.into())).await
    }

    /// Changes teams, perhaps with the password.
    async fn sign_teams(
        &self,
        change: impl FnOnce(&mut Session) -> Result<(), TeamError> + Send + 'static,
    ) -> Result<Vec<TeamView>> {
        let changed = self
            .actor
            .call(move |actor| {
                // A wrong password delays the next attempt.
                let changed = actor.ask(|session| match change(session) {
                    Err(TeamError::Members(MembersError::Keys(keys))) => Err(keys),
                    other => Ok(other),
                })?;
                changed.map_err(ErrorView::from)?;
                teams(actor.session()?)
            })
            .await?;
        self.events.send(Event::ItemsChanged);
        Ok(changed)
    }

    async fn change_teams<F>(&self, change: F) -> Result<Vec<TeamView>>
    where
        F: FnOnce(&mut Session) -> Result<(), TeamError> + Send + 'static,
    {
        self.change(move |session| {
            change(session).map_err(ErrorView::from)?;
            teams(session)
        })
        .await
    }
}
