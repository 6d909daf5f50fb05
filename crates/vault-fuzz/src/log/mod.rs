//! The log verifier, tested with generated logs.
//!
//! Random bytes never pass a signature check. The input is therefore a program of steps of [`STEP`] bytes
//! each. Every step makes one entry: signed by an account of a small [`World`], validly or not, and then
//! possibly damaged.

mod made;
mod step;
mod world;

use vault_wire::AccountId;
use vault_wire::log::{Entry, Head, LogVerifier, Named, Past, Verdict, next_root};
use vault_wire::revision::SignedRevision;
use vault_wire::roster::{MemberRole, Roster, SignedRecord};

use crate::target::{Bound, Outcome, Target, slow};
use made::GeneratedEntry;
use step::STEP;
use world::World;

/// Maximum number of steps of a program; signatures are slow.
const STEPS: usize = 24;

pub(crate) const TARGETS: &[Target] =
    &[slow("log", log, Bound { per_byte: 64, fixed: 2 << 20 }, STEPS * STEP)];

fn log(bytes: &[u8]) -> Outcome {
    Outcome::of(&verdicts(bytes).contains(&Verdict::Accepted).then_some(()))
}

/// Returns the verdict on each entry of a program, after checking all invariants.
#[must_use]
pub fn verdicts(bytes: &[u8]) -> Vec<Verdict> {
    World::with(|world| program(world, bytes))
}

fn program(world: &World, bytes: &[u8]) -> Vec<Verdict> {
    let mut log = world.new_log();
    let mut made: Vec<GeneratedEntry> = Vec::new();
    let mut verdicts = Vec::new();
    let (steps, _) = bytes.as_chunks::<STEP>();
    for step in steps.iter().take(STEPS) {
        let entry = step::make(world, &log, &made, step);
        verdicts.push(push(&mut log, &entry));
        made.push(entry);
    }

    // A batch, whose signatures are checked against an older roster first, gives the same result.
    let entries: Vec<Entry<'_>> = made.iter().map(GeneratedEntry::entry).collect();
    let mut batch = world.new_log();
    assert_eq!(batch.extend(&entries), verdicts, "one by one and in a batch");
    assert_eq!(batch.head(), log.head());
    assert_eq!(batch.roster(), log.roster());
    assert_eq!(batch.equivocation(), log.equivocation());
    for item in world::ITEMS {
        assert_eq!(batch.current(&item), log.current(&item));
    }
    resumed(world, &entries, &verdicts, &log);
    verdicts
}

