//! The client's own view of a log.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroUsize;
use std::thread;

use crate::cbor::Canonical;
use crate::log::{
    Alarm, CurrentRevision, Effect, Entry, Head, Past, Prepared, Standing, VoidReason, empty_root, judge,
    next_root, prepare,
};
use crate::revision::RevisionHeader;
use crate::roster::{Adoption, Founding, GenesisError, MemberRole, Record, Roster, SignedRecord};
use crate::{AccountId, EntryHash, ItemId, Root};

/// What became of an entry. Either way it counts in the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// It has taken effect.
    Accepted,
    /// It has no effect. An honest server hands out no such entry.
    Void(VoidReason),
}

/// Replays a vault's log from its founding and judges every entry against the state before it.
///
/// It is the only way by which a client accepts what a server sends. What it says follows from the root alone: two
/// that have the same root agree on everything.
#[derive(Clone, Debug)]
pub struct LogVerifier {
    roster: Roster,
    chain: Chain,
    /// Entries that the server has acknowledged and that have not been read back yet.
    own: BTreeMap<u64, EntryHash>,
    alarm: Option<Alarm>,
}

/// The roots, and what is current.
#[derive(Clone, Debug)]
struct Chain {
    /// `roots[n]` is the root after `n` entries.
    roots: Vec<Root>,
    /// The last of them.
    head: Root,
    current: HashMap<ItemId, CurrentRevision>,
}

impl Past for Chain {
    fn seq(&self) -> u64 {
        self.roots.len() as u64 - 1
    }

    fn root_at(&self, seq: u64) -> Option<Root> {
        self.roots.get(usize::try_from(seq).ok()?).copied()
    }

    fn current(&self, item_id: &ItemId) -> Option<CurrentRevision> {
        self.current.get(item_id).copied()
    }
}

impl LogVerifier {
    /// Begins with the founding record, which is entry 1.
    ///
    /// # Errors
    /// If the record does not found a vault, or not the one whose genesis hash is `known`.
    pub fn found(record: &SignedRecord, known: Option<&EntryHash>) -> Result<Self, GenesisError> {
        let founding = Founding::verify(record, known)?;
        let roster = Roster::founded(&founding)?;
        let empty = empty_root(roster.vault_id());
        let first = next_root(&empty, 1, &founding.genesis_hash, &record.signatures());
        let chain = Chain { roots: vec![empty, first], head: first, current: HashMap::new() };
        Ok(Self { roster, chain, own: BTreeMap::new(), alarm: None })
    }

