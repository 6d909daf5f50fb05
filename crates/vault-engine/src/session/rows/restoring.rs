//! Vaults of which a restored server had lost entries, until it has shown all of them again.

use rusqlite::Connection;
use vault_wire::VaultId;

use super::meta;
use crate::session::error::SessionError;

/// How far the server of a vault is with the entries that it had lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restoring {
    /// The number of entries that it has, as far as they were read back.
    pub read_back: u64,
    /// The number of entries that this computer has sent again.
    pub sent: u64,
}

/// Length of a row: the vault, and two numbers of eight bytes, the most significant first.
const ROW: usize = 32;

impl Restoring {
    /// Reads the state of a vault; `None` if the server has everything.
    pub(crate) fn read(db: &Connection, vault: &VaultId) -> Result<Option<Self>, SessionError> {
        Ok(all(db)?.into_iter().find(|(id, _)| id == vault).map(|(_, state)| state))
    }

    /// Stores the state of a vault; `None` ends it.
    pub(crate) fn store(db: &Connection, vault: &VaultId, state: Option<Self>) -> Result<(), SessionError> {
        let mut states = all(db)?;
        states.retain(|(id, _)| id != vault);
        states.extend(state.map(|state| (*vault, state)));
        if states.is_empty() {
            return meta::remove(db, meta::RESTORING);
        }
        let mut bytes = Vec::with_capacity(states.len() * ROW);
        for (vault, Self { read_back, sent }) in &states {
            bytes.extend_from_slice(vault.as_bytes());
            bytes.extend_from_slice(&read_back.to_be_bytes());
            bytes.extend_from_slice(&sent.to_be_bytes());
        }
        meta::set(db, meta::RESTORING, &bytes)
    }
}

fn all(db: &Connection) -> Result<Vec<(VaultId, Restoring)>, SessionError> {
    let bytes = meta::get(db, meta::RESTORING)?.unwrap_or_default();
    let (rows, rest) = bytes.as_chunks::<ROW>();
    if !rest.is_empty() {
        return Err(SessionError::DatabaseDamaged);
    }
    let number = |bytes: &[u8]| bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte));
    let read = |row: &[u8; ROW]| {
        let (vault, numbers) = row.split_first_chunk::<16>().ok_or(SessionError::DatabaseDamaged)?;
        let (read_back, sent) = numbers.split_at(8);
        let state = Restoring { read_back: number(read_back), sent: number(sent) };
        Ok((VaultId::from_bytes(*vault), state))
    };
    rows.iter().map(read).collect()
}
