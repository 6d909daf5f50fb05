//! Basing the outbox on what was received.
//!
//! An entry stays as it was signed while it is still valid: its parent is the item's current revision, its base is in the
//! confirmed log, it has its body, and neither epoch nor identity has changed. The edits of other items are merged onto
//! the log's revision, one by one (`docs/formats/item-payload.md`, *Merging*), sealed and signed again. Edits that were too
//! long for the server become an item of their own if a shorter one follows, which needs no longer wait for them.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::named_params;
use vault_wire::cbor::Canonical;
use vault_wire::log::{Head, next_root};
use vault_wire::revision::{RevisionHeader, RevisionKind};
use vault_wire::{EntryHash, ItemId, RevHash, Root, VaultId};

use super::show::Content;
use super::{documents, status};
use crate::clock::Timestamp;
use crate::merge;
use crate::merge::{Body, Current, LocalEdits, NewRevision, Rebased, Revision, State};
use crate::session::error::SessionError;
use crate::session::rows::counts::CountedProperties;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::view::time;
use crate::session::rows::{blobs, view};
use crate::session::sharing::purges;
use crate::session::state::Session;
use crate::session::transaction::{Append, Appended, Transaction};
use crate::session::vaults::past;
use crate::session::vaults::stored_roster::has_records_after;
use crate::session::vaults::update::MetadataUpdate;
use crate::session::vaults::vault::{OutboxState, Vault};
use crate::session::vaults::vault_metadata::MetadataRow;

/// Added to the numbers of the outbox while its entries get new ones.
const ASIDE: i64 = 1 << 48;

/// An entry of the outbox.
pub(super) struct OutboxRow {
    pub(super) entry_key: i64,
    pub(super) root: Root,
    pub(super) hash: EntryHash,
    /// `None` for a record.
    pub(super) item_id: Option<ItemId>,
    header: Vec<u8>,
    signatures: Vec<u8>,
    has_body: bool,
    written_at: Timestamp,
}

/// An edit, opened.
struct Edit {
    hash: RevHash,
    parent: Option<RevHash>,
    content: Option<Content>,
    written_at: Timestamp,
}

impl Session {
    /// Bases the outbox of a vault on the confirmed log, if that has changed. Returns whether it is: not if the vault
    /// cannot be written now, nor before the end of the log was received.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault.
    pub fn rebase(&mut self, vault: VaultId) -> Result<bool, SessionError> {
        let vault = self.vaults.find(vault)?;
        let vault_key = vault.vault_key;
        let Some(confirmed) = vault.confirmed else { return Ok(false) };
        if vault.writable().is_err() {
            return Ok(false);
        }
        match vault.outbox {
            OutboxState::Based => return Ok(true),
            OutboxState::Behind => return Ok(false),
            OutboxState::Waits => {}
        }
        let had_records = has_records_after(&self.db, vault_key, confirmed.seq)?;
        let updates = self.write(|tx| tx.rebase(vault_key, confirmed))?;
        if had_records {
            let roster = self.stored_roster(self.vaults.get(vault_key)?, confirmed)?;
            self.vaults.get_mut(vault_key)?.roster = roster;
        }
        self.vaults.get_mut(vault_key)?.outbox = OutboxState::Based;
        self.apply_metadata(updates);
        Ok(true)
    }
}

impl Edit {
    fn body(&self) -> Body<'_> {
        self.content.as_ref().map_or(Body::Dropped, |content| Body::Open(content.state()))
    }

    fn revision(&self) -> Revision<'_> {
        Revision { hash: self.hash, parent: self.parent, body: self.body() }
    }
}

impl Content {
    fn state(&self) -> State<'_> {
        match self {
            Self::Item(item) => State::Put(item),
            Self::Tombstone => State::Deleted,
        }
    }

    fn of(new: NewRevision) -> Self {
        match new {
            NewRevision::Put(item) => Self::Item(item),
            NewRevision::Tombstone => Self::Tombstone,
        }
    }
}

