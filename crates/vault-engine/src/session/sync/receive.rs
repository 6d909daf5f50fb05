//! Pages of a log as a server returns them: verified, then stored before the outbox.

use std::collections::{BTreeMap, HashMap, HashSet};

use vault_wire::cbor::Canonical;
use vault_wire::log::{Entry, Equivocation, Head, LogVerifier, Named, Recovery, Verdict, next_root};
use vault_wire::message::{LogEntry, LogPage};
use vault_wire::revision::{RevisionHeader, RevisionKind};
use vault_wire::roster::{Genesis, Roster};
use vault_wire::{EntryHash, ItemId, Root, VaultId};

use super::alarm::Alarm;
use super::error::SyncError;
use super::handed;
use super::judge::{Contradiction, Expected, judge};
use super::show::Content;
use super::status as sync_rows;
use crate::session::activity::event::EventKind;
use crate::session::error::{SessionError, VaultReadOnly};
use crate::session::rows::entries::NewEntry;
use crate::session::rows::restoring::Restoring;
use crate::session::rows::view::time;
use crate::session::rows::{blobs, entries, status};
use crate::session::sharing::joining;
use crate::session::state::Session;
use crate::session::transaction::Transaction;
use crate::session::vaults::past;
use crate::session::vaults::stored_roster::{StoredRoster, add_author, added_by, has_records_after};
use crate::session::vaults::update::MetadataUpdate;
use crate::session::vaults::vault::{OutboxState, Vault};

/// Which bodies a page was requested with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bodies {
    /// Those of current revisions, at least.
    Live,
    /// None: for reading back own entries.
    None,
}

/// What a page contained.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// Own entries that were read back.
    pub own: usize,
    /// Entries that other devices or members wrote.
    pub foreign: usize,
    /// Entries without effect. An honest server returns none.
    pub void: usize,
    /// Whether a vault was named that this profile does not have yet; see [`Session::unjoined`].
    pub unjoined: bool,
    /// Whether the page reaches the end of the log.
    pub at_head: bool,
    /// The number of entries after the page, by what the server says.
    pub left: u64,
}

/// An entry of the page with its effect and the root after it.
struct Judged<'a> {
    seq: u64,
    root: Root,
    hash: EntryHash,
    entry: &'a LogEntry,
    in_effect: bool,
}

/// The verified page.
struct Verified<'a> {
    entries: Vec<Judged<'a>>,
    log: LogVerifier,
    /// The last entry of the page, or the last confirmed one.
    head: Head,
    /// Whether the log contains the head that another device has handed over.
    has_handed: bool,
}

