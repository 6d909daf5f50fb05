//! Detects a wrong clock of the computer, without a time server.
//!
//! With a wrong clock sites refuse time-based codes, without naming the reason. See
//! `docs/decisions/0027-codes-in-and-out.md`.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::session::error::SessionError;
use crate::session::state::Session;

/// The program is not older than this: 1 July 2026. Later versions may raise it.
const MADE: Timestamp = Timestamp(1_782_864_000_000);
/// A smaller correction of the clock is ignored: sites accept the codes before and after as well.
const SLACK: Duration = Duration::from_secs(90);
/// Rows of the log that are read for the newest time. A moved item appends earlier revisions, so the last row need not
/// be the newest.
const ROWS: u32 = 64;

/// Why the clock of the computer is certainly wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockWarning {
    /// It is before the program was made.
    BeforeProgram,
    /// It is before the time of a stored revision.
    BeforeLastChange,
    /// It was set back since the profile was opened.
    SetBack,
}

impl Session {
    /// Returns why the clock is, or was until a moment ago, certainly wrong. A clock that is ahead cannot be detected:
    /// the monotonic clock may stop while the computer sleeps.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn clock_warning(&self) -> Result<Option<ClockWarning>, SessionError> {
        let now = self.clock.now();
        let latest = later(now, SLACK);
        if now < MADE {
            return Ok(Some(ClockWarning::BeforeProgram));
        }
        let awake = self.clock.steady().saturating_sub(self.opened.steady);
        if latest < later(self.opened.now, awake) {
            return Ok(Some(ClockWarning::SetBack));
        }
        let mut newest = self.db.prepare_cached(
            "SELECT max(written_at) FROM (SELECT written_at FROM entry ORDER BY entry_key DESC LIMIT ?1)",
        )?;
        let newest: Option<u64> = newest.query_row([ROWS], |row| row.get(0))?;
        let behind = newest.is_some_and(|newest| latest.0 < newest);
        Ok(behind.then_some(ClockWarning::BeforeLastChange))
    }
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    Timestamp(time.0.saturating_add(u64::try_from(by.as_millis()).unwrap_or(u64::MAX)))
}
