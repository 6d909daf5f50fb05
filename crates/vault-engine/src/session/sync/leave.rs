//! Leaving a server: the profile becomes local, and everything in it is to be sent again to the next server.

use crate::session::error::{SessionError, VaultReadOnly};
use crate::session::rows::meta;
use crate::session::sharing::seen::ask_again;
use crate::session::state::Session;
use crate::session::vaults::vault::OutboxState;

/// What only the present server knows of the profile.
const FORGET: &str = "DELETE FROM sync; DELETE FROM acknowledged; DELETE FROM refused; DELETE FROM alarm;
    DELETE FROM blob_sent; DELETE FROM joining; DELETE FROM answer;
    DELETE FROM meta WHERE name >= 'purge-history.' AND name < 'purge-history/';
    UPDATE roster_change SET sent = NULL";

impl Session {
    /// Removes the account's slot from the key file. Then forgets the server, the account's login and everything that the
    /// server has confirmed, in one transaction. What was received and not merged yet is merged first. Vaults that were
    /// frozen by an alarm or a restore can be changed again.
    ///
    /// # Errors
    /// Fails if the profile cannot be written: then it is connected as before.
    pub fn leave_server(&mut self) -> Result<(), SessionError> {
        self.writable()?;
        // A crash after this leaves a profile that is connected and can be left again.
        if let Some(connection) = self.connection()? {
            self.remove_account_slot(&connection.unlock_seed)?;
        }
        self.forget_server(&[])
    }

    /// Forgets everything that the server has confirmed, and stores these rows in place of what was known of it.
    pub(super) fn forget_server(&mut self, rows: &[(&'static str, Vec<u8>)]) -> Result<(), SessionError> {
        let author = self.vaults.author.clone();
        let all: Vec<i64> = self.vaults.iter().map(|vault| vault.vault_key).collect();
        let mut frozen = Vec::new();
        for vault_key in &all {
            let vault = self.vaults.get_mut(*vault_key)?;
            if let Some(why @ (VaultReadOnly::Alarm | VaultReadOnly::BeingRestored)) = vault.read_only {
                vault.read_only = vault.why_read_only(&author);
                frozen.push((*vault_key, why));
            }
        }
        self.refresh_pins()?;
        let pins = std::mem::take(&mut self.pins);
        let issuer = self.connection()?.map(|connection| connection.issuer);
        let left = self.write(|tx| {
            let mut updates = Vec::new();
            for vault_key in &all {
                let vault = tx.vaults.get(*vault_key)?;
                if let Some(confirmed) = vault.confirmed
                    && vault.outbox != OutboxState::Based
                    && vault.writable().is_ok()
                {
                    updates.extend(tx.rebase(*vault_key, confirmed)?);
                }
            }
            updates.extend(tx.forget_pins(&pins, issuer.as_ref())?);
            tx.confirm_nothing()?;
            tx.db.execute_batch(FORGET)?;
            ask_again(&tx.db)?;
            for row in [
                meta::CONNECTION,
                meta::LOGIN,
                meta::NETWORK,
                meta::HOLDS_UPLOAD,
                meta::REENROLMENT,
                meta::AUDIT,
                meta::RESTORING,
                meta::HANDED_HEADS,
                meta::FRESHNESS,
                meta::LEFT,
            ] {
                meta::remove(&tx.db, row)?;
            }
            for (row, value) in rows {
                meta::set(&tx.db, row, value)?;
            }
            Ok(updates)
        });
        for (vault_key, why) in frozen {
            if left.is_err() {
                self.vaults.get_mut(vault_key)?.read_only = Some(why);
            }
        }
        let updates = left?;
        for vault_key in all {
            let vault = self.vaults.get_mut(vault_key)?;
            (vault.confirmed, vault.outbox) = (None, OutboxState::Based);
        }
        self.vaults_known.set(0);
        self.apply_metadata(updates);
        Ok(())
    }
}
