//! The throttle: a growing wait after wrong passwords. It slows down guessing at the keyboard. Against a copy of the
//! profile only Argon2id helps, so nothing of it is written to the disk.
//!
//! Applied by `Profiles::ask`, `folder_to_open` and `count` in `unlock.rs`, and by `replace_damaged` in `repair.rs`.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use vault_wire::ProfileId;

/// Wrong passwords without a wait.
const FREE: u32 = 3;
const LONGEST: Duration = Duration::from_secs(60);

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: Duration,
}

/// Wrong passwords in a row, by profile.
#[derive(Default)]
pub(crate) struct Throttle(Mutex<HashMap<ProfileId, Failures>>);

impl Throttle {
    /// Returns how long to wait before the next attempt; `None` for no wait.
    pub(crate) fn wait(&self, id: ProfileId, now: Duration) -> Option<Duration> {
        let failures = *self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id)?;
        let left = (failures.last + wait_after(failures.count)).saturating_sub(now);
        (!left.is_zero()).then_some(left)
    }

    pub(crate) fn record_failure(&self, id: ProfileId, now: Duration) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = all.entry(id).or_insert(Failures { count: 0, last: now });
        *failures = Failures { count: failures.count.saturating_add(1), last: now };
    }

    pub(crate) fn reset(&self, id: ProfileId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }
}

/// Returns the wait after `count` wrong passwords: 1, 2, 4 … seconds, after three without a wait.
fn wait_after(count: u32) -> Duration {
    match count.checked_sub(FREE) {
        None => Duration::ZERO,
        Some(beyond) => Duration::from_secs(1 << beyond.min(16)).min(LONGEST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wait_doubles_up_to_a_minute() {
        let seconds: Vec<u64> = (0..12).map(|count| wait_after(count).as_secs()).collect();
        assert_eq!(seconds, [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(wait_after(u32::MAX), LONGEST);
    }
}
