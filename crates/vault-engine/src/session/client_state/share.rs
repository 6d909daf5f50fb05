//! Comparing the pins of this device with those that own devices have written.

use std::collections::BTreeSet;

use vault_wire::log::{Head, RecoveryRatchet};
use vault_wire::message::Origin;

use super::known::{KnownPins, PinKey};
use super::own::consent_of;
use crate::clock::Timestamp;
use crate::merge::client_state::{AccountValue, PinKind, PinValue, account_of};
use crate::session::directory::ConsentPins;
use crate::session::error::SessionError;
use crate::session::sharing::people;
use crate::session::state::Session;
use crate::session::transaction::Transaction;
use crate::session::vaults::past;
use crate::session::vaults::update::{MetadataChange, MetadataUpdate};
use crate::session::vaults::vault::OutboxState;
use crate::session::vaults::vault_metadata::{Appearance, MetadataRow, VaultMetadata};

/// The least time between two writings of the same head: heads change with every entry.
const HEADS_EVERY: u64 = 24 * 60 * 60 * 1000;

/// What is to be done about the pins.
#[derive(Default)]
struct Plan {
    /// Pins that own devices have higher.
    raised: Vec<(PinKey, PinValue)>,
    /// Pins that this device has higher.
    written: Vec<(PinKey, PinValue)>,
    /// Pins of which there are several values that cannot be merged, and one of the others.
    contradicted: Vec<(PinKey, PinValue)>,
}

impl Session {
    /// Compares the pins of this device with those in the home vault, once that was received up to its end: takes over higher
    /// ones, and writes own higher ones. Returns whether something was written, which is to be sent.
    ///
    /// # Errors
    /// Fails if the profile cannot be read or written.
    pub fn share_client_state(&mut self) -> Result<bool, SessionError> {
        let home = self.vaults.home()?;
        let is_here = home.confirmed.is_some() && home.outbox == OutboxState::Based;
        if self.read_only.is_some() || !is_here || home.writable().is_err() {
            return Ok(false);
        }
        self.refresh_pins()?;
        let now = self.clock.now();
        let Plan { raised, mut written, contradicted } = self.plan(now)?;
        self.raise_connection(&raised)?;
        for ((kind, of), value) in raised.iter().chain(&contradicted) {
            if let (PinKind::AuditHead, PinValue::Numbered { number, hash }) = (kind, value) {
                self.expect_audit(of, *number, *hash)?;
            }
        }
        let consents = |pins: &[(PinKey, PinValue)]| -> Vec<_> {
            pins.iter().filter_map(|(key, value)| consent_of(key, value)).collect()
        };
        let (later, disputed) = (consents(&raised), consents(&contradicted));
        let own = self.vaults.author.account;
        let mut people = Vec::new();
        for ((_, of), value) in raised {
            if let (PinValue::Account(value), Ok(account)) = (value, account_of(&of))
                && account != own
            {
                people.push((account, value));
            }
        }
        let mut blocked = Vec::new();
        for ((_, of), value) in contradicted {
            if let (PinValue::Account(value), Ok(account)) = (value, account_of(&of))
                && people::find(&self.db, &account)?.is_some_and(|person| !person.is_contradicted)
            {
                blocked.push((account, value.certificate));
            }
        }
        let mut heads = self.old_heads(now)?;
        if self.is_recovering(now)? {
            // Own devices may have entries that the server lost. What is written before they sent them again takes their place.
            written.clear();
            heads.clear();
        }
        let is_known = people.is_empty() && blocked.is_empty() && later.is_empty() && disputed.is_empty();
        if written.is_empty() && heads.is_empty() && is_known {
            return Ok(false);
        }
        let pins = std::mem::take(&mut self.pins);
        let shared = self.write(|tx| {
            for (account, AccountValue { root, generation, certificate, .. }) in &people {
                people::raise(&tx.db, account, *root, *generation, certificate)?;
            }
            for (account, certificate) in &blocked {
                people::block(&tx.db, account, certificate)?;
            }
            ConsentPins::take_over(&tx.db, &later, &disputed)?;
            for (key, value) in &written {
                let before = pins.of(key).next().map(|(id, pin)| (id, pin.revision));
                tx.put_pin(before, key, value)?;
            }
            tx.write_heads(&heads)
        });
        self.pins = pins;
        let rows = shared?;
        let has_written = !written.is_empty() || !rows.is_empty();
        for (vault_key, row, appearance) in rows {
            self.vaults.set_appearance(vault_key, row, appearance);
        }
        Ok(has_written)
    }

