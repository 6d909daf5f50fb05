//! Verification of the logs and views of a database.

use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension};
use vault_wire::log::{Entry, Head, LogVerifier, Verdict};
use vault_wire::revision::SignedRevision;
use vault_wire::roster::SignedRecord;
use vault_wire::{BodyHash, Root, Signature, VaultId};

use crate::session::error::SessionError;
use crate::session::rows::counts;
use crate::session::state::Session;
use crate::session::vaults::log::Log;

/// Entries between two checks for cancellation: a few milliseconds.
const ASK_EVERY: u64 = 128;

/// Why a log or the views are invalid.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// An entry is missing, was changed, or is not permitted.
    #[error("entry {seq} of the log of vault {vault} is invalid")]
    Entry {
        /// The vault.
        vault: VaultId,
        /// The number of the entry, from 1.
        seq: u64,
    },
    /// An item's view is not of its last revision in the log, or the counts do not match the views.
    #[error("the views of the items do not match their last revisions")]
    View,
    /// Any other error.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl From<rusqlite::Error> for CheckError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Session(error.into())
    }
}

impl Session {
    /// Replays the log of each vault as another device would, and returns the number of entries. Checks every
    /// signature, hash and root, and that views and counts match the last revisions.
    ///
    /// # Errors
    /// See [`CheckError`].
    pub fn check_log(&self) -> Result<u64, CheckError> {
        check(&self.db, self.vaults.logs(), &mut || ControlFlow::Continue(()))
    }
}

/// Checks the given logs of any database as [`Session::check_log`] does, until `go_on` cancels.
pub(crate) fn check(
    db: &Connection,
    logs: impl Iterator<Item = Log>,
    go_on: &mut dyn FnMut() -> ControlFlow<()>,
) -> Result<u64, CheckError> {
    let mut entries = 0;
    for log in logs {
        check_log(db, &log, go_on)?;
        entries += log.head.seq;
    }
    check_views(db)?;
    Ok(entries)
}

fn check_log(
    db: &Connection,
    log: &Log,
    go_on: &mut dyn FnMut() -> ControlFlow<()>,
) -> Result<(), CheckError> {
    let Log { vault_key, vault, genesis, head } = log;
    let mut entries = db.prepare(
        "SELECT seq, root, item_id IS NULL, header, signature, body_hash, body
             FROM entry WHERE vault_key = ?1 ORDER BY seq",
    )?;
    let mut rows = entries.query([vault_key])?;
    let mut log: Option<LogVerifier> = None;
    let mut expected = 1;
    while let Some(row) = rows.next()? {
        let wrong = || CheckError::Entry { vault: *vault, seq: expected };
        if expected % ASK_EVERY == 0 && go_on().is_break() {
            return Err(SessionError::Cancelled.into());
        }
        let is_record: bool = row.get(2)?;
        let verifier = if is_record {
            let signatures: Vec<u8> = row.get(4)?;
            let record = SignedRecord::from_parts(row.get(3)?, &signatures).map_err(|_| wrong())?;
            match log.take() {
                None => LogVerifier::from_genesis(&record, Some(genesis)).map_err(|_| wrong())?,
                Some(mut verifier) => match verifier.push(Entry::Record(&record)) {
                    Verdict::Accepted | Verdict::Unread => verifier,
                    Verdict::Rejected(_) => return Err(wrong()),
                },
            }
        } else {
            let signature = Signature::from_bytes(row.get(4)?);
            let mut verifier = log.take().ok_or_else(wrong)?;
            let body_hash = BodyHash::from_bytes(row.get(5)?);
            let body: Option<Vec<u8>> = row.get(6)?;
            let revision = SignedRevision { header: row.get(3)?, body_hash, signature };
            let verdict = verifier.push(Entry::Revision(&revision));
            let rejected = matches!(verdict, Verdict::Rejected(_));
            if rejected || body.is_some_and(|body| BodyHash::of(&body) != body_hash) {
                return Err(wrong());
            }
            verifier
        };
        let stated = Head { seq: row.get(0)?, root: Root::from_bytes(row.get(1)?) };
        if stated.seq != expected || verifier.head() != stated {
            return Err(wrong());
        }
        log = Some(verifier);
        expected += 1;
    }
    if log.is_none_or(|log| log.head() != *head) {
        return Err(CheckError::Entry { vault: *vault, seq: expected });
    }
    Ok(())
}

fn check_views(db: &Connection) -> Result<(), CheckError> {
    let stale = db
        .query_row(
            // The view of a metadata item is its row in `joined`.
            "SELECT 1 FROM
                 (SELECT item_id, entry_key, revision, vault_key FROM item
                  UNION ALL SELECT item_id, entry_key, revision, NULL FROM joined) AS view
                 JOIN entry USING (entry_key)
                 WHERE view.revision <> entry.hash OR view.item_id <> entry.item_id
                     OR view.vault_key <> entry.vault_key OR entry.seq <>
                     (SELECT max(seq) FROM entry AS last
                          WHERE last.item_id = view.item_id AND last.vault_key = entry.vault_key)",
            [],
            |_| Ok(()),
        )
        .optional()?;
    if stale.is_some() || !counts::is_right(db)? {
        return Err(CheckError::View);
    }
    Ok(())
}
