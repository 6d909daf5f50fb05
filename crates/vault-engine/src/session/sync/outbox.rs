//! The outbox: entries after the confirmed ones, in the order in which they are sent.

use rusqlite::OptionalExtension;
use vault_wire::cbor::Canonical;
use vault_wire::log::{Equivocation, RejectReason};
use vault_wire::message::{LogEntry, MAX_PUSH_ENTRIES, PushBatch, PushReply, PushResult, Refusal};
use vault_wire::revision::SignedRevision;
use vault_wire::roster::SignedRecord;
use vault_wire::{BodyHash, Signature, VaultId};

use super::alarm::Alarm;
use super::documents::{Next, Waiting};
use super::error::SyncError;
use super::{documents, status};
use crate::session::activity::event::EventKind;
use crate::session::error::SessionError;
use crate::session::rows::blobs;
use crate::session::rows::view::time;
use crate::session::state::Session;
use crate::session::vaults::vault::OutboxState;

/// What a server takes in one push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PushLimits {
    /// The number of entries.
    pub entries: usize,
    /// The length of an entry's body in bytes. Longer ones are set aside.
    pub body: usize,
}

/// What followed from the answer to a push.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acknowledged {
    /// Entries that the server accepted. They leave the outbox when they are read back.
    pub accepted: usize,
    /// Entries that must be based on a newer log first.
    pub behind: usize,
    /// Entries that the server will not take; they are set aside.
    pub refused: usize,
    /// Entries that may be sent again later.
    pub later: usize,
    /// Entries that name a document which the server does not have completely. They wait for it.
    pub documents: usize,
}

impl Session {
    /// Returns the next entries to send to the server, or `None` if there are none. The same entries get the same batch
    /// id, also after a restart.
    ///
    /// # Errors
    /// [`SyncError::Alarm`] if there is one in this vault; [`SessionError::NotFound`] if there is no such vault.
    pub fn next_push(&mut self, vault: VaultId, limits: &PushLimits) -> Result<Option<PushBatch>, SyncError> {
        let vault_key = self.vaults.find(vault)?.vault_key;
        self.check_alarm(vault_key)?;
        if !self.rebase(vault)? {
            return Ok(None);
        }
        let Unsent { entries: mut unsent, based_on_waiting } = self.unsent(vault_key, limits)?;
        let is_overtaken = !status::overtaken(&self.db, vault_key)?.is_empty();
        if is_overtaken || based_on_waiting || !self.are_complete(&unsent)? {
            // What was too long, and bodies and documents that a deletion dropped, are left out, and on first contact entries
            // are based on each other. But whether the server has what was sent last must be read first: what it has was not
            // only here.
            if status::push_under_way(&self.db, vault_key)?.is_some() {
                return Ok(None);
            }
            self.let_wait(vault_key)?;
            self.rebase(vault)?;
            unsent = self.unsent(vault_key, limits)?.entries;
        }
        if unsent.is_empty() {
            return Ok(None);
        }
        let hashes: Vec<u8> = unsent.iter().flat_map(|entry| *entry.entry_hash().as_bytes()).collect();
        let batch_id = match status::push_under_way(&self.db, vault_key)? {
            Some((batch_id, sent)) if sent == hashes => batch_id,
            _ => {
                let batch_id = vault_crypto::make_id(&mut self.rng);
                status::begin_push(&self.db, vault_key, &batch_id, &hashes)?;
                batch_id
            }
        };
        Ok(Some(PushBatch { batch_id, atomic: false, entries: unsent }))
    }

    /// Lets entries be sent again that the server had no room for, or that were too long for it: both may have changed.
    ///
    /// # Errors
    /// As any write; nothing is changed in a profile that is read-only.
    pub fn retry_refused(&mut self) -> Result<(), SessionError> {
        let reasons = [Refusal::Size, Refusal::Quota].map(Refusal::number);
        if self.read_only.is_some() || !status::any_refused(&self.db, reasons)? {
            return Ok(());
        }
        self.write(|tx| status::forget_refused(&tx.db, reasons))
    }

