//! The client's verified view of a log.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroUsize;
use std::thread;

use crate::cbor::Canonical;
use crate::history::{CurrentRevision, LogHistory, RejectReason, empty_root, next_root};
use crate::log::{Effect, Entry, Equivocation, Head, HeadRelation, Prepared, Recovery, prepare, validate};
use crate::revision::RevisionHeader;
use crate::roster::{Adoption, Genesis, GenesisError, MemberRole, Record, Roster, SignedRecord};
use crate::{AccountId, EntryHash, ItemId, Root};

/// The outcome of an entry. The root covers the entry in both cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// The entry has taken effect.
    Accepted,
    /// The entry has no effect. An honest server never serves such an entry.
    Rejected(RejectReason),
    /// The vault states a format that this program does not know, so only the root was computed.
    Unread,
}

/// Replays a vault's log from its genesis record and validates every entry against the state before it.
///
/// A client accepts data from a server only through it. The state is determined by the root alone: two
/// verifiers with the same root agree on everything.
#[derive(Clone, Debug)]
pub struct LogVerifier {
    roster: Roster,
    chain: Chain,
    /// Own entries that the server has acknowledged and that have not been read back yet.
    own: BTreeMap<u64, OwnEntry>,
    equivocation: Option<Equivocation>,
}

/// An own entry, reduced to what the roots cover of it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct OwnEntry {
    hash: EntryHash,
    signatures: Vec<u8>,
}

impl OwnEntry {
    fn of(entry: Entry<'_>) -> Self {
        Self { hash: entry.hash(), signatures: entry.signatures().as_bytes().to_vec() }
    }

    /// Returns whether it is the entry `seq` between these roots.
    fn is_between(&self, before: &Root, seq: u64, after: &Root) -> bool {
        next_root(before, seq, &self.hash, &self.signatures) == *after
    }
}

/// A verified log that is stored elsewhere, up to its head, as far as the next entries depend on it. A root or a
/// revision that is left out counts as absent, so all that [`Named`](super::Named) lists must be here.
#[derive(Clone, Debug)]
pub struct Past {
    /// The number of entries and the root after them.
    pub head: Head,
    /// Earlier roots, by the number of entries before them.
    pub roots: HashMap<u64, Root>,
    /// Current revisions.
    pub current: HashMap<ItemId, CurrentRevision>,
}

/// The roots and the current revisions.
#[derive(Clone, Debug)]
struct Chain {
    /// The number of entries that were not replayed here.
    begin: u64,
    /// Some of the roots before that number.
    earlier: HashMap<u64, Root>,
    /// `roots[n]` is the root after `begin + n` entries.
    roots: Vec<Root>,
    /// The last root.
    head: Root,
    current: HashMap<ItemId, CurrentRevision>,
}

impl Chain {
    fn root(&self, seq: u64) -> Option<&Root> {
        match seq.checked_sub(self.begin) {
            Some(index) => self.roots.get(usize::try_from(index).ok()?),
            None => self.earlier.get(&seq),
        }
    }
}

impl LogHistory for Chain {
    fn seq(&self) -> u64 {
        self.begin + self.roots.len() as u64 - 1
    }

    fn root_at(&self, seq: u64) -> Option<Root> {
        self.root(seq).copied()
    }

    fn current(&self, item_id: &ItemId) -> Option<CurrentRevision> {
        self.current.get(item_id).copied()
    }
}

impl LogVerifier {
    /// Creates a verifier from the genesis record, which is entry 1.
    ///
    /// # Errors
    /// If the record does not create a vault, or its hash is not the `known` genesis hash.
    pub fn from_genesis(record: &SignedRecord, known: Option<&EntryHash>) -> Result<Self, GenesisError> {
        let genesis = Genesis::verify(record, known)?;
        let roster = Roster::from_genesis(&genesis)?;
        let empty = empty_root(roster.vault_id());
        let first = next_root(&empty, 1, &genesis.genesis_hash, &record.signatures());
        let chain = Chain {
            begin: 0,
            earlier: HashMap::new(),
            roots: vec![empty, first],
            head: first,
            current: HashMap::new(),
        };
        Ok(Self { roster, chain, own: BTreeMap::new(), equivocation: None })
    }

    /// Continues a log that was verified before, from the roster after its last entry. It judges the entries that
    /// `past` was loaded for as a verifier from the genesis record would.
    #[must_use]
    pub fn resume(roster: Roster, past: Past) -> Self {
        let Past { head, roots: mut earlier, current } = past;
        earlier.insert(0, empty_root(roster.vault_id()));
        let chain = Chain { begin: head.seq, earlier, roots: vec![head.root], head: head.root, current };
        Self { roster, chain, own: BTreeMap::new(), equivocation: None }
    }

