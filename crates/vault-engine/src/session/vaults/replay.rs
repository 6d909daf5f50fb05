//! Replaying the log of a vault from the database, as another device would.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use rusqlite::Connection;
use vault_wire::log::{Entry, Head, LogVerifier, Verdict};
use vault_wire::revision::SignedRevision;
use vault_wire::roster::SignedRecord;
use vault_wire::{AccountId, BodyHash, Root, SignPublicKey, Signature};

use super::log::Log;
use crate::session::error::SessionError;
use crate::session::rows::status;
use crate::session::rows::view::time;

/// Entries between two checks for cancellation: a few milliseconds.
const ASK_EVERY: u64 = 128;

/// The signing keys of the authors of a log, by account and generation. They outlive a membership.
pub(crate) type Authors = BTreeMap<(AccountId, u32), SignPublicKey>;

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
) -> Result<(), ReplayError> {
    let mut entries = db.prepare(
        "SELECT seq, root, body_hash IS NULL, header, signature, body_hash, body, coalesce(status, 0)
             FROM entry LEFT JOIN entry_status USING (entry_key) WHERE vault_key = ?1 AND seq <= ?2
             ORDER BY seq",
    )?;
    let mut rows = entries.query((log.vault_key, time(log.head.seq)))?;
    let mut replayed: Option<LogVerifier> = None;
    let mut expected = 1;
    while let Some(row) = rows.next()? {
        if expected % ASK_EVERY == 0 && go_on().is_break() {
            return Err(ReplayError::Session(SessionError::Cancelled));
        }
        let is_record: bool = row.get(2)?;
        let in_effect = row.get::<_, i64>(7)? != status::NO_EFFECT;
        let next = if is_record {
            let signatures: Vec<u8> = row.get(4)?;
            let record = SignedRecord::from_parts(row.get(3)?, &signatures).ok();
            record.and_then(|record| push_record(replayed, &record, log, in_effect))
        } else {
            let revision = SignedRevision {
                header: row.get(3)?,
                body_hash: BodyHash::from_bytes(row.get(5)?),
                signature: Signature::from_bytes(row.get(4)?),
            };
            let body: Option<Vec<u8>> = row.get(6)?;
            replayed.and_then(|replayed| push_revision(replayed, &revision, body.as_deref(), in_effect))
        };
        let head = Head { seq: row.get(0)?, root: Root::from_bytes(row.get(1)?) };
        let next = next.filter(|next| head.seq == expected && next.head() == head);
        replayed = Some(next.ok_or(ReplayError::Entry(expected))?);
        expected += 1;
    }
    let whole = replayed.is_some_and(|replayed| replayed.head() == log.head);
    if whole { Ok(()) } else { Err(ReplayError::Entry(expected)) }
}

/// Pushes a record; the first one is the genesis record. `in_effect` is what the database says about it.
fn push_record(
    replayed: Option<LogVerifier>,
    record: &SignedRecord,
    log: &Log,
    in_effect: bool,
) -> Option<LogVerifier> {
    let Some(mut replayed) = replayed else {
        return LogVerifier::from_genesis(record, Some(&log.genesis)).ok();
    };
    agrees(replayed.push(Entry::Record(record)), in_effect).then_some(replayed)
}

fn push_revision(
    mut replayed: LogVerifier,
    revision: &SignedRevision,
    body: Option<&[u8]>,
    in_effect: bool,
) -> Option<LogVerifier> {
    let sound = agrees(replayed.push(Entry::Revision(revision)), in_effect)
        && body.is_none_or(|body| BodyHash::of(body) == revision.body_hash);
    sound.then_some(replayed)
}

fn agrees(verdict: Verdict, in_effect: bool) -> bool {
    match verdict {
        Verdict::Accepted => in_effect,
        Verdict::Rejected(_) => !in_effect,
        // The program that received the entry may have known its format.
        Verdict::Unread => true,
    }
}
