//! Members of vaults, invitations, and changes that wait.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::session::{
    AnswerWaiting, ChangeProblem, InvitedVault, Joining, MemberInfo, OpenInvitation, PendingChange,
    VaultMembers,
};
use vault_engine::{CertificateHash, MemberRole, Op, identity_words};

use super::count;
use crate::error::{ErrorCode, of_rejected};

/// The role of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum RoleView {
    /// May do everything.
    Owner,
    /// Administers editors and viewers, and writes.
    Manager,
    /// Writes.
    Editor,
    /// Reads.
    Viewer,
}

/// A member of a vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MemberView {
    /// The account, 32 hexadecimal digits.
    pub account: String,
    /// Its name, if it has one here.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its role.
    pub role: RoleView,
    /// The words of its identity, which people compare.
    pub words: Vec<String>,
    /// The certificate that the words are of, 64 hexadecimal digits.
    pub certificate: String,
    /// Whether they have compared them.
    pub verified: bool,
    /// Whether they have compared those of an earlier identity, which this one has replaced.
    pub renewed: bool,
    /// Whether its identity contradicts an earlier one.
    pub contradicted: bool,
    /// Whether it is this account.
    pub own: bool,
    /// Whether this computer still has to send it the key.
    pub waits_for_key: bool,
}

/// An open invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OpenInvitationView {
    /// Its public key, 64 hexadecimal digits.
    pub key: String,
    /// The role that it gives.
    pub role: RoleView,
    /// When it ends, in milliseconds since 1970.
    #[ts(type = "number")]
    pub expires_at: u64,
    /// Who invited, if the name is known.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inviter: Option<String>,
    /// For whom, as the user noted it.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it was made on this computer, which alone can show the link.
    pub made_here: bool,
}

/// An answer to an invitation that waits for the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AnswerView {
    /// The account, 32 hexadecimal digits.
    pub account: String,
    /// How it wants to be called.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The role that it gets.
    pub role: RoleView,
    /// The words of its identity.
    pub words: Vec<String>,
}

/// What a change does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ChangeKind {
    /// Invites somebody.
    Invite,
    /// Withdraws an invitation.
    Revoke,
    /// Adds a member.
    Add,
    /// Gives a member another role.
    Role,
    /// Removes a member.
    Remove,
    /// Leaves the vault.
    Leave,
    /// Makes a member an owner in place of this account, which becomes a manager.
    Transfer,
    /// Closes the vault.
    Close,
    /// Lets only members with a second factor read the vault at the server.
    RequireFactor,
    /// Lets all members read it.
    DropFactor,
    /// Anything else.
    Other,
}

/// A change that is not in the log yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PendingChangeView {
    /// Its number.
    pub id: i32,
    /// What it does.
    pub kind: ChangeKind,
    /// The account that it is about, 32 hexadecimal digits.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The name of the member that it is about, if it is known.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// The role that it gives.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleView>,
    /// When it was asked for, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
    /// Why the log does not take it.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<ErrorCode>,
}

/// The members of a vault, and what waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct MembersView {
    /// The vault, 32 hexadecimal digits.
    pub vault: String,
    /// The members: this account first.
    pub members: Vec<MemberView>,
    /// This account's role; none if it is no member any more.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleView>,
    /// Open invitations.
    pub invitations: Vec<OpenInvitationView>,
    /// Answers that wait for the user.
    pub answers: Vec<AnswerView>,
    /// Changes that are not in the log yet.
    pub pending: Vec<PendingChangeView>,
    /// Whether a former member still knows the present key.
    pub epoch_due: bool,
    /// Whether the server gives the vault only to sign-ins with a second factor.
    pub second_factor: bool,
    /// Whether the vault can be removed from this profile, since the account is no member of it.
    pub can_forget: bool,
}

