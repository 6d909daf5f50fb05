//! A log while entries are added to it, in memory.

use std::sync::Arc;

use vault_wire::cbor::Canonical as _;
use vault_wire::log::{
    CurrentRevision, Effect, Head as LogHead, LogHistory as _, Prepared, RejectReason, next_root, validate,
};
use vault_wire::message::LogEntry;
use vault_wire::roster::{Op, Record, Roster};
use vault_wire::{ItemId, Root};

use super::entries;
use super::head::Head;
use super::history::History;

/// A log with the entries that were accepted since it was loaded.
#[derive(Clone)]
pub struct State<'a> {
    history: History,
    roster: Arc<Roster>,
    record_seq: u64,
    accepted: Vec<Accepted<'a>>,
}

/// An accepted entry.
#[derive(Clone, Copy, Debug)]
pub struct Accepted<'a> {
    /// Its number.
    pub seq: u64,
    /// The root after it.
    pub root: Root,
    /// The entry.
    pub entry: &'a LogEntry,
    /// What it changed.
    pub change: Changed,
}

/// What an entry changed.
#[derive(Clone, Copy, Debug)]
pub enum Changed {
    /// An item, and the number of its revision before.
    Item {
        /// The item.
        item: ItemId,
        /// Its revision.
        current: CurrentRevision,
        /// The number of the one before.
        before: Option<u64>,
    },
    /// The roster, by a record with this base.
    Roster(u64),
}

impl<'a> State<'a> {
    /// A log without new entries.
    pub fn new(history: History, roster: Arc<Roster>, head: &Head) -> Self {
        Self { history, roster, record_seq: head.record_seq, accepted: Vec::new() }
    }

    /// A log whose only entry creates the vault. The caller has verified it.
    pub fn of_genesis(mut history: History, roster: Arc<Roster>, entry: &'a LogEntry, root: Root) -> Self {
        history.append(root);
        let accepted = vec![Accepted { seq: 1, root, entry, change: Changed::Roster(0) }];
        Self { history, roster, record_seq: 1, accepted }
    }

    /// The head.
    pub fn head(&self) -> LogHead {
        self.history.head()
    }

    /// The roster.
    pub fn roster(&self) -> &Arc<Roster> {
        &self.roster
    }

    /// The number of the last roster record.
    pub fn record_seq(&self) -> u64 {
        self.record_seq
    }

    /// The entries accepted so far.
    pub fn accepted(&self) -> &[Accepted<'a>] {
        &self.accepted
    }

    /// Validates the next entry by rule V, and appends it if `admit` lets it in.
    ///
    /// # Errors
    /// The reason for which it would be void, or what `admit` answers.
    pub fn append<E: From<RejectReason>>(
        &mut self,
        entry: &'a LogEntry,
        prepared: &Prepared<'_>,
        admit: impl FnOnce() -> Result<(), E>,
    ) -> Result<u64, E> {
        let effect = validate(&self.roster, &self.history, prepared)?;
        if states_unknown_format(entry) {
            return Err(RejectReason::Format.into());
        }
        admit()?;
        let LogHead { seq, root } = self.head();
        let seq = seq + 1;
        let root = next_root(&root, seq, &entry.entry_hash(), &entries::signatures(entry));
        let change = match effect {
            Effect::Revision(revised) => {
                let current = CurrentRevision { hash: revised.hash, seq };
                let before = self.history.current(&revised.item_id).map(|before| before.seq);
                self.history.revise(revised.item_id, current);
                Changed::Item { item: revised.item_id, current, before }
            }
            Effect::Roster(change) => {
                Arc::make_mut(&mut self.roster).apply(*change);
                self.record_seq = seq;
                Changed::Roster(base_of(entry))
            }
        };
        self.history.append(root);
        self.accepted.push(Accepted { seq, root, entry, change });
        Ok(seq)
    }

    /// The number of what an entry should have been based on: the item's revision or the last record; 0 if there is none.
    pub fn current(&self, item: Option<&ItemId>) -> u64 {
        match item {
            Some(item) => self.history.current(item).map_or(0, |current| current.seq),
            None => self.record_seq,
        }
    }
}

/// The number of entries that a record names as its base.
fn base_of(entry: &LogEntry) -> u64 {
    match entry {
        LogEntry::Record(record) => Record::decode(&record.bytes).map_or(0, |record| record.base_seq),
        LogEntry::Revision { .. } => 0,
    }
}

/// Whether a record states a format that this server cannot check.
fn states_unknown_format(entry: &LogEntry) -> bool {
    let LogEntry::Record(record) = entry else { return false };
    let unknown = |op: &Op| matches!(op, Op::Format { format } if *format > Roster::FORMAT);
    Record::decode(&record.bytes).is_ok_and(|record| record.ops.iter().any(unknown))
}
