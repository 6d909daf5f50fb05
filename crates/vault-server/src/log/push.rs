//! Pushes.

use std::collections::{BTreeSet, HashMap};

use vault_wire::cbor::Canonical as _;
use vault_wire::log::{Named, Prepared, RejectReason, prepare};
use vault_wire::message::{LogEntry, PushBatch, PushReply, PushResult, Refusal};
use vault_wire::revision::RevisionHeader;
use vault_wire::{AccountId, BlobId, ContentHash, CtRoot, ItemId, VaultId};

use super::head::Head;
use super::history::Found;
use super::state::State;
use super::{Caller, LogError, Logs, access, documents, effects, entries, receipts};
use crate::hints::Change;
use crate::store::{StoreError, Tx, VaultKey};

/// The documents that the revisions of a batch may name: as many as one revision may, and more.
const MOST_DOCUMENTS: usize = 2048;

/// How a batch ended.
enum Outcome {
    /// With a reply, which is stored, and perhaps with news for the accounts.
    Replied(PushReply, News),
    /// Nothing is stored: the account must grant as many bytes first.
    NeedsStorage { payer: AccountId, bytes: u64 },
}

/// Whether accounts have something to learn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum News {
    None,
    Some,
}

/// Why an entry is not appended.
enum Stopped {
    /// It would be void.
    Void(RejectReason),
    /// The server has no room for it.
    Refused(Refusal),
}

impl From<RejectReason> for Stopped {
    fn from(reason: RejectReason) -> Self {
        Self::Void(reason)
    }
}

impl Logs {
    /// Appends the entries of a batch that are valid, or all or none of an atomic one. The same batch from the same device
    /// gets the same reply. `hash` is that of the request.
    ///
    /// # Errors
    /// If the caller is no member, the server is in recovery, or the batch id was used for something else.
    pub async fn push(
        &self,
        caller: &Caller,
        vault: VaultId,
        batch: &PushBatch,
        hash: ContentHash,
    ) -> Result<PushReply, LogError> {
        let timeline = self.store.accepted_timeline();
        self.refuse_in_recovery(caller.at).await?;
        if batch.entries.len() as u64 > self.limits.push_entries {
            return Err(LogError::TooLarge);
        }
        let load = self.store.vault(vault).read(|view| async move {
            let (head, _) = access::member(&view, caller).await?;
            Ok::<_, LogError>(self.rosters.load(&view, &head).await?)
        });
        let roster = load.await?;
        // The signatures are checked before the vault is locked. Should its roster change until then, those of changed
        // identities are checked again.
        let prepared: Vec<_> = batch.entries.iter().map(|entry| prepare(&roster, entry.as_entry())).collect();
        let request = Request { caller, batch, hash, prepared: &prepared, timeline };
        let mut granted = None;
        loop {
            let attempt = self.store.vault(vault).run(|tx| self.append(tx, &request, granted));
            match attempt.await? {
                Outcome::Replied(reply, news) => {
                    self.hints.announce(Change::Vault(vault));
                    if news == News::Some {
                        // What fails here is applied later.
                        let _ = self.apply_news(vault).await;
                    }
                    return Ok(reply);
                }
                Outcome::NeedsStorage { payer, bytes } => {
                    granted = Some(self.grant_storage(payer, vault, bytes).await?);
                }
            }
        }
    }