/// A change of a member.
#[derive(Clone, Deserialize, TS)]
#[ts(export)]
pub struct ChangeRequest {
    /// The vault, 32 hexadecimal digits.
    pub vault: String,
    /// `role`, `remove`, `leave`, `transfer`, `revoke`, `close`, `require_factor` or `drop_factor`.
    pub kind: ChangeKind,
    /// The member, for `role`, `remove` and `transfer`.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The new role, for `role`.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleView>,
    /// The invitation, for `revoke`.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<String>,
    /// The master password, if the change concerns an owner, or a second factor.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// An invitation to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct InviteRequest {
    /// The vault, 32 hexadecimal digits.
    pub vault: String,
    /// The role of the new member; not owner.
    pub role: RoleView,
    /// The days until it ends, 1 to 30.
    pub days: u32,
    /// For whom; may be empty.
    pub name: String,
    /// How this user is called in the vault.
    pub own_name: String,
}

/// The link of an invitation, which the user passes on.
#[derive(Clone, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct InvitationLinkView {
    /// The link. It lets its finder in.
    pub link: String,
}

/// What an invitation offers, by the vault's verified log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct OfferView {
    /// Names this offer in `invitation_accept`.
    pub token: String,
    /// The name of the vault, if it is known without the invitation: neither the server nor the link names it.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vault_name: Option<String>,
    /// The role that it gives.
    pub role: RoleView,
    /// When it ends, in milliseconds since 1970.
    #[ts(type = "number")]
    pub expires_at: u64,
    /// The name of the member who invites, if it is known from another vault.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inviter: Option<String>,
    /// The words of the inviter's identity.
    pub inviter_words: Vec<String>,
    /// The words of this account's identity.
    pub own_words: Vec<String>,
    /// The number of members.
    pub members: u32,
}

/// An accepted invitation whose vault is not here yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct JoiningView {
    /// The vault, 32 hexadecimal digits.
    pub vault: String,
    /// The name of the vault, if it is known without the invitation: neither the server nor the link names it.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vault_name: Option<String>,
    /// The role that it gives.
    pub role: RoleView,
    /// The name of the member who invites, if it is known from another vault.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inviter: Option<String>,
    /// When it was accepted, in milliseconds since 1970.
    #[ts(type = "number")]
    pub answered_at: u64,
    /// Whether the server has the answer.
    pub sent: bool,
    /// The words of this account's identity, which the inviter compares.
    pub words: Vec<String>,
}

impl From<MemberRole> for RoleView {
    fn from(role: MemberRole) -> Self {
        match role {
            MemberRole::Owner => Self::Owner,
            MemberRole::Manager => Self::Manager,
            MemberRole::Editor => Self::Editor,
            MemberRole::Viewer => Self::Viewer,
        }
    }
}

impl From<RoleView> for MemberRole {
    fn from(role: RoleView) -> Self {
        match role {
            RoleView::Owner => Self::Owner,
            RoleView::Manager => Self::Manager,
            RoleView::Editor => Self::Editor,
            RoleView::Viewer => Self::Viewer,
        }
    }
}

pub(super) fn words(certificate: &CertificateHash) -> Vec<String> {
    identity_words(certificate).map(str::to_owned).to_vec()
}

impl From<MemberInfo> for MemberView {
    fn from(member: MemberInfo) -> Self {
        let MemberInfo {
            account,
            name,
            role,
            certificate,
            is_verified,
            is_renewed,
            is_contradicted,
            is_own,
            waits_for_key,
        } = member;
        Self {
            account: account.to_string(),
            name,
            role: role.into(),
            words: words(&certificate),
            certificate: certificate.to_string(),
            verified: is_verified,
            renewed: is_renewed,
            contradicted: is_contradicted,
            own: is_own,
            waits_for_key,
        }
    }
}

