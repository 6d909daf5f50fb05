//! One step of a program.

use vault_crypto::{InviteLink, InviteSecret, sign_record};
use vault_testkit::FixedRng;
use vault_wire::log::{Head, LogVerifier};
use vault_wire::revision::{RevisionHeader, RevisionKind, SignedRevision};
use vault_wire::roster::{BACK_LEN, EpochOp, MemberRole, Op, Record, SignedRecord};
use vault_wire::{BodyHash, EntryHash, KeyCommitment, RevHash, Root, Signature};

use super::made::GeneratedEntry;
use super::world::{ITEMS, Person, World};

/// The bytes of a step:
///
/// | byte | meaning |
/// |---|---|
/// | 0 | up to 127 a record, up to 223 a revision, up to 239 a repeated entry, else arbitrary bytes |
/// | 1 | bits 0–1 signer, 2–3 its generation (3: the roster's), 4–5 root that signs too (0: none, 1: the author's, else the next person's), 6 wrong previous record or revision |
/// | 2 | 0: based on the head; bit 7 set: on a false root; else that many entries before the head |
/// | 3–11 | of a record, three ops of three bytes (the number as in the format, and two arguments); of a revision, item, kind and epoch |
/// | 12–15 | 0: undamaged; else the damaged part: 1 the content, 2 the signature, 3 the root's signature; offset; mask |
pub(super) const STEP: usize = 16;

pub(super) fn make(
    world: &World,
    log: &LogVerifier,
    earlier: &[GeneratedEntry],
    step: &[u8; STEP],
) -> GeneratedEntry {
    let [kind, who, base, a, b, c, d, e, f, g, h, i, part, high, low, how] = *step;
    let author = world.person(who);
    let base = base_of(log, base);
    let mut made = match kind {
        0..128 => {
            let ops = [[a, b, c], [d, e, f], [g, h, i]];
            GeneratedEntry::Record(record(world, log, author, who, base, &ops))
        }
        128..224 => GeneratedEntry::Revision(revision(log, author, who, base, [a, b, c])),
        224..240 => again(world, earlier, a),
        _ => GeneratedEntry::Record(SignedRecord {
            bytes: step.to_vec(),
            signature: Signature::from_bytes([how; 64]),
            root_signature: None,
        }),
    };
    damage(&mut made, part, usize::from(high) << 8 | usize::from(low), how);
    made
}

fn base_of(log: &LogVerifier, byte: u8) -> Head {
    let head = log.head();
    let seq = head.seq.saturating_sub(u64::from(byte & 0x7f));
    let root = log.root_at(seq).copied().unwrap_or(head.root);
    Head { seq, root: if byte & 0x80 == 0 { root } else { Root::from_bytes([byte; 32]) } }
}

/// Returns the index of the author's signing identity, from 0.
fn generation(log: &LogVerifier, author: &Person, who: u8) -> usize {
    match who >> 2 & 3 {
        3 => {
            let member = log.roster().member(&author.id);
            let current = member.map_or(1, |member| member.certificate().generation);
            usize::try_from(current).unwrap_or(1) - 1
        }
        chosen => usize::from(chosen),
    }
}

fn record(
    world: &World,
    log: &LogVerifier,
    author: &Person,
    who: u8,
    base: Head,
    ops: &[[u8; 3]; 3],
) -> SignedRecord {
    let renewed = |[code, what, _]: &[u8; 3]| (code % 13 == 9).then_some(usize::from(what >> 4) % 3);
    // A record with a new identity is signed by that identity.
    let signing = ops.iter().find_map(renewed).unwrap_or_else(|| generation(log, author, who));
    let (identity, _) = author.identity(signing);
    let last = *log.roster().last_record();
    let record = Record {
        vault_id: world.vault.vault_id,
        prev: if who & 0x40 == 0 { last } else { EntryHash::from_bytes([who; 32]) },
        base_seq: base.seq,
        base_root: base.root,
        author: author.id,
        generation: identity.generation(),
        made_at: u64::from(who),
        ops: ops.iter().filter_map(|op| make_op(world, log, author, op)).collect(),
    };
    let root = match who >> 4 & 3 {
        0 => None,
        1 => Some(&author.root),
        _ => Some(&world.person(who.wrapping_add(1)).root),
    };
    sign_record(&record, identity, root)
}

