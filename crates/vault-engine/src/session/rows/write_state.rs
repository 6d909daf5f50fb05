//! The write state of a database: how often it was written, by which an older copy of it is recognised.

use std::fmt;
use std::str::FromStr;

use rusqlite::Connection;

use super::meta;
use crate::clock::Rng;
use crate::session::error::SessionError;

/// Number and random value of a commit. Two copies of a database that were written separately have different values
/// even after the same number of commits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct WriteState {
    /// The version of the key file that the database pins: a change of keys counts as a write.
    pub(crate) keys_version: u64,
    /// The number of commits.
    pub(crate) commits: u64,
    /// A random value of the last one.
    pub(crate) value: [u8; 16],
}

impl WriteState {
    /// Reads the state of a database. One that no commit was counted in yet is at zero.
    pub(crate) fn read(db: &Connection) -> Result<Self, SessionError> {
        let keys_version = meta::header(db)?.version();
        let Some(stored) = meta::get(db, meta::WRITE_STATE)? else {
            return Ok(Self { keys_version, ..Self::default() });
        };
        let (commits, value) = stored.split_first_chunk().ok_or(SessionError::DatabaseDamaged)?;
        let value = value.try_into().map_err(|_| SessionError::DatabaseDamaged)?;
        Ok(Self { keys_version, commits: u64::from_be_bytes(*commits), value })
    }

    /// Counts a commit, in the transaction that it belongs to.
    pub(crate) fn advance(self, db: &Connection, rng: &mut Rng) -> Result<Self, SessionError> {
        let mut next = Self { commits: self.commits.saturating_add(1), ..self };
        rng.fill_bytes(&mut next.value);
        let mut stored = [0; 24];
        let (commits, value) = stored.split_at_mut(8);
        commits.copy_from_slice(&next.commits.to_be_bytes());
        value.copy_from_slice(&next.value);
        meta::set(db, meta::WRITE_STATE, &stored)?;
        Ok(next)
    }

    /// Returns whether this state comes before `known`, or is of a copy that was written separately.
    pub(crate) fn is_rolled_back(&self, known: &Self) -> bool {
        self.keys_version < known.keys_version
            || self.commits < known.commits
            || (self.commits == known.commits && self.value != known.value)
    }
}

impl fmt::Display for WriteState {
    /// Writes key file version, commits and value in hexadecimal digits, separated by spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = u128::from_be_bytes(self.value);
        write!(f, "{:x} {:x} {value:032x}", self.keys_version, self.commits)
    }
}

/// The text is not that of a write state.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotWriteState;

impl FromStr for WriteState {
    type Err = NotWriteState;

    fn from_str(text: &str) -> Result<Self, NotWriteState> {
        let mut parts = text.split(' ');
        let mut next = || parts.next().ok_or(NotWriteState);
        let number = |text| u64::from_str_radix(text, 16).map_err(|_| NotWriteState);
        let (keys_version, commits) = (number(next()?)?, number(next()?)?);
        let value = u128::from_str_radix(next()?, 16).map_err(|_| NotWriteState)?;
        match parts.next() {
            None => Ok(Self { keys_version, commits, value: value.to_be_bytes() }),
            Some(_) => Err(NotWriteState),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(keys_version: u64, commits: u64, value: u8) -> WriteState {
        WriteState { keys_version, commits, value: [value; 16] }
    }

    #[test]
    fn older_and_separately_written_states_are_rolled_back() {
        let known = state(3, 10, 7);
        for (found, rolled_back) in [
            (state(3, 10, 7), false),
            (state(3, 11, 8), false),
            (state(4, 10, 7), false),
            (state(3, 9, 6), true),
            (state(3, 10, 8), true),
            (state(2, 12, 9), true),
        ] {
            assert_eq!(found.is_rolled_back(&known), rolled_back, "{found}");
        }
    }

    #[test]
    fn text_form_is_read_back_and_anything_else_is_refused() {
        let written = state(2, 300, 0xab);
        assert_eq!(written.to_string(), format!("2 12c {}", "ab".repeat(16)));
        assert_eq!(written.to_string().parse(), Ok(written));
        for text in
            ["", "2", "2 12c", "2 12c x", "2 12c 1 1", "-1 1 1", "2  1", &format!("1 1 {}", "f".repeat(33))]
        {
            assert_eq!(text.parse::<WriteState>(), Err(NotWriteState), "{text}");
        }
    }
}
