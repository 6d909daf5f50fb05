//! Records of the roster, made from the changes that wait.

use vault_crypto::{RootSigner, SecretText, VaultKey, make_epoch, sign_record};
use vault_wire::cbor::Canonical;
use vault_wire::log::{Entry, Head, LogVerifier, Named, RejectReason, Verdict};
use vault_wire::message::{LogEntry, PushBatch, PushReply, PushResult, Refusal};
use vault_wire::roster::{EpochOp, Op, Record, SignedRecord};
use vault_wire::{EntryHash, VaultId};

use super::changes::{self, ChangeProblem, StoredChange};
use super::error::MembersError;
use super::{MemberChange, PendingChange, keys, purges};
use crate::clock::Timestamp;
use crate::session::error::{SessionError, VaultReadOnly};
use crate::session::state::Session;
use crate::session::sync::status;
use crate::session::transaction::Transaction;
use crate::session::vaults::past;
use crate::session::vaults::stored_roster::has_records_after;
use crate::session::vaults::vault::Vault;

/// A record, and the key of the epoch that it begins.
struct Composed {
    record: Record,
    epoch: Option<(EpochOp, VaultKey)>,
}

/// Why no record was made of changes.
enum NotComposed {
    /// The vault's present key is missing, so no other one can follow it.
    KeyMissing,
    Session(SessionError),
}

impl From<SessionError> for NotComposed {
    fn from(error: SessionError) -> Self {
        Self::Session(error)
    }
}

impl Session {
    /// Changes the members of a vault. The change is sent with the next synchronization. What needs the account's root is
    /// signed now; then `password` is required.
    ///
    /// # Errors
    /// See [`MembersError`].
    pub fn change_members(
        &mut self,
        vault: VaultId,
        change: &MemberChange,
        password: Option<&SecretText>,
    ) -> Result<(), MembersError> {
        if *change == (MemberChange::SecondFactor { required: false }) && self.policy_of(vault)?.second_factor
        {
            return Err(SessionError::Policy.into());
        }
        let op = change.op();
        self.add_change(vault, &op, password, |_| Ok(()))
    }