impl Session {
    /// Verifies the next page of a vault's log and stores its entries before the outbox. `recovery` is what the server
    /// announces. An alarm ends with a page that reaches the end of the log, if the log has all that was known before.
    ///
    /// # Errors
    /// See [`SyncError`]; nothing of the page is stored then, but an alarm, or that the server is being restored.
    pub fn receive(
        &mut self,
        vault: VaultId,
        page: &LogPage,
        bodies: Bodies,
        recovery: Recovery,
    ) -> Result<Received, SyncError> {
        self.writable()?;
        let vault = self.vaults.find(vault)?;
        let vault_key = vault.vault_key;
        let alarm = Alarm::read(&self.db, vault_key)?;
        let after = vault.confirmed.map_or(0, |confirmed| confirmed.seq);
        if page.vault_id != vault.id || page.after != after {
            return Err(SyncError::OtherPage);
        }
        let verified = match (self.verify(vault, page, recovery)?, alarm) {
            (Ok(verified), _) => verified,
            // What an alarm is about may be restored.
            (Err(Contradiction::BeingRestored { seq }), alarm) if alarm.is_none_or(Alarm::can_be_healed) => {
                self.note_restoring(vault_key, seq)?;
                return Err(SyncError::BeingRestored { seq });
            }
            (Err(_), Some(alarm)) => return Err(SyncError::Alarm(alarm)),
            (Err(Contradiction::BeingRestored { .. }), None) => return Err(SessionError::Fault.into()),
            (Err(Contradiction::Evidence(evidence)), None) => {
                return Err(self.raise(vault_key, evidence, &page.encode())?);
            }
        };
        let Verified { entries, log, head, has_handed } = verified;
        let at_head = page.next().is_none();
        let left = page.head_seq.saturating_sub(head.seq);
        if let Some(alarm) = alarm
            && at_head
            && !Alarm::is_answered(&self.db, vault, page)?
        {
            return Err(SyncError::Alarm(alarm));
        }
        let ends = alarm.is_some() && at_head;
        let pushes = sync_rows::push_under_way(&self.db, vault_key)?.is_some();
        if page.entries.is_empty() && vault.outbox == OutboxState::Based && !pushes && !ends {
            return Ok(Received { at_head, ..Received::default() });
        }
        let (before, id) = (vault.outbox, vault.id);
        let restoring = Restoring::read(&self.db, &id)?;
        let reaches_invitation =
            joining::expected_head(&self.db, &id)?.is_some_and(|invited| invited.seq <= head.seq);
        // A page with bodies is for members only.
        let is_member_again =
            vault.former.is_some() && log.roster().member(&self.vaults.author.account).is_some();
        let received = self.write(|tx| {
            let taken = tx.take_in(vault_key, (&entries, head), bodies, (before, at_head))?;
            if ends && taken.is_some() {
                Alarm::end(&tx.db, vault_key)?;
                let vault = tx.vaults.get(vault_key)?.id;
                tx.note(EventKind::AlarmEnded, Some(vault), &[])?;
            }
            if taken.is_some() && reaches_invitation {
                joining::forget(&tx.db, &id)?;
            }
            if taken.is_some() && is_member_again {
                tx.db.execute("DELETE FROM former WHERE vault_key = ?1", [vault_key])?;
            }
            if has_handed && taken.is_some() {
                handed::confirm(&tx.db, &id)?;
            }
            Ok(taken)
        })?;
        let Some(TakenIn { received, outbox, updates }) = received else {
            return Err(SyncError::WithoutBodies);
        };
        let author = self.vaults.author.clone();
        let vault = self.vaults.get_mut(vault_key)?;
        for judged in entries.iter().filter(|judged| judged.in_effect) {
            if let LogEntry::Record(record) = judged.entry {
                added_by(record)
                    .iter()
                    .for_each(|account| add_author(&mut vault.authors, log.roster(), account));
            }
        }
        vault.roster = log.into_roster();
        if is_member_again {
            vault.former = None;
        }
        vault.outbox = outbox;
        vault.read_only = vault.why_read_only(&author);
        if vault.read_only == Some(VaultReadOnly::NewIdentity)
            && has_records_after(&self.db, vault_key, head.seq)?
        {
            // The record that names it is in the outbox.
            vault.read_only = None;
        }
        if alarm.is_some() && !ends {
            vault.alarmed();
        }
        if restoring.is_some() {
            vault.being_restored();
        }
        self.apply_metadata(updates);
        self.adopt_made_keys(vault_key)?;
        Ok(Received { at_head, left, ..received })
    }

    /// Returns the roster after the confirmed entries.
    pub(super) fn confirmed_roster(&self, vault: &Vault, confirmed: Head) -> Result<Roster, SessionError> {
        if !has_records_after(&self.db, vault.vault_key, confirmed.seq)? {
            return Ok(vault.roster.clone());
        }
        self.stored_roster(vault, confirmed)
    }

    /// Reads the roster after the confirmed entries from their records.
    pub(super) fn stored_roster(&self, vault: &Vault, confirmed: Head) -> Result<Roster, SessionError> {
        let record = entries::genesis(&self.db, vault.vault_key)?;
        let genesis =
            Genesis::verify(&record, Some(&vault.genesis)).map_err(|_| SessionError::DatabaseDamaged)?;
        let first = Roster::from_genesis(&genesis).map_err(|_| SessionError::DatabaseDamaged)?;
        Ok(StoredRoster::read(&self.db, vault.vault_key, first, confirmed.seq)?.roster)
    }

