//! Waits until a condition is true, with a limit, never for a fixed time.

use std::time::{Duration, Instant};

/// The polling interval.
const LOOK_EVERY: Duration = Duration::from_millis(25);
/// Longer than any wait on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// Polls `look` until it returns a value.
///
/// # Panics
/// Panics after a minute, with the name of the condition.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(start.elapsed() < LIMIT, "waited too long for {what}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
