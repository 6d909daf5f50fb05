//! Who may do what in a vault.

use vault_wire::invitation::InvitationReading;
use vault_wire::roster::MemberRole;
use vault_wire::{AccountId, DeviceId};

use super::head::Head;
use super::{LogError, Logs};
use crate::store::{Sql, StoreError, VaultKey, View};
use crate::values;

const ROLE: Sql<VaultKey> = Sql::new("SELECT role FROM member WHERE vault_id = $1 AND account_id = $2");

/// Whether a session was begun with a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factor {
    /// With one.
    Used,
    /// With the password alone.
    Missing,
}

/// The account that sends a request, and the time at which it arrived.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// The account.
    pub account: AccountId,
    /// The device whose key signed the request.
    pub device: DeviceId,
    /// Whether its session has a second factor.
    pub factor: Factor,
    /// Milliseconds since 1970.
    pub at: u64,
}

/// The number of a role in the database.
pub fn role_number(role: MemberRole) -> u32 {
    (1..).zip(MemberRole::ALL).find(|(_, known)| *known == role).map_or(0, |(number, _)| number)
}

/// The role with this number.
///
/// # Errors
/// [`StoreError::Damaged`] if there is none.
pub fn role_of(number: u32) -> Result<MemberRole, StoreError> {
    let at = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    at.and_then(|at| MemberRole::ALL.get(at)).copied().ok_or(StoreError::Damaged)
}

/// The role of an account, if it is a member.
///
/// # Errors
/// See [`StoreError`].
pub async fn role(view: &View<VaultKey>, account: &AccountId) -> Result<Option<MemberRole>, StoreError> {
    let row = view.first(&ROLE, values![account]).await?;
    row.map(|row| role_of(row.get(0)?)).transpose()
}

/// Lets members in and returns head and role.
///
/// # Errors
/// [`LogError::NotFound`] for others, whether or not the vault exists; [`LogError::FactorRequired`].
pub async fn member(view: &View<VaultKey>, caller: &Caller) -> Result<(Head, MemberRole), LogError> {
    let (head, role) = tokio::join!(Head::read(view), role(view, &caller.account));
    let head = head?.ok_or(LogError::NotFound)?;
    let role = admitted(role?, caller, &head)?;
    Ok((head, role))
}

/// What an account may read of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Everything.
    Member,
    /// Everything but bodies.
    Invited,
}

impl Logs {
    /// Lets members in, and those who hold an open invitation.
    ///
    /// # Errors
    /// As [`member`].
    pub(super) async fn reader(
        &self,
        view: &View<VaultKey>,
        caller: &Caller,
        invitation: Option<&InvitationReading>,
    ) -> Result<(Head, Reader), LogError> {
        let (head, role) = tokio::join!(Head::read(view), role(view, &caller.account));
        let head = head?.ok_or(LogError::NotFound)?;
        match (admitted(role?, caller, &head), invitation) {
            (Ok(_), _) => Ok((head, Reader::Member)),
            (Err(LogError::NotFound), Some(invitation)) => {
                self.check_invitation(view, &head, caller, invitation).await?;
                Ok((head, Reader::Invited))
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Checks that the caller holds an invitation to the vault that is open and has not expired.
    ///
    /// # Errors
    /// [`LogError::NotFound`].
    pub(super) async fn check_invitation(
        &self,
        view: &View<VaultKey>,
        head: &Head,
        caller: &Caller,
        invitation: &InvitationReading,
    ) -> Result<(), LogError> {
        invitation.verify(&view.key().0, &caller.account).map_err(|_| LogError::NotFound)?;
        let roster = self.rosters.load(view, head).await?;
        let open = roster.invite(&invitation.invite).is_some_and(|invite| caller.at <= invite.expires_at);
        if open && !roster.is_closed() { Ok(()) } else { Err(LogError::NotFound) }
    }
}

/// The caller's role in the vault of this head.
///
/// # Errors
/// As [`member`].
pub async fn allowed(view: &View<VaultKey>, caller: &Caller, head: &Head) -> Result<MemberRole, LogError> {
    admitted(role(view, &caller.account).await?, caller, head)
}

/// The same, if the role is known.
///
/// # Errors
/// As [`member`].
pub fn admitted(role: Option<MemberRole>, caller: &Caller, head: &Head) -> Result<MemberRole, LogError> {
    let role = role.ok_or(LogError::NotFound)?;
    if head.factor && caller.factor == Factor::Missing {
        return Err(LogError::FactorRequired);
    }
    Ok(role)
}
