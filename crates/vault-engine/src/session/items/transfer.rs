//! Moving and copying items to another vault.
//!
//! Every vault has its own key, so an item is sealed again there, under an id of its own: the log of each vault then
//! tells of an item what happened to it in that vault and nothing else, and members of both cannot tell that it was the
//! same. Its documents are sealed again too, under new keys and names, since two items never share one.
//!
//! There are three steps. A [`Plan`] is made by the open profile; sealing its documents needs the profile no more, so any
//! thread may do it; carrying it out is one transaction, in which an item appears in the one vault and disappears from
//! the other. Documents of a plan that is not carried out are removed again; after a crash the sweep at the next
//! start finds them.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use rusqlite::Connection;
use vault_crypto::{FileKey, SecretText};
use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, ItemId, RevHash, VaultId};

use super::bulk::ItemProgress;
use super::reseal::reseal;
use super::undo::{Step, UndoId};
use super::{files, read, redirects};
use crate::clock::Rng;
use crate::disk::{BlobFolder, DiskError, expect_room};
use crate::document::{DocumentError, NewBlob, Progress};
use crate::item::{Attachment, FieldKind, Item};
use crate::session::activity::event::EventKind;
use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::view::{Current, Place};
use crate::session::rows::{blobs, view};
use crate::session::state::Session;
use crate::session::transaction::{Appended, Writer};

/// Behind the title of a duplicate.
const COPY_MARK: &str = " (2)";

/// What is carried to the other vault, and what stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carry {
    /// The item with its whole history; nothing but a tombstone stays.
    Move,
    /// The item as it is now, without the earlier values of its fields: who reads the other vault learns nothing of what
    /// it was. The original goes to the trash, with its history.
    MoveWithoutHistory,
    /// The item as it is now, without the earlier values of its fields, as a new one. The original stays as it is.
    Copy,
    /// The same beside the original; the title says that it is the second.
    Duplicate,
}

impl Carry {
    /// Whether the original stays where it is.
    fn leaves(self) -> bool {
        matches!(self, Self::Copy | Self::Duplicate)
    }
}

/// An item that was carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The item as it was.
    pub from: ItemId,
    /// The item that it became.
    pub to: ItemId,
}

/// What was moved or copied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transferred {
    /// These were.
    pub carried: Vec<Carried>,
    /// These stayed as they are: they were changed since the plan was made, a revision or document of theirs is
    /// damaged, or, if it was not a whole move, they lie in the trash.
    pub left: Vec<ItemId>,
    /// Undoes it.
    pub undo: Option<UndoId>,
}

/// Which items are to be carried where. Dropped without being carried out, it removes what was sealed for it.
pub struct Plan {
    to: VaultId,
    carry: Carry,
    /// The items at the revisions they were at.
    items: Vec<(ItemId, RevHash)>,
    /// Their documents, each once for each item.
    documents: BTreeMap<(ItemId, BlobId), Document>,
    /// Items that cannot be carried.
    left: Vec<ItemId>,
    blobs: BlobFolder,
    through: bool,
}

/// A document that is sealed again.
struct Document {
    old: Attachment,
    signed: BlobRef,
    new: Option<(BlobRef, Attachment)>,
}