    /// Returns the changes of a vault's members that are not in the log yet.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn pending_changes(&self, vault: VaultId) -> Result<Vec<PendingChange>, SessionError> {
        let all = changes::all(&self.db, self.vaults.find(vault)?.vault_key)?;
        Ok(all.into_iter().map(|stored| stored.change).collect())
    }

    /// Withdraws a change that is not in the log yet, or removes the notice that it had no effect.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such change.
    pub fn withdraw_change(&mut self, vault: VaultId, id: i64) -> Result<(), SessionError> {
        let vault_key = self.vaults.find(vault)?.vault_key;
        let removed = self.write(|tx| changes::remove(&tx.db, vault_key, id))?;
        if removed { Ok(()) } else { Err(SessionError::NotFound) }
    }

    /// Adds a change after those that wait, if the log would take it after them. `also` is written in the same
    /// transaction.
    pub(super) fn add_change(
        &mut self,
        vault: VaultId,
        op: &Op,
        password: Option<&SecretText>,
        also: impl FnOnce(&mut Transaction<'_>) -> Result<(), SessionError>,
    ) -> Result<(), MembersError> {
        self.check_change(vault, op)?;
        let vault_key = self.vaults.find(vault)?.vault_key;
        let waiting: Vec<StoredChange> = changes::all(&self.db, vault_key)?
            .into_iter()
            .filter(|stored| stored.change.problem.is_none())
            .collect();
        let now = self.clock.now();
        match self.tried_after(vault_key, &waiting, op, now)? {
            Verdict::Accepted => {
                self.write(|tx| {
                    changes::add(&tx.db, vault_key, op, None, tx.now)?;
                    also(tx)
                })?;
                self.log_writes += 1;
                Ok(())
            }
            Verdict::Rejected(RejectReason::RootSignature) => {
                let password = password.ok_or(MembersError::PasswordNeeded)?;
                if !waiting.is_empty() {
                    return Err(MembersError::ChangesWait);
                }
                let root = self.root_of(password)?;
                self.add_signed(vault_key, op, &root, also)
            }
            Verdict::Rejected(reason) => Err(MembersError::Rejected(reason)),
            Verdict::Unread => Err(SessionError::VaultReadOnly(VaultReadOnly::Newer).into()),
        }
    }

    /// Adds a change that the account's root signs now.
    pub(crate) fn add_change_by(
        &mut self,
        vault: VaultId,
        op: &Op,
        root: &RootSigner,
    ) -> Result<(), MembersError> {
        self.check_change(vault, op)?;
        let vault_key = self.vaults.find(vault)?.vault_key;
        if changes::any(&self.db, vault_key)? {
            return Err(MembersError::ChangesWait);
        }
        self.add_signed(vault_key, op, root, |_| Ok(()))
    }

    fn add_signed(
        &mut self,
        vault_key: i64,
        op: &Op,
        root: &RootSigner,
        also: impl FnOnce(&mut Transaction<'_>) -> Result<(), SessionError>,
    ) -> Result<(), MembersError> {
        let composed = self.compose(vault_key, vec![op.clone()]).map_err(|error| match error {
            NotComposed::KeyMissing => MembersError::KeyMissing,
            NotComposed::Session(error) => error.into(),
        })?;
        let signed = self.signed(&composed.record, Some(root));
        if let Verdict::Rejected(reason) = self.verdict(vault_key, &signed)? {
            return Err(MembersError::Rejected(reason));
        }
        self.write(|tx| {
            store_epoch(tx, vault_key, composed.epoch.as_ref())?;
            changes::add(&tx.db, vault_key, op, Some(&signed), tx.now)?;
            also(tx)
        })?;
        self.log_writes += 1;
        Ok(())
    }

    /// Checks what does not depend on the roster.
    pub(super) fn check_change(&self, vault: VaultId, op: &Op) -> Result<(), MembersError> {
        self.writable()?;
        let vault = self.vaults.find(vault)?;
        if !matches!(op, Op::Certificate { .. } | Op::Epoch(_)) {
            if self.vaults.is_home(vault) {
                return Err(MembersError::Home);
            }
            if self.vaults.stays_here(vault) {
                return Err(MembersError::OnlyHere);
            }
        }
        match vault.read_only {
            Some(
                why @ (VaultReadOnly::Alarm
                | VaultReadOnly::BeingRestored
                | VaultReadOnly::Newer
                | VaultReadOnly::Closed),
            ) => Err(SessionError::VaultReadOnly(why).into()),
            _ => Ok(()),
        }
    }

    /// Returns what the log would say of a change after those that wait.
    fn tried_after(
        &mut self,
        vault_key: i64,
        waiting: &[StoredChange],
        op: &Op,
        now: Timestamp,
    ) -> Result<Verdict, MembersError> {
        let vault = self.vaults.get(vault_key)?;
        // Each in a record of its own, since not all can be combined.
        let mut log = self.log_before(vault, &Named::default())?;
        let all = waiting.iter().map(|stored| &stored.change.op).chain([op]);
        let mut last = Verdict::Accepted;
        for op in all {
            let mut ops = vec![op.clone()];
            let roster = log.roster();
            if needs_epoch(&ops) {
                let earlier = vault.keys.last_key_value();
                let (back_to, key) = earlier.ok_or(MembersError::KeyMissing)?;
                let made = make_epoch(roster, *back_to, key, &mut self.rng);
                ops.push(Op::Epoch(made.map_err(|_| MembersError::KeyMissing)?.op));
            }
            let record = Record {
                vault_id: vault.id,
                prev: *roster.last_record(),
                base_seq: log.head().seq,
                base_root: log.head().root,
                author: self.vaults.author.account,
                generation: self.vaults.author.identity.generation(),
                made_at: now.0,
                ops,
            };
            let signed = sign_record(&record, &self.vaults.author.identity, None);
            let mut tried = log.clone();
            last = tried.push(Entry::Record(&signed));
            if last == Verdict::Accepted {
                log = tried;
            }
        }
        Ok(last)
    }

    /// Returns the next change of the roster to send: what waits, or a new epoch that is due. `None` if there is none, or
    /// the vault cannot be changed now.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault; else as any write.
    pub fn next_record(&mut self, vault: VaultId) -> Result<Option<PushBatch>, SessionError> {
        let vault_key = self.vaults.find(vault)?.vault_key;
        let mut is_assigned = false;
        loop {
            let vault = self.vaults.get(vault_key)?;
            if self.read_only.is_none() && self.is_identity_due(vault)? {
                return self.identity_record(vault_key);
            }
            if self.read_only.is_some() || !self.can_change(vault)? {
                return Ok(None);
            }
            let waiting = changes::all(&self.db, vault_key)?;
            let waiting: Vec<StoredChange> =
                waiting.into_iter().filter(|stored| stored.change.problem.is_none()).collect();
            // A record before those that the root has signed makes them void. The user's own come first.
            if waiting.first().is_none_or(|first| first.signed.is_none())
                && let Some(batch) = self.next_purges(vault_key)?
            {
                return Ok(Some(batch));
            }
            let Some(first) = waiting.first() else {
                if !is_assigned && self.assign_members(vault_key)? > 0 {
                    is_assigned = true;
                    continue;
                }
                return self.epoch_if_due(vault_key);
            };
            if let Some(signed) = &first.signed {
                if self.verdict(vault_key, signed)? == Verdict::Accepted {
                    let (ids, signed) = ([first.change.id], signed.clone());
                    return self.prepare_push(vault_key, &ids, signed, None).map(Some);
                }
                let id = first.change.id;
                self.write(|tx| changes::set_problem(&tx.db, id, ChangeProblem::PasswordAgain))?;
                continue;
            }
            let together = combined(&waiting);
            for count in [together, 1] {
                let part = waiting.get(..count).ok_or(SessionError::Fault)?;
                let ops = part.iter().map(|stored| stored.change.op.clone()).collect();
                let composed = match self.compose(vault_key, ops) {
                    Ok(composed) => composed,
                    Err(NotComposed::KeyMissing) => return Ok(None),
                    Err(NotComposed::Session(error)) => return Err(error),
                };
                let signed = self.signed(&composed.record, None);
                match self.verdict(vault_key, &signed)? {
                    Verdict::Accepted => {
                        let ids: Vec<i64> = part.iter().map(|stored| stored.change.id).collect();
                        return self.prepare_push(vault_key, &ids, signed, composed.epoch.as_ref()).map(Some);
                    }
                    Verdict::Rejected(reason) if count == 1 && is_moot(&first.change, reason) => {
                        let id = first.change.id;
                        self.write(|tx| changes::remove(&tx.db, vault_key, id))?;
                        break;
                    }
                    Verdict::Rejected(reason) if count == 1 => {
                        let problem = match reason {
                            RejectReason::RootSignature => ChangeProblem::PasswordAgain,
                            reason => ChangeProblem::Rejected(reason),
                        };
                        let id = first.change.id;
                        self.write(|tx| changes::set_problem(&tx.db, id, problem))?;
                        break;
                    }
                    Verdict::Rejected(_) => {}
                    Verdict::Unread => return Ok(None),
                }
            }
        }
    }

    /// Returns whether members of a vault require requests beside its log: changes or grants to send, a key to receive,
    /// answers to invitations or members without a grant to look for.
    pub(crate) fn has_member_work(&self, vault: VaultId) -> Result<bool, SessionError> {
        Ok(self.has_roster_work(vault)?
            || self.missing_key(vault)?.is_some()
            || self.expects_answers(vault)?
            || self.asks_for_lacking(vault)?)
    }

    /// Returns whether a vault has changes of the roster to send.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn has_roster_work(&self, vault: VaultId) -> Result<bool, SessionError> {
        let vault = self.vaults.find(vault)?;
        if self.is_identity_due(vault)? {
            return Ok(true);
        }
        if !self.can_change(vault)? {
            return Ok(false);
        }
        let due = self
            .db
            .prepare_cached("SELECT 1 FROM grant_due WHERE vault_key = ?1")?
            .exists([vault.vault_key])?;
        Ok(due
            || changes::any(&self.db, vault.vault_key)?
            || self.has_purges(vault)?
            || self.is_epoch_due(vault)
            || self.has_assignments(vault)?)
    }

    /// Takes in the server's answer to a change of the roster. It takes effect when it is read back.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault; else as any write.
    pub fn acknowledge_record(
        &mut self,
        vault: VaultId,
        batch: &PushBatch,
        reply: &PushReply,
    ) -> Result<bool, SessionError> {
        let found = self.vaults.find(vault)?;
        let (vault_key, confirmed) = (found.vault_key, found.confirmed.map_or(0, |confirmed| confirmed.seq));
        if batch.entries.is_empty() || batch.entries.len() != reply.results.len() {
            return Ok(false);
        }
        let mut goes_on = true;
        for (entry, result) in batch.entries.iter().zip(&reply.results) {
            match result {
                PushResult::Accepted { seq } => {
                    if *seq > confirmed {
                        self.write(|tx| status::expect(&tx.db, vault_key, *seq, entry))?;
                    }
                }
                PushResult::Refused(Refusal::Rejected(reason)) if !is_late(*reason) => {
                    let (hash, reason) = (entry.entry_hash(), *reason);
                    self.write(|tx| {
                        purges::forget(&tx.db, &vault)?;
                        changes::refuse(&tx.db, vault_key, &hash, reason)
                    })?;
                }
                PushResult::Conflict { .. } | PushResult::Refused(Refusal::Rejected(_)) => {}
                PushResult::Refused(_) => goes_on = false,
            }
        }
        Ok(goes_on)
    }

    /// Returns whether the roster can be changed on the log as it is here.
    pub(super) fn can_change(&self, vault: &Vault) -> Result<bool, SessionError> {
        let author = &self.vaults.author;
        let member = vault.roster.member(&author.account);
        Ok(member.is_some_and(|member| *member.certificate() == author.certified)
            && self.takes_records(vault)?)
    }

    /// Returns whether records can follow a log as it is here.
    pub(super) fn takes_records(&self, vault: &Vault) -> Result<bool, SessionError> {
        let Some(confirmed) = vault.confirmed else { return Ok(false) };
        let is_open = vault.former.is_none()
            && !matches!(
                vault.read_only,
                Some(
                    VaultReadOnly::Alarm
                        | VaultReadOnly::BeingRestored
                        | VaultReadOnly::Newer
                        | VaultReadOnly::Closed
                )
            );
        // After a change of the server, earlier records are not at the new one yet.
        Ok(is_open && !has_records_after(&self.db, vault.vault_key, confirmed.seq)?)
    }

    fn is_epoch_due(&self, vault: &Vault) -> bool {
        let own = vault.roster.member(&self.vaults.author.account);
        vault.roster.is_epoch_due()
            && own.is_some_and(|member| member.role.may_rotate())
            && vault.keys.contains_key(&vault.roster.epoch())
    }

    fn epoch_if_due(&mut self, vault_key: i64) -> Result<Option<PushBatch>, SessionError> {
        let vault = self.vaults.get(vault_key)?;
        if !self.is_epoch_due(vault) {
            return Ok(None);
        }
        let composed = match self.compose(vault_key, Vec::new()) {
            Ok(composed) => composed,
            Err(NotComposed::KeyMissing) => return Ok(None),
            Err(NotComposed::Session(error)) => return Err(error),
        };
        let signed = self.signed(&composed.record, None);
        match self.verdict(vault_key, &signed)? {
            Verdict::Accepted => self.prepare_push(vault_key, &[], signed, composed.epoch.as_ref()).map(Some),
            _ => Ok(None),
        }
    }

    /// Makes a record of operations on the log as it is here. A removal gets a new epoch, and so does a record without
    /// operations.
    fn compose(&mut self, vault_key: i64, mut ops: Vec<Op>) -> Result<Composed, NotComposed> {
        let now = self.clock.now();
        let vault = self.vaults.get(vault_key)?;
        let mut epoch = None;
        if ops.is_empty() || needs_epoch(&ops) {
            let (back_to, key) = vault.keys.last_key_value().ok_or(NotComposed::KeyMissing)?;
            let made = make_epoch(&vault.roster, *back_to, key, &mut self.rng);
            let made = made.map_err(|_| NotComposed::KeyMissing)?;
            ops.push(Op::Epoch(made.op.clone()));
            epoch = Some((made.op, made.key));
        }
        let base = self.base_of(vault)?;
        let record = Record {
            vault_id: vault.id,
            prev: *vault.roster.last_record(),
            base_seq: base.seq,
            base_root: base.root,
            author: self.vaults.author.account,
            generation: self.vaults.author.identity.generation(),
            made_at: now.0,
            ops,
        };
        Ok(Composed { record, epoch })
    }

    /// Makes a record of operations that begin no epoch.
    pub(super) fn record_of(&mut self, vault_key: i64, ops: Vec<Op>) -> Result<Record, MembersError> {
        match self.compose(vault_key, ops) {
            Ok(composed) => Ok(composed.record),
            Err(NotComposed::KeyMissing) => Err(MembersError::KeyMissing),
            Err(NotComposed::Session(error)) => Err(error.into()),
        }
    }

    pub(super) fn signed(&self, record: &Record, root: Option<&RootSigner>) -> SignedRecord {
        sign_record(record, &self.vaults.author.identity, root)
    }

    /// The last entry that the server has confirmed; in a vault that it does not know, the first one.
    pub(super) fn base_of(&self, vault: &Vault) -> Result<Head, SessionError> {
        match vault.confirmed {
            Some(confirmed) => Ok(confirmed),
            None => past::head_at(&self.db, vault.vault_key, 1),
        }
    }

    /// Returns what the log would say of a record.
    pub(super) fn verdict(&self, vault_key: i64, signed: &SignedRecord) -> Result<Verdict, SessionError> {
        let vault = self.vaults.get(vault_key)?;
        let mut named = Named::default();
        named.add(Entry::Record(signed));
        Ok(self.log_before(vault, &named)?.push(Entry::Record(signed)))
    }

    pub(super) fn log_before(&self, vault: &Vault, named: &Named) -> Result<LogVerifier, SessionError> {
        let base = self.base_of(vault)?;
        let past = past::load(&self.db, vault.vault_key, base, named)?;
        Ok(LogVerifier::resume(vault.roster.clone(), past))
    }

    /// Stores what is about to be sent.
    pub(super) fn prepare_push(
        &mut self,
        vault_key: i64,
        ids: &[i64],
        signed: SignedRecord,
        epoch: Option<&(EpochOp, VaultKey)>,
    ) -> Result<PushBatch, SessionError> {
        let hash: EntryHash = signed.entry_hash();
        let batch_id = vault_crypto::make_id(&mut self.rng);
        self.write(|tx| {
            store_epoch(tx, vault_key, epoch)?;
            changes::set_sent(&tx.db, ids, &hash)
        })?;
        Ok(PushBatch { batch_id, atomic: false, entries: vec![LogEntry::Record(signed)] })
    }
}

