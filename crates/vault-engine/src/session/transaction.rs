//! Transactions. Every change of items and vaults is one: it writes signed revisions, views, counts, search rows and
//! the activity log.

use std::collections::BTreeMap;

use rusqlite::OptionalExtension;
use vault_crypto::{LocalKey, SealedRevision, make_revision};
use vault_wire::log::{Head, next_root};
use vault_wire::revision::{BlobRef, RevisionHeader, RevisionKind};
use vault_wire::{BlobId, ItemId, ProfileId, RevHash, VaultId};

use super::activity::event;
use super::activity::event::EventKind;
use super::error::{SessionError, VaultReadOnly};
use super::items::change::{Put, Stored, Target};
use super::items::progress::ItemProgress;
use super::lists::search_index::{Known, Update, Used, write_used};
use super::rows::counts::{CountChanges, CountedProperties};
use super::rows::entries::NewEntry;
use super::rows::stored::StoredRevision;
use super::rows::view::{Current, ItemState};
use super::rows::write_state::WriteState;
use super::rows::{blobs, entries, view};
use super::state::Session;
use super::vaults::authority;
use super::vaults::vault::{OutboxState, Vault, Vaults};
use crate::clock::{Rng, Timestamp};
use crate::item;
use crate::item::{Item, LimitedPart, PayloadError};

/// A write in progress: the database transaction, and the work to do after its commit.
pub(crate) struct Transaction<'s> {
    pub(crate) db: rusqlite::Transaction<'s>,
    pub(crate) vaults: &'s Vaults,
    pub(crate) local: &'s LocalKey,
    pub(crate) device: &'s str,
    pub(crate) profile: &'s ProfileId,
    pub(crate) rng: &'s mut Rng,
    pub(crate) now: Timestamp,
    /// The new heads of the logs written to, by vault row.
    heads: BTreeMap<i64, Head>,
    /// The new last confirmed entries, by vault row.
    confirmed: BTreeMap<i64, Head>,
    /// Vaults that the transaction created.
    created: Vec<Vault>,
    /// Files to remove after the commit: no row names them any more.
    pub(crate) unnamed: Vec<BlobId>,
    /// Documents that were received by name and are to be downloaded.
    pub(crate) not_here: Vec<BlobId>,
    pub(crate) updates: Vec<Update>,
    pub(crate) counts: CountChanges,
    /// Times of use that are not written yet.
    used: &'s Used,
    /// The write state before the transaction.
    write_state: WriteState,
}

/// Work that follows the commit of a transaction.
struct PostCommit {
    heads: BTreeMap<i64, Head>,
    confirmed: BTreeMap<i64, Head>,
    created: Vec<Vault>,
    unnamed: Vec<BlobId>,
    not_here: Vec<BlobId>,
    updates: Vec<Update>,
    write_state: WriteState,
}

/// A revision to append.
pub(crate) struct Append<'a> {
    pub(crate) id: ItemId,
    pub(crate) kind: RevisionKind,
    pub(crate) parent: Option<RevHash>,
    pub(crate) blobs: Vec<BlobRef>,
    pub(crate) payload: &'a [u8],
    pub(crate) written_at: Timestamp,
}

/// An item to write, and its current revision.
pub(crate) struct PendingWrite {
    pub(crate) vault_key: i64,
    pub(crate) id: ItemId,
    pub(crate) before: Option<Current>,
    pub(crate) item: Item,
}

/// An appended revision.
pub(crate) struct Appended {
    pub(crate) entry_key: i64,
    pub(crate) revision: RevHash,
}

