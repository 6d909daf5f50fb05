//! Writing: every change of a person is one transaction of signed revisions, views and what goes with them.

use std::collections::BTreeMap;

use rusqlite::{Transaction, named_params};
use vault_crypto::{LocalKey, SealedRevision, make_revision};
use vault_wire::log::{Head, next_root};
use vault_wire::revision::{BlobRef, RevisionHeader, RevisionKind};
use vault_wire::{BlobId, ItemId, RevHash, VaultId};

use super::activity::event;
use super::activity::event::EventKind;
use super::error::SessionError;
use super::items::bulk::ItemProgress;
use super::items::change::{Put, Stored, Target};
use super::lists::search::{Known, Update, Used, write_used};
use super::rows::counts::{Counted, Tally};
use super::rows::stored::StoredRevision;
use super::rows::view::{Current, Place};
use super::rows::{blobs, view};
use super::state::Session;
use super::vaults::vault::{Vault, Vaults};
use crate::clock::{Rng, Timestamp};
use crate::item;
use crate::item::{Item, LimitedPart, PayloadError};

/// A transaction that is being put together.
pub(crate) struct Writer<'s> {
    pub(crate) tx: Transaction<'s>,
    pub(crate) vaults: &'s Vaults,
    pub(crate) local: &'s LocalKey,
    pub(crate) device: &'s str,
    pub(crate) rng: &'s mut Rng,
    pub(crate) now: Timestamp,
    /// The heads of the logs that were written to.
    heads: BTreeMap<i64, Head>,
    /// Files that no row names once the transaction is through.
    pub(crate) unnamed: Vec<BlobId>,
    pub(crate) updates: Vec<Update>,
    pub(crate) tally: Tally,
    /// What was used since the last write.
    used: &'s Used,
}

/// What is to be done once a transaction is through.
struct Aftermath {
    heads: BTreeMap<i64, Head>,
    unnamed: Vec<BlobId>,
    updates: Vec<Update>,
}

/// A revision that is to be appended.
pub(crate) struct Append<'a> {
    pub(crate) id: ItemId,
    pub(crate) kind: RevisionKind,
    pub(crate) parent: Option<RevHash>,
    pub(crate) blobs: Vec<BlobRef>,
    pub(crate) payload: &'a [u8],
    pub(crate) written_at: Timestamp,
}

/// An item as it is to be, and what it is now.
pub(crate) struct Meant {
    pub(crate) vault_key: i64,
    pub(crate) id: ItemId,
    pub(crate) before: Option<Current>,
    pub(crate) item: Item,
}

/// A revision that was appended.
pub(crate) struct Appended {
    pub(crate) entry_key: i64,
    pub(crate) revision: RevHash,
}

impl Session {
    /// Runs `work` in one transaction: all of it happens, or nothing.
    pub(crate) fn write<R>(
        &mut self,
        work: impl FnOnce(&mut Writer<'_>) -> Result<R, SessionError>,
    ) -> Result<R, SessionError> {
        self.writable()?;
        self.resume_checkpoints()?;
        let now = self.clock.now();
        let mut writer = Writer {
            tx: self.db.transaction()?,
            vaults: &self.vaults,
            local: &self.local,
            device: &self.device,
            rng: &mut self.rng,
            now,
            heads: BTreeMap::new(),
            unnamed: Vec::new(),
            updates: Vec::new(),
            tally: Tally::default(),
            used: self.search.used(),
        };
        let result = work(&mut writer)?;
        let Aftermath { heads, unnamed, updates } = writer.commit()?;
        self.vaults.settle(heads);
        self.sidebar = None;
        self.listed = None;
        self.search.written();
        self.update_search(updates);
        for blob in unnamed {
            // What cannot be removed now is an orphan that the next start sweeps up.
            let _ = std::fs::remove_file(self.blobs.path_of(&blob));
        }
        Ok(result)
    }
}

impl Writer<'_> {
    /// Writes one item.
    pub(crate) fn put(&mut self, put: Put) -> Result<Stored, SessionError> {
        let Meant { vault_key, id, before, item } = self.meant(put)?;
        self.revise(vault_key, id, before, item)
    }