    /// Returns the vault's roster.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Returns the number of entries and the root after them.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { seq: self.chain.seq(), root: self.chain.head }
    }

    /// Returns the root after `seq` entries, or `None` if there are fewer or it was not loaded.
    #[must_use]
    pub fn root_at(&self, seq: u64) -> Option<&Root> {
        self.chain.root(seq)
    }

    /// Returns the roster, and gives up the rest.
    #[must_use]
    pub fn into_roster(self) -> Roster {
        self.roster
    }

    /// Returns the current revision of an item; a tombstone counts as one.
    #[must_use]
    pub fn current(&self, item_id: &ItemId) -> Option<CurrentRevision> {
        self.chain.current(item_id)
    }

    /// Returns the first evidence against the server, if any. It is never cleared.
    #[must_use]
    pub fn equivocation(&self) -> Option<Equivocation> {
        self.equivocation
    }

    /// Validates and appends the next entry.
    pub fn push(&mut self, entry: Entry<'_>) -> Verdict {
        let prepared = prepare(&self.roster, entry);
        self.append(entry, &prepared)
    }

    /// Validates and appends entries in order. Signatures are checked on all available threads first.
    pub fn extend(&mut self, entries: &[Entry<'_>]) -> Vec<Verdict> {
        /// Large enough to make threads worth starting, small enough to bound memory.
        const BATCH: usize = 4096;
        let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let mut verdicts = Vec::with_capacity(entries.len());
        for batch in entries.chunks(BATCH) {
            let prepared = prepare_all(&self.roster, batch, threads);
            for (entry, prepared) in batch.iter().zip(&prepared) {
                verdicts.push(self.append(*entry, prepared));
            }
        }
        verdicts
    }

    /// Compares a head with this log, without recording evidence.
    #[must_use]
    pub fn compare(&self, head: &Head) -> HeadRelation {
        match self.root_at(head.seq) {
            None => HeadRelation::Ahead,
            Some(root) if *root != head.root => HeadRelation::Forked,
            Some(_) if head.seq == self.chain.seq() => HeadRelation::Same,
            Some(_) => HeadRelation::Behind,
        }
    }

    /// Checks the head that the server states. A head that is forked, or behind without an announced
    /// recovery, is recorded as evidence. In a recovery, [`HeadRelation::Behind`] means that the server is
    /// being restored: the vault is not up to date until all entries have been read back.
    ///
    /// # Errors
    /// [`Equivocation::Rollback`] or [`Equivocation::Fork`].
    pub fn check_server_head(
        &mut self,
        head: &Head,
        recovery: Recovery,
    ) -> Result<HeadRelation, Equivocation> {
        match (self.compare(head), recovery) {
            (HeadRelation::Behind, Recovery::None) => {
                Err(self.record(Equivocation::Rollback { seq: head.seq }))
            }
            (HeadRelation::Forked, _) => Err(self.record(Equivocation::Fork { seq: head.seq })),
            (relation, _) => Ok(relation),
        }
    }

    /// Registers an own entry that the server acknowledged at `seq`: it must be the entry `seq` of this log.
    /// If that has been read before the acknowledgement arrived, as after an event or a repeated push, the
    /// two are compared now.
    ///
    /// # Errors
    /// [`Equivocation::MissingOwn`] if another entry has been read there, or another own entry was
    /// acknowledged at the same number.
    pub fn expect_own(&mut self, seq: u64, own: Entry<'_>) -> Result<(), Equivocation> {
        self.expect(seq, &OwnEntry::of(own))
    }

    /// As [`LogVerifier::expect_own`], for an entry of which only these are stored.
    ///
    /// # Errors
    /// As [`LogVerifier::expect_own`].
    pub fn expect_acknowledged(
        &mut self,
        seq: u64,
        hash: EntryHash,
        signatures: Vec<u8>,
    ) -> Result<(), Equivocation> {
        self.expect(seq, &OwnEntry { hash, signatures })
    }

    fn expect(&mut self, seq: u64, own: &OwnEntry) -> Result<(), Equivocation> {
        let is_there = match self.root_at(seq) {
            Some(after) => {
                let before = seq.checked_sub(1).and_then(|before| self.root_at(before));
                before.is_some_and(|before| own.is_between(before, seq, after))
            }
            None => self.own.entry(seq).or_insert_with(|| own.clone()) == own,
        };
        if is_there { Ok(()) } else { Err(self.record(Equivocation::MissingOwn { seq })) }
    }

    /// Returns the adoption by which an owner chose `other`, another history of the same vault, over this
    /// one. The owner must sign there with the root and be an owner here too, so that a removed owner cannot
    /// undo the removal. Both must have been replayed from the genesis record.
    #[must_use]
    pub fn is_superseded_by(&self, other: &Self) -> Option<Adoption> {
        if self.roster.genesis_hash() != other.roster.genesis_hash() {
            return None;
        }
        other.adoption_over(&self.roster, self.first_difference(other)?)
    }

    /// The same for a history of which only these are known: its roster, and the number of the first entry that is another one
    /// here, or the first one that only one of the two has.
    #[must_use]
    pub fn adoption_over(&self, roster: &Roster, fork: u64) -> Option<Adoption> {
        let chosen = |adoption: &&Adoption| {
            let owner = roster.member(&adoption.author);
            // Made on this branch, by an author who had seen all shared entries.
            let of_branch = adoption.entry >= fork && adoption.seq.saturating_add(1) >= fork;
            of_branch && owner.is_some_and(|member| member.role == MemberRole::Owner)
        };
        self.roster.adoptions().iter().find(chosen).copied()
    }

    /// Returns the number of the first entry in which the logs differ, if both were replayed whole.
    fn first_difference(&self, other: &Self) -> Option<u64> {
        if self.chain.begin != 0 || other.chain.begin != 0 {
            return None;
        }
        let shared = self.chain.roots.iter().zip(&other.chain.roots);
        // Once roots differ they never agree again, so the equal ones form a prefix.
        let same = shared.take_while(|(mine, theirs)| mine == theirs).count();
        (same < self.chain.roots.len()).then_some(same as u64)
    }

    fn append(&mut self, entry: Entry<'_>, prepared: &Prepared<'_>) -> Verdict {
        let readable = self.roster.is_format_known();
        let result = validate(&self.roster, &self.chain, prepared);
        let seq = self.chain.seq() + 1;
        let Prepared { entry_hash, signatures, .. } = prepared;
        let before = self.chain.head;
        let after = next_root(&before, seq, entry_hash, signatures.as_bytes());
        self.chain.roots.push(after);
        self.chain.head = after;
        if self.own.remove(&seq).is_some_and(|own| !own.is_between(&before, seq, &after)) {
            self.record(Equivocation::MissingOwn { seq });
        }
        match result {
            Ok(Effect::Revision(revised)) => {
                let current = CurrentRevision { hash: revised.hash, seq };
                self.chain.current.insert(revised.item_id, current);
                Verdict::Accepted
            }
            Ok(Effect::Roster(change)) => {
                self.roster.apply(*change);
                Verdict::Accepted
            }
            Err(_) if !readable => Verdict::Unread,
            Err(reason) => {
                if let (RejectReason::Base, Some(author)) = (reason, author_of(entry)) {
                    self.record(Equivocation::Contradiction { seq, author });
                }
                Verdict::Rejected(reason)
            }
        }
    }

    fn record(&mut self, evidence: Equivocation) -> Equivocation {
        *self.equivocation.get_or_insert(evidence)
    }
}