    /// The vault's members, keys and rules.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// How many entries there are, and the root after them.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { seq: self.chain.seq(), root: self.chain.head }
    }

    /// The root after so many entries, if there have been as many.
    #[must_use]
    pub fn root_at(&self, seq: u64) -> Option<&Root> {
        self.chain.roots.get(usize::try_from(seq).ok()?)
    }

    /// The current revision of an item; a tombstone counts as one.
    #[must_use]
    pub fn current(&self, item_id: &ItemId) -> Option<CurrentRevision> {
        self.chain.current(item_id)
    }

    /// The first evidence against the server, if there is any. It stays.
    #[must_use]
    pub fn alarm(&self) -> Option<Alarm> {
        self.alarm
    }

    /// Takes the next entry.
    pub fn push(&mut self, entry: Entry<'_>) -> Verdict {
        let prepared = prepare(&self.roster, entry);
        self.take(entry, &prepared)
    }

    /// Takes entries in their order, after checking signatures on all threads there are.
    pub fn extend(&mut self, entries: &[Entry<'_>]) -> Vec<Verdict> {
        /// So many at once that threads are worth starting, so few that the memory they take stays small.
        const BATCH: usize = 4096;
        let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let mut verdicts = Vec::with_capacity(entries.len());
        for batch in entries.chunks(BATCH) {
            let prepared = prepare_all(&self.roster, batch, threads);
            for (entry, prepared) in batch.iter().zip(&prepared) {
                verdicts.push(self.take(*entry, prepared));
            }
        }
        verdicts
    }

    /// Compares a head with this log. It changes nothing and raises nothing.
    #[must_use]
    pub fn compare(&self, head: &Head) -> Standing {
        match self.root_at(head.seq) {
            None => Standing::Ahead,
            Some(root) if *root != head.root => Standing::Forked,
            Some(_) if head.seq == self.chain.seq() => Standing::Same,
            Some(_) => Standing::Behind,
        }
    }

    /// Takes what the server says its head is. It may be ahead; anything else but the same raises the alarm.
    ///
    /// # Errors
    /// [`Alarm::Rollback`] or [`Alarm::Fork`].
    pub fn meet_server(&mut self, head: &Head) -> Result<Standing, Alarm> {
        match self.compare(head) {
            Standing::Behind => Err(self.raise(Alarm::Rollback { seq: head.seq })),
            Standing::Forked => Err(self.raise(Alarm::Fork { seq: head.seq })),
            standing @ (Standing::Same | Standing::Ahead) => Ok(standing),
        }
    }

    /// Notes that the server has acknowledged an own entry at this place, so that it must be read back there.
    ///
    /// # Errors
    /// [`Alarm::MissingOwn`] if the log has gone past that place: what it holds there was read before.
    pub fn expect_own(&mut self, seq: u64, hash: EntryHash) -> Result<(), Alarm> {
        if seq <= self.chain.seq() {
            return Err(self.raise(Alarm::MissingOwn { seq }));
        }
        self.own.insert(seq, hash);
        Ok(())
    }

    /// Whether `other`, another history of the same vault, has been chosen over this one by somebody who may: an owner
    /// there, with the root's signature, who is an owner here as well, so that nobody who was removed can undo it.
    #[must_use]
    pub fn is_superseded_by(&self, other: &Self) -> Option<Adoption> {
        if self.roster.genesis_hash() != other.roster.genesis_hash() {
            return None;
        }
        let fork = self.first_difference(other)?;
        let chosen = |adoption: &&Adoption| {
            let owner = self.roster.member(&adoption.author);
            // Made on the other branch, by somebody who had seen all that both share.
            let of_branch = adoption.entry >= fork && adoption.seq + 1 >= fork;
            of_branch && owner.is_some_and(|member| member.role == MemberRole::Owner)
        };
        other.roster.adoptions().iter().find(chosen).copied()
    }

    /// The first entry in which the logs differ.
    fn first_difference(&self, other: &Self) -> Option<u64> {
        let shared = self.chain.roots.iter().zip(&other.chain.roots);
        // Once roots differ they never agree again, so the equal ones are all at the front.
        let same = shared.take_while(|(mine, theirs)| mine == theirs).count();
        (same < self.chain.roots.len()).then_some(same as u64)
    }

    fn take(&mut self, entry: Entry<'_>, prepared: &Prepared<'_>) -> Verdict {
        let judged = judge(&self.roster, &self.chain, prepared);
        let seq = self.chain.seq() + 1;
        let Prepared { entry_hash, signatures, .. } = prepared;
        self.chain.head = next_root(&self.chain.head, seq, entry_hash, signatures.as_bytes());
        self.chain.roots.push(self.chain.head);
        if self.own.remove(&seq).is_some_and(|own| own != *entry_hash) {
            self.raise(Alarm::MissingOwn { seq });
        }
        match judged {
            Ok(Effect::Revision(revised)) => {
                let current = CurrentRevision { hash: revised.hash, seq };
                self.chain.current.insert(revised.item_id, current);
                Verdict::Accepted
            }
            Ok(Effect::Roster(change)) => {
                self.roster.take(*change);
                Verdict::Accepted
            }
            Err(reason) => {
                if let (VoidReason::Base, Some(author)) = (reason, author_of(entry)) {
                    self.raise(Alarm::Contradiction { seq, author });
                }
                Verdict::Void(reason)
            }
        }
    }

    fn raise(&mut self, alarm: Alarm) -> Alarm {
        *self.alarm.get_or_insert(alarm)
    }
}

/// Who wrote a well-formed entry.
fn author_of(entry: Entry<'_>) -> Option<AccountId> {
    match entry {
        Entry::Record(record) => Record::decode(&record.bytes).ok().map(|record| record.author),
        Entry::Revision(revision) => {
            RevisionHeader::decode(&revision.header).ok().map(|header| header.author)
        }
    }
}

/// Prepares entries on several threads, in their order.
fn prepare_all<'a>(roster: &Roster, entries: &[Entry<'a>], threads: usize) -> Vec<Prepared<'a>> {
    let prepare_part = |part: &[Entry<'a>]| part.iter().map(|entry| prepare(roster, *entry)).collect();
    let share = entries.len().div_ceil(threads).max(1);
    // Starting a thread takes as long as checking a signature or two.
    if threads == 1 || share < 16 {
        return prepare_part(entries);
    }
    thread::scope(|scope| {
        let parts: Vec<_> =
            entries.chunks(share).map(|part| (part, scope.spawn(move || prepare_part(part)))).collect();
        let joined =
            parts.into_iter().flat_map(|(part, thread): (_, thread::ScopedJoinHandle<'_, Vec<_>>)| {
                // A thread that ended badly is done over here.
                thread.join().unwrap_or_else(|_| prepare_part(part))
            });
        joined.collect()
    })
}
