//! A growing delay after wrong passwords. It slows down hands at this keyboard; against a copy of the profile only the
//! cost of Argon2id helps, so nothing about it is written to the disk.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use vault_wire::ProfileId;

/// Slips that cost nothing.
const FREE: u32 = 3;
const LONGEST: Duration = Duration::from_secs(60);

#[derive(Clone, Copy)]
struct Slips {
    count: u32,
    last: Duration,
}

/// Wrong passwords in a row, for each profile.
#[derive(Default)]
pub(crate) struct Delays(Mutex<HashMap<ProfileId, Slips>>);

impl Delays {
    /// How long to wait before another try.
    pub(crate) fn wait(&self, id: ProfileId, now: Duration) -> Option<Duration> {
        let slips = *self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id)?;
        let left = (slips.last + delay(slips.count)).saturating_sub(now);
        (!left.is_zero()).then_some(left)
    }

    pub(crate) fn wrong(&self, id: ProfileId, now: Duration) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let slips = all.entry(id).or_insert(Slips { count: 0, last: now });
        *slips = Slips { count: slips.count.saturating_add(1), last: now };
    }

    pub(crate) fn right(&self, id: ProfileId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }
}

/// 1, 2, 4 … seconds after the free slips.
fn delay(count: u32) -> Duration {
    match count.checked_sub(FREE) {
        None => Duration::ZERO,
        Some(beyond) => Duration::from_secs(1 << beyond.min(16)).min(LONGEST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_up_to_a_minute() {
        let seconds: Vec<u64> = (0..12).map(|count| delay(count).as_secs()).collect();
        assert_eq!(seconds, [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(delay(u32::MAX), LONGEST);
    }
}