/// Returns the author of a well-formed entry.
fn author_of(entry: Entry<'_>) -> Option<AccountId> {
    match entry {
        Entry::Record(record) => Record::decode(&record.bytes).ok().map(|record| record.author),
        Entry::Revision(revision) => {
            RevisionHeader::decode(&revision.header).ok().map(|header| header.author)
        }
    }
}

/// Prepares entries on several threads, keeping their order.
fn prepare_all<'a>(roster: &Roster, entries: &[Entry<'a>], threads: usize) -> Vec<Prepared<'a>> {
    let prepare_part = |part: &[Entry<'a>]| part.iter().map(|entry| prepare(roster, *entry)).collect();
    let share = entries.len().div_ceil(threads).max(1);
    // Starting a thread costs about as much as checking two signatures.
    if threads == 1 || share < 16 {
        return prepare_part(entries);
    }
    thread::scope(|scope| {
        let parts: Vec<_> =
            entries.chunks(share).map(|part| (part, scope.spawn(move || prepare_part(part)))).collect();
        let joined =
            parts.into_iter().flat_map(|(part, thread): (_, thread::ScopedJoinHandle<'_, Vec<_>>)| {
                // The part of a thread that panicked is prepared again here.
                thread.join().unwrap_or_else(|_| prepare_part(part))
            });
        joined.collect()
    })
}
