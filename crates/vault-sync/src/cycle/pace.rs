//! A limit of the bandwidth that documents use.

use std::num::NonZeroU64;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// How fast documents are sent and downloaded, all of them together. A limit is kept on average: each chunk is transferred at
/// once, and the next one waits until as much time has passed as the limit requires.
#[derive(Debug, Default)]
pub struct Pace {
    pub(super) up: Limit,
    pub(super) down: Limit,
}

impl Pace {
    /// Without limits.
    #[must_use]
    pub fn unlimited() -> Self {
        Self::default()
    }

    /// With limits in bytes in a second, for what is sent and for what is downloaded.
    #[must_use]
    pub fn limited(up: Option<NonZeroU64>, down: Option<NonZeroU64>) -> Self {
        Self { up: Limit::of(up), down: Limit::of(down) }
    }
}

/// The limit of one direction.
#[derive(Debug, Default)]
pub(super) struct Limit {
    bytes_per_second: Option<NonZeroU64>,
    /// When the next chunk may begin.
    next: Mutex<Option<Instant>>,
}

impl Limit {
    pub(super) fn of(bytes_per_second: Option<NonZeroU64>) -> Self {
        Self { bytes_per_second, next: Mutex::default() }
    }

    /// Waits until so many bytes may be transferred.
    pub(super) async fn wait(&self, bytes: u64) {
        let Some(limit) = self.bytes_per_second else { return };
        let begin = {
            let mut next = self.next.lock().await;
            let now = Instant::now();
            let begin = next.map_or(now, |next| next.max(now));
            let nanoseconds = u128::from(bytes) * 1_000_000_000 / u128::from(limit.get());
            let lasts = Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX));
            // One that never ends by its limit begins when the one before it ends.
            *next = Some(begin.checked_add(lasts).unwrap_or(begin));
            begin
        };
        sleep_until(begin).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn chunks_wait_as_long_as_the_limit_of_their_direction_requires() {
        let begun = Instant::now();
        let pace = Pace::limited(NonZeroU64::new(1_000), None);
        for (bytes, seconds) in [(3_000, 0), (500, 3), (1, 3)] {
            pace.up.wait(bytes).await;
            assert_eq!(begun.elapsed().as_secs(), seconds, "{bytes}");
        }
        assert_eq!(begun.elapsed().as_millis(), 3_500);
        for free in [&pace.down, &Pace::unlimited().up] {
            free.wait(u64::MAX).await;
            assert_eq!(begun.elapsed().as_millis(), 3_500);
        }
        let both = Pace::limited(NonZeroU64::new(1_000), NonZeroU64::new(10));
        both.up.wait(1_000).await;
        both.down.wait(10).await;
        assert_eq!(begun.elapsed().as_millis(), 3_500, "neither waits for the other");
        both.down.wait(1).await;
        assert_eq!(begun.elapsed().as_millis(), 4_500);
    }
}