    /// Takes in the server's answer to a push. Nothing leaves the outbox by it.
    ///
    /// # Errors
    /// [`SyncError::Alarm`] if it contradicts the log; [`SyncError::OtherPage`] if it is no answer to this push.
    pub fn acknowledge(
        &mut self,
        vault: VaultId,
        batch: &PushBatch,
        reply: &PushReply,
    ) -> Result<Acknowledged, SyncError> {
        if batch.entries.len() != reply.results.len() {
            return Err(SyncError::OtherPage);
        }
        let (vault_key, confirmed) = {
            let vault = self.vaults.find(vault)?;
            (vault.vault_key, vault.confirmed.map_or(0, |confirmed| confirmed.seq))
        };
        let missing = self.missing_own(vault_key, confirmed, batch, reply)?;
        if let Some(seq) = missing {
            let evidence = reply.encode();
            return Err(self.raise(vault_key, Equivocation::MissingOwn { seq }, &evidence)?);
        }
        let acknowledged = self.write(|tx| {
            let mut counts = Acknowledged::default();
            let mut rebase = false;
            for (entry, result) in batch.entries.iter().zip(&reply.results) {
                match result {
                    PushResult::Accepted { seq } => {
                        counts.accepted += 1;
                        if *seq > confirmed {
                            status::expect(&tx.db, vault_key, *seq, entry)?;
                        }
                    }
                    PushResult::Conflict { .. } => (counts.behind, rebase) = (counts.behind + 1, true),
                    PushResult::Refused(refusal) => match handling(*refusal) {
                        Handling::Rebase => (counts.behind, rebase) = (counts.behind + 1, true),
                        Handling::Later => counts.later += 1,
                        Handling::Documents => {
                            counts.documents += 1;
                            for blob in documents::lacking(&tx.db, entry)? {
                                blobs::set_sent(&tx.db, &blob.blob_id, false)?;
                            }
                        }
                        Handling::SetAside => {
                            counts.refused += 1;
                            status::refuse(&tx.db, vault_key, entry, refusal.number(), tx.now)?;
                        }
                    },
                }
            }
            status::end_push(&tx.db, vault_key)?;
            if rebase {
                status::set_outbox(&tx.db, vault_key, OutboxState::Behind)?;
            }
            Ok((counts, rebase))
        });
        let (counts, rebase) = acknowledged?;
        if rebase {
            self.vaults.get_mut(vault_key)?.outbox = OutboxState::Behind;
        }
        Ok(counts)
    }