fn make_op(world: &World, log: &LogVerifier, author: &Person, [code, what, more]: &[u8; 3]) -> Option<Op> {
    let account = world.person(*what);
    let role = MemberRole::ALL[usize::from(what >> 2 & 3)];
    let item_id = ITEMS[usize::from(*what) % ITEMS.len()];
    let identity = account.identity(usize::from(what >> 4) % 3);
    Some(match code % 13 {
        1 => Op::Genesis { nonce: [*more; 32] },
        2 => Op::Invite { key: world.invite(*more).public(), role, expires_at: u64::from(*more) << 2 },
        3 => Op::Revoke { key: world.invite(*more).public() },
        4 => {
            let accept = (more & 0x80 != 0).then(|| answer(log, world.invite(*more), account)).flatten();
            Op::Add { certificate: Box::new(identity.1.clone()), role, accept }
        }
        5 => Op::Role { account: account.id, role },
        6 => Op::Remove { account: account.id },
        7 => Op::Leave,
        8 => {
            let next = log.roster().epoch() + 1;
            Op::Epoch(EpochOp {
                epoch: if what & 0x80 == 0 { next } else { u32::from(*what) },
                commitment: KeyCommitment::from_bytes([*more; 32]),
                back_to: next.saturating_sub(1 + u32::from(what & 0x7f)),
                back: vec![*more; if *more == 255 { 0 } else { BACK_LEN }],
            })
        }
        9 => Op::Certificate { certificate: Box::new(author.identity(usize::from(what >> 4) % 3).1.clone()) },
        10 => Op::Policy { keep_days: u32::from(*what) << 2 },
        11 => Op::Purge { item_id, before_seq: u64::from(*more) },
        12 => {
            let Head { seq, root } = base_of(log, *what);
            Op::Adopt { seq, root }
        }
        _ => return None,
    })
}

/// Returns the acceptance of an open invitation.
fn answer(
    log: &LogVerifier,
    secret: &InviteSecret,
    joins: &Person,
) -> Option<Box<vault_wire::invitation::SignedAccept>> {
    let Head { seq, root } = log.head();
    let invite = log.roster().invite(&secret.public())?;
    let link = InviteLink {
        server: String::new(),
        vault_id: *log.roster().vault_id(),
        genesis_hash: *log.roster().genesis_hash(),
        inviter: invite.author,
        seq,
        root,
        secret: InviteSecret::from_bytes(secret.expose_bytes()),
    };
    let (identity, certificate) = joins.identity(0);
    link.accept(log, identity, certificate, &"Erik".into(), 0, &mut FixedRng::new(1))
        .ok()
        .map(|answer| Box::new(answer.accept))
}

fn revision(
    log: &LogVerifier,
    author: &Person,
    who: u8,
    base: Head,
    [item, kind, epoch]: [u8; 3],
) -> SignedRevision {
    use vault_crypto::{VaultKey, make_revision};

    let item_id = ITEMS[usize::from(item) % ITEMS.len()];
    let (identity, _) = author.identity(generation(log, author, who));
    let current = log.current(&item_id).map(|current| current.hash);
    let header = RevisionHeader {
        vault_id: *log.roster().vault_id(),
        item_id,
        kind: if kind & 1 == 0 { RevisionKind::Put } else { RevisionKind::Tombstone },
        parent: if who & 0x40 == 0 { current } else { Some(RevHash::from_bytes([kind; 32])) },
        author: author.id,
        generation: identity.generation(),
        epoch: if epoch == 0 { log.roster().epoch() } else { epoch.into() },
        base_seq: base.seq,
        base_root: base.root,
        blobs: Vec::new(),
    };
    let key = VaultKey::from_bytes(&[7; 32]);
    make_revision(&header, &[kind], &key, identity, &mut FixedRng::new(1))
        .expect("the payload is short")
        .signed
}

/// Returns an earlier entry, or the genesis record.
fn again(world: &World, earlier: &[GeneratedEntry], which: u8) -> GeneratedEntry {
    match earlier.get(usize::from(which)) {
        Some(GeneratedEntry::Record(record)) => GeneratedEntry::Record(record.clone()),
        Some(GeneratedEntry::Revision(revision)) => GeneratedEntry::Revision(revision.clone()),
        None => GeneratedEntry::Record(world.vault.record.clone()),
    }
}

fn damage(made: &mut GeneratedEntry, part: u8, at: usize, how: u8) {
    let damaged = |signature: &Signature| {
        let mut bytes = *signature.as_bytes();
        flip(&mut bytes, at, how);
        Signature::from_bytes(bytes)
    };
    match (part, made) {
        (1, GeneratedEntry::Record(record)) => flip(&mut record.bytes, at, how),
        (2, GeneratedEntry::Record(record)) => record.signature = damaged(&record.signature),
        (3, GeneratedEntry::Record(record)) => {
            record.root_signature = record.root_signature.as_ref().map(damaged);
        }
        (1, GeneratedEntry::Revision(revision)) => flip(&mut revision.header, at, how),
        (2, GeneratedEntry::Revision(revision)) => revision.signature = damaged(&revision.signature),
        (3, GeneratedEntry::Revision(revision)) => revision.body_hash = BodyHash::of(&[how]),
        _ => {}
    }
}

fn flip(bytes: &mut [u8], at: usize, how: u8) {
    let at = at.checked_rem(bytes.len()).unwrap_or(0);
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= how;
    }
}
