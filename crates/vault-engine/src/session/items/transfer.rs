//! Moving and copying items to another vault.
//!
//! Every vault has its own key, so an item is sealed again for the target vault, under a new id: the log of a vault
//! then records only what happened in that vault, and members of both cannot link the two items. Documents are sealed
//! again as well, under new keys and ids, since two items never share one.
//!
//! There are three steps. The open profile makes a [`TransferPlan`]. Sealing its documents does not need the profile,
//! so any thread may do it. Carrying it out is one transaction, in which items appear in one vault and disappear from
//! the other. Documents of a plan that is not carried out are removed; after a crash, by the sweep at the next unlock.

use std::collections::{BTreeMap, BTreeSet};

use vault_wire::revision::BlobRef;
use vault_wire::{ItemId, RevHash, VaultId};

use super::progress::ItemProgress;
use super::redirects;
use super::resealed::{Resealed, documents_in, names_documents, open_all, rename};
use super::undo_record::{UndoId, UndoStep};
use crate::clock::{Rng, Timestamp};
use crate::document::Progress;
use crate::item::{Attachment, FieldKind, Item};
use crate::session::activity::event::EventKind;
use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::view::{Current, ItemState};
use crate::session::rows::{blobs, status, view};
use crate::session::state::Session;
use crate::session::transaction::{Appended, Transaction};

/// The suffix of a duplicate's title.
const COPY_MARK: &str = " (2)";

/// What is transferred to the other vault, and what stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferMode {
    /// The item with its whole history. Only a tombstone stays.
    Move,
    /// The current item without the earlier values of its fields: readers of the other vault learn nothing of them. The
    /// original is moved to the trash, with its history.
    MoveWithoutHistory,
    /// The current item without the earlier values of its fields, as a new item. The original stays unchanged.
    Copy,
    /// As [`Self::Copy`], for the original's own vault: the title is marked.
    Duplicate,
}

impl TransferMode {
    /// Returns whether the original stays unchanged.
    fn leaves(self) -> bool {
        matches!(self, Self::Copy | Self::Duplicate)
    }
}

/// A transferred item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransferredItem {
    /// The original item.
    pub from: ItemId,
    /// The new item.
    pub to: ItemId,
}

/// The result of a transfer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transferred {
    /// The items that were transferred.
    pub items: Vec<TransferredItem>,
    /// Items that were left alone: they were changed after the plan was made, have a damaged revision or document or one
    /// that was not downloaded yet, or, except for a move with history, are in the trash. A move with history, which deletes the
    /// original everywhere, leaves those alone of whose history a part was not received.
    pub left: Vec<ItemId>,
    /// Undoes the transfer.
    pub undo: Option<UndoId>,
}

/// A planned transfer of items to a vault. If it is dropped before it is carried out, the documents sealed for it are
/// removed.
pub struct TransferPlan {
    to: VaultId,
    mode: TransferMode,
    /// The items, with their revisions at planning.
    items: Vec<(ItemId, RevHash)>,
    /// Their documents, sealed again for the other vault.
    documents: Resealed,
    /// Items that cannot be transferred.
    left: BTreeSet<ItemId>,
}

impl TransferPlan {
    /// Returns the bytes of the documents to seal.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.documents.bytes()
    }

    /// Returns the number of items to transfer.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns whether there is nothing to transfer.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Seals the documents for their new items. `progress` receives the bytes done. Items with a document that is
    /// damaged, missing or not downloaded yet are left out.
    ///
    /// # Errors
    /// Returns [`SessionError::Cancelled`] if `progress` cancelled. Fails with the disk. The documents sealed so far
    /// are removed when the plan is dropped.
    pub fn seal(&mut self, rng: &mut Rng, progress: Progress<'_>) -> Result<(), SessionError> {
        self.documents.seal(&mut self.left, rng, progress)?;
        let left = &self.left;
        self.items.retain(|(id, _)| !left.contains(id));
        Ok(())
    }

    /// Marks the plan as carried out, so that its documents are kept.
    pub(crate) fn mark_done(&mut self) {
        self.documents.keep();
    }

    pub(crate) fn left(&self) -> impl Iterator<Item = ItemId> {
        self.left.iter().copied()
    }
}