    /// Returns the number at which an accepted entry should be and is not, among the confirmed ones.
    fn missing_own(
        &self,
        vault_key: i64,
        confirmed: u64,
        batch: &PushBatch,
        reply: &PushReply,
    ) -> Result<Option<u64>, SessionError> {
        let mut find =
            self.db.prepare_cached("SELECT hash, signature FROM entry WHERE vault_key = ?1 AND seq = ?2")?;
        for (entry, result) in batch.entries.iter().zip(&reply.results) {
            let PushResult::Accepted { seq } = result else { continue };
            if *seq > confirmed {
                if status::is_expected_otherwise(&self.db, vault_key, *seq, entry)? {
                    return Ok(Some(*seq));
                }
                continue;
            }
            let found: Option<([u8; 32], Vec<u8>)> =
                find.query_row((vault_key, time(*seq)), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let (hash, signatures) = status::node(entry);
            if found.is_none_or(|found| found != (*hash.as_bytes(), signatures)) {
                return Ok(Some(*seq));
            }
        }
        Ok(None)
    }

    /// Lets the outbox be based on the confirmed log again.
    fn let_wait(&mut self, vault_key: i64) -> Result<(), SessionError> {
        if self.vaults.get(vault_key)?.outbox == OutboxState::Based {
            self.write(|tx| status::set_outbox(&tx.db, vault_key, OutboxState::Waits))?;
            self.vaults.get_mut(vault_key)?.outbox = OutboxState::Waits;
        }
        Ok(())
    }

    /// Returns whether entries have their bodies, and the documents that they name.
    fn are_complete(&self, entries: &[LogEntry]) -> Result<bool, SessionError> {
        for entry in entries {
            let named = documents::named_by(entry);
            if !entry.is_complete() || !blobs::all_there(&self.db, &named)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reads the first entries of the outbox that the server may take: without those that wait for documents. Those after a
    /// refused one of the same item wait with it.
    fn unsent(&mut self, vault_key: i64, limits: &PushLimits) -> Result<Unsent, SessionError> {
        let mut room = PushBatch::MAX_LEN.saturating_sub(64);
        let mut unsent = Vec::new();
        let mut based_on_waiting = false;
        let mut too_long = None;
        {
            let mut find = self.db.prepare_cached(
                "SELECT header, signature, body_hash, body FROM entry JOIN vault USING (vault_key)
                 WHERE vault_key = ?1 AND seq > confirmed AND (item_id IS NULL OR NOT EXISTS (
                     SELECT 1 FROM entry AS before INDEXED BY entry_of_item JOIN refused USING (entry_key)
                     WHERE before.item_id = entry.item_id AND before.vault_key = entry.vault_key))
                 ORDER BY seq",
            )?;
            let most = limits.entries.min(usize::try_from(MAX_PUSH_ENTRIES).unwrap_or(usize::MAX));
            let confirmed = self.vaults.get(vault_key)?.confirmed.map_or(0, |confirmed| confirmed.seq);
            let mut waiting = Waiting::new(&self.db, vault_key, confirmed)?;
            let mut rows = find.query([vault_key])?;
            while unsent.len() < most
                && let Some(row) = rows.next()?
            {
                let entry = read_entry(row)?;
                match waiting.next(&entry)? {
                    Next::Waits => continue,
                    Next::BasedOnWaiting => based_on_waiting = true,
                    Next::Ready => {}
                }
                if body_len(&entry) > limits.body {
                    too_long = Some(entry);
                    break;
                }
                let length = entry.encode().len();
                if length > room {
                    break;
                }
                room -= length;
                unsent.push(entry);
            }
        }
        if unsent.is_empty()
            && let Some(entry) = too_long
        {
            let longer = (limits.body, Refusal::Size.number());
            self.write(|tx| status::refuse_longer(&tx.db, vault_key, &entry, longer, tx.now))?;
            return self.unsent(vault_key, limits);
        }
        Ok(Unsent { entries: unsent, based_on_waiting })
    }

    pub(super) fn check_alarm(&self, vault_key: i64) -> Result<(), SyncError> {
        Alarm::read(&self.db, vault_key)?.map_or(Ok(()), |alarm| Err(SyncError::Alarm(alarm)))
    }

    /// Stores an alarm, and returns the error for it.
    pub(super) fn raise(
        &mut self,
        vault_key: i64,
        evidence: Equivocation,
        message: &[u8],
    ) -> Result<SyncError, SessionError> {
        let alarm = Alarm::of(evidence, self.clock.now());
        self.write(|tx| {
            alarm.store(&tx.db, vault_key, message)?;
            let vault = tx.vaults.get(vault_key)?.id;
            tx.note(EventKind::AlarmRaised, Some(vault), &[])
        })?;
        self.vaults.get_mut(vault_key)?.alarmed();
        Ok(SyncError::Alarm(alarm))
    }
}

/// The first entries of an outbox that may be sent.
struct Unsent {
    entries: Vec<LogEntry>,
    /// Whether one is based on an entry that waits for a document: then it must be signed again.
    based_on_waiting: bool,
}

/// What becomes of a refused entry.
enum Handling {
    Rebase,
    Later,
    Documents,
    SetAside,
}

fn handling(refusal: Refusal) -> Handling {
    match refusal {
        Refusal::Rejected(RejectReason::Base | RejectReason::Epoch | RejectReason::Parent) => {
            Handling::Rebase
        }
        Refusal::Rate | Refusal::Batch => Handling::Later,
        Refusal::BlobMissing => Handling::Documents,
        Refusal::Rejected(_) | Refusal::Size | Refusal::Quota => Handling::SetAside,
    }
}

fn body_len(entry: &LogEntry) -> usize {
    match entry {
        LogEntry::Revision { body, .. } => body.as_ref().map_or(0, Vec::len),
        LogEntry::Record(_) => 0,
    }
}

/// Reads an entry with its body, from header, signatures, body hash and body.
pub(super) fn read_entry(row: &rusqlite::Row<'_>) -> Result<LogEntry, SessionError> {
    let body_hash: Option<[u8; 32]> = row.get(2)?;
    let Some(body_hash) = body_hash else {
        let signatures: Vec<u8> = row.get(1)?;
        let record = SignedRecord::from_parts(row.get(0)?, &signatures);
        return record.map(LogEntry::Record).map_err(|_| SessionError::DatabaseDamaged);
    };
    let revision = SignedRevision {
        header: row.get(0)?,
        body_hash: BodyHash::from_bytes(body_hash),
        signature: Signature::from_bytes(row.get(1)?),
    };
    Ok(LogEntry::Revision { revision, body: row.get(3)? })
}