impl Plan {
    /// The bytes of the documents that are to be sealed.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.documents.values().map(|document| document.old.size).sum()
    }

    /// How many items are to be carried.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is nothing to carry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Seals the documents for their new items. `progress` is told of their bytes. An item with a document that is damaged
    /// or missing is left out.
    ///
    /// # Errors
    /// If `progress` broke off, or the disk; then all that was sealed is removed.
    pub fn seal(&mut self, rng: &mut Rng, progress: Progress<'_>) -> Result<(), SessionError> {
        expect_room(self.blobs.path(), self.bytes()).map_err(|_| DiskError::Full)?;
        let mut before = 0;
        for ((id, _), document) in &mut self.documents {
            if self.left.contains(id) {
                continue;
            }
            let mut told = |done| progress(before + done);
            let old = &document.old;
            match reseal((old, &document.signed), &self.blobs, NewBlob::make(rng), &self.blobs, &mut told) {
                Ok(sealed) => {
                    let blob = sealed.blob;
                    document.new = Some((blob, sealed.into_attachment(old.name.clone(), old.added_at)));
                }
                Err(DocumentError::Damaged) => self.left.push(*id),
                Err(DocumentError::Cancelled) => return Err(SessionError::Cancelled),
                Err(DocumentError::NoRoom { .. }) => return Err(DiskError::Full.into()),
                Err(DocumentError::Io(error)) => return Err(SessionError::Disk(error.into())),
                Err(_) => return Err(SessionError::Fault),
            }
            before += document.old.size;
        }
        let left = &self.left;
        self.items.retain(|(id, _)| !left.contains(id));
        Ok(())
    }

    /// Takes note that a transaction has carried it out.
    pub(crate) fn carried_out(&mut self) {
        self.through = true;
    }

    pub(crate) fn left(&self) -> &[ItemId] {
        &self.left
    }

    /// The files sealed for an item.
    fn sealed_for(&self, id: ItemId) -> impl Iterator<Item = &BlobRef> {
        let of_item = (id, BlobId::from_bytes([0; 16]))..=(id, BlobId::from_bytes([0xff; 16]));
        self.documents.range(of_item).filter_map(|(_, document)| Some(&document.new.as_ref()?.0))
    }

    /// Gives an item the documents that were sealed for it, and tells whether that were all. An earlier file whose content
    /// was deleted for good has none and goes.
    fn exchange(&self, id: ItemId, item: &mut Item) -> bool {
        let before = item.attachments.len();
        // Fields that name a file of the item name the new one.
        rename(item, FieldKind::File, &|blob: BlobId| {
            Some(self.documents.get(&(id, blob))?.new.as_ref()?.0.blob_id)
        });
        item.attachments.retain_mut(|attachment| {
            let document = self.documents.get(&(id, attachment.blob_id)).and_then(|found| found.new.as_ref());
            if let Some((_, new)) = document {
                attachment.blob_id = new.blob_id;
                attachment.file_key = FileKey::from_bytes(new.file_key.expose_bytes());
            }
            document.is_some()
        });
        item.attachments.len() == before
    }
}

impl Drop for Plan {
    fn drop(&mut self) {
        if !self.through {
            for (blob, _) in self.documents.values().filter_map(|document| document.new.as_ref()) {
                // What cannot be removed is swept up at a later start.
                let _ = std::fs::remove_file(self.blobs.path_of(&blob.blob_id));
            }
        }
    }
}

impl Session {
    /// Plans to carry items to a vault. Those that are there already stay out of it, unless they are to be copied.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such vault, or one of the items does not exist.
    pub fn plan_transfer(&self, ids: &[ItemId], to: VaultId, carry: Carry) -> Result<Plan, SessionError> {
        self.writable()?;
        let target = self.vaults.find(to)?.vault_key;
        let blobs = self.blobs.clone();
        let (items, documents, left) = (Vec::new(), BTreeMap::new(), Vec::new());
        let mut plan = Plan { to, carry, items, documents, left, blobs, through: false };
        for &id in ids {
            let current = view::current(&self.db, id)?.ok_or(SessionError::NotFound)?;
            if !carry.leaves() && current.vault_key == target {
                continue;
            }
            match self.documents_of(id, &current, carry) {
                Ok(documents) => {
                    plan.items.push((id, current.revision));
                    for (old, signed) in documents {
                        let document = Document { old, signed, new: None };
                        plan.documents.entry((id, signed.blob_id)).or_insert(document);
                    }
                }
                Err(SessionError::RevisionDamaged) => plan.left.push(id),
                Err(other) => return Err(other),
            }
        }
        Ok(plan)
    }

