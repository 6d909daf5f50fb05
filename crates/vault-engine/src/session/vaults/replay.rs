//! Replaying the log of a vault from the database, as another device would.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use rusqlite::Connection;
use vault_wire::cbor::Canonical;
use vault_wire::log::{Entry, Head, LogVerifier, Verdict};
use vault_wire::revision::{RevisionHeader, SignedRevision};
use vault_wire::roster::SignedRecord;
use vault_wire::{AccountId, BodyHash, Root, SignPublicKey, Signature};

use super::log::Log;
use crate::session::error::SessionError;

/// Entries between two checks for cancellation: a few milliseconds.
const ASK_EVERY: u64 = 128;

/// The signing keys of the authors of a log, by account and generation. They outlive a membership.
pub(crate) type Authors = BTreeMap<(AccountId, u32), SignPublicKey>;

/// A log in which every entry is valid.
pub(crate) struct Replayed {
    pub(crate) log: LogVerifier,
    /// The authors of its revisions.
    pub(crate) authors: Authors,
}

/// Why a log could not be replayed.
pub(crate) enum ReplayError {
    /// The entry with this number is missing, was changed, or is not permitted.
    Entry(u64),
    Session(SessionError),
}

impl From<rusqlite::Error> for ReplayError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Session(error.into())
    }
}

/// Checks every signature, hash and root of a log, until `go_on` cancels.
pub(crate) fn replay(
    db: &Connection,
    log: &Log,
    go_on: &mut dyn FnMut() -> ControlFlow<()>,
) -> Result<Replayed, ReplayError> {
    let mut entries = db.prepare(
        "SELECT seq, root, item_id IS NULL, header, signature, body_hash, body
             FROM entry WHERE vault_key = ?1 ORDER BY seq",
    )?;
    let mut rows = entries.query([log.vault_key])?;
    let mut replayed: Option<Replayed> = None;
    let mut expected = 1;
    while let Some(row) = rows.next()? {
        if expected % ASK_EVERY == 0 && go_on().is_break() {
            return Err(ReplayError::Session(SessionError::Cancelled));
        }
        let is_record: bool = row.get(2)?;
        let next = if is_record {
            let signatures: Vec<u8> = row.get(4)?;
            let record = SignedRecord::from_parts(row.get(3)?, &signatures).ok();
            record.and_then(|record| push_record(replayed, &record, log))
        } else {
            let revision = SignedRevision {
                header: row.get(3)?,
                body_hash: BodyHash::from_bytes(row.get(5)?),
                signature: Signature::from_bytes(row.get(4)?),
            };
            let body: Option<Vec<u8>> = row.get(6)?;
            replayed.and_then(|replayed| push_revision(replayed, &revision, body.as_deref()))
        };
        let stated = Head { seq: row.get(0)?, root: Root::from_bytes(row.get(1)?) };
        let next = next.filter(|next| stated.seq == expected && next.log.head() == stated);
        replayed = Some(next.ok_or(ReplayError::Entry(expected))?);
        expected += 1;
    }
    replayed.filter(|replayed| replayed.log.head() == log.head).ok_or(ReplayError::Entry(expected))
}

/// Pushes a record; the first one is the genesis record.
fn push_record(replayed: Option<Replayed>, record: &SignedRecord, log: &Log) -> Option<Replayed> {
    match replayed {
        None => {
            let log = LogVerifier::from_genesis(record, Some(&log.genesis)).ok()?;
            Some(Replayed { log, authors: Authors::new() })
        }
        Some(mut replayed) => match replayed.log.push(Entry::Record(record)) {
            Verdict::Accepted | Verdict::Unread => Some(replayed),
            Verdict::Rejected(_) => None,
        },
    }
}

fn push_revision(mut replayed: Replayed, revision: &SignedRevision, body: Option<&[u8]>) -> Option<Replayed> {
    match replayed.log.push(Entry::Revision(revision)) {
        Verdict::Rejected(_) => return None,
        Verdict::Unread => {}
        Verdict::Accepted => {
            let RevisionHeader { author, generation, .. } = RevisionHeader::decode(&revision.header).ok()?;
            let key = &replayed.log.roster().member(&author)?.identity.key;
            replayed.authors.entry((author, generation)).or_insert_with(|| key.public());
        }
    }
    body.is_none_or(|body| BodyHash::of(body) == revision.body_hash).then_some(replayed)
}
