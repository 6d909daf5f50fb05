//! The time since the last input.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The longest time for which a visible transfer delays the idle lock.
const MAX_DELAY: Duration = Duration::from_mins(60);

/// Returns the time since a fixed moment, suspended time included.
pub type Clock = Box<dyn Fn() -> Duration + Send + Sync>;

/// Measures the time since the last input.
pub struct IdleWatch {
    clock: Clock,
    /// The last input, in milliseconds on the clock.
    touched: AtomicU64,
}

impl IdleWatch {
    /// A watch that starts now.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        let watch = Self { clock, touched: AtomicU64::new(0) };
        watch.touch();
        watch
    }

    /// Records an input.
    pub fn touch(&self) {
        self.touched.store(millis((self.clock)()), Ordering::Relaxed);
    }

    /// Returns whether it is time to lock. `limit` is `None` for never; `busy` is set while a transfer runs.
    #[must_use]
    pub fn is_due(&self, limit: Option<Duration>, busy: bool) -> bool {
        let Some(limit) = limit else { return false };
        let limit = if busy { limit.max(MAX_DELAY) } else { limit };
        let idle = millis((self.clock)()).saturating_sub(self.touched.load(Ordering::Relaxed));
        idle >= millis(limit)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The system's monotonic clock that also runs while the computer sleeps. In debug builds a test can speed it up with
/// `COFFER_TEST_CLOCK_SPEED`.
#[must_use]
pub fn system_clock() -> Clock {
    let speed = super::test_hooks::clock_speed();
    Box::new(move || since_boot().saturating_mul(speed))
}

#[cfg(target_os = "linux")]
fn since_boot() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Duration::new(u64::try_from(now.tv_sec).unwrap_or(0), u32::try_from(now.tv_nsec).unwrap_or(0))
}

#[cfg(not(target_os = "linux"))]
fn since_boot() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const TEN: Option<Duration> = Some(Duration::from_mins(10));

    fn watch() -> (IdleWatch, Arc<AtomicU64>) {
        let minutes = Arc::new(AtomicU64::new(0));
        let shown = Arc::clone(&minutes);
        let clock = move || Duration::from_mins(shown.load(Ordering::Relaxed));
        (IdleWatch::new(Box::new(clock)), minutes)
    }

    #[test]
    fn locks_after_the_limit_and_not_before() {
        let (watch, minutes) = watch();
        minutes.store(9, Ordering::Relaxed);
        assert!(!watch.is_due(TEN, false));
        minutes.store(10, Ordering::Relaxed);
        assert!(watch.is_due(TEN, false));
        assert!(!watch.is_due(None, false), "no limit never locks");
    }

    #[test]
    fn an_input_restarts_the_idle_time() {
        let (watch, minutes) = watch();
        minutes.store(9, Ordering::Relaxed);
        watch.touch();
        minutes.store(18, Ordering::Relaxed);
        assert!(!watch.is_due(TEN, false));
        minutes.store(19, Ordering::Relaxed);
        assert!(watch.is_due(TEN, false));
    }

    #[test]
    fn a_transfer_delays_the_lock_for_at_most_an_hour() {
        let (watch, minutes) = watch();
        minutes.store(59, Ordering::Relaxed);
        assert!(!watch.is_due(TEN, true));
        minutes.store(60, Ordering::Relaxed);
        assert!(watch.is_due(TEN, true));
    }

    #[test]
    fn the_system_clock_advances() {
        let clock = system_clock();
        let before = clock();
        assert!(clock() >= before && before > Duration::ZERO);
    }
}
