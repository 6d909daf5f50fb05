//! The time, passed in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The source of the time.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Set(Arc<AtomicU64>),
}

impl Clock {
    /// The clock of the system.
    #[must_use]
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at what the number says, in milliseconds since 1970.
    #[must_use]
    pub const fn set_by(milliseconds: Arc<AtomicU64>) -> Self {
        Self(Source::Set(milliseconds))
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn now(&self) -> u64 {
        match &self.0 {
            Source::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |time| time.as_millis().try_into().unwrap_or(u64::MAX)),
            Source::Set(milliseconds) => milliseconds.load(Ordering::Relaxed),
        }
    }
}