impl Session {
    /// Plans a transfer of items to a vault. Items that are there already are skipped, unless they are copied.
    ///
    /// # Errors
    /// Returns [`SessionError::NotFound`] if there is no such vault, or one of the items does not exist;
    /// [`SessionError::Policy`] if the team of an item's vault does not permit copies in other vaults.
    pub fn plan_transfer(
        &self,
        ids: &[ItemId],
        to: VaultId,
        mode: TransferMode,
    ) -> Result<TransferPlan, SessionError> {
        self.writable()?;
        let to_vault = self.vaults.find(to)?;
        let target = to_vault.vault_key;
        let documents = Resealed::between(&self.blobs, &self.blobs);
        let mut plan = TransferPlan { to, mode, items: Vec::new(), documents, left: BTreeSet::new() };
        for &id in ids {
            let current = view::current(&self.db, id)?.ok_or(SessionError::NotFound)?;
            if !mode.leaves() && current.vault_key == target {
                continue;
            }
            if !self.may_copy(self.vaults.get(current.vault_key)?, to_vault)? {
                return Err(SessionError::Policy);
            }
            if mode == TransferMode::Move && self.lacks_history(id, current.vault_key)? {
                plan.left.insert(id);
                continue;
            }
            match self.documents_of(id, &current, mode) {
                Ok(documents) => {
                    plan.items.push((id, current.revision));
                    plan.documents.add(id, documents);
                }
                Err(SessionError::RevisionDamaged) => drop(plan.left.insert(id)),
                Err(other) => return Err(other),
            }
        }
        Ok(plan)
    }

    /// Returns whether a part of an item's history was not received that the vault's rules keep.
    fn lacks_history(&self, id: ItemId, vault_key: i64) -> Result<bool, SessionError> {
        let roster = &self.vaults.get(vault_key)?.roster;
        Ok(roster.keep_days() == 0
            && status::lacks_content(&self.db, vault_key, id, roster.purged_before(&id))?)
    }

    /// Carries out a plan with sealed documents, in one transaction.
    ///
    /// # Errors
    /// As any write. Returns [`SessionError::Cancelled`] if `progress`, which receives the number of items, cancelled;
    /// then nothing was transferred.
    pub fn transfer(
        &mut self,
        mut plan: TransferPlan,
        progress: ItemProgress<'_>,
    ) -> Result<Transferred, SessionError> {
        let steps = self.write(|tx| tx.transfer_items(&plan, progress))?;
        plan.mark_done();
        let TransferResult { transferred, mut left, steps } = steps;
        left.extend(plan.left());
        let undo = self.remember_as(steps, transferred.len()).undo;
        Ok(Transferred { items: transferred, left, undo })
    }

    /// Returns the documents that are transferred with an item.
    fn documents_of(
        &self,
        id: ItemId,
        current: &Current,
        mode: TransferMode,
    ) -> Result<Vec<(Attachment, BlobRef)>, SessionError> {
        if !names_documents(&self.db, id)? {
            return Ok(Vec::new());
        }
        let revisions = match mode {
            TransferMode::Move => StoredRevision::all_of(&self.db, id, current.vault_key)?,
            TransferMode::MoveWithoutHistory | TransferMode::Copy | TransferMode::Duplicate => {
                vec![StoredRevision::of_entry(&self.db, current.entry_key)?]
            }
        };
        documents_in(&self.db, &self.vaults, id, &revisions)
    }
}

/// The result of carrying out a plan, within the transaction.
pub(crate) struct TransferResult {
    pub(crate) transferred: Vec<TransferredItem>,
    pub(crate) left: Vec<ItemId>,
    pub(crate) steps: Vec<UndoStep>,
}

