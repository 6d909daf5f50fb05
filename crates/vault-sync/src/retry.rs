//! Waits between attempts.

use std::time::Duration;

/// After the first failure; it doubles with each further one.
const FIRST: Duration = Duration::from_secs(2);
/// The longest wait after failures, whatever the server asks for.
const LAST: Duration = Duration::from_mins(5);

/// Returns the wait after so many failures, of which there is at least one.
pub(crate) fn retry(failures: u32, asked: Duration) -> Duration {
    let doubled = FIRST.saturating_mul(1 << (failures - 1).min(10));
    doubled.max(asked).min(LAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_bound_whatever_the_server_asks_for() {
        let seconds = |failures, asked| retry(failures, Duration::from_secs(asked)).as_secs();
        assert_eq!([1, 2, 3].map(|failures| seconds(failures, 0)), [2, 4, 8]);
        assert_eq!(seconds(1, 30), 30);
        assert_eq!(seconds(1, u64::MAX), LAST.as_secs());
        assert_eq!(seconds(u32::MAX, 0), LAST.as_secs());
    }
}