/// Stores the key that a record begins an epoch with, before anybody gets the record.
fn store_epoch(
    tx: &mut Transaction<'_>,
    vault_key: i64,
    epoch: Option<&(EpochOp, VaultKey)>,
) -> Result<(), SessionError> {
    let Some((op, key)) = epoch else { return Ok(()) };
    let id = tx.vaults.get(vault_key)?.id;
    let sealed = tx.local.seal_vault_key(&id, op.epoch, key, tx.rng);
    keys::store_made(&tx.db, vault_key, op, &sealed)
}

fn needs_epoch(ops: &[Op]) -> bool {
    ops.iter().any(|op| matches!(op, Op::Remove { .. }))
}

/// Returns how many of the first changes go into one record.
fn combined(waiting: &[StoredChange]) -> usize {
    let is_alone = |op: &Op| matches!(op, Op::Leave | Op::Certificate { .. } | Op::Close);
    let mut room = Record::MAX_LEN.saturating_sub(1_024);
    let most = usize::try_from(Record::MAX_OPS).unwrap_or(usize::MAX).saturating_sub(1);
    let mut count = 0;
    for stored in waiting.iter().take(most) {
        let len = stored.change.op.encode().len();
        if stored.signed.is_some() || len > room || (count > 0 && is_alone(&stored.change.op)) {
            break;
        }
        room -= len;
        count += 1;
        if is_alone(&stored.change.op) {
            break;
        }
    }
    count.max(1)
}

/// Returns whether a change that the program made by itself was made by somebody else: another device or manager was quicker.
fn is_moot(change: &PendingChange, reason: RejectReason) -> bool {
    match change.op {
        Op::Add { accept: Some(_), .. } => {
            matches!(reason, RejectReason::Member | RejectReason::Invitation)
        }
        _ => change.is_of_team && reason == RejectReason::Member,
    }
}

/// Returns whether a record was refused only because it was made on an earlier log.
fn is_late(reason: RejectReason) -> bool {
    matches!(reason, RejectReason::Base | RejectReason::Parent | RejectReason::Epoch)
}
