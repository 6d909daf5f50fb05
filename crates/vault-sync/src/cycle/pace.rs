//! A limit of the bandwidth that documents use.

use std::num::NonZeroU64;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// How fast documents are sent and downloaded, all of them together. The limit is kept on average: each chunk is
/// transferred at once, and the next one waits until as much time has passed as the limit requires.
#[derive(Debug, Default)]
pub struct Pace {
    bytes_per_second: Option<NonZeroU64>,
    /// When the next chunk may begin.
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// Without a limit.
    #[must_use]
    pub fn unlimited() -> Self {
        Self::default()
    }

    /// With a limit.
    #[must_use]
    pub fn limited(bytes_per_second: NonZeroU64) -> Self {
        Self { bytes_per_second: Some(bytes_per_second), next: Mutex::default() }
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
    async fn chunks_wait_as_long_as_the_limit_requires() {
        let begun = Instant::now();
        let pace = Pace::limited(NonZeroU64::new(1_000).unwrap());
        for (bytes, seconds) in [(3_000, 0), (500, 3), (1, 3)] {
            pace.wait(bytes).await;
            assert_eq!(begun.elapsed().as_secs(), seconds, "{bytes}");
        }
        assert_eq!(begun.elapsed().as_millis(), 3_500);
        Pace::unlimited().wait(u64::MAX).await;
        assert_eq!(begun.elapsed().as_millis(), 3_500);
    }
}
