//! What a device that was added to an account knows of the age of its first log.

use rusqlite::Connection;

use super::meta;
use crate::session::error::SessionError;

/// What a new device knows besides what the server says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handover {
    /// Nothing: it was added by password.
    Nothing = 0,
    /// The heads of the vaults, from another device of the account whose own are verified.
    Heads = 1,
}

/// The row; without one it is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The logs were not replayed up to their ends yet.
    Replaying(Handover),
    /// They were; the home vault's log had so many entries then.
    Replayed(u64),
}

impl State {
    pub(crate) fn read(db: &Connection) -> Result<Option<Self>, SessionError> {
        let Some(bytes) = meta::get(db, meta::FRESHNESS)? else { return Ok(None) };
        Ok(Some(match *bytes.as_slice() {
            [0] => Self::Replaying(Handover::Nothing),
            [1] => Self::Replaying(Handover::Heads),
            [2, a, b, c, d, e, f, g, h] => Self::Replayed(u64::from_be_bytes([a, b, c, d, e, f, g, h])),
            _ => return Err(SessionError::DatabaseDamaged),
        }))
    }

    pub(crate) fn store(self, db: &Connection) -> Result<(), SessionError> {
        let mut bytes = Vec::with_capacity(9);
        match self {
            Self::Replaying(known) => bytes.push(known as u8),
            Self::Replayed(entries) => {
                bytes.push(2);
                bytes.extend_from_slice(&entries.to_be_bytes());
            }
        }
        meta::set(db, meta::FRESHNESS, &bytes)
    }

    pub(crate) fn end(db: &Connection) -> Result<(), SessionError> {
        meta::remove(db, meta::FRESHNESS)
    }
}