    /// Carries out a plan whose documents are sealed, in one transaction.
    ///
    /// # Errors
    /// As any write; [`SessionError::Cancelled`] if `progress`, which is told of items, broke off. Then nothing was moved.
    pub fn carry_out(
        &mut self,
        mut plan: Plan,
        progress: ItemProgress<'_>,
    ) -> Result<Transferred, SessionError> {
        let steps = self.write(|writer| writer.carry(&plan, progress))?;
        plan.carried_out();
        let Carrying { carried, mut left, steps } = steps;
        left.extend(plan.left());
        let undo = self.remember_as(steps, carried.len()).undo;
        Ok(Transferred { carried, left, undo })
    }

    /// The documents that an item takes along.
    fn documents_of(
        &self,
        id: ItemId,
        current: &Current,
        carry: Carry,
    ) -> Result<Vec<(Attachment, BlobRef)>, SessionError> {
        if !names_documents(&self.db, id)? {
            return Ok(Vec::new());
        }
        let revisions = match carry {
            Carry::Move => StoredRevision::all_of(&self.db, id, current.vault_key)?,
            Carry::MoveWithoutHistory | Carry::Copy | Carry::Duplicate => {
                vec![StoredRevision::of_entry(&self.db, current.entry_key)?]
            }
        };
        let mut documents = Vec::new();
        for stored in revisions {
            let header = stored.header(&self.vaults)?;
            for attachment in stored.open_as(&self.vaults, id, &header)?.attachments {
                let signed = read::signed_blob(&header, &attachment.blob_id)?;
                if files::is_kept(&self.db, &attachment)? {
                    documents.push((attachment, signed));
                }
            }
        }
        Ok(documents)
    }
}

/// Gives fields of a kind that names something by its id the new ids; what has none stays.
fn rename<T: FromStr + Display>(item: &mut Item, kind: FieldKind, new: &dyn Fn(T) -> Option<T>) {
    for field in item.fields.iter_mut().filter(|field| field.kind == kind) {
        let past = field.history.iter_mut().map(|past| &mut past.value);
        for value in past.chain([&mut field.value]) {
            if let Some(new) = value.expose().parse().ok().and_then(new) {
                *value = SecretText::new(new.to_string());
            }
        }
    }
}

fn names_documents(db: &Connection, id: ItemId) -> Result<bool, SessionError> {
    let mut find =
        db.prepare_cached("SELECT 1 FROM entry JOIN entry_blob USING (entry_key) WHERE item_id = ?1")?;
    Ok(find.exists([id.as_bytes()])?)
}

/// What carrying out a plan did.
pub(crate) struct Carrying {
    pub(crate) carried: Vec<Carried>,
    pub(crate) left: Vec<ItemId>,
    pub(crate) steps: Vec<Step>,
}