/// A verifier that continues in the middle, with what the rest names of the log before, gives the same result.
fn resumed(world: &World, entries: &[Entry<'_>], verdicts: &[Verdict], whole: &LogVerifier) {
    let (before, after) = entries.split_at(entries.len() / 2);
    let mut first = world.new_log();
    first.extend(before).iter().zip(verdicts).for_each(|(one, other)| assert_eq!(one, other));
    let evidence = first.equivocation();
    let mut named = Named::default();
    after.iter().for_each(|entry| named.add(*entry));
    let roots = named.roots.iter().filter_map(|seq| Some((*seq, *first.root_at(*seq)?)));
    let current = named.items.iter().filter_map(|item| Some((*item, first.current(item)?)));
    let past = Past { head: first.head(), roots: roots.collect(), current: current.collect() };
    let mut rest = LogVerifier::resume(first.into_roster(), past);
    let continued = rest.extend(after);
    assert_eq!(continued, verdicts[before.len()..], "continued from what the entries name");
    assert_eq!(rest.head(), whole.head());
    assert_eq!(evidence.or(rest.equivocation()), whole.equivocation());
    assert_eq!(rest.roster(), whole.roster());
}

/// Pushes one entry to the verifier, and checks the invariants of its verdict.
fn push(log: &mut LogVerifier, made: &GeneratedEntry) -> Verdict {
    let before = log.clone();
    let verdict = log.push(made.entry());
    let Head { seq, root } = before.head();
    let (hash, signatures) = made.hash_and_signatures();
    let root = next_root(&root, seq + 1, &hash, &signatures);
    assert_eq!(log.head(), Head { seq: seq + 1, root }, "the root is determined by entries and signatures");
    for earlier in 0..=seq {
        assert_eq!(log.root_at(earlier), before.root_at(earlier), "earlier roots are unchanged");
    }
    assert!(owners(log.roster()) > 0, "a vault without an owner");
    assert_eq!(verdict == Verdict::Unread, !before.roster().is_format_known());
    assert!(verdict != Verdict::Accepted || !before.roster().is_closed(), "a closed vault");
    match (verdict, made) {
        (Verdict::Rejected(_) | Verdict::Unread, _) => {
            assert_eq!(log.roster(), before.roster(), "a rejected entry changes nothing");
            for item in world::ITEMS {
                assert_eq!(log.current(&item), before.current(&item), "a rejected entry changes nothing");
            }
        }
        (Verdict::Accepted, GeneratedEntry::Revision(revision)) => accepted_revision(&before, log, revision),
        (Verdict::Accepted, GeneratedEntry::Record(record)) => accepted_record(&before, log, record),
    }
    verdict
}

fn owners(roster: &Roster) -> usize {
    roster.members().filter(|(_, member)| member.role == MemberRole::Owner).count()
}

fn accepted_revision(before: &LogVerifier, after: &LogVerifier, revision: &SignedRevision) {
    use vault_wire::cbor::Canonical;
    use vault_wire::revision::RevisionHeader;

    let header = RevisionHeader::decode(&revision.header).expect("an accepted revision is well-formed");
    let author = before.roster().member(&header.author).expect("the author is a member");
    assert!(author.role.may_write());
    assert!(revision.verify(&author.certificate().sign).is_ok());
    assert_eq!(header.epoch, before.roster().epoch());
    assert_eq!(header.parent, before.current(&header.item_id).map(|current| current.hash));
    assert_eq!(after.current(&header.item_id).map(|current| current.hash), Some(revision.hash()));
    assert_eq!(after.roster(), before.roster(), "a revision changes no roster");
}

fn accepted_record(before: &LogVerifier, after: &LogVerifier, signed: &SignedRecord) {
    use vault_wire::cbor::Canonical;
    use vault_wire::roster::Record;

    let record = Record::decode(&signed.bytes).expect("an accepted record is well-formed");
    let (was, is) = (before.roster(), after.roster());
    let author = was.member(&record.author).expect("the author is a member");
    assert_eq!(record.prev, *was.last_record());
    assert_eq!(*is.last_record(), signed.entry_hash());
    for item in world::ITEMS {
        assert_eq!(after.current(&item), before.current(&item), "a record changes no item");
    }

    let changed: Vec<&AccountId> = (was.members().chain(is.members()))
        .map(|(account, _)| account)
        .filter(|account| was.member(account) != is.member(account))
        .collect();
    for account in changed {
        let (old, new) = (was.member(account).map(|old| old.role), is.member(account).map(|new| new.role));
        let own = *account == record.author;
        let renewed = own && old == new;
        let left = own && new.is_none();
        let allowed = [old, new].iter().flatten().all(|role| author.role.may_administer(*role));
        assert!(renewed || left || allowed, "{:?} made {old:?} of {account} {new:?}", author.role);
        if !renewed && [old, new].contains(&Some(MemberRole::Owner)) {
            let by_root = signed.root_signature.as_ref().expect("owner changes need the root's signature");
            let message = Record::root_message(&signed.entry_hash());
            assert!(author.certificate().root.verify(&message, by_root).is_ok());
        }
        if old.is_some() && new.is_none() {
            assert!(is.epoch() > was.epoch() || is.is_epoch_due(), "a former member knows the key");
        }
    }
    assert!(is.epoch() == was.epoch() || (is.epoch() == was.epoch() + 1 && author.role.may_rotate()));
    let terms = |roster: &Roster| (roster.format(), roster.is_closed(), roster.requires_second_factor());
    let owned = author.role == MemberRole::Owner && signed.root_signature.is_some();
    assert!(terms(was) == terms(is) || owned, "only an owner's root changes these");
    assert!(is.format() >= was.format());
    for epoch in 1..=was.epoch() {
        assert_eq!(is.epoch_at(epoch), was.epoch_at(epoch), "earlier epochs are unchanged");
    }
    for (_, invite) in is.invites() {
        assert!(invite.role != MemberRole::Owner, "no invitation makes an owner");
    }
}