    /// Sees to all that a write brings besides the item.
    pub(crate) fn meant(&mut self, put: Put) -> Result<Meant, SessionError> {
        let Put { target, item, blobs, draft, vault } = put;
        let (vault_key, id, before) = match target {
            Target::New => (self.vaults.meant(vault)?.vault_key, vault_crypto::make_id(self.rng), None),
            Target::Kept { id } => match view::current(&self.tx, id)? {
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
            blobs::name(&self.tx, blob, self.now)?;
        }
        if let Some(draft) = draft {
            self.tx.prepare_cached("DELETE FROM draft WHERE draft_id = ?1")?.execute([draft.0])?;
        }
        Ok(Meant { vault_key, id, before, item })
    }

    /// Deletes items for good. What lies elsewhere than in the trash is not there for this.
    pub(crate) fn purge_all(
        &mut self,
        ids: &[ItemId],
        progress: ItemProgress<'_>,
    ) -> Result<(), SessionError> {
        for (&id, done) in ids.iter().zip(1..) {
            let current = self.current(id)?;
            if current.place != Place::Trash.number() {
                return Err(SessionError::NotFound);
            }
            self.delete(id, current)?;
            if progress(done).is_break() {
                return Err(SessionError::Cancelled);
            }
        }
        if ids.is_empty() { Ok(()) } else { self.note(EventKind::Purged, None, ids) }
    }

    /// Ends an item by a tombstone; the bodies of its revisions and what only they named go with it.
    pub(crate) fn delete(&mut self, id: ItemId, current: Current) -> Result<(), SessionError> {
        let tombstone = self.append(
            current.vault_key,
            Append {
                id,
                kind: RevisionKind::Tombstone,
                parent: Some(current.revision),
                blobs: Vec::new(),
                payload: &[],
                written_at: self.now,
            },
        )?;
        self.tally.take(Counted::stored(&self.tx, current.item_key)?);
        view::remove(&self.tx, current.item_key)?;
        self.updates.push(Update::Remove(current.item_key));
        self.unnamed.extend(blobs::drop_bodies(&self.tx, id, tombstone.entry_key)?);
        Ok(())
    }

    /// Deletes the content of a file that only earlier revisions of an item name.
    pub(crate) fn drop_file(&mut self, id: ItemId, blob_id: &BlobId) -> Result<(), SessionError> {
        self.unnamed.extend(blobs::drop_file(&self.tx, id, blob_id)?);
        Ok(())
    }

    /// Appends the revision that gives an item this content, and renews its view.
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
        self.renew_view(vault_key, id, before, &item, &appended, 1)?;
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
        let payload = item::encode(item).map_err(SessionError::Invalid)?;
        let blobs = item.attachments.iter().map(|file| blobs::find(&self.tx, &file.blob_id));
        let blobs = blobs.collect::<Result<Vec<_>, _>>()?;
        let kind = RevisionKind::Put;
        self.append(vault_key, Append { id, kind, parent, blobs, payload: &payload, written_at })
    }

    /// Makes the view of an item that of its last revision. `more` is how many revisions were added since it was.
    pub(crate) fn renew_view(
        &mut self,
        vault_key: i64,
        id: ItemId,
        before: Option<Current>,
        item: &Item,
        appended: &Appended,
        more: u32,
    ) -> Result<(), SessionError> {
        if let Some(before) = before {
            self.tally.take(Counted::stored(&self.tx, before.item_key)?);
        }
        self.tally.add(Counted::of(vault_key, item));
        let Appended { entry_key, revision } = appended;
        let revisions = before.map_or(0, |before| before.revisions).saturating_add(more);
        let of = view::Of { vault_key, entry_key: *entry_key, id, revision, revisions, before };
        let item_key = view::write(&self.tx, &of, item)?;
        let vault = self.vaults.get(vault_key)?.id;
        self.updates.push(if Place::of(item) == Place::Template {
            Known::forget(&self.tx, item_key)?;
            Update::Remove(item_key)
        } else {
            Update::Put(Box::new(Known::store(&self.tx, item_key, vault, item, before.is_none())?))
        });
        Ok(())
    }

