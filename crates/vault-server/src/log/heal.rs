//! Entries that a restored server has lost.

use vault_wire::VaultId;
use vault_wire::log::{Named, prepare};
use vault_wire::message::{HealBatch, VaultHead};

use super::head::Head;
use super::history::History;
use super::state::State;
use super::{Caller, LogError, Logs, access, audited, effects, entries};
use crate::hints::Change;
use crate::store::{Tx, VaultKey};

impl Logs {
    /// Appends lost entries, all or none. Only during recovery; no quota stops it.
    ///
    /// # Errors
    /// [`LogError::Forbidden`] outside recovery, [`LogError::Diverged`] if they do not follow the last entry, and
    /// [`LogError::Refused`] if one of them is not valid there.
    pub async fn heal(
        &self,
        caller: &Caller,
        vault: VaultId,
        batch: &HealBatch,
    ) -> Result<VaultHead, LogError> {
        if !self.recovery().await?.lasts_at(caller.at) {
            return Err(LogError::Forbidden);
        }
        let head = self.store.vault(vault).run(|tx| self.append_lost(tx, caller, batch)).await?;
        self.hints.announce(Change::Vault(vault));
        // What fails here is applied later.
        let _ = self.apply_news(vault).await;
        Ok(head.message(vault))
    }

    async fn append_lost(
        &self,
        tx: Tx<VaultKey>,
        caller: &Caller,
        batch: &HealBatch,
    ) -> Result<Head, LogError> {
        let head = Head::lock(&tx).await?.ok_or(LogError::NotFound)?;
        access::allowed(&tx, caller, &head).await?;
        if batch.first_seq != head.seq + 1 {
            return Err(LogError::Diverged);
        }
        let before = self.rosters.load(&tx, &head).await?;
        let mut named = Named::default();
        batch.entries.iter().for_each(|entry| named.add(entry.as_entry()));
        let history = History::load(&tx, head.log_head(), &named).await?;
        let mut state = State::new(history, before.clone(), &head);
        let mut used = head.used;
        for entry in &batch.entries {
            let prepared = prepare(state.roster(), entry.as_entry());
            state.append(entry, &prepared, || Ok::<_, LogError>(()))?;
            used += entries::charge_of(entry);
        }
        let head = effects::write(&tx, &head, Some(&before), &state, used, caller).await?;
        audited::note_healed(&tx, head.seq, caller).await?;
        head.update(&tx)?;
        Ok(head)
    }
}