impl Writer<'_> {
    /// Carries the items of a plan.
    pub(crate) fn carry(
        &mut self,
        plan: &Plan,
        progress: ItemProgress<'_>,
    ) -> Result<Carrying, SessionError> {
        let to = self.vaults.find(plan.to)?.vault_key;
        let mut done = Carrying { carried: Vec::new(), left: Vec::new(), steps: Vec::new() };
        // What is carried together keeps its links to each other.
        let mut new_ids = BTreeMap::new();
        for &(id, planned) in &plan.items {
            if view::current(&self.tx, id)?.is_some_and(|current| current.revision == planned) {
                new_ids.insert(id, vault_crypto::make_id(self.rng));
            }
        }
        for (&(id, _), number) in plan.items.iter().zip(1..) {
            let carried =
                if new_ids.contains_key(&id) { self.carry_one(plan, id, &new_ids, to)? } else { None };
            if let Some((new, steps)) = carried {
                done.carried.push(Carried { from: id, to: new });
                done.steps.extend(steps);
            } else {
                done.left.push(id);
                self.unnamed.extend(plan.sealed_for(id).map(|blob| blob.blob_id));
            }
            if progress(number).is_break() {
                return Err(SessionError::Cancelled);
            }
        }
        if !plan.carry.leaves() {
            redirects::note(&self.tx, &done.carried)?;
        }
        let kind = if plan.carry.leaves() { EventKind::Copied } else { EventKind::Moved };
        let new: Vec<ItemId> = done.carried.iter().map(|carried| carried.to).collect();
        if !new.is_empty() {
            self.note(kind, Some(plan.to), &new)?;
        }
        Ok(done)
    }

    /// Carries one item, and answers with what it became; nothing if it must stay as it is.
    fn carry_one(
        &mut self,
        plan: &Plan,
        id: ItemId,
        new_ids: &BTreeMap<ItemId, ItemId>,
        to: i64,
    ) -> Result<Option<(ItemId, Vec<Step>)>, SessionError> {
        let Some(&new) = new_ids.get(&id) else { return Ok(None) };
        let current = &self.current(id)?;
        let opened = match plan.carry {
            Carry::Move => self.open_all(id, current),
            _ if current.place == Place::Trash.number() => Ok(Vec::new()),
            Carry::MoveWithoutHistory | Carry::Copy | Carry::Duplicate => {
                self.open(id, current).map(|item| vec![(self.as_new(plan.carry, item), self.now)])
            }
        };
        let mut revisions = match opened {
            Err(SessionError::RevisionDamaged) => return Ok(None),
            opened => opened?,
        };
        let mut whole = false;
        for (item, _) in &mut revisions {
            whole = plan.exchange(id, item);
            rename(item, FieldKind::Link, &|linked: ItemId| new_ids.get(&linked).copied());
        }
        // The last one is the item itself: what it has is not left behind.
        if !whole {
            return Ok(None);
        }
        for blob in plan.sealed_for(id) {
            blobs::name(&self.tx, blob, self.now)?;
        }
        let mut last: Option<Appended> = None;
        for (item, written_at) in &revisions {
            let parent = last.map(|before| before.revision);
            last = Some(self.append_item(to, new, parent, item, *written_at)?);
        }
        let (Some(last), Some((item, _))) = (last, revisions.last()) else { return Ok(None) };
        let count = u32::try_from(revisions.len()).unwrap_or(u32::MAX);
        self.renew_view(to, new, None, item, &last, count)?;
        let after = last.entry_key;
        let steps = match plan.carry {
            Carry::Move => {
                self.delete(id, *current)?;
                vec![Step::Moved { id: new, after, from: current.vault_key }]
            }
            Carry::MoveWithoutHistory => {
                let mut original = self.open(id, current)?;
                original.trashed_at = Some(self.now);
                self.revise(current.vault_key, id, Some(*current), original)?;
                let trashed = self.current(id)?.entry_key;
                let back = Step::Changed { id, before: current.entry_key, after: trashed };
                vec![Step::Copied { id: new, after }, back]
            }
            Carry::Copy | Carry::Duplicate => vec![Step::Copied { id: new, after }],
        };
        Ok(Some((new, steps)))
    }

    /// Opens all revisions of an item that are kept, oldest first.
    fn open_all(
        &self,
        id: ItemId,
        current: &Current,
    ) -> Result<Vec<(Item, crate::clock::Timestamp)>, SessionError> {
        let all = StoredRevision::all_of(&self.tx, id, current.vault_key)?;
        let whole = all.last().is_some_and(|last| last.hash == current.revision);
        if !whole {
            return Err(SessionError::RevisionDamaged);
        }
        all.iter().map(|stored| Ok((stored.open(self.vaults, id)?, stored.written_at))).collect()
    }

    /// What an item is for those who have not seen what it was.
    fn as_new(&self, carry: Carry, mut item: Item) -> Item {
        for field in &mut item.fields {
            field.history.clear();
        }
        // What a merge set aside is such a value, too; the original keeps it.
        item.superseded.clear();
        item.flags.edited_in_two_places = false;
        if carry == Carry::Duplicate {
            item.title.push_str(COPY_MARK);
        }
        if carry.leaves() {
            (item.created_at, item.modified_at) = (self.now, self.now);
            item.flags.favourite = false;
            item.flags.archived = false;
            // A passkey is in one place, where its signatures are counted.
            item.passkeys.clear();
        }
        item
    }
}
