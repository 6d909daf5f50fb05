//! Undo of changes to several items, while the profile stays open.
//!
//! A record is a list of ids and of rows in the log, in memory only and dropped at lock. Undo writes new revisions with
//! the content of the old ones, after which the change before can be undone as well. Items changed in between are left
//! alone and reported. See
//! `docs/decisions/0019-undo-and-history-rules.md`.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;

use rand_core::Rng as _;
use vault_wire::ItemId;

use super::progress::go_on;
use super::transfer::{TransferMode, TransferPlan};
use super::undo_record::{Changed, UndoId, UndoRecord, UndoStep};
use crate::session::activity::event::EventKind;
use crate::session::error::SessionError;
use crate::session::lists::list;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::view;
use crate::session::state::Session;

/// Records that are kept.
const RECORDS: usize = 20;
/// Steps in all records together; the newest record is kept at any length. A step takes about 40 bytes.
const STEPS: usize = 100_000;

/// The result of an undo.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UndoResult {
    /// Items that were restored.
    pub count: usize,
    /// Items that were left alone: changed since, deleted, or without their earlier revision.
    pub left: Vec<ItemId>,
}

/// The progress of an undo. Documents are sealed first, then items are written; both count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoStage {
    /// Documents are being sealed for the vault that they return to.
    Bytes {
        /// Sealed so far.
        done: u64,
        /// In total.
        total: u64,
    },
    /// Items are being written.
    Items {
        /// Written so far.
        done: usize,
        /// In total.
        total: usize,
    },
}

/// Receives the progress of an undo, and may cancel.
pub type UndoProgress<'a> = &'a mut dyn FnMut(UndoStage) -> ControlFlow<()>;

impl Session {
    /// Records a change for undo.
    pub(crate) fn remember(&mut self, steps: Vec<UndoStep>) -> Changed {
        let count = steps.iter().filter(|step| !matches!(step, UndoStep::Copied { .. })).count();
        self.remember_as(steps, count)
    }

    /// As [`Session::remember`], with the number of items to report.
    pub(crate) fn remember_as(&mut self, steps: Vec<UndoStep>, count: usize) -> Changed {
        self.remember_all(UndoRecord { id: UndoId([0; 8]), steps, vaults: Vec::new() }, count)
    }

    /// As [`Session::remember`], for items that were created, some of them in new vaults.
    pub(crate) fn remember_with_vaults(&mut self, steps: Vec<UndoStep>, vaults: Vec<i64>) -> Changed {
        let count = steps.len();
        self.remember_all(UndoRecord { id: UndoId([0; 8]), steps, vaults }, count)
    }

    fn remember_all(&mut self, mut record: UndoRecord, count: usize) -> Changed {
        if record.steps.is_empty() {
            return Changed::default();
        }
        self.rng.fill_bytes(&mut record.id.0);
        let id = record.id;
        self.undo.push(record);
        let mut kept = 0;
        let mut rank = 0;
        // Counted from the newest, as many as fit.
        let fitting = self.undo.iter().rev().take_while(|record| {
            kept += record.steps.len();
            rank += 1;
            rank == 1 || (rank <= RECORDS && kept <= STEPS)
        });
        let surplus = self.undo.len() - fitting.count();
        self.undo.drain(..surplus);
        Changed { count, undo: Some(id) }
    }

