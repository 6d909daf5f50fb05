//! Teams: groups, the vaults that they get, and policies.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::MemberRole;
use vault_engine::session::{
    Deviation, DeviationKind, MemberState, MissingFactor, Team, TeamGroup, TeamPerson, TeamPolicy,
    TeamVaultInfo,
};

use super::RoleView;
use super::count;
use super::members::words;

/// A team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TeamView {
    /// The vault that is its directory, 32 hexadecimal digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// This account's role. Owners and managers change the team, owners its policy.
    pub role: RoleView,
    /// Its members: this account first, former ones last.
    pub people: Vec<TeamPersonView>,
    /// Its groups, by name.
    pub groups: Vec<TeamGroupView>,
    /// Its vaults, by name.
    pub vaults: Vec<TeamVaultView>,
    /// Its policy.
    pub policy: PolicyView,
}

/// Whether a member of a team works in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum TeamStateView {
    /// It has what its groups give it.
    Active,
    /// It is in none of the team's vaults until it is active again.
    Suspended,
    /// It has left the team.
    Removed,
}

/// A member of a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TeamPersonView {
    /// The account, 32 hexadecimal digits.
    pub account: String,
    /// Its name, if it is known.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its role in the team; none once it was removed.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleView>,
    /// The words of its identity; none once it was removed.
    pub words: Vec<String>,
    /// Whether it works in the team.
    pub state: TeamStateView,
    /// Whether it is this account.
    pub own: bool,
    /// The number of the team's vaults on this computer that it is in.
    pub vaults: u32,
}

/// A group of a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TeamGroupView {
    /// Its id, 32 hexadecimal digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its accounts.
    pub accounts: Vec<String>,
}

/// A role that a team gives: to a group or an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TeamGrantView {
    /// The group or account, 32 hexadecimal digits.
    pub id: String,
    /// `editor` or `viewer`.
    pub role: RoleView,
}

/// What would make a member of a vault what its team says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum DeviationKindView {
    /// It must be added.
    Add,
    /// It must get another role.
    Role,
    /// It must be removed.
    Remove,
    /// It is an owner and must be removed, by another owner with the password.
    RemoveOwner,
}

/// A difference between a vault and its team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DeviationView {
    /// The account.
    pub account: String,
    /// What is missing.
    pub kind: DeviationKindView,
    /// The role that it gets.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleView>,
    /// The accounts whose programs can do it.
    pub by: Vec<String>,
    /// Whether nothing is done, since the account's identity contradicts an earlier one.
    pub contradicted: bool,
}

/// A vault that is to need a second factor and does not yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MissingFactorView {
    /// The owners of the vault who can require it, with the password.
    pub by: Vec<String>,
    /// Whether this account has, and it is not sent yet.
    pub waiting: bool,
}

/// A vault that a team uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TeamVaultView {
    /// The vault, 32 hexadecimal digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// This account's role in it; none if it is not on this computer.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleView>,
    /// The account that said last who gets it.
    pub by: String,
    /// Groups and their roles.
    pub groups: Vec<TeamGrantView>,
    /// Accounts and their roles beside their groups.
    pub accounts: Vec<TeamGrantView>,
    /// The number of members; none if it is not on this computer.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<u32>,
    /// Whether the vault follows this team. Else its groups have no effect.
    pub followed: bool,
    /// Where its members differ from what the team says.
    pub deviations: Vec<DeviationView>,
    /// What it lacks, if the team asks for a second factor and the vault does not.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_factor: Option<MissingFactorView>,
    /// Members that were invited into the vault itself.
    pub others: Vec<String>,
}

/// What a team asks of its members' programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PolicyView {
    /// The lowest score of master passwords, 0 to 4.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<u8>,
    /// Whether secrets of the team's vaults are not exported readably.
    pub no_plain_export: bool,
    /// Whether items of the team's vaults, documents included, are not exported at all.
    pub no_export: bool,
    /// Whether items of the team's vaults are not copied or moved to others.
    pub no_personal_copies: bool,
    /// The longest time without input before a program locks, in minutes, 1 to 1440.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_minutes: Option<u32>,
    /// The longest time in the trash, in days, 1 to 3650.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trash_days: Option<u32>,
    /// Whether the server is to give the team's vaults only to sign-ins with a second factor.
    pub second_factor: bool,
}

/// A group to create or change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct GroupRequest {
    /// The team.
    pub team: String,
    /// The group; none for a new one.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its name, 1 to 128 bytes.
    pub name: String,
    /// Its accounts, at most 4096.
    pub accounts: Vec<String>,
}

/// Who gets a vault of a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TeamVaultRequest {
    /// The team.
    pub team: String,
    /// The vault.
    pub vault: String,
    /// Groups and their roles, at most 256.
    pub groups: Vec<TeamGrantView>,
    /// Accounts and their roles beside their groups, at most 4096.
    pub accounts: Vec<TeamGrantView>,
}

