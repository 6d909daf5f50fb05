//! Who may do what in a vault.

use vault_wire::roster::MemberRole;
use vault_wire::{AccountId, DeviceId};

use super::LogError;
use super::head::Head;
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
    let head = Head::read(view).await?.ok_or(LogError::NotFound)?;
    let role = allowed(view, caller, &head).await?;
    Ok((head, role))
}

/// The caller's role in the vault of this head.
///
/// # Errors
/// As [`member`].
pub async fn allowed(view: &View<VaultKey>, caller: &Caller, head: &Head) -> Result<MemberRole, LogError> {
    let role = role(view, &caller.account).await?.ok_or(LogError::NotFound)?;
    if head.factor && caller.factor == Factor::Missing {
        return Err(LogError::FactorRequired);
    }
    Ok(role)
}