impl Session {
    /// Runs `work` in one transaction. If it fails, nothing is changed.
    pub(crate) fn write<R>(
        &mut self,
        work: impl FnOnce(&mut Transaction<'_>) -> Result<R, SessionError>,
    ) -> Result<R, SessionError> {
        self.writable()?;
        self.resume_checkpoints()?;
        let now = self.clock.now();
        let mut tx = Transaction {
            db: self.db.transaction()?,
            vaults: &self.vaults,
            local: &self.local,
            device: &self.device,
            profile: &self.info.id,
            rng: &mut self.rng,
            now,
            heads: BTreeMap::new(),
            confirmed: BTreeMap::new(),
            created: Vec::new(),
            unnamed: Vec::new(),
            not_here: Vec::new(),
            updates: Vec::new(),
            counts: CountChanges::default(),
            used: self.search.used(),
            write_state: self.write_state,
        };
        let result = work(&mut tx)?;
        let PostCommit { heads, confirmed, created, unnamed, not_here, updates, write_state } =
            tx.commit()?;
        self.write_state = write_state;
        self.changes_counted = self.db.total_changes();
        self.log_writes += u64::from(!heads.is_empty());
        created.into_iter().for_each(|vault| self.vaults.add(vault));
        self.vaults.apply_changes(heads, confirmed);
        self.sidebar = None;
        self.listed = None;
        self.search.written();
        self.update_search(updates);
        self.blobs.expect(not_here);
        // A file that cannot be removed is an orphan; the sweep at the next unlock removes it.
        unnamed.iter().for_each(|blob| self.blobs.remove(blob));
        Ok(result)
    }
}

impl Transaction<'_> {
    /// Writes one item.
    pub(crate) fn put(&mut self, put: Put) -> Result<Stored, SessionError> {
        let PendingWrite { vault_key, id, before, item } = self.meant(put)?;
        self.revise(vault_key, id, before, item)
    }

    /// Resolves the target of a write, and writes all but the item: names its new documents and deletes its draft.
    pub(crate) fn meant(&mut self, put: Put) -> Result<PendingWrite, SessionError> {
        let Put { target, item, blobs, draft, vault } = put;
        let (vault_key, id, before) = match target {
            Target::New => (self.vaults.meant(vault)?.vault_key, vault_crypto::make_id(self.rng), None),
            Target::Kept { id } => match view::current(&self.db, id)? {
                None => (self.vaults.meant(vault)?.vault_key, id, None),
                Some(current) => return Err(SessionError::Conflict { current: current.revision }),
            },
            Target::Existing { id, expected } => {
                let current = self.current(id)?;
                if current.revision != expected {
                    return Err(SessionError::Conflict { current: current.revision });
                }
                (current.vault_key, id, Some(current))
            }
        };
        for blob in &blobs {
            blobs::name(&self.db, blob, self.now)?;
        }
        if let Some(draft) = draft {
            self.db.prepare_cached("DELETE FROM draft WHERE draft_id = ?1")?.execute([draft.0])?;
        }
        Ok(PendingWrite { vault_key, id, before, item })
    }

    /// Permanently deletes items. Returns [`SessionError::NotFound`] for one that is not in the trash.
    pub(crate) fn purge_all(
        &mut self,
        ids: &[ItemId],
        progress: ItemProgress<'_>,
    ) -> Result<(), SessionError> {
        for (&id, done) in ids.iter().zip(1..) {
            let current = self.current(id)?;
            if current.place != ItemState::Trash.number() {
                return Err(SessionError::NotFound);
            }
            self.delete(id, current)?;
            if progress(done).is_break() {
                return Err(SessionError::Cancelled);
            }
        }
        if ids.is_empty() { Ok(()) } else { self.note(EventKind::Purged, None, ids) }
    }

    /// Deletes an item: appends a tombstone, and drops the bodies of its revisions with the documents that only they
    /// name.
    pub(crate) fn delete(&mut self, id: ItemId, current: Current) -> Result<(), SessionError> {
        self.append_tombstone(current.vault_key, id, current.revision)?;
        self.counts.take(CountedProperties::stored(&self.db, current.item_key)?);
        self.remove_view(current.item_key)
    }

