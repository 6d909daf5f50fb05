//! Whose cards count in a vault, and which team its own card names.

use rusqlite::Connection;
use vault_wire::roster::{MemberRole, Roster};
use vault_wire::{AccountId, VaultId};

use super::vault::Vault;
use crate::session::error::SessionError;

/// Returns whether a card counts: it names its author, or its author is an owner or manager, or was one when it left.
pub(crate) fn counts(roster: &Roster, author: &AccountId, account: Option<&AccountId>, is_own: bool) -> bool {
    if is_own {
        return account == Some(author);
    }
    role_of(roster, author).is_some_and(MemberRole::may_rotate)
}

/// The role of a member, or the last one of a former member.
pub(crate) fn role_of(roster: &Roster, account: &AccountId) -> Option<MemberRole> {
    roster.member(account).map(|member| member.role).or_else(|| roster.former_role(account))
}

/// Returns the directory that a vault names: itself, if it is one.
pub(crate) fn team_of(db: &Connection, vault: &Vault) -> Result<Option<VaultId>, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT author, team FROM card LEFT JOIN card_team USING (item_id)
         WHERE vault_key = ?1 AND account_id IS NULL ORDER BY entry_key DESC",
    )?;
    let mut rows = find.query([vault.vault_key])?;
    while let Some(row) = rows.next()? {
        if counts(&vault.roster, &AccountId::from_bytes(row.get(0)?), None, false) {
            return Ok(row.get::<_, Option<[u8; 16]>>(1)?.map(VaultId::from_bytes));
        }
    }
    Ok(None)
}