    /// Undoes a change of several items, in one transaction. Items changed since are left alone. `progress` may cancel;
    /// then nothing is undone, and it can be tried again.
    ///
    /// # Errors
    /// Returns [`SessionError::NotFound`] if the record was dropped or undone already, [`SessionError::Cancelled`] if
    /// `progress` cancelled.
    pub fn undo(&mut self, id: UndoId, progress: UndoProgress<'_>) -> Result<UndoResult, SessionError> {
        let at = self.undo.iter().position(|record| record.id == id).ok_or(SessionError::NotFound)?;
        let record = self.undo.get(at).map(|record| (record.steps.clone(), record.vaults.clone()));
        let (steps, created) = record.unwrap_or_default();
        let mut undone = UndoResult::default();
        let mut sound = Vec::new();
        for step in steps {
            let unchanged =
                view::current(&self.db, step.id())?.is_some_and(|now| now.entry_key == step.after());
            if unchanged { sound.push(step) } else { undone.left.push(step.id()) }
        }
        let plans = self.plans_back(&sound, &mut undone, &mut *progress)?;
        let transferred: usize = plans.iter().map(TransferPlan::len).sum();
        let total = sound.iter().filter(|step| !matches!(step, UndoStep::Moved { .. })).count() + transferred;
        let mut written = 0;
        let mut one_more = || {
            written += 1;
            progress(UndoStage::Items { done: written, total })
        };
        let (count, left, ended, rows) = self.write(|tx| {
            let (mut back, mut left, mut ended) = (Vec::new(), Vec::new(), Vec::new());
            let mut rows = HashMap::new();
            for step in &sound {
                let id = step.id();
                match *step {
                    UndoStep::Moved { .. } => continue,
                    UndoStep::Copied { .. } => {
                        let current = tx.current(id)?;
                        tx.delete(id, current)?;
                    }
                    UndoStep::Changed { before, .. } => {
                        let current = tx.current(id)?;
                        let stored = StoredRevision::of_entry(&tx.db, before)?;
                        match stored.open(tx.vaults, id) {
                            Ok(item) => {
                                tx.revise(current.vault_key, id, Some(current), item)?;
                                back.push(id);
                                rows.insert(id, (before, tx.current(id)?.entry_key));
                            }
                            // Its body was dropped by a retention rule or is damaged.
                            Err(SessionError::NotFound | SessionError::RevisionDamaged) => left.push(id),
                            Err(other) => return Err(other),
                        }
                    }
                }
                if one_more().is_break() {
                    return Err(SessionError::Cancelled);
                }
            }
            for plan in &plans {
                let done = tx.transfer_items(plan, &mut |_| one_more())?;
                back.extend(done.transferred.iter().map(|transferred| transferred.to));
                left.extend(done.left);
            }
            let vaults = tx.vaults;
            for vault in created.into_iter().filter_map(|created| vaults.get(created).ok()) {
                if list::ids_in_vault(&tx.db, vault.vault_key)?.is_empty() {
                    ended.push(tx.end_vault(vault, &[], &mut go_on)?);
                }
            }
            tx.note(EventKind::Undone, None, &back)?;
            Ok((back.len(), left, ended, rows))
        })?;
        self.apply_metadata(ended);
        for mut plan in plans {
            plan.mark_done();
        }
        self.undo.retain(|record| record.id != id);
        for step in self.undo.iter_mut().flat_map(|record| &mut record.steps) {
            if let Some((before, now)) = rows.get(&step.id())
                && step.after() == *before
            {
                step.set_after(*now);
            }
        }
        undone.count = count;
        undone.left.extend(left);
        Ok(undone)
    }

    /// Plans the return of moved items, one plan for each vault that they came from, and seals their documents again.
    fn plans_back(
        &mut self,
        steps: &[UndoStep],
        undone: &mut UndoResult,
        progress: UndoProgress<'_>,
    ) -> Result<Vec<TransferPlan>, SessionError> {
        let mut by_vault = BTreeMap::<i64, Vec<ItemId>>::new();
        for step in steps {
            if let UndoStep::Moved { id, from, .. } = step {
                by_vault.entry(*from).or_default().push(*id);
            }
        }
        let mut plans = Vec::new();
        for (from, ids) in by_vault {
            let Ok(vault) = self.vaults.get(from).map(|vault| vault.id) else {
                undone.left.extend(ids);
                continue;
            };
            plans.push(self.plan_transfer(&ids, vault, TransferMode::Move)?);
        }
        let total = plans.iter().map(TransferPlan::bytes).sum();
        let mut before = 0;
        for plan in &mut plans {
            let bytes = plan.bytes();
            plan.seal(&mut self.rng, &mut |done| progress(UndoStage::Bytes { done: before + done, total }))?;
            before += bytes;
            undone.left.extend(plan.left());
        }
        Ok(plans)
    }
}