    /// Appends a tombstone, and drops the bodies of an item's revisions with the documents that only they name.
    pub(crate) fn append_tombstone(
        &mut self,
        vault_key: i64,
        id: ItemId,
        parent: RevHash,
    ) -> Result<Appended, SessionError> {
        let tombstone = self.append(
            vault_key,
            Append {
                id,
                kind: RevisionKind::Tombstone,
                parent: Some(parent),
                blobs: Vec::new(),
                payload: &[],
                written_at: self.now,
            },
        )?;
        let unseen = self.unseen(vault_key, id)?.unwrap_or(tombstone.entry_key);
        self.unnamed.extend(blobs::drop_bodies(&self.db, id, [tombstone.entry_key, unseen])?);
        Ok(tombstone)
    }

    /// Returns the entry of an item's last confirmed revision, if that was received and edits made here were not merged
    /// with it yet: the user has not seen it, so a deletion does not apply to it.
    fn unseen(&self, vault_key: i64, id: ItemId) -> Result<Option<i64>, SessionError> {
        let vault = self.vaults.get(vault_key)?;
        let Some(confirmed) = vault.confirmed.filter(|_| vault.outbox != OutboxState::Based) else {
            return Ok(None);
        };
        let mut find = self.db.prepare_cached(
            "SELECT entry_key FROM entry INDEXED BY entry_of_item
             WHERE item_id = ?1 AND vault_key = ?2 AND seq <= ?3
             ORDER BY seq DESC LIMIT 1",
        )?;
        let found = find.query_row((id.as_bytes(), vault_key, view::time(confirmed.seq)), |row| row.get(0));
        Ok(found.optional()?)
    }

    pub(crate) fn remove_view(&mut self, item_key: i64) -> Result<(), SessionError> {
        view::remove(&self.db, item_key)?;
        self.updates.push(Update::Remove(item_key));
        Ok(())
    }

    /// Deletes the content of a file that only earlier revisions of an item name.
    pub(crate) fn drop_file(&mut self, id: ItemId, blob_id: &BlobId) -> Result<(), SessionError> {
        self.unnamed.extend(blobs::drop_file(&self.db, id, blob_id)?);
        Ok(())
    }

    /// Appends a revision with this content and updates the item's view.
    pub(crate) fn revise(
        &mut self,
        vault_key: i64,
        id: ItemId,
        before: Option<Current>,
        mut item: Item,
    ) -> Result<Stored, SessionError> {
        self.device.clone_into(&mut item.device);
        let appended =
            self.append_item(vault_key, id, before.map(|before| before.revision), &item, self.now)?;
        self.renew_view(vault_key, id, before, &item, &appended, Current::one_more(before))?;
        Ok(Stored { id, revision: appended.revision })
    }

    /// Appends a revision with the content of an item; it names the documents that the item has.
    pub(crate) fn append_item(
        &mut self,
        vault_key: i64,
        id: ItemId,
        parent: Option<RevHash>,
        item: &Item,
        written_at: Timestamp,
    ) -> Result<Appended, SessionError> {
        if item.type_of_programs().is_none() && self.is_directory(vault_key)? {
            return Err(SessionError::VaultReadOnly(VaultReadOnly::Directory));
        }
        let payload = item::encode(item).map_err(SessionError::Invalid)?;
        let blobs = item.attachments.iter().map(|file| blobs::find(&self.db, &file.blob_id));
        let blobs = blobs.collect::<Result<Vec<_>, _>>()?;
        let kind = RevisionKind::Put;
        self.append(vault_key, Append { id, kind, parent, blobs, payload: &payload, written_at })
    }

    /// Returns whether a vault is the directory of a team.
    fn is_directory(&self, vault_key: i64) -> Result<bool, SessionError> {
        let vault = self.vault(vault_key)?;
        Ok(authority::team_of(&self.db, vault)? == Some(vault.id))
    }

