//! The log of a vault as its row in the database describes it.

use rusqlite::Connection;
use vault_wire::log::Head;
use vault_wire::{EntryHash, Root, VaultId};

use crate::session::error::SessionError;

/// A log, by its vault, with its genesis hash and head.
#[derive(Clone, Copy)]
pub(crate) struct Log {
    pub(crate) vault_key: i64,
    pub(crate) vault: VaultId,
    pub(crate) genesis: EntryHash,
    /// The last entry whose place is settled: the last one, or the last confirmed one while later ones wait to be based
    /// on what was received.
    pub(crate) head: Head,
}

impl Log {
    /// Reads the log's data from the row of a vault.
    pub(crate) fn read(db: &Connection, id: VaultId) -> Result<Self, SessionError> {
        let found = Self::all(db)?.into_iter().find(|log| log.vault == id);
        found.ok_or(SessionError::DatabaseDamaged)
    }

    /// Reads the logs' data from the rows of all vaults.
    pub(crate) fn all(db: &Connection) -> Result<Vec<Self>, SessionError> {
        let mut all = db.prepare_cached(
            "SELECT vault_key, vault_id, genesis_hash, seq, root
             FROM vault LEFT JOIN sync USING (vault_key) JOIN entry USING (vault_key)
             WHERE seq = CASE WHEN rebase > 0 THEN confirmed ELSE head_seq END",
        )?;
        let all = all.query_map([], |row| {
            Ok(Self {
                vault_key: row.get(0)?,
                vault: VaultId::from_bytes(row.get(1)?),
                genesis: EntryHash::from_bytes(row.get(2)?),
                head: Head { seq: row.get(3)?, root: Root::from_bytes(row.get(4)?) },
            })
        })?;
        Ok(all.collect::<Result<_, _>>()?)
    }
}