    async fn append(
        &self,
        tx: Tx<VaultKey>,
        request: &Request<'_>,
        granted: Option<u64>,
    ) -> Result<Outcome, LogError> {
        let Request { caller, batch, hash, prepared, timeline } = *request;
        // With another timeline recovery has perhaps begun after it was asked for.
        if self.store.accepted_timeline() != timeline {
            return Err(StoreError::Unavailable.into());
        }
        let mut named = Named::default();
        batch.entries.iter().for_each(|entry| named.add(entry.as_entry()));
        // All are on their way before the first one is answered; the lock is.
        let (locked, role, receipt, found) = tokio::join!(
            biased;
            Head::lock(&tx),
            access::role(&tx, &caller.account),
            receipts::find(&tx, caller, batch.batch_id, hash),
            Found::load(&tx, &named),
        );
        let mut head = locked?.ok_or(LogError::NotFound)?;
        access::admitted(role?, caller, &head)?;
        if let Some(reply) = receipt? {
            return Ok(Outcome::Replied(reply, News::None));
        }
        let bodies: u64 = batch.entries.iter().map(entries::charge_of).sum();
        let needed = head.used.saturating_add(bodies);
        head.granted = granted.unwrap_or(0).max(head.granted);
        if bodies > 0 && needed > head.granted && granted.is_none() {
            return Ok(Outcome::NeedsStorage { payer: head.payer, bytes: needed });
        }

        let before = self.rosters.load(&tx, &head).await?;
        let history = found?.of(tx.key().0, head.log_head());
        let complete = documents::complete_ones(&tx, &named_documents(batch)?).await?;
        let mut work = Work {
            complete: &complete,
            state: State::new(history, before.clone(), &head),
            used: head.used,
            granted: head.granted,
            body_bytes: self.limits.body_bytes,
        };
        let untouched = work.clone();
        let mut results: Vec<_> =
            batch.entries.iter().zip(prepared).map(|(entry, prepared)| work.judge(entry, prepared)).collect();
        let all = results.iter().all(|result| matches!(result, PushResult::Accepted { .. }));
        if batch.atomic && !all {
            work = untouched;
            for result in results.iter_mut().filter(|result| matches!(result, PushResult::Accepted { .. })) {
                *result = PushResult::Refused(Refusal::Batch);
            }
            // Conflicts with what other entries of the batch would have become are conflicts with what is there.
            let end = head.seq;
            for (result, entry) in results.iter_mut().zip(&batch.entries) {
                if matches!(result, PushResult::Conflict { seq } if *seq > end) {
                    *result = PushResult::Conflict { seq: work.state.current(item_of(entry).as_ref()) };
                }
            }
        }
        let news = if work.state.record_seq() == head.record_seq { News::None } else { News::Some };
        let head = effects::write(&tx, &head, Some(&before), &work.state, work.used, caller).await?;
        head.update(&tx)?;
        let reply = PushReply { head_seq: head.seq, head_root: head.root, results };
        receipts::keep(&tx, caller, batch.batch_id, hash, &reply)?;
        Ok(Outcome::Replied(reply, news))
    }
}

#[derive(Clone, Copy)]
struct Request<'a> {
    caller: &'a Caller,
    batch: &'a PushBatch,
    hash: ContentHash,
    prepared: &'a [Prepared<'a>],
    /// The timeline that was accepted before it was asked whether recovery lasts.
    timeline: Option<u32>,
}

/// A log with the storage that it may use.
#[derive(Clone)]
struct Work<'a> {
    state: State<'a>,
    /// The complete documents among those that the batch names.
    complete: &'a HashMap<BlobId, (u64, CtRoot)>,
    used: u64,
    granted: u64,
    body_bytes: u64,
}

impl<'a> Work<'a> {
    /// Appends an entry if it is valid and there is room for it.
    fn judge(&mut self, entry: &'a LogEntry, prepared: &Prepared<'_>) -> PushResult {
        let used = self.used + entries::charge_of(entry);
        let complete = self.complete;
        let named = entries::documents(entry);
        let room = || match entries::body_len(entry) {
            bytes if bytes > self.body_bytes => Err(Stopped::Refused(Refusal::Size)),
            _ if used > self.granted && used > self.used => Err(Stopped::Refused(Refusal::Quota)),
            _ if !named.iter().all(|named| documents::is_complete(complete, named)) => {
                Err(Stopped::Refused(Refusal::BlobMissing))
            }
            _ => Ok(()),
        };
        match self.state.append(entry, prepared, room) {
            Ok(seq) => {
                self.used = used;
                PushResult::Accepted { seq }
            }
            Err(Stopped::Void(RejectReason::Parent)) => {
                PushResult::Conflict { seq: self.state.current(item_of(entry).as_ref()) }
            }
            Err(Stopped::Void(reason)) => PushResult::Refused(Refusal::Rejected(reason)),
            Err(Stopped::Refused(refusal)) => PushResult::Refused(refusal),
        }
    }
}

/// The documents that the batch names, each once.
///
/// # Errors
/// [`LogError::TooLarge`] if there are more than a transaction can check.
fn named_documents(batch: &PushBatch) -> Result<Vec<BlobId>, LogError> {
    let mut named = BTreeSet::new();
    for entry in &batch.entries {
        named.extend(entries::documents(entry).iter().map(|named| named.blob_id));
    }
    if named.len() > MOST_DOCUMENTS { Err(LogError::TooLarge) } else { Ok(named.into_iter().collect()) }
}

fn header(entry: &LogEntry) -> Option<RevisionHeader> {
    match entry {
        LogEntry::Revision { revision, .. } => RevisionHeader::decode(&revision.header).ok(),
        LogEntry::Record(_) => None,
    }
}

fn item_of(entry: &LogEntry) -> Option<ItemId> {
    header(entry).map(|header| header.item_id)
}