    /// Appends a signed revision to the log of a vault.
    pub(crate) fn append(&mut self, vault_key: i64, append: Append<'_>) -> Result<Appended, SessionError> {
        let Append { id, kind, parent, blobs, payload, written_at } = append;
        let header = self.header(vault_key, id, kind, parent, blobs)?;
        let vault = self.vaults.get(vault_key)?;
        let made = make_revision(&header, payload, &vault.key, &self.vaults.author.identity, self.rng)
            .map_err(|_| SessionError::Invalid(PayloadError::TooLarge(LimitedPart::Content)))?;
        self.insert(vault_key, &header, &made, written_at)
    }

    /// The header of a revision that is to be made, on what the log is now.
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
        let vault = self.vaults.get(vault_key)?;
        let head = self.head(vault);
        Ok(RevisionHeader {
            vault_id: vault.id,
            item_id: id,
            kind,
            parent,
            author: author.account,
            generation: author.identity.generation(),
            epoch: vault.epoch,
            base_seq: head.seq,
            base_root: head.root,
            blobs,
        })
    }

    /// Appends a revision that was made on this log, as it is now or as it was.
    pub(crate) fn insert(
        &mut self,
        vault_key: i64,
        header: &RevisionHeader,
        made: &SealedRevision,
        written_at: Timestamp,
    ) -> Result<Appended, SessionError> {
        let head = self.head(self.vaults.get(vault_key)?);
        let revision = made.signed.hash();
        let seq = head.seq + 1;
        let root = next_root(&head.root, seq, &revision.into(), made.signed.signature.as_bytes());
        let mut insert = self.tx.prepare_cached(
            "INSERT INTO entry (vault_key, seq, root, item_id, hash, header, signature, body_hash, body, written_at)
             VALUES (:vault_key, :seq, :root, :item_id, :hash, :header, :signature, :body_hash, :body, :written_at)",
        )?;
        insert.execute(named_params! {
            ":vault_key": vault_key,
            ":seq": view::time(seq),
            ":root": root.as_bytes(),
            ":item_id": header.item_id.as_bytes(),
            ":hash": revision.as_bytes(),
            ":header": made.signed.header,
            ":signature": made.signed.signature.as_bytes(),
            ":body_hash": made.signed.body_hash.as_bytes(),
            ":body": made.body,
            ":written_at": view::time(written_at.0),
        })?;
        let entry_key = self.tx.last_insert_rowid();
        let mut named = self
            .tx
            .prepare_cached("INSERT OR IGNORE INTO entry_blob (entry_key, blob_id) VALUES (?1, ?2)")?;
        for blob in &header.blobs {
            named.execute((entry_key, blob.blob_id.as_bytes()))?;
        }
        self.heads.insert(vault_key, Head { seq, root });
        Ok(Appended { entry_key, revision })
    }

    pub(crate) fn current(&self, id: ItemId) -> Result<Current, SessionError> {
        view::current(&self.tx, id)?.ok_or(SessionError::NotFound)
    }

    /// Opens an item as it is now.
    pub(crate) fn open(&self, id: ItemId, current: &Current) -> Result<Item, SessionError> {
        StoredRevision::of_entry(&self.tx, current.entry_key)?.open(self.vaults, id)
    }

    /// The head of a vault's log, as it is within this transaction.
    pub(crate) fn head(&self, vault: &Vault) -> Head {
        self.heads.get(&vault.vault_key).copied().unwrap_or(vault.head)
    }

    /// Writes a line of the activity log.
    pub(crate) fn note(
        &self,
        kind: EventKind,
        vault: Option<VaultId>,
        items: &[ItemId],
    ) -> Result<(), SessionError> {
        event::note(&self.tx, self.now, kind, vault, items)
    }

    fn commit(self) -> Result<Aftermath, SessionError> {
        let Self { tx, heads, unnamed, updates, tally, used, vaults: _, local: _, device: _, rng: _, now: _ } =
            self;
        tally.write(&tx)?;
        write_used(&tx, used)?;
        for (vault_key, head) in &heads {
            tx.execute(
                "UPDATE vault SET head_seq = ?1, head_root = ?2 WHERE vault_key = ?3",
                (view::time(head.seq), head.root.as_bytes(), vault_key),
            )?;
        }
        tx.commit()?;
        Ok(Aftermath { heads, unnamed, updates })
    }
}
