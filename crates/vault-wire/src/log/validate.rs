//! Rule V: validation of an entry against the state before it.

use crate::cbor::{Canonical, DecodeError, Reader};
use crate::history::{LogHistory, RejectReason};
use crate::log::{Entry, Revised, Signatures};
use crate::revision::{RevisionHeader, SignedRevision};
use crate::roster::{Change, Member, Op, Record, RecordContext, RootSignature, Roster, SignedRecord};
use crate::signature::VerifyKey;
use crate::{AccountId, EntryHash, ItemId, RevHash, Root, SignPublicKey};

/// The effect of an accepted entry.
#[derive(Debug)]
pub enum Effect {
    /// Changes the roster.
    Roster(Box<RosterChange>),
    /// Replaces the current revision of an item.
    Revision(Revised),
}

/// A validated change to the roster.
#[derive(Debug)]
pub struct RosterChange(crate::roster::Delta);

impl Roster {
    /// Applies a change that was validated against this very roster.
    pub fn apply(&mut self, change: RosterChange) {
        self.apply_delta(change.0);
    }
}

/// An entry after all order-independent work: decoded, hashed, and its signature checked with the key that
/// its author had at that time. Entries can be prepared on several threads.
#[derive(Debug)]
pub struct Prepared<'a> {
    pub(super) entry_hash: EntryHash,
    pub(super) signatures: Signatures<'a>,
    content: Content<'a>,
}

#[derive(Debug)]
enum Content<'a> {
    Revision {
        signed: &'a SignedRevision,
        header: Result<RevisionHeader, DecodeError>,
        /// The key that the signature was checked with, and whether it was valid.
        checked: Option<(SignPublicKey, bool)>,
    },
    Record {
        signed: &'a SignedRecord,
    },
}

/// Prepares an entry. The roster may be outdated: if the author's key has changed since, validation checks
/// the signature again.
#[must_use]
pub fn prepare<'a>(roster: &Roster, entry: Entry<'a>) -> Prepared<'a> {
    let content = match entry {
        Entry::Record(signed) => Content::Record { signed },
        Entry::Revision(signed) => {
            let header = RevisionHeader::decode(&signed.header);
            let author = header.as_ref().ok().and_then(|header| roster.member(&header.author));
            let checked = author.map(|author| {
                let key = &author.identity.key;
                (key.public(), signed.verify_signature(key).is_ok())
            });
            Content::Revision { signed, header, checked }
        }
    };
    Prepared { entry_hash: entry.hash(), signatures: entry.signatures(), content }
}

/// Validates the next entry against the state before it.
///
/// # Errors
/// The reason why the entry has no effect.
pub fn validate(
    roster: &Roster,
    history: &impl LogHistory,
    entry: &Prepared<'_>,
) -> Result<Effect, RejectReason> {
    match &entry.content {
        Content::Revision { signed, header, checked } => {
            let header = header.as_ref().map_err(|_| undecodable(&signed.header))?;
            let item_id = validate_revision(roster, history, signed, header, checked.as_ref())?;
            // The entry hash of a revision is the revision's hash.
            let hash = RevHash::from_bytes(*entry.entry_hash.as_bytes());
            Ok(Effect::Revision(Revised { item_id, hash }))
        }
        Content::Record { signed } => validate_record(roster, history, signed, entry.entry_hash)
            .map(|delta| Effect::Roster(Box::new(delta))),
    }
}

/// Returns why a header or record does not decode. This program knows the vault's format, so an unknown one is
/// above it.
fn undecodable(bytes: &[u8]) -> RejectReason {
    let mut reader = Reader::new(bytes);
    match reader.array_up_to(u64::MAX).and_then(|_| reader.uint()) {
        Ok(format) if format != u64::from(Roster::FORMAT) => RejectReason::Format,
        _ => RejectReason::Malformed,
    }
}

