//! What a client concludes from what it has seen of a log: pure decisions, of which the rest only stores the results.

use vault_wire::log::{Equivocation, Head, HeadRelation, LogVerifier, Recovery, next_root};
use vault_wire::roster::{Adoption, Roster};
use vault_wire::{AccountId, EntryHash, Root};

use super::handed::{self, Compared};

/// Why a page is not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Contradiction {
    /// The server announced that it is being recovered, and has only so many entries.
    BeingRestored { seq: u64 },
    /// The server contradicts what is known.
    Evidence(Equivocation),
}

/// What a log must contain besides what it continues.
#[derive(Clone, Copy, Default)]
pub(super) struct Expected {
    /// The first entry after the received ones that the server had accepted.
    pub(super) accepted: Option<u64>,
    /// The head that the account was invited to.
    pub(super) invited: Option<Head>,
    /// The head that another device has handed over.
    pub(super) handed: Option<Head>,
}

/// Judges a log after the entries of a page, by the head that the server states. Returns whether it contains the head that was
/// handed over.
pub(super) fn judge(
    log: &mut LogVerifier,
    stated: Head,
    recovery: Recovery,
    expected: &Expected,
) -> Result<bool, Contradiction> {
    let head = log.head();
    let at_end = stated.seq <= head.seq;
    // An error is recorded, and read below.
    if at_end && log.check_server_head(&stated, recovery) == Ok(HeadRelation::Behind) {
        return Err(Contradiction::BeingRestored { seq: stated.seq });
    }
    if let Some(evidence) = log.equivocation() {
        return Err(Contradiction::Evidence(evidence));
    }
    let shorter = |seq, evidence| match recovery {
        Recovery::Announced => Contradiction::BeingRestored { seq },
        Recovery::None => Contradiction::Evidence(evidence),
    };
    // A log that ends before an entry that the server accepted has lost it.
    if at_end && let Some(seq) = expected.accepted {
        return Err(shorter(head.seq, Equivocation::MissingOwn { seq }));
    }
    if let Some(Head { seq, root }) = expected.invited
        && seq <= head.seq
        && log.root_at(seq) != Some(&root)
    {
        return Err(Contradiction::Evidence(Equivocation::Fork { seq }));
    }
    match expected.handed.map(|head| handed::compare(head, log, at_end)) {
        Some(Compared::Contains) => Ok(true),
        None | Some(Compared::NotYet) => Ok(false),
        Some(Compared::Differs(evidence)) => Err(Contradiction::Evidence(evidence)),
        Some(Compared::Ends { seq }) => Err(shorter(seq, Equivocation::Rollback { seq })),
    }
}

/// What entries show that a restored server has again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadBack {
    /// One of them is another than it was.
    Differs { seq: u64 },
    /// The server lacks those after this one again.
    Lacks { seq: u64 },
    /// They are there up to this one.
    Upto { seq: u64, complete: bool },
}

/// Compares the entries of a page after the first `before` ones with those of a log of `confirmed`. `same` tells of each whether it
/// is the one that is here.
pub(super) fn read_back<E>(
    before: u64,
    confirmed: u64,
    same: impl IntoIterator<Item = Result<bool, E>>,
) -> Result<ReadBack, E> {
    let mut seq = before;
    for same in same.into_iter().take(usize::try_from(confirmed - before).unwrap_or(usize::MAX)) {
        seq += 1;
        if !same? {
            return Ok(ReadBack::Differs { seq });
        }
    }
    let complete = seq >= confirmed;
    Ok(if seq == before && !complete { ReadBack::Lacks { seq } } else { ReadBack::Upto { seq, complete } })
}

/// An entry that the server had accepted and that was not read back.
pub(super) struct Accepted {
    pub(super) seq: u64,
    pub(super) hash: EntryHash,
    pub(super) signatures: Vec<u8>,
    /// Whether it is here as a revision of an item, and not a change of the members.
    pub(super) is_item: bool,
}

/// What a vault has in common with another history.
#[derive(Clone, Copy)]
pub(super) struct Common {
    /// The number of entries that both have.
    pub(super) entries: u64,
    /// From which entry on the histories are known to differ; one that is chosen must have been chosen there or later.
    pub(super) fork: u64,
    /// Whether the server had accepted a change of the members that the other history lacks. It may have removed the one
    /// who chose it.
    pub(super) lacks_record: bool,
}

/// Compares a log that ends with `end` and has these roots with another history.
pub(super) fn common<E>(
    end: u64,
    mut root_at: impl FnMut(u64) -> Result<Option<Root>, E>,
    accepted: &[Accepted],
    handed: Option<Head>,
    other: &LogVerifier,
) -> Result<Common, E> {
    // Equal roots form a prefix.
    let (mut entries, mut above) = (1, end.min(other.head().seq) + 1);
    while entries + 1 < above {
        let middle = entries.midpoint(above);
        if root_at(middle)?.as_ref() == other.root_at(middle) {
            entries = middle;
        } else {
            above = middle;
        }
    }
    let mut lacks_record = false;
    for Accepted { seq, hash, signatures, is_item } in accepted {
        let before = seq.checked_sub(1).and_then(|before| other.root_at(before));
        let after = before.map(|before| next_root(before, *seq, hash, signatures));
        if after.is_none() || after.as_ref() != other.root_at(*seq) {
            entries = entries.min(seq.saturating_sub(1)).max(1);
            lacks_record |= !is_item;
        }
    }
    let mut fork = entries + 1;
    if let Some(handed) = handed
        && other.root_at(handed.seq) != Some(&handed.root)
    {
        // Where before it the histories differ is not known here.
        fork = fork.max(handed.seq);
    }
    Ok(Common { entries, fork, lacks_record })
}

/// Returns by which choice another history replaces one with this roster.
pub(super) fn chosen(
    common: &Common,
    other: &LogVerifier,
    local: &Roster,
    own: &AccountId,
) -> Option<Adoption> {
    let adoption = other.adoption_over(local, common.fork);
    adoption.filter(|by| !common.lacks_record || by.author == *own)
}
