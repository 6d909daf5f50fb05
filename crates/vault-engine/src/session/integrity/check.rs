//! Verification of the logs and views of a database.

use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension};
use vault_wire::VaultId;

use crate::session::error::SessionError;
use crate::session::rows::counts;
use crate::session::state::Session;
use crate::session::vaults::log::Log;
use crate::session::vaults::replay::{ReplayError, replay};

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
        replay(db, &log, go_on).map_err(|error| match error {
            ReplayError::Entry(seq) => CheckError::Entry { vault: log.vault, seq },
            ReplayError::Session(error) => error.into(),
        })?;
        entries += log.head.seq;
    }
    check_views(db)?;
    Ok(entries)
}

fn check_views(db: &Connection) -> Result<(), CheckError> {
    let stale = db
        .query_row(
            // The view of a metadata item is its row in `joined`. That of a vault which was deleted elsewhere stays until its
            // log is settled. A revision without content is followed by the next one, but not shown.
            "SELECT 1 FROM
                 (SELECT item_id, entry_key, revision, vault_key, FALSE AS remains FROM item
                  UNION ALL SELECT item_id, entry_key, revision, NULL,
                      EXISTS (SELECT 1 FROM setting WHERE name = 'vault.ending.' || lower(hex(joined.vault_id)))
                  FROM joined) AS view
                 JOIN entry USING (entry_key)
                 WHERE view.item_id <> entry.item_id OR view.vault_key <> entry.vault_key
                     OR NOT remains AND (view.revision <>
                         (SELECT hash FROM entry AS last INDEXED BY entry_of_item WHERE last.item_id = view.item_id
                              AND last.vault_key = entry.vault_key ORDER BY seq DESC LIMIT 1)
                     OR EXISTS
                         (SELECT 1 FROM entry AS later INDEXED BY entry_of_item LEFT JOIN entry_status USING (entry_key)
                              WHERE later.item_id = view.item_id AND later.vault_key = entry.vault_key
                                  AND later.seq > entry.seq AND status IS NULL))",
            [],
            |_| Ok(()),
        )
        .optional()?;
    if stale.is_some() || !counts::is_right(db)? {
        return Err(CheckError::View);
    }
    Ok(())
}