fn validate_revision(
    roster: &Roster,
    history: &impl LogHistory,
    signed: &SignedRevision,
    header: &RevisionHeader,
    checked: Option<&(SignPublicKey, bool)>,
) -> Result<ItemId, RejectReason> {
    let RevisionHeader {
        vault_id,
        item_id,
        kind: _,
        parent,
        author,
        generation,
        epoch,
        base_seq,
        base_root,
        blobs: _,
    } = header;
    if vault_id != roster.vault_id() {
        return Err(RejectReason::OtherVault);
    }
    let author = member(roster, author, *generation)?;
    let key = &author.identity.key;
    let valid = match checked {
        Some((with, valid)) if *with == key.public() => *valid,
        _ => signed.verify_signature(key).is_ok(),
    };
    if !valid {
        return Err(RejectReason::Signature);
    }
    // Checked before the other rules: a member's signed statement that contradicts this log is evidence.
    check_base(history, *base_seq, base_root)?;
    roster.check_open()?;
    if !author.role.may_write() {
        return Err(RejectReason::Role);
    }
    if *epoch != roster.epoch() {
        return Err(RejectReason::Epoch);
    }
    if *parent != history.current(item_id).map(|current| current.hash) {
        return Err(RejectReason::Parent);
    }
    Ok(*item_id)
}

fn validate_record(
    roster: &Roster,
    history: &impl LogHistory,
    signed: &SignedRecord,
    entry_hash: EntryHash,
) -> Result<RosterChange, RejectReason> {
    let Record { vault_id, prev, base_seq, base_root, author, generation, made_at, ops } =
        Record::decode(&signed.bytes).map_err(|_| undecodable(&signed.bytes))?;
    if vault_id != *roster.vault_id() {
        return Err(RejectReason::OtherVault);
    }
    let changes = match ops.as_slice() {
        // The new identity signs for itself and the root has certified it, so the old key, which may be lost
        // or compromised, is not needed.
        [op @ Op::Certificate { .. }] => {
            let change = Change::check(op)?;
            if let Change::Certificate { identity } = &change {
                roster.member(&author).ok_or(RejectReason::Author)?;
                if identity.account_id() != author || identity.certificate.generation != generation {
                    return Err(RejectReason::Certificate);
                }
                check_signature(&identity.key, signed)?;
            }
            check_base(history, base_seq, &base_root)?;
            vec![change]
        }
        ops => {
            check_signature(&member(roster, &author, generation)?.identity.key, signed)?;
            check_base(history, base_seq, &base_root)?;
            ops.iter().map(Change::check).collect::<Result<_, _>>()?
        }
    };
    if prev != *roster.last_record() {
        return Err(RejectReason::Parent);
    }
    let (delta, root) =
        roster.validate(RecordContext { author, record: entry_hash, made_at }, &changes, history)?;
    match (root, &signed.root_signature) {
        (RootSignature::NotNeeded, None) => {}
        (RootSignature::Needed, Some(by_root)) => {
            let author = roster.member(&author).ok_or(RejectReason::Author)?;
            let message = Record::root_message(&entry_hash);
            author.certificate().root.verify(&message, by_root).map_err(|_| RejectReason::RootSignature)?;
        }
        _ => return Err(RejectReason::RootSignature),
    }
    Ok(RosterChange(delta))
}

fn member<'r>(roster: &'r Roster, account: &AccountId, generation: u32) -> Result<&'r Member, RejectReason> {
    let member = roster.member(account).ok_or(RejectReason::Author)?;
    if member.certificate().generation == generation { Ok(member) } else { Err(RejectReason::Author) }
}

fn check_signature(key: &VerifyKey, signed: &SignedRecord) -> Result<(), RejectReason> {
    key.verify(&Record::message(&signed.bytes), &signed.signature).map_err(|_| RejectReason::Signature)
}

/// Checks that the author's base is a state of this log.
fn check_base(history: &impl LogHistory, base_seq: u64, base_root: &Root) -> Result<(), RejectReason> {
    // `base_seq < n` for the next entry n, so it must name an existing root.
    if history.root_at(base_seq).as_ref() == Some(base_root) { Ok(()) } else { Err(RejectReason::Base) }
}
