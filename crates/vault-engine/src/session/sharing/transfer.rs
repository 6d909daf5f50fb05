//! Handing a vault over: another member becomes an owner, and this account a manager, in one record.

use vault_crypto::SecretText;
use vault_wire::log::Verdict;
use vault_wire::roster::{Member, MemberRole, Op};
use vault_wire::{AccountId, VaultId};

use super::error::MembersError;
use super::{cards, changes};
use crate::session::error::SessionError;
use crate::session::state::Session;
use crate::session::vaults::vault::Vault;

impl Session {
    /// Makes another member an owner in place of this account, which becomes a manager: both or neither. It is sent with the next synchronization.
    ///
    /// # Errors
    /// See [`MembersError`].
    pub fn transfer_ownership(
        &mut self,
        vault: VaultId,
        account: AccountId,
        password: &SecretText,
    ) -> Result<(), MembersError> {
        let own = self.vaults.author.account;
        let promotion = Op::Role { account, role: MemberRole::Owner };
        self.check_change(vault, &promotion)?;
        let vault_key = self.vaults.find(vault)?.vault_key;
        if changes::any(&self.db, vault_key)? {
            return Err(MembersError::ChangesWait);
        }
        let second = Op::Role { account: own, role: MemberRole::Manager };
        let root = self.root_of(password)?;
        let record = self.record_of(vault_key, vec![promotion.clone(), second])?;
        let signed = self.signed(&record, Some(&root));
        match self.verdict(vault_key, &signed)? {
            Verdict::Accepted => {}
            Verdict::Rejected(reason) => return Err(MembersError::Rejected(reason)),
            Verdict::Unread => return Err(MembersError::KeyMissing),
        }
        self.write(|tx| changes::add(&tx.db, vault_key, &promotion, Some(&signed), tx.now))?;
        self.log_writes += 1;
        Ok(())
    }

    /// Returns the names of the vaults with other members whose only owner this account is: without it nobody could change their
    /// managers or close them.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn solely_owned(&self) -> Result<Vec<String>, SessionError> {
        let own = self.vaults.author.account;
        let is_owner = |member: &Member| member.role == MemberRole::Owner;
        let depends = |vault: &&Vault| {
            let roster = &vault.roster;
            let mut others = roster.members().filter(|(account, _)| **account != own).peekable();
            !roster.is_closed()
                && vault.role_of(&own) == Some(MemberRole::Owner)
                && others.peek().is_some()
                && others.all(|(_, member)| !is_owner(member))
        };
        let names = self.vaults.in_order().into_iter().filter(depends);
        names.map(|vault| Ok(cards::shown(&self.db, vault)?.name.to_string())).collect()
    }
}
