//! Roles as numbers of the database.

use vault_wire::roster::MemberRole;

use crate::session::error::SessionError;

/// Returns the number of a role in the database, from 1.
pub(crate) fn role_number(role: MemberRole) -> u32 {
    (1..).zip(MemberRole::ALL).find(|(_, known)| *known == role).map_or(0, |(number, _)| number)
}

/// Returns the role with a number of the database.
pub(crate) fn role_of(number: u32) -> Result<MemberRole, SessionError> {
    let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
    index.and_then(|index| MemberRole::ALL.get(index)).copied().ok_or(SessionError::DatabaseDamaged)
}
