//! What is done, again and again.

use std::time::Duration;

use tokio::time::sleep;

use super::expired::delete_some;
use super::lease::Lease;
use crate::clock::Clock;
use crate::log::{LogError, Logs, OUTBOX_AGE};
use crate::store::Store;

/// The time between two rounds.
const ROUND: Duration = Duration::from_secs(10);
/// Between two rounds that look for what has expired, in milliseconds.
const HOUR: u64 = 60 * 60 * 1000;

/// The upkeep of a server, by one of its nodes.
#[derive(Clone)]
pub struct Upkeep {
    /// The database.
    pub store: Store,
    /// The logs of vaults.
    pub logs: Logs,
    /// The time.
    pub clock: Clock,
    /// What the node with the work has.
    pub lease: Lease,
}

impl Upkeep {
    /// Works until it is dropped.
    pub async fn run(self) {
        let mut expiry_at = 0;
        loop {
            match self.round(&mut expiry_at).await {
                Ok(()) => {}
                Err(error) => tracing::warn!(%error, "upkeep failed; it goes on later"),
            }
            tokio::select! {
                () = sleep(ROUND) => {}
                () = self.store.other_timeline() => {
                    if let Err(error) = self.logs.follow_timeline(self.clock.now()).await {
                        tracing::error!(%error, "the database's timeline is not known yet");
                    }
                }
            }
        }
    }

    async fn round(&self, expiry_at: &mut u64) -> Result<(), LogError> {
        while self.step().await? {}
        let now = self.clock.now();
        if now >= *expiry_at {
            while self.lease.take(&self.store, now).await? && delete_some(&self.store, now).await? > 0 {}
            *expiry_at = now + HOUR;
        }
        Ok(())
    }

    /// Does a small part of the work, if this node has the lease. Returns whether there may be more for it.
    ///
    /// # Errors
    /// See [`LogError`].
    pub async fn step(&self) -> Result<bool, LogError> {
        let now = self.clock.now();
        if !self.lease.take(&self.store, now).await? {
            return Ok(false);
        }
        let news = self.logs.apply_waiting_news(now.saturating_sub(OUTBOX_AGE)).await?;
        let bodies = self.logs.compact(now).await?;
        let documents = self.logs.collect(now).await?;
        Ok(news > 0 || bodies || documents > 0)
    }
}