impl Transaction<'_> {
    /// Reads the first entries of the outbox, or all of them.
    pub(super) fn outbox(
        &self,
        vault_key: i64,
        limit: Option<usize>,
    ) -> Result<Vec<OutboxRow>, SessionError> {
        let limit = limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX));
        let mut find = self.db.prepare_cached(
            "SELECT entry_key, root, hash, item_id, header, signature, body IS NOT NULL, written_at
             FROM entry JOIN vault USING (vault_key) WHERE vault_key = ?1 AND seq > confirmed ORDER BY seq LIMIT ?2",
        )?;
        let rows = find.query_map((vault_key, limit), |row| {
            Ok(OutboxRow {
                entry_key: row.get(0)?,
                root: Root::from_bytes(row.get(1)?),
                hash: EntryHash::from_bytes(row.get(2)?),
                item_id: row.get::<_, Option<[u8; 16]>>(3)?.map(ItemId::from_bytes),
                header: row.get(4)?,
                signatures: row.get(5)?,
                has_body: row.get(6)?,
                written_at: Timestamp(row.get(7)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Gives all entries after `seq` numbers that are free, so that they can get new ones in any order.
    pub(super) fn set_aside(&self, vault_key: i64, seq: u64) -> Result<(), SessionError> {
        self.db
            .prepare_cached("UPDATE entry SET seq = seq + ?2 WHERE vault_key = ?1 AND seq > ?3")?
            .execute((vault_key, ASIDE, time(seq)))?;
        Ok(())
    }

    pub(super) fn rebase(
        &mut self,
        vault_key: i64,
        confirmed: Head,
    ) -> Result<Vec<MetadataUpdate>, SessionError> {
        // What another server had let in without effect is sent to no other one.
        self.db.execute(
            "DELETE FROM entry WHERE vault_key = ?1 AND seq > ?2
                 AND entry_key IN (SELECT entry_key FROM entry_status WHERE status = 1)",
            (vault_key, time(confirmed.seq)),
        )?;
        self.drop_purges(vault_key, confirmed)?;
        // Views name their entries until they name the new ones.
        self.db.pragma_update(None, "defer_foreign_keys", true)?;
        let outbox = self.outbox(vault_key, None)?;
        let mut edits: BTreeMap<ItemId, Vec<&OutboxRow>> = BTreeMap::new();
        for row in &outbox {
            if let Some(item_id) = row.item_id {
                edits.entry(item_id).or_default().push(row);
            }
        }
        // Items that wait for documents come last, so that the others are sent in the order of the outbox.
        let waiting: BTreeSet<ItemId> =
            documents::unsent(&self.db, vault_key)?.into_iter().map(|document| document.item).collect();
        let overtaken = status::overtaken(&self.db, vault_key)?;
        let mut rewritten = BTreeSet::new();
        for (item_id, edits) in &edits {
            let is_overtaken = edits.iter().any(|row| overtaken.contains(&row.entry_key));
            if is_overtaken || !self.are_valid(vault_key, confirmed, *item_id, edits)? {
                rewritten.insert(*item_id);
            }
        }
        self.set_aside(vault_key, confirmed.seq)?;
        let mut head = confirmed;
        for row in outbox.iter().filter(|row| row.item_id.is_none_or(|item| !rewritten.contains(&item))) {
            let seq = head.seq + 1;
            head = Head { seq, root: next_root(&head.root, seq, &row.hash, &row.signatures) };
            self.db
                .prepare_cached("UPDATE entry SET seq = ?2, root = ?3 WHERE entry_key = ?1")?
                .execute((row.entry_key, time(seq), head.root.as_bytes()))?;
        }
        self.set_heads(vault_key, head, confirmed);
        let mut updates = Vec::new();
        let (last, first): (Vec<_>, Vec<_>) = rewritten.into_iter().partition(|item| waiting.contains(item));
        for item_id in first.into_iter().chain(last) {
            if let Some(edits) = edits.get(&item_id) {
                updates.extend(self.write_again((vault_key, confirmed), item_id, edits, &overtaken)?);
            }
        }
        status::set_outbox(&self.db, vault_key, OutboxState::Based)?;
        Ok(updates)
    }

    /// Removes the purges of a former server from an outbox: the next one gets nothing of what they name.
    fn drop_purges(&self, vault_key: i64, confirmed: Head) -> Result<(), SessionError> {
        let mut records = self.db.prepare_cached(
            "SELECT entry_key, header FROM entry
             WHERE vault_key = ?1 AND seq > ?2 AND item_id IS NULL AND body_hash IS NULL",
        )?;
        let rows =
            records.query_map((vault_key, time(confirmed.seq)), |row| Ok((row.get(0)?, row.get(1)?)))?;
        let rows: Vec<(i64, Vec<u8>)> = rows.collect::<Result<_, _>>()?;
        let mut remove = self.db.prepare_cached("DELETE FROM entry WHERE entry_key = ?1")?;
        for (entry_key, _) in rows.iter().filter(|(_, record)| purges::is_purge(record)) {
            remove.execute([entry_key])?;
        }
        Ok(())
    }

    /// Returns whether all edits of an item are valid as they were signed.
    fn are_valid(
        &self,
        vault_key: i64,
        confirmed: Head,
        item_id: ItemId,
        edits: &[&OutboxRow],
    ) -> Result<bool, SessionError> {
        let vault = self.vaults.get(vault_key)?;
        let (epoch, _) = vault.writable()?;
        let current = past::current(&self.db, vault_key, confirmed.seq, &item_id)?;
        let mut parent = current.map(|current| current.hash);
        for row in edits {
            let header = decode(&row.header)?;
            let valid = row.has_body
                && blobs::all_there(&self.db, &header.blobs)?
                && header.parent == parent
                && header.epoch == epoch
                && header.generation == self.vaults.author.identity.generation()
                && self.is_base(vault, confirmed, &header)?;
            if !valid {
                return Ok(false);
            }
            parent = Some(RevHash::from_bytes(*row.hash.as_bytes()));
        }
        Ok(true)
    }

    /// Returns whether the base of an entry is in the confirmed log.
    fn is_base(&self, vault: &Vault, confirmed: Head, header: &RevisionHeader) -> Result<bool, SessionError> {
        let RevisionHeader { base_seq, base_root, .. } = header;
        if *base_seq > confirmed.seq {
            return Ok(false);
        }
        let root = past::root_at(&self.db, vault.vault_key, *base_seq)?;
        Ok(root == Some(*base_root))
    }

    /// Merges the edits of an item onto its revision in the confirmed log, and writes the result in their place. Overtaken ones
    /// become a second item.
    fn write_again(
        &mut self,
        (vault_key, confirmed): (i64, Head),
        item_id: ItemId,
        edits: &[&OutboxRow],
        overtaken: &BTreeSet<i64>,
    ) -> Result<Vec<MetadataUpdate>, SessionError> {
        let opened = edits.iter().map(|row| self.open_edit(row)).collect::<Result<Vec<_>, _>>()?;
        let (opened, too_long) = without(opened, edits, overtaken);
        let base = match opened.first().and_then(|first| first.parent) {
            Some(hash) => Some(self.open_base(vault_key, item_id, hash)?),
            None => None,
        };
        let current = past::current(&self.db, vault_key, confirmed.seq, &item_id)?;
        let in_log = match current {
            Some(_) => self.last_content(vault_key, confirmed, item_id)?,
            None => None,
        };
        let parent = current.map(|current| current.hash);
        // A deletion dropped the bodies of what it was made on, so this needs no content of the log.
        let has_diverged = parent != opened.first().and_then(|first| first.parent);
        let is_gone = opened.last().is_some_and(|last| matches!(last.content, Some(Content::Tombstone)));
        let rebased = if has_diverged {
            rebased(base.as_ref(), &opened, parent, in_log.as_ref())?
        } else if parent.is_none() && is_gone {
            // Created and deleted here: the log need not know. But the row of a vault names what says that it was deleted.
            let is_of_vault = MetadataRow::vault_of(&self.db, item_id)?.is_some();
            let item = is_of_vault.then_some(NewRevision::Tombstone).into_iter().collect();
            Rebased::Rewritten { item, second: Vec::new() }
        } else {
            Rebased::UpToDate(0)
        };
        let (item, second) = match rebased {
            Rebased::UpToDate(count) => {
                let rest = opened.into_iter().skip(count);
                let again = rest.filter_map(|edit| Some((edit.content?, edit.written_at)));
                (again.collect::<Vec<_>>(), Vec::new())
            }
            Rebased::Rewritten { item, second } => {
                let now = self.now;
                let written = |new: Vec<NewRevision>| -> Vec<(Content, Timestamp)> {
                    new.into_iter().map(|new| (Content::of(new), now)).collect()
                };
                (written(item), written(second))
            }
        };
        let mut updates = Vec::new();
        let written = self.append_all(vault_key, item_id, parent, item)?;
        for second in [second, too_long].into_iter().filter(|second| !second.is_empty()) {
            let second_id = vault_crypto::make_id(self.rng);
            if let Some((content, last)) = self.append_all(vault_key, second_id, None, second)? {
                updates.extend(self.show_again(vault_key, second_id, last, Some(content))?);
            }
        }
        let last = match (&written, current) {
            (Some((_, last)), _) => Some(Appended { ..*last }),
            (None, Some(current)) => Some(self.appended_at(vault_key, current.seq)?),
            (None, None) => None,
        };
        let content = written.map_or(in_log, |(content, _)| Some(content));
        let replaced: Vec<i64> = edits.iter().map(|row| row.entry_key).collect();
        self.remove_edits(&replaced)?;
        match last {
            Some(last) => updates.extend(self.show_again(vault_key, item_id, last, content)?),
            None => self.hide(item_id)?,
        }
        Ok(updates)
    }

    /// Shows an item as it is in the confirmed log.
    pub(super) fn show_confirmed(
        &mut self,
        vault_key: i64,
        confirmed: Head,
        item_id: ItemId,
    ) -> Result<Option<MetadataUpdate>, SessionError> {
        let Some(current) = past::current(&self.db, vault_key, confirmed.seq, &item_id)? else {
            self.hide(item_id)?;
            return Ok(None);
        };
        let content = self.last_content(vault_key, confirmed, item_id)?;
        let last = self.appended_at(vault_key, current.seq)?;
        self.show_again(vault_key, item_id, last, content)
    }

    /// Removes the view of an item that is in no log any more.
    fn hide(&mut self, item_id: ItemId) -> Result<(), SessionError> {
        let Some(before) = view::current(&self.db, item_id)? else { return Ok(()) };
        self.counts.take(CountedProperties::stored(&self.db, before.item_key)?);
        self.remove_view(before.item_key)
    }

    pub(super) fn show_again(
        &mut self,
        vault_key: i64,
        item_id: ItemId,
        Appended { entry_key, revision }: Appended,
        content: Option<Content>,
    ) -> Result<Option<MetadataUpdate>, SessionError> {
        Ok(self.show(vault_key, item_id, entry_key, revision, content)?.metadata)
    }

    /// Appends revisions. Returns the content of the last one.
    pub(super) fn append_all(
        &mut self,
        vault_key: i64,
        id: ItemId,
        mut parent: Option<RevHash>,
        contents: Vec<(Content, Timestamp)>,
    ) -> Result<Option<(Content, Appended)>, SessionError> {
        let mut last = None;
        for (mut content, written_at) in contents {
            if let Content::Item(item) = &mut content {
                blobs::keep_there(&self.db, &mut item.attachments)?;
            }
            let appended = match &content {
                Content::Item(item) => self.append_item(vault_key, id, parent, item, written_at)?,
                Content::Tombstone => self.append(vault_key, tombstone(id, parent, written_at))?,
            };
            parent = Some(appended.revision);
            last = Some((content, appended));
        }
        Ok(last)
    }

    /// Removes edits that were written again, or that the log contains already.
    pub(super) fn remove_edits(&mut self, edits: &[i64]) -> Result<(), SessionError> {
        for entry_key in edits {
            self.unnamed.extend(blobs::drop_revisions(&self.db, &[*entry_key])?);
            self.db
                .prepare_cached("DELETE FROM entry WHERE entry_key = :entry_key")?
                .execute(named_params! { ":entry_key": entry_key })?;
        }
        Ok(())
    }

    fn open_edit(&self, row: &OutboxRow) -> Result<Edit, SessionError> {
        let stored = StoredRevision::of_entry(&self.db, row.entry_key)?;
        self.open_stored(&stored, row.written_at)
    }

    /// Opens the revision that the first edit was made on. Without its body only its hash is known.
    fn open_base(&self, vault_key: i64, item_id: ItemId, hash: RevHash) -> Result<Edit, SessionError> {
        match StoredRevision::of_hash(&self.db, item_id, hash) {
            Ok(stored) if stored.vault_key == vault_key => self.open_stored(&stored, stored.written_at),
            Ok(_) | Err(SessionError::NotFound) => {
                Ok(Edit { hash, parent: None, content: None, written_at: self.now })
            }
            Err(error) => Err(error),
        }
    }

    fn open_stored(&self, stored: &StoredRevision, written_at: Timestamp) -> Result<Edit, SessionError> {
        let header = decode(&stored.signed.header)?;
        let content = self.open_received(stored.vault_key, &header, &stored.signed, stored.body.as_deref());
        Ok(Edit { hash: stored.hash, parent: header.parent, content, written_at })
    }

    /// Returns the content of an item's last revision in the confirmed log that can be read.
    fn last_content(
        &self,
        vault_key: i64,
        confirmed: Head,
        item_id: ItemId,
    ) -> Result<Option<Content>, SessionError> {
        let mut find = self.db.prepare_cached(
            "SELECT entry_key FROM entry INDEXED BY entry_of_item
             WHERE item_id = ?1 AND vault_key = ?2 AND seq <= ?3 ORDER BY seq DESC",
        )?;
        let mut rows = find.query((item_id.as_bytes(), vault_key, time(confirmed.seq)))?;
        while let Some(row) = rows.next()? {
            let stored = StoredRevision::of_entry(&self.db, row.get(0)?)?;
            if let Some(content) = self.open_stored(&stored, stored.written_at)?.content {
                return Ok(Some(content));
            }
        }
        Ok(None)
    }

    /// Returns the entry of a number.
    pub(crate) fn appended_at(&self, vault_key: i64, seq: u64) -> Result<Appended, SessionError> {
        let mut find =
            self.db.prepare_cached("SELECT entry_key, hash FROM entry WHERE vault_key = ?1 AND seq = ?2")?;
        Ok(find.query_row((vault_key, time(seq)), |row| {
            Ok(Appended { entry_key: row.get(0)?, revision: RevHash::from_bytes(row.get(1)?) })
        })?)
    }
}

/// Takes overtaken edits out of a chain. Returns the rest as a chain of its own, and the content of a second item.
fn without(
    edits: Vec<Edit>,
    rows: &[&OutboxRow],
    overtaken: &BTreeSet<i64>,
) -> (Vec<Edit>, Vec<(Content, Timestamp)>) {
    let mut parent = edits.first().and_then(|first| first.parent);
    let (mut kept, mut too_long) = (Vec::new(), Vec::new());
    for (mut edit, row) in edits.into_iter().zip(rows) {
        if overtaken.contains(&row.entry_key) {
            if let Some(Content::Item(item)) = &edit.content {
                too_long.push((Content::Item(Box::new(merge::second(item))), edit.written_at));
            }
        } else {
            edit.parent = parent;
            parent = Some(edit.hash);
            kept.push(edit);
        }
    }
    (kept, too_long)
}

/// Merges edits onto a revision of the log.
fn rebased(
    base: Option<&Edit>,
    edits: &[Edit],
    current: Option<RevHash>,
    in_log: Option<&Content>,
) -> Result<Rebased, SessionError> {
    let mut local = LocalEdits::since(base.map(Edit::revision));
    for edit in edits {
        local.push(edit.revision()).map_err(|_| SessionError::DatabaseDamaged)?;
    }
    let state = in_log.map_or(State::Deleted, Content::state);
    Ok(local.rebase(current.map(|hash| Current { hash, state })))
}

fn tombstone(id: ItemId, parent: Option<RevHash>, written_at: Timestamp) -> Append<'static> {
    Append { id, kind: RevisionKind::Tombstone, parent, blobs: Vec::new(), payload: &[], written_at }
}

fn decode(header: &[u8]) -> Result<RevisionHeader, SessionError> {
    RevisionHeader::decode(header).map_err(|_| SessionError::DatabaseDamaged)
}
