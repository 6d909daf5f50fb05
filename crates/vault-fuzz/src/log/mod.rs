//! The verifier of logs, fed with small programs.
//!
//! Bytes alone never get past a signature. So they are read as steps, of [`STEP`] bytes each, and every step makes one
//! entry: signed by somebody of a small [`World`] as the step says, well or badly, then damaged if the step says so.

mod step;
mod world;

use vault_wire::log::{Entry, Head, LogVerifier, Verdict, next_root};
use vault_wire::revision::SignedRevision;
use vault_wire::roster::{MemberRole, Roster, SignedRecord};
use vault_wire::{AccountId, EntryHash};

use crate::{Bound, Seen, Target, slow};
use step::STEP;
use world::World;

/// The most steps of one program; more say nothing new, and signatures take their time.
const STEPS: usize = 24;

pub(crate) const TARGETS: &[Target] =
    &[slow("log", log, Bound { per_byte: 64, fixed: 2 << 20 }, STEPS * STEP)];

/// An entry that a step made.
enum Made {
    Record(SignedRecord),
    Revision(SignedRevision),
}

impl Made {
    fn entry(&self) -> Entry<'_> {
        match self {
            Self::Record(record) => Entry::Record(record),
            Self::Revision(revision) => Entry::Revision(revision),
        }
    }

    fn hash_and_signatures(&self) -> (EntryHash, Vec<u8>) {
        match self {
            Self::Record(record) => (record.entry_hash(), record.signatures()),
            Self::Revision(revision) => (revision.hash().into(), revision.signature.as_bytes().to_vec()),
        }
    }
}

fn log(bytes: &[u8]) -> Seen {
    Seen::of(&verdicts(bytes).contains(&Verdict::Accepted).then_some(()))
}

/// What the verifier says of each entry of a program, after all laws have been checked.
#[must_use]
pub fn verdicts(bytes: &[u8]) -> Vec<Verdict> {
    World::with(|world| program(world, bytes))
}

fn program(world: &World, bytes: &[u8]) -> Vec<Verdict> {
    let mut log = world.founded();
    let mut made: Vec<Made> = Vec::new();
    let mut verdicts = Vec::new();
    let (steps, _) = bytes.as_chunks::<STEP>();
    for step in steps.iter().take(STEPS) {
        let entry = step::make(world, &log, &made, step);
        verdicts.push(push(&mut log, &entry));
        made.push(entry);
    }

    // All at once, with signatures checked ahead by an older roster, it is the same.
    let entries: Vec<Entry<'_>> = made.iter().map(Made::entry).collect();
    let mut batch = world.founded();
    assert_eq!(batch.extend(&entries), verdicts, "one by one or in a batch");
    assert_eq!(batch.head(), log.head());
    assert_eq!(batch.roster(), log.roster());
    assert_eq!(batch.equivocation(), log.equivocation());
    for item in world::ITEMS {
        assert_eq!(batch.current(&item), log.current(&item));
    }
    verdicts
}

/// Hands one entry to the verifier, and checks what must hold whatever it says.
fn push(log: &mut LogVerifier, made: &Made) -> Verdict {
    let before = log.clone();
    let verdict = log.push(made.entry());
    let Head { seq, root } = before.head();
    let (hash, signatures) = made.hash_and_signatures();
    let root = next_root(&root, seq + 1, &hash, &signatures);
    assert_eq!(log.head(), Head { seq: seq + 1, root }, "a root follows from entries and signatures");
    for past in 0..=seq {
        assert_eq!(log.root_at(past), before.root_at(past), "what was, stays");
    }
    assert!(owners(log.roster()) > 0, "a vault without an owner");
    match (verdict, made) {
        (Verdict::Rejected(_), _) => {
            assert_eq!(log.roster(), before.roster(), "a void entry changes nothing");
            for item in world::ITEMS {
                assert_eq!(log.current(&item), before.current(&item), "a void entry changes nothing");
            }
        }
        (Verdict::Accepted, Made::Revision(revision)) => accepted_revision(&before, log, revision),
        (Verdict::Accepted, Made::Record(record)) => accepted_record(&before, log, record),
    }
    verdict
}

fn owners(roster: &Roster) -> usize {
    roster.members().filter(|(_, member)| member.role == MemberRole::Owner).count()
}

fn accepted_revision(before: &LogVerifier, after: &LogVerifier, revision: &SignedRevision) {
    use vault_wire::cbor::Canonical;
    use vault_wire::revision::RevisionHeader;

    let header = RevisionHeader::decode(&revision.header).expect("an accepted revision is well formed");
    let author = before.roster().member(&header.author).expect("an accepted revision is a member's");
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

    let record = Record::decode(&signed.bytes).expect("an accepted record is well formed");
    let (was, is) = (before.roster(), after.roster());
    let author = was.member(&record.author).expect("an accepted record is a member's");
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
            let by_root = signed.root_signature.as_ref().expect("an owner changes by the root's word only");
            let message = Record::root_message(&signed.entry_hash());
            assert!(author.certificate().root.verify(&message, by_root).is_ok());
        }
        if old.is_some() && new.is_none() {
            assert!(is.epoch() > was.epoch() || is.is_epoch_due(), "who has gone knows the key");
        }
    }
    assert!(is.epoch() == was.epoch() || (is.epoch() == was.epoch() + 1 && author.role.may_rotate()));
    for epoch in 1..=was.epoch() {
        assert_eq!(is.epoch_at(epoch), was.epoch_at(epoch), "an epoch that was, stays");
    }
    for (_, invite) in is.invites() {
        assert!(invite.role != MemberRole::Owner, "nobody is invited as an owner");
    }
}
