//! An account whose sessions or vaults changed.

use std::collections::BTreeSet;

use vault_wire::{AccountId, VaultId};

use super::look::Events;
use crate::account::session;
use crate::hints::{Reader, Subscriber, VAULTS};
use crate::log::{Caller, Factor, LogError};

impl Events {
    /// Ends the streams of an account whose session has ended, and lets the others wait for the vaults that the account has.
    /// A stream whose reader lost a vault ends, too.
    ///
    /// # Errors
    /// See [`LogError`].
    pub(super) async fn look_at_account(&self, account: AccountId) -> Result<(), LogError> {
        let hub = self.hints.hub();
        let now = self.clock.now();
        // Read after the streams, so that it has the sessions of all of them.
        let streams = hub.of_account(account);
        let sessions = session::live(&self.store, account, now).await?;
        let mut open = Vec::new();
        for stream in streams {
            let Reader { session, device, .. } = stream.reader;
            if sessions.get(&session) == Some(&device) {
                open.push(stream);
            } else {
                hub.end(stream.id);
            }
        }
        if open.is_empty() {
            return Ok(());
        }
        let vaults = self.vaults(account).await?;
        for stream in open {
            self.update(stream, &vaults, now).await?;
        }
        Ok(())
    }

    async fn update(&self, stream: Subscriber, vaults: &BTreeSet<VaultId>, now: u64) -> Result<(), LogError> {
        let hub = self.hints.hub();
        let Reader { account, device, factor, .. } = stream.reader;
        let factor = if factor { Factor::Used } else { Factor::Missing };
        let caller = Caller { account, device, factor, at: now };
        let before: BTreeSet<VaultId> = hub.vaults_of(stream.id).into_iter().collect();
        for vault in before.symmetric_difference(vaults) {
            match self.logs.position_for(&caller, *vault).await {
                Ok(position) => hub.subscribe(stream.id, *vault, position),
                Err(LogError::FactorRequired) => hub.unsubscribe(stream.id, *vault),
                Err(LogError::NotFound) if before.contains(vault) => hub.dismiss(stream.id, *vault),
                Err(LogError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The vaults of an account, as many as a stream waits for.
    async fn vaults(&self, account: AccountId) -> Result<BTreeSet<VaultId>, LogError> {
        let mut vaults = BTreeSet::new();
        while vaults.len() < VAULTS {
            let more = self.logs.vault_ids(account, vaults.last().copied()).await?;
            if more.is_empty() {
                break;
            }
            vaults.extend(more.into_iter().take(VAULTS - vaults.len()));
        }
        Ok(vaults)
    }
}
