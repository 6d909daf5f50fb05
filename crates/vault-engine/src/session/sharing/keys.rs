//! Keys of epochs: those that were made here until their record is in the log, and those in grants.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};
use vault_crypto::{LocalKey, VaultKey, make_grant, open_grant, open_history};
use vault_wire::grant::Grant;
use vault_wire::roster::EpochOp;
use vault_wire::{AccountId, VaultId};

use super::people;
use crate::clock::Rng;
use crate::session::error::SessionError;
use crate::session::state::Session;
use crate::session::vaults::stored_roster::has_records_after;
use crate::session::vaults::vault::Vault;

/// Stores a key that was made for the next epoch.
pub(super) fn store_made(
    db: &Connection,
    vault_key: i64,
    op: &EpochOp,
    sealed: &[u8],
) -> Result<(), SessionError> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO made_key (vault_key, commitment, epoch, sealed) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute((vault_key, op.commitment.as_bytes(), op.epoch, sealed))?;
    Ok(())
}

/// Stores that grants of the current epoch are due for members.
pub(crate) fn set_due<'a>(
    db: &Connection,
    vault_key: i64,
    accounts: impl IntoIterator<Item = &'a AccountId>,
) -> Result<(), SessionError> {
    let mut insert =
        db.prepare_cached("INSERT OR IGNORE INTO grant_due (vault_key, account_id) VALUES (?1, ?2)")?;
    for account in accounts {
        insert.execute((vault_key, account.as_bytes()))?;
    }
    Ok(())
}

