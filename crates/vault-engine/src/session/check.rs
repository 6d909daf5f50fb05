//! Proving that the log of an open profile is whole.

use rusqlite::{Connection, OptionalExtension};
use vault_wire::log::{Entry, Head, LogVerifier, Verdict};
use vault_wire::revision::SignedRevision;
use vault_wire::roster::SignedRecord;
use vault_wire::{BodyHash, EntryHash, Root, Signature};

use super::vault::HomeVault;
use super::{Session, SessionError, tally};

/// What does not hold in the log.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// An entry is missing, was changed, or has no right to be there.
    #[error("entry {seq} of the log does not hold")]
    Entry {
        /// Its number, from 1.
        seq: u64,
    },
    /// An item's view is of another revision than the log's last one, or the counts are not those of the views.
    #[error("the view of the items is not that of their last revisions")]
    View,
    /// The rest.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl From<rusqlite::Error> for CheckError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Session(error.into())
    }
}

impl Session {
    /// Replays the whole log as another device would: every signature, hash and root is checked, and that the views are
    /// of the last revisions. Answers with the number of entries.
    ///
    /// # Errors
    /// If something does not hold.
    pub fn check_log(&self) -> Result<u64, CheckError> {
        let HomeVault { vault_key, founding, head, .. } = &self.vault;
        check(&self.db, *vault_key, &founding.genesis_hash, *head)
    }
}

/// Does what [`Session::check_log`] says, in any database.
pub(super) fn check(
    db: &Connection,
    vault_key: i64,
    genesis: &EntryHash,
    head: Head,
) -> Result<u64, CheckError> {
    let mut entries = db.prepare(
        "SELECT seq, root, item_id IS NULL, header, signature, body_hash, body
             FROM entry WHERE vault_key = ?1 ORDER BY seq",
    )?;
    let mut rows = entries.query([vault_key])?;
    let mut log: Option<LogVerifier> = None;
    let mut expected = 1;
    while let Some(row) = rows.next()? {
        let wrong = || CheckError::Entry { seq: expected };
        let is_record: bool = row.get(2)?;
        let verifier = if is_record {
            let signatures: Vec<u8> = row.get(4)?;
            let record = SignedRecord::from_parts(row.get(3)?, &signatures).map_err(|_| wrong())?;
            match log.take() {
                None => LogVerifier::found(&record, Some(genesis)).map_err(|_| wrong())?,
                Some(mut verifier) => match verifier.push(Entry::Record(&record)) {
                    Verdict::Accepted => verifier,
                    Verdict::Void(_) => return Err(wrong()),
                },
            }
        } else {
            let signature = Signature::from_bytes(row.get(4)?);
            let mut verifier = log.take().ok_or_else(wrong)?;
            let body_hash = BodyHash::from_bytes(row.get(5)?);
            let body: Option<Vec<u8>> = row.get(6)?;
            let revision = SignedRevision { header: row.get(3)?, body_hash, signature };
            let verdict = verifier.push(Entry::Revision(&revision));
            if verdict != Verdict::Accepted || body.is_some_and(|body| BodyHash::of(&body) != body_hash) {
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
    if log.is_none_or(|log| log.head() != head) {
        return Err(CheckError::Entry { seq: expected });
    }
    check_views(db)?;
    Ok(head.seq)
}

fn check_views(db: &Connection) -> Result<(), CheckError> {
    let stale = db
        .query_row(
            "SELECT 1 FROM item JOIN entry USING (entry_key)
                 WHERE item.revision <> entry.hash OR item.item_id <> entry.item_id OR entry.seq <>
                     (SELECT max(seq) FROM entry AS last WHERE last.item_id = item.item_id)",
            [],
            |_| Ok(()),
        )
        .optional()?;
    if stale.is_some() || !tally::is_right(db)? {
        return Err(CheckError::View);
    }
    Ok(())
}
