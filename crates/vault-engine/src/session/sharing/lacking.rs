//! Grants that another computer owes and may never send. The server says which members lack one; what is sent to whom depends
//! on the verified roster alone.

use std::collections::BTreeSet;

use rusqlite::OptionalExtension;
use vault_crypto::make_grant;
use vault_wire::VaultId;
use vault_wire::grant::Grant;
use vault_wire::message::LackingGrants;

use super::keys::may_grant;
use super::people;
use super::seen::{COMPLETE, SeenLacking};
use crate::session::error::SessionError;
use crate::session::state::Session;

/// What follows from the server's word that members lack a grant.
#[derive(Debug, Default)]
pub struct LackingAnswered {
    /// The grants to send.
    pub grants: Vec<Grant>,
    /// Whether the server is to be asked again soon.
    pub again: bool,
}

impl Session {
    /// Returns whether the server is to be asked who lacks a grant: this account may make them, and the roster has changed
    /// since nobody lacked one.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn asks_for_lacking(&self, vault: VaultId) -> Result<bool, SessionError> {
        let vault = self.vaults.find(vault)?;
        let is_shared = vault.roster.members().nth(1).is_some();
        let has_key = vault.keys.contains_key(&vault.roster.epoch());
        if !is_shared
            || !has_key
            || !may_grant(vault, &self.vaults.author.account)
            || !self.can_change(vault)?
        {
            return Ok(false);
        }
        let mut find = self.db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
        let complete: Option<String> =
            find.query_row([complete_name(&vault.id)], |row| row.get(0)).optional()?;
        Ok(complete != Some(vault.roster.last_record().to_string()))
    }

    /// Takes in which members lack a grant by the server's word. The computer that owes them is given time up to the next
    /// answer; then they come from here, at most once each. An account that is no member by the log, or whose identity is
    /// contradicted, gets none.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault; else as any write.
    pub fn answer_lacking(
        &mut self,
        id: VaultId,
        lacking: &LackingGrants,
    ) -> Result<LackingAnswered, SessionError> {
        let vault = self.vaults.find(id)?;
        let (epoch, record) = (vault.roster.epoch(), *vault.roster.last_record());
        let Some(key) = vault.keys.get(&epoch) else { return Ok(LackingAnswered::default()) };
        if lacking.epoch != epoch || !may_grant(vault, &self.vaults.author.account) {
            // The log has changed since.
            return Ok(LackingAnswered { grants: Vec::new(), again: true });
        }
        let mut before = self.lacking.remove(&id).unwrap_or_default();
        if before.record != Some(record) {
            before = SeenLacking { record: Some(record), ..SeenLacking::default() };
        }
        let (mut open, mut grants) = (BTreeSet::new(), Vec::new());
        for account in &lacking.accounts {
            let is_contradicted =
                people::find(&self.db, account)?.is_some_and(|person| person.is_contradicted);
            if vault.roster.member(account).is_none() || is_contradicted || before.served.contains(account) {
                continue;
            }
            open.insert(*account);
            if before.seen.contains(account) {
                // A certificate with an invalid key is its account's fault: it opens nothing.
                grants.extend(make_grant(&vault.roster, epoch, account, key, &mut self.rng).ok());
            }
        }
        if open.is_empty() {
            self.write(|tx| {
                tx.db
                    .prepare_cached("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)")?
                    .execute([complete_name(&id), record.to_string()])?;
                Ok(())
            })?;
            return Ok(LackingAnswered::default());
        }
        self.lacking.insert(id, SeenLacking { seen: open, ..before });
        Ok(LackingAnswered { grants, again: true })
    }

    /// Notes that the server has taken grants for members who lacked one.
    pub fn lacking_sent(&mut self, id: VaultId, grants: &[Grant]) {
        if let Some(seen) = self.lacking.get_mut(&id) {
            seen.served.extend(grants.iter().map(|grant| grant.context.recipient));
        }
    }
}

fn complete_name(vault: &VaultId) -> String {
    [COMPLETE, &vault.to_string()].concat()
}
