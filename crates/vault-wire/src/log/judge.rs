//! Rule V: how an entry is judged, by the state before it and nothing else.

use crate::cbor::{Canonical, DecodeError};
use crate::log::{CurrentRevision, Entry, Revised, VoidReason};
use crate::revision::{RevisionHeader, SignedRevision};
use crate::roster::{Change, Member, Of, Op, Record, RootSignature, Roster, SignedRecord};
use crate::signature::VerifyKey;
use crate::{AccountId, EntryHash, ItemId, RevHash, Root, SignPublicKey};

/// What the rules need to know of the entries so far, besides the roster. A server looks it up in its database.
pub trait Past {
    /// How many entries there are.
    fn seq(&self) -> u64;
    /// The root after so many entries, if there have been as many.
    fn root_at(&self, seq: u64) -> Option<Root>;
    /// An item's current revision.
    fn current(&self, item_id: &ItemId) -> Option<CurrentRevision>;
}

/// What an entry does that is not void.
#[derive(Debug)]
pub enum Effect {
    /// Another roster.
    Roster(Box<RosterChange>),
    /// Another current revision of an item.
    Revision(Revised),
}

/// A change to the roster that has been judged.
#[derive(Debug)]
pub struct RosterChange(crate::roster::Delta);

impl Roster {
    /// Lets a change take effect that was judged against this very roster.
    pub fn take(&mut self, change: RosterChange) {
        self.apply(change.0);
    }
}

/// An entry after everything about it that needs no order: decoded, hashed, and its signature checked with the key
/// that its author had when it was prepared. Entries can be prepared on several threads.
#[derive(Debug)]
pub struct Prepared<'a> {
    pub(super) entry_hash: EntryHash,
    pub(super) signatures: Signatures<'a>,
    content: Content<'a>,
}

#[derive(Debug)]
pub(super) enum Signatures<'a> {
    One(&'a [u8; 64]),
    Several(Vec<u8>),
}

impl Signatures<'_> {
    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::One(signature) => signature.as_slice(),
            Self::Several(signatures) => signatures,
        }
    }
}

#[derive(Debug)]
enum Content<'a> {
    Revision {
        signed: &'a SignedRevision,
        header: Result<RevisionHeader, DecodeError>,
        /// The key the signature was checked with, and whether it held.
        checked: Option<(SignPublicKey, bool)>,
    },
    Record {
        signed: &'a SignedRecord,
    },
}

/// Prepares an entry. The roster may be an older one: where the author's key has changed meanwhile, the signature is
/// checked again when the entry is judged.
#[must_use]
pub fn prepare<'a>(roster: &Roster, entry: Entry<'a>) -> Prepared<'a> {
    match entry {
        Entry::Record(signed) => Prepared {
            entry_hash: signed.entry_hash(),
            signatures: Signatures::Several(signed.signatures()),
            content: Content::Record { signed },
        },
        Entry::Revision(signed) => {
            let header = RevisionHeader::decode(&signed.header);
            let author = header.as_ref().ok().and_then(|header| roster.member(&header.author));
            let checked = author.map(|author| {
                let key = &author.identity.key;
                (key.public(), signed.verify_signature(key).is_ok())
            });
            Prepared {
                entry_hash: signed.hash().into(),
                signatures: Signatures::One(signed.signature.as_bytes()),
                content: Content::Revision { signed, header, checked },
            }
        }
    }
}

/// Judges the next entry by the state before it.
///
/// # Errors
/// If the entry has no effect, and why.
pub fn judge(roster: &Roster, past: &impl Past, entry: &Prepared<'_>) -> Result<Effect, VoidReason> {
    match &entry.content {
        Content::Revision { signed, header, checked } => {
            let header = header.as_ref().map_err(|_| VoidReason::Malformed)?;
            let item_id = judge_revision(roster, past, signed, header, checked.as_ref())?;
            // For a revision the entry hash is its own.
            let hash = RevHash::from_bytes(*entry.entry_hash.as_bytes());
            Ok(Effect::Revision(Revised { item_id, hash }))
        }
        Content::Record { signed } => {
            judge_record(roster, past, signed, entry.entry_hash).map(|delta| Effect::Roster(Box::new(delta)))
        }
    }
}

