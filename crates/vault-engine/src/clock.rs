//! The two things the engine asks of the world besides the disk: the time and randomness.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rand_core::CryptoRng;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub u64);

/// A source of randomness for keys, nonces and ids.
pub type Rng = Box<dyn CryptoRng + Send>;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The time of day, as shown to people. It may jump.
    fn now(&self) -> Timestamp;

    /// The time since some fixed moment. It never runs backwards, whatever happens to the time of day.
    fn steady(&self) -> Duration;
}

/// The clock of the operating system.
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// Makes the clock.
    #[must_use]
    pub fn new() -> Self {
        Self { started: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    fn steady(&self) -> Duration {
        self.started.elapsed()
    }
}

/// The random generator of the operating system.
#[must_use]
pub fn system_rng() -> Rng {
    Box::new(rand_core::UnwrapErr(getrandom::SysRng))
}