impl Transaction<'_> {
    /// Transfers the items of a plan.
    pub(crate) fn transfer_items(
        &mut self,
        plan: &TransferPlan,
        progress: ItemProgress<'_>,
    ) -> Result<TransferResult, SessionError> {
        let to = self.vaults.find(plan.to)?.vault_key;
        let mut done = TransferResult { transferred: Vec::new(), left: Vec::new(), steps: Vec::new() };
        // Items that are transferred together keep their links to each other.
        let mut new_ids = BTreeMap::new();
        for &(id, planned) in &plan.items {
            if view::current(&self.db, id)?.is_some_and(|current| current.revision == planned) {
                new_ids.insert(id, vault_crypto::make_id(self.rng));
            }
        }
        for (&(id, _), number) in plan.items.iter().zip(1..) {
            let transferred =
                if new_ids.contains_key(&id) { self.transfer_one(plan, id, &new_ids, to)? } else { None };
            if let Some((new, steps)) = transferred {
                done.transferred.push(TransferredItem { from: id, to: new });
                done.steps.extend(steps);
            } else {
                done.left.push(id);
                self.unnamed.extend(plan.documents.of(id).map(|blob| blob.blob_id));
            }
            if progress(number).is_break() {
                return Err(SessionError::Cancelled);
            }
        }
        if !plan.mode.leaves() {
            redirects::note(&self.db, done.transferred.iter().map(|one| (one.from, one.to)))?;
        }
        let kind = if plan.mode.leaves() { EventKind::Copied } else { EventKind::Moved };
        let new: Vec<ItemId> = done.transferred.iter().map(|transferred| transferred.to).collect();
        if !new.is_empty() {
            self.note(kind, Some(plan.to), &new)?;
        }
        Ok(done)
    }

    /// Transfers one item. Returns its new id and the steps to undo, or `None` if it must be left alone.
    fn transfer_one(
        &mut self,
        plan: &TransferPlan,
        id: ItemId,
        new_ids: &BTreeMap<ItemId, ItemId>,
        to: i64,
    ) -> Result<Option<(ItemId, Vec<UndoStep>)>, SessionError> {
        let Some(&new) = new_ids.get(&id) else { return Ok(None) };
        let current = &self.current(id)?;
        let opened = match plan.mode {
            TransferMode::Move => open_all(&self.db, self.vaults, id, current),
            _ if current.place == ItemState::Trash.number() => Ok(Vec::new()),
            TransferMode::MoveWithoutHistory | TransferMode::Copy | TransferMode::Duplicate => {
                self.open(id, current).map(|item| vec![(self.as_new(plan.mode, item), self.now)])
            }
        };
        let mut revisions = match opened {
            Err(SessionError::RevisionDamaged) => return Ok(None),
            opened => opened?,
        };
        let mut whole = false;
        for (item, _) in &mut revisions {
            whole = plan.documents.exchange(id, item);
            rename(item, FieldKind::Link, &|link_target: ItemId| new_ids.get(&link_target).copied());
        }
        // The last revision is the current item, which must have all of its documents.
        if !whole {
            return Ok(None);
        }
        let Some(after) = self.write_new(to, new, &revisions, plan.documents.of(id))? else {
            return Ok(None);
        };
        let steps = match plan.mode {
            TransferMode::Move => {
                self.delete(id, *current)?;
                vec![UndoStep::Moved { id: new, after, from: current.vault_key }]
            }
            TransferMode::MoveWithoutHistory => {
                let mut original = self.open(id, current)?;
                original.trashed_at = Some(self.now);
                self.revise(current.vault_key, id, Some(*current), original)?;
                let trashed = self.current(id)?.entry_key;
                let back = UndoStep::Changed { id, before: current.entry_key, after: trashed };
                vec![UndoStep::Copied { id: new, after }, back]
            }
            TransferMode::Copy | TransferMode::Duplicate => vec![UndoStep::Copied { id: new, after }],
        };
        Ok(Some((new, steps)))
    }

    /// Writes an item that is new in a vault, with its revisions, oldest first, and names its documents. Returns the row of
    /// its last entry; `None` without revisions.
    pub(crate) fn write_new<'b>(
        &mut self,
        vault_key: i64,
        id: ItemId,
        revisions: &[(Item, Timestamp)],
        documents: impl Iterator<Item = &'b BlobRef>,
    ) -> Result<Option<i64>, SessionError> {
        for blob in documents {
            blobs::name(&self.db, blob, self.now)?;
        }
        let mut last: Option<Appended> = None;
        for (item, written_at) in revisions {
            let parent = last.map(|before| before.revision);
            last = Some(self.append_item(vault_key, id, parent, item, *written_at)?);
        }
        let (Some(last), Some((item, _))) = (last, revisions.last()) else { return Ok(None) };
        let count = u32::try_from(revisions.len()).unwrap_or(u32::MAX);
        self.renew_view(vault_key, id, None, item, &last, count)?;
        Ok(Some(last.entry_key))
    }

    /// Returns an item without anything of its past.
    fn as_new(&self, mode: TransferMode, mut item: Item) -> Item {
        for field in &mut item.fields {
            field.history.clear();
        }
        // Superseded values are earlier values as well; the original keeps them.
        item.superseded.clear();
        item.flags.edited_in_two_places = false;
        if mode == TransferMode::Duplicate {
            item.title.push_str(COPY_MARK);
        }
        if mode.leaves() {
            (item.created_at, item.modified_at) = (self.now, self.now);
            item.flags.favourite = false;
            item.flags.archived = false;
            // A passkey exists once, because its signatures are counted.
            item.passkeys.clear();
        }
        item
    }
}