fn judge_revision(
    roster: &Roster,
    past: &impl Past,
    signed: &SignedRevision,
    header: &RevisionHeader,
    checked: Option<&(SignPublicKey, bool)>,
) -> Result<ItemId, VoidReason> {
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
        return Err(VoidReason::OtherVault);
    }
    let author = member(roster, author, *generation)?;
    let key = &author.identity.key;
    let holds = match checked {
        Some((with, holds)) if *with == key.public() => *holds,
        _ => signed.verify_signature(key).is_ok(),
    };
    if !holds {
        return Err(VoidReason::Signature);
    }
    // Before all else that may be wrong with it: a member's word against this log is evidence.
    base(past, *base_seq, base_root)?;
    if !author.role.may_write() {
        return Err(VoidReason::Role);
    }
    if *epoch != roster.epoch() {
        return Err(VoidReason::Epoch);
    }
    if *parent != past.current(item_id).map(|current| current.hash) {
        return Err(VoidReason::Parent);
    }
    Ok(*item_id)
}

fn judge_record(
    roster: &Roster,
    past: &impl Past,
    signed: &SignedRecord,
    entry_hash: EntryHash,
) -> Result<RosterChange, VoidReason> {
    let Record { vault_id, prev, base_seq, base_root, author, generation, made_at, ops } =
        Record::decode(&signed.bytes).map_err(|_| VoidReason::Malformed)?;
    if vault_id != *roster.vault_id() {
        return Err(VoidReason::OtherVault);
    }
    let changes = match ops.as_slice() {
        // A new identity speaks for itself: its key signs, and the root's word for it is in the certificate. So an
        // old key that is lost, or in foreign hands, is not asked.
        [op @ Op::Certificate { .. }] => {
            let change = Change::check(op)?;
            if let Change::Certificate { identity } = &change {
                roster.member(&author).ok_or(VoidReason::Author)?;
                if identity.account_id() != author || identity.certificate.generation != generation {
                    return Err(VoidReason::Certificate);
                }
                signature(&identity.key, signed)?;
            }
            base(past, base_seq, &base_root)?;
            vec![change]
        }
        ops => {
            signature(&member(roster, &author, generation)?.identity.key, signed)?;
            base(past, base_seq, &base_root)?;
            ops.iter().map(Change::check).collect::<Result<_, _>>()?
        }
    };
    if prev != *roster.last_record() {
        return Err(VoidReason::Parent);
    }
    let (delta, root) = roster.judge(Of { author, record: entry_hash, made_at }, &changes, past)?;
    match (root, &signed.root_signature) {
        (RootSignature::NotNeeded, None) => {}
        (RootSignature::Needed, Some(by_root)) => {
            let author = roster.member(&author).ok_or(VoidReason::Author)?;
            let message = Record::root_message(&entry_hash);
            author.certificate().root.verify(&message, by_root).map_err(|_| VoidReason::RootSignature)?;
        }
        _ => return Err(VoidReason::RootSignature),
    }
    Ok(RosterChange(delta))
}

fn member<'r>(roster: &'r Roster, account: &AccountId, generation: u32) -> Result<&'r Member, VoidReason> {
    let member = roster.member(account).ok_or(VoidReason::Author)?;
    if member.certificate().generation == generation { Ok(member) } else { Err(VoidReason::Author) }
}

fn signature(key: &VerifyKey, signed: &SignedRecord) -> Result<(), VoidReason> {
    key.verify(&Record::message(&signed.bytes), &signed.signature).map_err(|_| VoidReason::Signature)
}

/// Whether the author has seen what this log was.
fn base(past: &impl Past, base_seq: u64, base_root: &Root) -> Result<(), VoidReason> {
    // `base_seq < n` for the entry n to come, so it must name a root that is already there.
    if past.root_at(base_seq).as_ref() == Some(base_root) { Ok(()) } else { Err(VoidReason::Base) }
}