    /// Verifies a page against the confirmed log.
    fn verify<'a>(
        &self,
        vault: &Vault,
        page: &'a LogPage,
        recovery: Recovery,
    ) -> Result<Result<Verified<'a>, Contradiction>, SessionError> {
        let (mut begin, mut own) = (vault.confirmed, None);
        let mut rest = page.entries.as_slice();
        if begin.is_none() {
            // The genesis record is known from the account's keys.
            let known = past::head_at(&self.db, vault.vault_key, 1)?;
            let Some((first, others)) = rest.split_first() else {
                return Ok(Err(Contradiction::Evidence(Equivocation::Rollback { seq: page.head_seq })));
            };
            let (hash, signatures) = sync_rows::node(first);
            if next_root(&vault_wire::log::empty_root(&vault.id), 1, &hash, &signatures) != known.root {
                return Ok(Err(Contradiction::Evidence(Equivocation::Fork { seq: 1 })));
            }
            own = Some(Judged { seq: 1, root: known.root, hash, entry: first, in_effect: true });
            (begin, rest) = (Some(known), others);
        }
        let Some(begin) = begin else { return Err(SessionError::Fault) };
        let mut named = Named::default();
        rest.iter().for_each(|entry| named.add(entry.as_entry()));
        named.roots.insert(page.head_seq);
        let invited = joining::expected_head(&self.db, &vault.id)?;
        named.roots.extend(invited.map(|invited| invited.seq));
        let handed = handed::head_of(&self.db, &vault.id)?;
        named.roots.extend(handed.map(|head| head.seq));
        let past = past::load(&self.db, vault.vault_key, begin, &named)?;
        let mut log = LogVerifier::resume(self.confirmed_roster(vault, begin)?, past);
        let last = begin.seq.saturating_add(rest.len() as u64);
        for (seq, hash, signatures) in sync_rows::expected(&self.db, vault.vault_key, last)? {
            // What it finds is recorded, and read below.
            let _ = log.expect_acknowledged(seq, hash, signatures);
        }
        let entries: Vec<Entry<'_>> = rest.iter().map(LogEntry::as_entry).collect();
        let verdicts = log.extend(&entries);
        let head = log.head();
        let stated = Head { seq: page.head_seq, root: page.head_root };
        let accepted = sync_rows::expected_after(&self.db, vault.vault_key, head.seq)?;
        let has_handed = match judge(&mut log, stated, recovery, &Expected { accepted, invited, handed }) {
            Ok(has_handed) => has_handed,
            Err(contradiction) => return Ok(Err(contradiction)),
        };
        let mut judged = Vec::with_capacity(page.entries.len());
        judged.extend(own);
        for ((entry, verdict), seq) in rest.iter().zip(verdicts).zip(begin.seq + 1..) {
            let root = *log.root_at(seq).ok_or(SessionError::Fault)?;
            let in_effect = verdict == Verdict::Accepted;
            judged.push(Judged { seq, root, hash: entry.entry_hash(), entry, in_effect });
        }
        Ok(Ok(Verified { entries: judged, log, head, has_handed }))
    }
}

/// What a page changed.
struct TakenIn {
    received: Received,
    outbox: OutboxState,
    updates: Vec<MetadataUpdate>,
}

/// The last revision of an item in a page.
struct Newest<'a> {
    entry_key: i64,
    judged: &'a Judged<'a>,
    header: RevisionHeader,
}