    /// Returns whether the server has stated a recovery that is not over.
    fn is_recovering(&self, now: Timestamp) -> Result<bool, SessionError> {
        let Some(connection) = self.connection()? else { return Ok(false) };
        let RecoveryRatchet { ended, current } = connection.recovery;
        Ok(current.is_some_and(|(epoch, until)| epoch > ended && now.0 <= until))
    }

    /// Compares each pin.
    fn plan(&self, now: Timestamp) -> Result<Plan, SessionError> {
        let mut plan = Plan::default();
        let own = self.own_pins()?;
        let shared = self.pins.by_key();
        for (key, value) in &own {
            let items = shared.get(key).map(Vec::as_slice).unwrap_or_default();
            let others = || items.iter().map(|(_, pin)| &pin.value);
            let Some(merged) = PinValue::merge(others().chain([value])) else {
                let other = others().find(|other| PinValue::merge([*other, value]).is_none());
                plan.contradicted.extend(other.or(others().next()).map(|other| (key.clone(), other.clone())));
                continue;
            };
            let is_due = key.0 != PinKind::AuditHead
                || items.iter().all(|(_, pin)| now.0.saturating_sub(pin.written.0) >= HEADS_EVERY);
            if is_due && PinValue::merge(others()).as_ref() != Some(&merged) {
                plan.written.push((key.clone(), merged.clone()));
            }
            if merged != *value {
                plan.raised.push((key.clone(), merged));
            }
        }
        let known: BTreeSet<&PinKey> = own.iter().map(|(key, _)| key).collect();
        for (key, items) in shared {
            if known.contains(key) {
                continue;
            }
            match PinValue::merge(items.iter().map(|(_, pin)| &pin.value)) {
                Some(merged) => plan.raised.push((key.clone(), merged)),
                // The first one is pinned, so that another one contradicts it.
                None => plan.raised.extend(items.first().map(|(_, pin)| (key.clone(), pin.value.clone()))),
            }
        }
        Ok(plan)
    }

    /// Returns the vaults whose head in the home vault is not the present one, and was written long enough ago.
    fn old_heads(&self, now: Timestamp) -> Result<Vec<i64>, SessionError> {
        let mut old = Vec::new();
        for vault in self.vaults.iter().filter(|vault| !self.vaults.is_home(vault) && !vault.ending) {
            let (Some(confirmed), Some(row)) = (vault.confirmed, &vault.metadata_row) else { continue };
            let item = row.open(&self.db, &self.vaults)?;
            let Some(VaultMetadata { head: Head { seq, .. }, .. }) = VaultMetadata::of(&item) else {
                continue;
            };
            if seq < confirmed.seq && now.0.saturating_sub(item.modified_at.0) >= HEADS_EVERY {
                old.push(vault.vault_key);
            }
        }
        Ok(old)
    }
}

/// A vault by its row number, and the row of its metadata with the new head.
type WrittenHead = (i64, MetadataRow, Appearance);

impl Transaction<'_> {
    fn write_heads(&mut self, vaults: &[i64]) -> Result<Vec<WrittenHead>, SessionError> {
        let all = self.vaults;
        let mut written = Vec::new();
        for vault_key in vaults {
            let vault = all.get(*vault_key)?;
            let Some(head) = vault.confirmed else { continue };
            let row = self.put_head(vault, head)?;
            written.push((*vault_key, row, vault.appearance.clone()));
        }
        Ok(written)
    }

    /// Deletes the pins of a server that the profile leaves, and lets metadata name no heads of its logs: what the next server
    /// gets may be other entries.
    pub(crate) fn forget_pins(
        &mut self,
        pins: &KnownPins,
        issuer: Option<&Origin>,
    ) -> Result<Vec<MetadataUpdate>, SessionError> {
        let all = self.vaults;
        let home = all.home()?;
        let mut updates = Vec::new();
        if home.writable().is_err() {
            return Ok(updates);
        }
        for (id, pin) in pins.of_server(issuer) {
            self.append_tombstone(home.vault_key, id, pin)?;
        }
        for vault in all.iter().filter(|vault| vault.metadata_row.is_some() && !vault.ending) {
            let head = past::head_at(&self.db, vault.vault_key, 1)?;
            let row = self.put_head(vault, head)?;
            let change = MetadataChange::Shown(row, vault.appearance.clone());
            updates.push(MetadataUpdate { vault_key: vault.vault_key, change });
        }
        Ok(updates)
    }
}
