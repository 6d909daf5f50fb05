//! Whether the clock of the computer can be right, as far as that can be known without asking anybody.
//!
//! Codes over time are refused by sites when the clock is wrong, and nothing tells a person why.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::session::error::SessionError;
use crate::session::state::Session;

/// No clock can be before this: the program did not exist. The first of July 2026; later versions may raise it.
const MADE: Timestamp = Timestamp(1_782_864_000_000);
/// By so much a clock may be set right without a word: sites take the codes before and after, too.
const SLACK: Duration = Duration::from_secs(90);
/// Revisions that are looked at. An item that was moved brings earlier ones, so the last row need not be the newest.
const ROWS: u32 = 64;

/// Why the clock of the computer is not to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockDoubt {
    /// It says a time before this program was made.
    BeforeProgram,
    /// It says a time before something that is stored was written.
    BeforeLastChange,
    /// It was set back since the profile was opened.
    SetBack,
}

/// The clock as it was when the profile was opened: the time of day, and the time that never runs backwards.
#[derive(Clone, Copy)]
pub(crate) struct Opened {
    pub(crate) now: Timestamp,
    pub(crate) steady: Duration,
}

impl Session {
    /// Whether the clock is certainly wrong, or was until a moment ago. A clock that is ahead cannot be told from one that
    /// is right: while a computer sleeps, the time that never runs backwards may stand still.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn clock_doubt(&self) -> Result<Option<ClockDoubt>, SessionError> {
        let now = self.clock.now();
        let latest = later(now, SLACK);
        if now < MADE {
            return Ok(Some(ClockDoubt::BeforeProgram));
        }
        let awake = self.clock.steady().saturating_sub(self.opened.steady);
        if latest < later(self.opened.now, awake) {
            return Ok(Some(ClockDoubt::SetBack));
        }
        let mut newest = self.db.prepare_cached(
            "SELECT max(written_at) FROM (SELECT written_at FROM entry ORDER BY entry_key DESC LIMIT ?1)",
        )?;
        let newest: Option<u64> = newest.query_row([ROWS], |row| row.get(0))?;
        let behind = newest.is_some_and(|newest| latest.0 < newest);
        Ok(behind.then_some(ClockDoubt::BeforeLastChange))
    }
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    Timestamp(time.0.saturating_add(u64::try_from(by.as_millis()).unwrap_or(u64::MAX)))
}