    /// Updates an item's view to its last revision. `revisions` is the number of those with content. Data of programs has
    /// no view, so that lists, counts, search, export and health do not have it.
    pub(crate) fn renew_view(
        &mut self,
        vault_key: i64,
        id: ItemId,
        before: Option<Current>,
        item: &Item,
        appended: &Appended,
        revisions: u32,
    ) -> Result<(), SessionError> {
        if let Some(before) = before {
            self.counts.take(CountedProperties::stored(&self.db, before.item_key)?);
        }
        if item.type_of_programs().is_some() {
            return before.map_or(Ok(()), |before| self.remove_view(before.item_key));
        }
        self.counts.add(CountedProperties::of(vault_key, item));
        let Appended { entry_key, revision } = appended;
        let times = view::ShownTimes::of(item, entries::written_at(&self.db, *entry_key)?);
        let of =
            view::ViewSource { vault_key, entry_key: *entry_key, id, revision, revisions, before, times };
        let item_key = view::write(&self.db, &of, item)?;
        let vault = self.vault(vault_key)?.id;
        self.updates.push(if ItemState::of(item) == ItemState::Template {
            Known::forget(&self.db, item_key)?;
            Update::Remove(item_key)
        } else {
            Update::Put(Box::new(Known::store(&self.db, item_key, vault, (item, times), before.is_none())?))
        });
        Ok(())
    }

    /// Appends a signed revision to the log of a vault.
    pub(crate) fn append(&mut self, vault_key: i64, append: Append<'_>) -> Result<Appended, SessionError> {
        let Append { id, kind, parent, blobs, payload, written_at } = append;
        let header = self.header(vault_key, id, kind, parent, blobs)?;
        let key = find_vault(&self.created, self.vaults, vault_key)?.key_of(header.epoch)?;
        let made = make_revision(&header, payload, key, &self.vaults.author.identity, self.rng)
            .map_err(|_| SessionError::Invalid(PayloadError::TooLarge(LimitedPart::Content)))?;
        self.insert(vault_key, &header, &made, written_at)
    }

    /// Makes the header of a revision. Returns [`SessionError::VaultReadOnly`] if the vault cannot be written.
    pub(crate) fn header(
        &self,
        vault_key: i64,
        id: ItemId,
        kind: RevisionKind,
        parent: Option<RevHash>,
        blobs: Vec<BlobRef>,
    ) -> Result<RevisionHeader, SessionError> {
        if u64::try_from(blobs.len()).is_ok_and(|count| count > RevisionHeader::MAX_BLOBS) {
            return Err(SessionError::Invalid(PayloadError::TooLarge(LimitedPart::FileReferences)));
        }
        let author = &self.vaults.author;
        let vault = self.vault(vault_key)?;
        let (epoch, _) = vault.writable()?;
        let base = self.base(vault);
        Ok(RevisionHeader {
            vault_id: vault.id,
            item_id: id,
            kind,
            parent,
            author: author.account,
            generation: author.identity.generation(),
            epoch,
            base_seq: base.seq,
            base_root: base.root,
            blobs,
        })
    }

    /// Appends a revision that is based on the current or an earlier head of this log.
    pub(crate) fn insert(
        &mut self,
        vault_key: i64,
        header: &RevisionHeader,
        made: &SealedRevision,
        written_at: Timestamp,
    ) -> Result<Appended, SessionError> {
        let head = self.head(self.vault(vault_key)?);
        let revision = made.signed.hash();
        let seq = head.seq + 1;
        let root = next_root(&head.root, seq, &revision.into(), made.signed.signature.as_bytes());
        let entry_key = NewEntry {
            vault_key,
            seq,
            root: &root,
            item_id: Some(&header.item_id),
            hash: revision.as_bytes(),
            header: &made.signed.header,
            signatures: made.signed.signature.as_bytes(),
            body_hash: Some(&made.signed.body_hash),
            body: Some(&made.body),
            written_at,
        }
        .insert(&self.db)?;
        let mut named = self
            .db
            .prepare_cached("INSERT OR IGNORE INTO entry_blob (entry_key, blob_id) VALUES (?1, ?2)")?;
        for blob in &header.blobs {
            named.execute((entry_key, blob.blob_id.as_bytes()))?;
        }
        self.heads.insert(vault_key, Head { seq, root });
        Ok(Appended { entry_key, revision })
    }

