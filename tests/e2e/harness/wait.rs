//! Waiting for something to become true, with a limit; never for time to pass.

use std::time::{Duration, Instant};

/// Looks again this often.
const LOOK_EVERY: Duration = Duration::from_millis(25);
/// A journey on a busy machine is slow, but not this slow.
const LIMIT: Duration = Duration::from_secs(60);

/// Looks until there is something to see.
///
/// # Panics
/// After a minute, naming what was waited for.
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
