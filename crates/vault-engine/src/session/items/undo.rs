//! Steps back: what a change of several items did, so that it can be undone while the profile stays open.
//!
//! A record is a list of ids and of rows in the log, kept in memory and gone at a lock. Undoing writes new revisions
//! with the content of the old ones. What somebody changed in between is left as it is, and said.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;
use std::str::FromStr;

use rand_core::Rng as _;
use vault_wire::{IdError, ItemId, parse_hex, write_hex};

use super::bulk::Changed;
use super::transfer::{Carry, Plan};
use crate::session::activity::event::EventKind;
use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::view;
use crate::session::state::Session;

/// Records that are kept.
const RECORDS: usize = 20;
/// Steps in all records together; the newest record is kept whatever its length. A step takes some 40 bytes.
const STEPS: usize = 100_000;

/// Names something that can be undone: random, so that what was remembered before a lock names nothing after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UndoId([u8; 8]);

impl fmt::Display for UndoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl FromStr for UndoId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_hex(text).map(Self)
    }
}

/// What was undone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// Items that are again as they were.
    pub count: usize,
    /// Items that were changed since, deleted, or whose earlier revision is gone: they are as they were a moment ago.
    pub left: Vec<ItemId>,
}

/// How far undoing is. Documents are sealed first, then the items are written; each of both counts from the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undoing {
    /// Documents are sealed for the vault that they go back to.
    Bytes {
        /// Sealed so far.
        done: u64,
        /// In all.
        total: u64,
    },
    /// Items are written.
    Items {
        /// Written so far.
        done: usize,
        /// In all.
        total: usize,
    },
}

/// Is told how far undoing is, and says whether to go on.
pub type UndoProgress<'a> = &'a mut dyn FnMut(Undoing) -> ControlFlow<()>;

/// What was done to one item. Rows of the log never change their number.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// It got another revision.
    Changed { id: ItemId, before: i64, after: i64 },
    /// It came here from another vault, where nothing is left of it.
    Moved { id: ItemId, after: i64, from: i64 },
    /// It was made, from another item or anew.
    Copied { id: ItemId, after: i64 },
}

/// One thing that can be undone.
pub(crate) struct Record {
    id: UndoId,
    steps: Vec<Step>,
}

impl Step {
    pub(crate) fn id(&self) -> ItemId {
        match self {
            Self::Changed { id, .. } | Self::Moved { id, .. } | Self::Copied { id, .. } => *id,
        }
    }

    fn after(&self) -> i64 {
        match self {
            Self::Changed { after, .. } | Self::Moved { after, .. } | Self::Copied { after, .. } => *after,
        }
    }
}

impl Session {
    /// Keeps what was done, to be undone.
    pub(crate) fn remember(&mut self, steps: Vec<Step>) -> Changed {
        let count = steps.iter().filter(|step| !matches!(step, Step::Copied { .. })).count();
        self.remember_as(steps, count)
    }

    /// The same, saying how many items it was for the person.
    pub(crate) fn remember_as(&mut self, steps: Vec<Step>, count: usize) -> Changed {
        if steps.is_empty() {
            return Changed::default();
        }
        let mut id = UndoId([0; 8]);
        self.rng.fill_bytes(&mut id.0);
        self.undo.push(Record { id, steps });
        let mut kept = 0;
        let mut rank = 0;
        // From the newest back, as many as fit.
        let fitting = self.undo.iter().rev().take_while(|record| {
            kept += record.steps.len();
            rank += 1;
            rank == 1 || (rank <= RECORDS && kept <= STEPS)
        });
        let surplus = self.undo.len() - fitting.count();
        self.undo.drain(..surplus);
        Changed { count, undo: Some(id) }
    }

    /// Undoes a change of several items, in one transaction. What was changed since stays as it is. `progress` may break
    /// off; then nothing is undone and it can be tried again.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if it is too long ago or was undone already; [`SessionError::Cancelled`].
    pub fn undo(&mut self, id: UndoId, progress: UndoProgress<'_>) -> Result<Undone, SessionError> {
        let at = self.undo.iter().position(|record| record.id == id).ok_or(SessionError::NotFound)?;
        let steps = self.undo.get(at).map(|record| record.steps.clone()).unwrap_or_default();
        let mut undone = Undone::default();
        let mut sound = Vec::new();
        for step in steps {
            let unchanged =
                view::current(&self.db, step.id())?.is_some_and(|now| now.entry_key == step.after());
            if unchanged { sound.push(step) } else { undone.left.push(step.id()) }
        }
        let plans = self.plans_back(&sound, &mut undone, &mut *progress)?;
        let carried: usize = plans.iter().map(Plan::len).sum();
        let total = sound.iter().filter(|step| !matches!(step, Step::Moved { .. })).count() + carried;
        let mut written = 0;
        let mut one_more = || {
            written += 1;
            progress(Undoing::Items { done: written, total })
        };
        let (count, left) = self.write(|writer| {
            let (mut back, mut left) = (Vec::new(), Vec::new());
            for step in &sound {
                let id = step.id();
                match *step {
                    Step::Moved { .. } => continue,
                    Step::Copied { .. } => {
                        let current = writer.current(id)?;
                        writer.delete(id, current)?;
                    }
                    Step::Changed { before, .. } => {
                        let current = writer.current(id)?;
                        let stored = StoredRevision::of_entry(&writer.tx, before)?;
                        match stored.open(writer.vaults, id) {
                            Ok(item) => {
                                writer.revise(current.vault_key, id, Some(current), item)?;
                                back.push(id);
                            }
                            // Its body was dropped by a rule of the person, or is damaged.
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
                let done = writer.carry(plan, &mut |_| one_more())?;
                back.extend(done.carried.iter().map(|carried| carried.to));
                left.extend(done.left);
            }
            writer.note(EventKind::Undone, None, &back)?;
            Ok((back.len(), left))
        })?;
        for mut plan in plans {
            plan.carried_out();
        }
        self.undo.retain(|record| record.id != id);
        undone.count = count;
        undone.left.extend(left);
        Ok(undone)
    }

    /// The ways back for what was moved: one for each vault that it came from, with its documents sealed again.
    fn plans_back(
        &mut self,
        steps: &[Step],
        undone: &mut Undone,
        progress: UndoProgress<'_>,
    ) -> Result<Vec<Plan>, SessionError> {
        let mut by_vault = BTreeMap::<i64, Vec<ItemId>>::new();
        for step in steps {
            if let Step::Moved { id, from, .. } = step {
                by_vault.entry(*from).or_default().push(*id);
            }
        }
        let mut plans = Vec::new();
        for (from, ids) in by_vault {
            let Ok(vault) = self.vaults.get(from).map(|vault| vault.id) else {
                undone.left.extend(ids);
                continue;
            };
            plans.push(self.plan_transfer(&ids, vault, Carry::Move)?);
        }
        let total = plans.iter().map(Plan::bytes).sum();
        let mut before = 0;
        for plan in &mut plans {
            let bytes = plan.bytes();
            plan.seal(&mut self.rng, &mut |done| progress(Undoing::Bytes { done: before + done, total }))?;
            before += bytes;
            undone.left.extend(plan.left());
        }
        Ok(plans)
    }
}