    pub(crate) fn current(&self, id: ItemId) -> Result<Current, SessionError> {
        view::current(&self.db, id)?.ok_or(SessionError::NotFound)
    }

    /// Opens the current revision of an item.
    pub(crate) fn open(&self, id: ItemId, current: &Current) -> Result<Item, SessionError> {
        StoredRevision::of_entry(&self.db, current.entry_key)?.open(self.vaults, id)
    }

    /// Returns the vault with a row number, also one that this transaction created.
    pub(crate) fn vault(&self, vault_key: i64) -> Result<&Vault, SessionError> {
        find_vault(&self.created, self.vaults, vault_key)
    }

    /// Returns the vaults that this transaction created.
    pub(crate) fn created(&self) -> impl Iterator<Item = &Vault> {
        self.created.iter()
    }

    /// Adds a vault that was created in this transaction.
    pub(crate) fn add_vault(&mut self, vault: Vault) {
        self.created.push(vault);
    }

    /// Returns the head of a vault's log within this transaction.
    pub(crate) fn head(&self, vault: &Vault) -> Head {
        self.heads.get(&vault.vault_key).copied().unwrap_or(vault.head)
    }

    /// Returns what new entries of a vault are based on: the last entry that a server has confirmed, so that what others
    /// write meanwhile does not invalidate them; in a vault that no server knows, the last entry.
    fn base(&self, vault: &Vault) -> Head {
        let confirmed = self.confirmed.get(&vault.vault_key).copied().or(vault.confirmed);
        confirmed.unwrap_or_else(|| self.head(vault))
    }

    /// Sets the last entry of a vault's log.
    pub(crate) fn set_head(&mut self, vault_key: i64, head: Head) {
        self.heads.insert(vault_key, head);
    }

    /// Sets the last entry of a vault's log and the last confirmed one.
    pub(crate) fn set_heads(&mut self, vault_key: i64, head: Head, confirmed: Head) {
        self.heads.insert(vault_key, head);
        self.confirmed.insert(vault_key, confirmed);
    }

    /// Makes all entries of all vaults unconfirmed. The caller updates the vaults in memory after the commit.
    pub(crate) fn confirm_nothing(&mut self) -> Result<(), SessionError> {
        self.confirmed.clear();
        self.db.execute("UPDATE vault SET confirmed = 0", [])?;
        Ok(())
    }

    /// Adds an event to the activity log.
    pub(crate) fn note(
        &self,
        kind: EventKind,
        vault: Option<VaultId>,
        items: &[ItemId],
    ) -> Result<(), SessionError> {
        event::note(&self.db, self.now, kind, vault, items)
    }

    fn commit(self) -> Result<PostCommit, SessionError> {
        let Self {
            db,
            heads,
            confirmed,
            created,
            unnamed,
            not_here,
            updates,
            counts,
            used,
            rng,
            write_state,
            vaults: _,
            local: _,
            device: _,
            profile: _,
            now: _,
        } = self;
        counts.write(&db)?;
        write_used(&db, used)?;
        for (vault_key, head) in &heads {
            db.execute(
                "UPDATE vault SET head_seq = ?1, head_root = ?2 WHERE vault_key = ?3",
                (view::time(head.seq), head.root.as_bytes(), vault_key),
            )?;
        }
        for (vault_key, confirmed) in &confirmed {
            db.execute(
                "UPDATE vault SET confirmed = ?1 WHERE vault_key = ?2",
                (view::time(confirmed.seq), vault_key),
            )?;
        }
        let write_state = write_state.advance(&db, rng)?;
        db.commit()?;
        Ok(PostCommit { heads, confirmed, created, unnamed, not_here, updates, write_state })
    }
}

fn find_vault<'v>(
    created: &'v [Vault],
    vaults: &'v Vaults,
    vault_key: i64,
) -> Result<&'v Vault, SessionError> {
    let found = created.iter().find(|vault| vault.vault_key == vault_key);
    found.map_or_else(|| vaults.get(vault_key), Ok)
}
