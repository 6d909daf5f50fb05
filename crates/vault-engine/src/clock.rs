//! The sources of time and randomness, injected so that tests can replace them.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rand_core::CryptoRng;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// Stands for a time that is not known, where the format has no other way to say so.
    pub const UNKNOWN: Self = Self(0);

    /// Returns the time, or `None` for [`UNKNOWN`](Self::UNKNOWN).
    #[must_use]
    pub fn known(self) -> Option<Self> {
        (self != Self::UNKNOWN).then_some(self)
    }
}

/// A source of randomness for keys, nonces and ids.
pub type Rng = Box<dyn CryptoRng + Send>;

/// A source of the wall-clock time and of a monotonic time.
pub trait Clock: Send + Sync {
    /// Returns the wall-clock time, as shown to the user. It may jump.
    fn now(&self) -> Timestamp;

    /// Returns the time since a fixed moment. It is monotonic, independent of changes to the wall clock.
    fn steady(&self) -> Duration;
}

/// The clock of the operating system.
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// Creates the clock; its monotonic time starts at 0.
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

/// Returns the random number generator of the operating system.
#[must_use]
pub fn system_rng() -> Rng {
    Box::new(rand_core::UnwrapErr(getrandom::SysRng))
}