impl MembersView {
    pub(crate) fn new(vault: String, members: VaultMembers, can_forget: bool) -> Self {
        let VaultMembers { members, role, invitations, answers, pending, is_epoch_due, needs_second_factor } =
            members;
        let name_of = |account: &str, members: &[MemberView]| {
            members.iter().find(|member| member.account == account).and_then(|member| member.name.clone())
        };
        let members: Vec<MemberView> = members.into_iter().map(Into::into).collect();
        let invitation = |open: OpenInvitation| OpenInvitationView {
            key: open.key.to_string(),
            role: open.role.into(),
            expires_at: open.expires_at.0,
            inviter: name_of(&open.inviter.to_string(), &members),
            made_here: open.name.is_some(),
            name: open.name.filter(|name| !name.is_empty()),
        };
        let change = |pending: PendingChange| {
            let (kind, account, role) = described(&pending.op);
            PendingChangeView {
                id: i32::try_from(pending.id).unwrap_or(i32::MAX),
                kind,
                member: account.as_ref().and_then(|account| name_of(account, &members)),
                account,
                role,
                at: pending.made_at.0,
                problem: pending.problem.map(|problem| match problem {
                    ChangeProblem::PasswordAgain => ErrorCode::PasswordNeeded,
                    ChangeProblem::Rejected(reason) => of_rejected(reason),
                }),
            }
        };
        Self {
            vault,
            role: role.map(Into::into),
            invitations: invitations.into_iter().map(invitation).collect(),
            answers: answers.into_iter().map(Into::into).collect(),
            pending: pending.into_iter().map(change).collect(),
            epoch_due: is_epoch_due,
            second_factor: needs_second_factor,
            can_forget,
            members,
        }
    }
}

/// What a change does, to which account, and the role that it gives.
fn described(op: &Op) -> (ChangeKind, Option<String>, Option<RoleView>) {
    match op {
        Op::Invite { role, .. } => (ChangeKind::Invite, None, Some((*role).into())),
        Op::Revoke { .. } => (ChangeKind::Revoke, None, None),
        Op::Add { certificate, role, .. } => {
            let account = certificate.verify().ok().map(|certificate| certificate.account_id().to_string());
            (ChangeKind::Add, account, Some((*role).into()))
        }
        Op::Role { account, role } => (ChangeKind::Role, Some(account.to_string()), Some((*role).into())),
        Op::Remove { account } => (ChangeKind::Remove, Some(account.to_string()), None),
        Op::Leave => (ChangeKind::Leave, None, None),
        Op::Close => (ChangeKind::Close, None, None),
        Op::Require { second_factor: true } => (ChangeKind::RequireFactor, None, None),
        Op::Require { second_factor: false } => (ChangeKind::DropFactor, None, None),
        _ => (ChangeKind::Other, None, None),
    }
}

impl From<AnswerWaiting> for AnswerView {
    fn from(answer: AnswerWaiting) -> Self {
        let AnswerWaiting { account, name, role, certificate } = answer;
        Self { account: account.to_string(), name, role: role.into(), words: words(&certificate) }
    }
}

impl OfferView {
    pub(crate) fn new(
        token: String,
        offer: &InvitedVault,
        (vault_name, name): (Option<String>, Option<String>),
        own: &CertificateHash,
    ) -> Self {
        let InvitedVault { role, expires_at, inviter: _, certificate, members } = offer;
        Self {
            token,
            vault_name,
            role: (*role).into(),
            expires_at: expires_at.0,
            inviter: name,
            inviter_words: words(certificate),
            own_words: words(own),
            members: count(*members),
        }
    }
}

impl JoiningView {
    pub(crate) fn new(joining: &Joining, name: Option<String>, own: &CertificateHash) -> Self {
        let Joining { vault, name: vault_name, role, inviter: _, answered_at, is_sent } = joining;
        Self {
            vault: vault.to_string(),
            vault_name: vault_name.clone(),
            role: (*role).into(),
            inviter: name,
            answered_at: answered_at.0,
            sent: *is_sent,
            words: words(own),
        }
    }
}