/// A member of a team to suspend, resume or remove.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct TeamStateRequest {
    /// The team.
    pub team: String,
    /// The account.
    pub account: String,
    /// Its new state.
    pub state: TeamStateView,
    /// The master password, if an owner of the team is removed.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

impl From<MemberState> for TeamStateView {
    fn from(state: MemberState) -> Self {
        match state {
            MemberState::Active => Self::Active,
            MemberState::Suspended => Self::Suspended,
            MemberState::Removed => Self::Removed,
        }
    }
}

impl From<TeamStateView> for MemberState {
    fn from(state: TeamStateView) -> Self {
        match state {
            TeamStateView::Active => Self::Active,
            TeamStateView::Suspended => Self::Suspended,
            TeamStateView::Removed => Self::Removed,
        }
    }
}

impl From<Team> for TeamView {
    fn from(team: Team) -> Self {
        let Team { id, name, role, people, groups, vaults, policy } = team;
        Self {
            id: id.to_string(),
            name,
            role: role.into(),
            people: people.into_iter().map(Into::into).collect(),
            groups: groups.into_iter().map(Into::into).collect(),
            vaults: vaults.into_iter().map(Into::into).collect(),
            policy: policy.into(),
        }
    }
}

impl From<TeamPerson> for TeamPersonView {
    fn from(person: TeamPerson) -> Self {
        let TeamPerson { account, name, role, certificate, state, is_own, vaults } = person;
        Self {
            account: account.to_string(),
            name,
            role: role.map(Into::into),
            words: certificate.as_ref().map(words).unwrap_or_default(),
            state: state.into(),
            own: is_own,
            vaults: count(vaults),
        }
    }
}

impl From<TeamGroup> for TeamGroupView {
    fn from(group: TeamGroup) -> Self {
        let TeamGroup { id, name, accounts } = group;
        Self { id: id.to_string(), name, accounts: accounts.iter().map(ToString::to_string).collect() }
    }
}

impl From<TeamVaultInfo> for TeamVaultView {
    fn from(vault: TeamVaultInfo) -> Self {
        let TeamVaultInfo {
            id,
            name,
            role,
            by,
            groups,
            accounts,
            members,
            is_followed,
            deviations,
            missing_factor,
            others,
        } = vault;
        Self {
            id: id.to_string(),
            name,
            role: role.map(Into::into),
            by: by.to_string(),
            groups: groups.iter().map(grant).collect(),
            accounts: accounts.iter().map(grant).collect(),
            members: members.map(count),
            followed: is_followed,
            deviations: deviations.into_iter().map(Into::into).collect(),
            missing_factor: missing_factor.map(Into::into),
            others: others.iter().map(ToString::to_string).collect(),
        }
    }
}

fn grant(given: &(impl ToString, MemberRole)) -> TeamGrantView {
    let (id, role) = given;
    TeamGrantView { id: id.to_string(), role: (*role).into() }
}

impl From<Deviation> for DeviationView {
    fn from(deviation: Deviation) -> Self {
        let Deviation { account, kind, by, is_contradicted } = deviation;
        let (kind, role) = match kind {
            DeviationKind::Add(role) => (DeviationKindView::Add, Some(role.into())),
            DeviationKind::Role(role) => (DeviationKindView::Role, Some(role.into())),
            DeviationKind::Remove => (DeviationKindView::Remove, None),
            DeviationKind::RemoveOwner => (DeviationKindView::RemoveOwner, None),
        };
        Self {
            account: account.to_string(),
            kind,
            role,
            by: by.iter().map(ToString::to_string).collect(),
            contradicted: is_contradicted,
        }
    }
}

impl From<MissingFactor> for MissingFactorView {
    fn from(missing: MissingFactor) -> Self {
        let MissingFactor { by, is_waiting } = missing;
        Self { by: by.iter().map(ToString::to_string).collect(), waiting: is_waiting }
    }
}

impl From<TeamPolicy> for PolicyView {
    fn from(policy: TeamPolicy) -> Self {
        let TeamPolicy {
            password,
            no_plain_export,
            no_export,
            no_personal_copies,
            lock_minutes,
            trash_days,
            second_factor,
        } = policy;
        Self {
            password,
            no_plain_export,
            no_export,
            no_personal_copies,
            lock_minutes,
            trash_days,
            second_factor,
        }
    }
}

impl From<PolicyView> for TeamPolicy {
    fn from(policy: PolicyView) -> Self {
        let PolicyView {
            password,
            no_plain_export,
            no_export,
            no_personal_copies,
            lock_minutes,
            trash_days,
            second_factor,
        } = policy;
        Self {
            password,
            no_plain_export,
            no_export,
            no_personal_copies,
            lock_minutes,
            trash_days,
            second_factor,
        }
    }
}
