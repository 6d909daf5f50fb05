//! Writing: every change of a person is one transaction of signed revisions, views and what goes with them.

use rusqlite::{Transaction, named_params};
use vault_crypto::make_revision;
use vault_wire::log::{Head, next_root};
use vault_wire::revision::{BlobRef, RevisionHeader, RevisionKind};
use vault_wire::{BlobId, ItemId, RevHash};

use super::search::{Known, Update};
use super::tally::{Counted, Tally};
use super::vault::HomeVault;
use super::view::{self, Current, Place};
use super::{Put, Session, SessionError, Stored, Target, blobs};
use crate::clock::Rng;
use crate::item::{self, Item, PayloadError, Timestamp};

/// A transaction that is being put together.
pub(super) struct Writer<'s> {
    pub(super) tx: Transaction<'s>,
    vault: &'s HomeVault,
    device: &'s str,
    rng: &'s mut Rng,
    now: Timestamp,
    head: Head,
    /// Files that no row names once the transaction is through.
    unnamed: Vec<BlobId>,
    updates: Vec<Update>,
    tally: Tally,
}

/// What is to be done once a transaction is through.
struct Aftermath {
    head: Head,
    unnamed: Vec<BlobId>,
    updates: Vec<Update>,
}

impl Session {
    /// Runs `work` in one transaction: all of it happens, or nothing.
    pub(super) fn write<R>(
        &mut self,
        work: impl FnOnce(&mut Writer<'_>) -> Result<R, SessionError>,
    ) -> Result<R, SessionError> {
        self.writable()?;
        let now = self.clock.now();
        let mut writer = Writer {
            tx: self.db.transaction()?,
            vault: &self.vault,
            device: &self.device,
            rng: &mut self.rng,
            now,
            head: self.vault.head,
            unnamed: Vec::new(),
            updates: Vec::new(),
            tally: Tally::default(),
        };
        let result = work(&mut writer)?;
        let Aftermath { head, unnamed, updates } = writer.commit()?;
        self.vault.head = head;
        self.sidebar = None;
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
    pub(super) fn put(&mut self, put: Put) -> Result<Stored, SessionError> {
        let Put { target, item, blobs, draft } = put;
        let (id, before) = match target {
            Target::New => (vault_crypto::make_id(self.rng), None),
            Target::Existing { id, expected } => {
                let current = self.current(id)?;
                if current.revision != expected {
                    return Err(SessionError::Conflict { current: current.revision });
                }
                (id, Some(current))
            }
        };
        for blob in &blobs {
            blobs::name(&self.tx, blob, self.now)?;
        }
        if let Some(draft) = draft {
            self.tx.prepare_cached("DELETE FROM draft WHERE draft_id = ?1")?.execute([draft.0])?;
        }
        self.revise(id, before, item)
    }

    /// Changes items as they are now; `change` tells whether there was anything to change.
    pub(super) fn change_all(
        &mut self,
        ids: &[ItemId],
        mut change: impl FnMut(&mut Item, Timestamp) -> bool,
    ) -> Result<(), SessionError> {
        for &id in ids {
            let current = self.current(id)?;
            let mut item = super::read::open_entry(&self.tx, self.vault, id, current.entry_key)?;
            if change(&mut item, self.now) {
                self.revise(id, Some(current), item)?;
            }
        }
        Ok(())
    }

    /// Deletes items for good. What lies elsewhere than in the trash is not there for this.
    pub(super) fn purge_all(&mut self, ids: &[ItemId]) -> Result<(), SessionError> {
        for &id in ids {
            let current = self.current(id)?;
            if current.place != Place::Trash.number() {
                return Err(SessionError::NotFound);
            }
            let tombstone =
                self.append(id, RevisionKind::Tombstone, Some(current.revision), Vec::new(), &[])?;
            self.tally.take(Counted::stored(&self.tx, current.item_key)?);
            view::remove(&self.tx, current.item_key)?;
            self.updates.push(Update::Remove(id));
            self.unnamed.extend(blobs::drop_bodies(&self.tx, id, tombstone.entry_key)?);
        }
        Ok(())
    }

    /// Deletes the content of a file that only earlier revisions of an item name.
    pub(super) fn drop_file(&mut self, id: ItemId, blob_id: &BlobId) -> Result<(), SessionError> {
        self.unnamed.extend(blobs::drop_file(&self.tx, id, blob_id)?);
        Ok(())
    }

    /// Appends the revision that gives an item this content, and renews its view.
    fn revise(
        &mut self,
        id: ItemId,
        before: Option<Current>,
        mut item: Item,
    ) -> Result<Stored, SessionError> {
        self.device.clone_into(&mut item.device);
        let payload = item::encode(&item).map_err(SessionError::Invalid)?;
        let blobs = item.attachments.iter().map(|file| blobs::find(&self.tx, &file.blob_id));
        let blobs = blobs.collect::<Result<Vec<_>, _>>()?;
        let parent = before.map(|before| before.revision);
        let Appended { entry_key, revision } = self.append(id, RevisionKind::Put, parent, blobs, &payload)?;
        if let Some(before) = before {
            self.tally.take(Counted::stored(&self.tx, before.item_key)?);
        }
        self.tally.add(Counted::of(&item));
        let of = view::Of { vault_key: self.vault.vault_key, entry_key, id, revision: &revision, before };
        let item_key = view::write(&self.tx, &of, &item)?;
        let known = Known::store(&self.tx, item_key, id, &item)?;
        self.updates.push(Update::Put(Box::new(known)));
        Ok(Stored { id, revision })
    }

    /// Appends a signed revision to the log.
    fn append(
        &mut self,
        item_id: ItemId,
        kind: RevisionKind,
        parent: Option<RevHash>,
        blobs: Vec<BlobRef>,
        payload: &[u8],
    ) -> Result<Appended, SessionError> {
        if u64::try_from(blobs.len()).is_ok_and(|count| count > RevisionHeader::MAX_BLOBS) {
            return Err(SessionError::Invalid(PayloadError::TooLarge("list of files is")));
        }
        let vault = self.vault;
        let header = RevisionHeader {
            vault_id: vault.id,
            item_id,
            kind,
            parent,
            author: vault.account,
            generation: vault.identity.generation(),
            epoch: vault.epoch,
            base_seq: self.head.seq,
            base_root: self.head.root,
            blobs,
        };
        let made = make_revision(&header, payload, &vault.key, &vault.identity, self.rng)
            .map_err(|_| SessionError::Invalid(PayloadError::TooLarge("content is")))?;
        let revision = made.signed.hash();
        let seq = self.head.seq + 1;
        let root = next_root(&self.head.root, seq, &revision.into(), made.signed.signature.as_bytes());
        let mut insert = self.tx.prepare_cached(
            "INSERT INTO entry (vault_key, seq, root, item_id, hash, header, signature, body_hash, body, written_at)
             VALUES (:vault_key, :seq, :root, :item_id, :hash, :header, :signature, :body_hash, :body, :written_at)",
        )?;
        insert.execute(named_params! {
            ":vault_key": vault.vault_key,
            ":seq": view::time(seq),
            ":root": root.as_bytes(),
            ":item_id": item_id.as_bytes(),
            ":hash": revision.as_bytes(),
            ":header": made.signed.header,
            ":signature": made.signed.signature.as_bytes(),
            ":body_hash": made.signed.body_hash.as_bytes(),
            ":body": made.body,
            ":written_at": view::time(self.now.0),
        })?;
        let entry_key = self.tx.last_insert_rowid();
        let mut named = self
            .tx
            .prepare_cached("INSERT OR IGNORE INTO entry_blob (entry_key, blob_id) VALUES (?1, ?2)")?;
        for blob in &header.blobs {
            named.execute((entry_key, blob.blob_id.as_bytes()))?;
        }
        self.head = Head { seq, root };
        Ok(Appended { entry_key, revision })
    }

    fn current(&self, id: ItemId) -> Result<Current, SessionError> {
        view::current(&self.tx, id)?.ok_or(SessionError::NotFound)
    }

    fn commit(self) -> Result<Aftermath, SessionError> {
        let Self { tx, vault, head, unnamed, updates, tally, device: _, rng: _, now: _ } = self;
        tally.write(&tx)?;
        tx.execute(
            "UPDATE vault SET head_seq = ?1, head_root = ?2 WHERE vault_key = ?3",
            (view::time(head.seq), head.root.as_bytes(), vault.vault_key),
        )?;
        tx.commit()?;
        Ok(Aftermath { head, unnamed, updates })
    }
}

struct Appended {
    entry_key: i64,
    revision: RevHash,
}