impl Transaction<'_> {
    /// Stores a verified page. Returns `None` if it has entries of others without the bodies that it should have.
    fn take_in(
        &mut self,
        vault_key: i64,
        (entries, head): (&[Judged<'_>], Head),
        bodies: Bodies,
        (before, at_head): (OutboxState, bool),
    ) -> Result<Option<TakenIn>, SessionError> {
        let mut received = Received::default();
        let waits = if at_head { OutboxState::Waits } else { OutboxState::Behind };
        let first = self.outbox(vault_key, Some(entries.len()))?;
        let in_place = entries.len() == first.len()
            && entries.iter().zip(&first).all(|(judged, row)| judged.in_effect && judged.hash == row.hash);
        if !in_place && bodies == Bodies::None {
            return Ok(None);
        }
        if at_head {
            // What the server took of it is in the log now.
            sync_rows::end_push(&self.db, vault_key)?;
        }
        if in_place {
            self.read_back(vault_key, entries, head)?;
            received.own = entries.len();
            let outbox = if before == OutboxState::Based { before } else { waits };
            sync_rows::set_outbox(&self.db, vault_key, outbox)?;
            return Ok(Some(TakenIn { received, outbox, updates: Vec::new() }));
        }
        let rows = self.outbox(vault_key, None)?;
        let mut own: HashMap<EntryHash, i64> = rows.iter().map(|row| (row.hash, row.entry_key)).collect();
        let mut newest: BTreeMap<ItemId, Newest<'_>> = BTreeMap::new();
        let mut deleted: HashMap<ItemId, u64> = HashMap::new();
        let mut read_back = HashSet::new();
        self.set_aside(vault_key, head.seq.saturating_sub(entries.len() as u64))?;
        for judged in entries {
            let mine = if judged.in_effect { own.remove(&judged.hash) } else { None };
            if let Some(entry_key) = mine {
                received.own += 1;
                read_back.insert(entry_key);
                self.db
                    .prepare_cached("UPDATE entry SET seq = ?2, root = ?3 WHERE entry_key = ?1")?
                    .execute((entry_key, time(judged.seq), judged.root.as_bytes()))?;
                continue;
            }
            received.foreign += 1;
            received.void += usize::from(!judged.in_effect);
            let entry_key = self.insert_received(vault_key, judged)?;
            if let LogEntry::Record(record) = judged.entry
                && judged.in_effect
            {
                self.take_in_record(vault_key, record)?;
            }
            if let LogEntry::Revision { revision, body } = judged.entry
                && judged.in_effect
            {
                let header = RevisionHeader::decode(&revision.header).map_err(|_| SessionError::Fault)?;
                if body.is_some() {
                    self.name_blobs(entry_key, &header)?;
                }
                if header.kind == RevisionKind::Tombstone {
                    deleted.insert(header.item_id, judged.seq);
                }
                newest.insert(header.item_id, Newest { entry_key, judged, header });
            }
        }
        let waiting: Vec<_> = rows.iter().filter(|row| !read_back.contains(&row.entry_key)).collect();
        let mut last = head;
        for (row, seq) in waiting.iter().zip(head.seq + 1..) {
            last = Head { seq, root: row.root };
            self.db
                .prepare_cached("UPDATE entry SET seq = ?2 WHERE entry_key = ?1")?
                .execute((row.entry_key, time(seq)))?;
        }
        let outbox = if waiting.is_empty() { OutboxState::Based } else { waits };
        sync_rows::set_outbox(&self.db, vault_key, outbox)?;
        sync_rows::read_back(&self.db, vault_key, head.seq)?;
        self.set_heads(vault_key, last, head);
        let edited: HashSet<ItemId> = waiting.iter().filter_map(|row| row.item_id).collect();
        let mut updates = Vec::new();
        for (item_id, newest) in newest {
            let Newest { entry_key, judged, header } = newest;
            let LogEntry::Revision { revision, body } = judged.entry else { continue };
            let content = self.open_received(vault_key, &header, revision, body.as_deref());
            if content.is_none() {
                status::set(&self.db, entry_key, status::NO_CONTENT)?;
            }
            // The view of an item that was edited here follows when the edits are based on this revision.
            if edited.contains(&item_id) {
                continue;
            }
            // It returned within the page: what was before its deletion does not.
            if let (Some(seq), Some(Content::Item(_))) = (deleted.get(&item_id), &content) {
                self.unnamed.extend(blobs::drop_bodies_before(&self.db, vault_key, item_id, *seq)?);
            }
            let shown = self.show(vault_key, item_id, entry_key, revision.hash(), content)?;
            received.unjoined |= shown.unjoined;
            updates.extend(shown.metadata);
        }
        Ok(Some(TakenIn { received, outbox, updates }))
    }

    /// Confirms the first entries of the outbox, which are in the log as they are here.
    fn read_back(&mut self, vault_key: i64, entries: &[Judged<'_>], head: Head) -> Result<(), SessionError> {
        // While the outbox waits to be based on what was received, its roots say nothing.
        for judged in entries {
            self.db
                .prepare_cached(
                    "UPDATE entry SET root = ?3 WHERE vault_key = ?1 AND seq = ?2 AND root <> ?3",
                )?
                .execute((vault_key, time(judged.seq), judged.root.as_bytes()))?;
        }
        sync_rows::read_back(&self.db, vault_key, head.seq)?;
        let last = self.head(self.vaults.get(vault_key)?);
        self.set_heads(vault_key, if last.seq == head.seq { head } else { last }, head);
        Ok(())
    }

    /// Inserts an entry of others into its place in the log.
    fn insert_received(&self, vault_key: i64, judged: &Judged<'_>) -> Result<i64, SessionError> {
        let (item_id, header, signatures, body_hash, body) = match judged.entry {
            LogEntry::Record(record) => (None, &record.bytes, record.signatures(), None, None),
            LogEntry::Revision { revision, body } => {
                let item_id = RevisionHeader::decode(&revision.header).ok().map(|header| header.item_id);
                let item_id = item_id.filter(|_| judged.in_effect);
                let body = body.as_deref().filter(|_| judged.in_effect);
                let signatures = revision.signature.as_bytes().to_vec();
                (item_id, &revision.header, signatures, Some(&revision.body_hash), body)
            }
        };
        let entry_key = NewEntry {
            vault_key,
            seq: judged.seq,
            root: &judged.root,
            item_id: item_id.as_ref(),
            hash: judged.hash.as_bytes(),
            header,
            signatures: &signatures,
            body_hash,
            body,
            written_at: self.now,
        }
        .insert(&self.db)?;
        if !judged.in_effect {
            status::set(&self.db, entry_key, status::NO_EFFECT)?;
        } else if item_id.is_some() && body.is_none() {
            status::set(&self.db, entry_key, status::NO_CONTENT)?;
        }
        Ok(entry_key)
    }

    /// Names the documents of a received revision. Their content is not here yet.
    fn name_blobs(&mut self, entry_key: i64, header: &RevisionHeader) -> Result<(), SessionError> {
        for blob in &header.blobs {
            if blobs::name_received(&self.db, blob, self.now)? {
                self.not_here.push(blob.blob_id);
            }
            self.db
                .prepare_cached("INSERT OR IGNORE INTO entry_blob (entry_key, blob_id) VALUES (?1, ?2)")?
                .execute((entry_key, blob.blob_id.as_bytes()))?;
        }
        Ok(())
    }
}