impl Session {
    /// Returns the epoch whose key this member of a vault does not have.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn missing_key(&self, vault: VaultId) -> Result<Option<u32>, SessionError> {
        let vault = self.vaults.find(vault)?;
        let epoch = vault.roster.epoch();
        let is_member = vault.role_of(&self.vaults.author.account).is_some();
        Ok((is_member && !vault.keys.contains_key(&epoch)).then_some(epoch))
    }

    /// Takes in the key of a grant, with all earlier ones that it opens, and shows what it opens. Returns whether it is
    /// the key that is missing; another one changes nothing.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault; else as any write.
    pub fn receive_grant(&mut self, vault: VaultId, grant: &Grant) -> Result<bool, SessionError> {
        if self.missing_key(vault)? != Some(grant.context.epoch) {
            return Ok(false);
        }
        let vault = self.vaults.find(vault)?;
        let author = self.vaults.author.clone();
        let Ok(key) = open_grant(&vault.roster, grant, &author.account, &author.identity) else {
            return Ok(false);
        };
        let (vault_key, epoch) = (vault.vault_key, grant.context.epoch);
        self.add_keys(vault_key, epoch, key, false)?;
        Ok(true)
    }

    /// Takes in keys that were made here and whose record is in the log by now.
    pub(crate) fn adopt_made_keys(&mut self, vault_key: i64) -> Result<(), SessionError> {
        let vault = self.vaults.get(vault_key)?;
        let epoch = vault.roster.epoch();
        if vault.keys.contains_key(&epoch) {
            return Ok(());
        }
        let Some(stated) = vault.roster.epoch_at(epoch) else { return Ok(()) };
        let mut find =
            self.db.prepare_cached("SELECT sealed FROM made_key WHERE vault_key = ?1 AND commitment = ?2")?;
        let sealed: Option<Vec<u8>> =
            find.query_row((vault_key, stated.commitment.as_bytes()), |row| row.get(0)).optional()?;
        drop(find);
        let Some(sealed) = sealed else { return Ok(()) };
        let key = self.local.open_vault_key(&vault.id, epoch, &sealed);
        let key = key.map_err(|_| SessionError::DatabaseDamaged)?;
        self.add_keys(vault_key, epoch, key, true)
    }

    /// Stores a key and the earlier ones that it opens, and shows what they open. `made_here` is whether this computer owes
    /// the other members their grants.
    fn add_keys(
        &mut self,
        vault_key: i64,
        epoch: u32,
        key: VaultKey,
        made_here: bool,
    ) -> Result<(), SessionError> {
        let vault = self.vaults.get(vault_key)?;
        let mut keys = open_history(&vault.roster, epoch, key).map_err(|_| SessionError::DatabaseDamaged)?;
        keys.retain(|epoch, _| !vault.keys.contains_key(epoch));
        let members: Vec<AccountId> = if made_here {
            vault.roster.members().map(|(account, _)| *account).collect()
        } else {
            Vec::new()
        };
        let updates = self.write(|tx| {
            let id = tx.vaults.get(vault_key)?.id;
            store_keys(&tx.db, (vault_key, &id), tx.local, &keys, tx.rng)?;
            set_due(&tx.db, vault_key, &members)?;
            tx.db
                .prepare_cached("DELETE FROM made_key WHERE vault_key = ?1 AND epoch <= ?2")?
                .execute((vault_key, epoch))?;
            tx.show_opened(vault_key, &keys)
        })?;
        let author = self.vaults.author.clone();
        let vault = self.vaults.get_mut(vault_key)?;
        vault.keys.append(&mut keys);
        vault.renew_read_only(&author);
        self.apply_metadata(updates);
        Ok(())
    }

    /// Makes the grants that this computer owes other members, at most `limit`. An account whose identity is contradicted, or
    /// of which a later one is known, gets none.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn grants_due(&mut self, vault: VaultId, limit: usize) -> Result<Vec<Grant>, SessionError> {
        let vault = self.vaults.find(vault)?;
        let epoch = vault.roster.epoch();
        let Some(key) = vault.keys.get(&epoch) else { return Ok(Vec::new()) };
        // A server takes no grant of an epoch whose record it does not have.
        let sent = vault.confirmed.map_or(0, |confirmed| confirmed.seq);
        if !may_grant(vault, &self.vaults.author.account)
            || has_records_after(&self.db, vault.vault_key, sent)?
        {
            return Ok(Vec::new());
        }
        let mut find = self.db.prepare_cached("SELECT account_id FROM grant_due WHERE vault_key = ?1")?;
        let due = find.query_map([vault.vault_key], |row| Ok(AccountId::from_bytes(row.get(0)?)))?;
        let mut grants = Vec::new();
        for account in due {
            let account = account?;
            if grants.len() >= limit {
                break;
            }
            let Some(member) = vault.roster.member(&account) else { continue };
            if !people::is_accepted(&self.db, member.certificate())? {
                continue;
            }
            let grant = make_grant(&vault.roster, epoch, &account, key, &mut self.rng);
            // A certificate with an invalid key is its account's fault: it opens nothing.
            grants.extend(grant.ok());
        }
        Ok(grants)
    }

    /// Stores that the server has grants.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault; else as any write.
    pub fn grants_sent(&mut self, vault: VaultId, grants: &[Grant]) -> Result<(), SessionError> {
        let found = self.vaults.find(vault)?;
        let (vault_key, epoch) = (found.vault_key, found.roster.epoch());
        self.write(|tx| {
            let mut remove =
                tx.db.prepare_cached("DELETE FROM grant_due WHERE vault_key = ?1 AND account_id = ?2")?;
            for grant in grants.iter().filter(|grant| grant.context.epoch == epoch) {
                remove.execute((vault_key, grant.context.recipient.as_bytes()))?;
            }
            Ok(())
        })
    }
}

/// Returns whether an account may put grants for others.
pub(super) fn may_grant(vault: &Vault, account: &AccountId) -> bool {
    vault.role_of(account).is_some_and(|role| role.may_rotate())
}

/// Seals and stores keys of epochs.
fn store_keys(
    db: &Connection,
    (vault_key, id): (i64, &VaultId),
    local: &LocalKey,
    keys: &BTreeMap<u32, VaultKey>,
    rng: &mut Rng,
) -> Result<(), SessionError> {
    let mut insert =
        db.prepare_cached("INSERT OR REPLACE INTO epoch_key (vault_key, epoch, sealed) VALUES (?1, ?2, ?3)")?;
    for (epoch, key) in keys {
        insert.execute((vault_key, epoch, local.seal_vault_key(id, *epoch, key, rng)))?;
    }
    if let Some((newest, _)) = keys.last_key_value() {
        db.prepare_cached("UPDATE vault SET epoch = max(epoch, ?2) WHERE vault_key = ?1")?
            .execute((vault_key, newest))?;
    }
    Ok(())
}
