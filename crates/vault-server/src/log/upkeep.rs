//! Work that no request waits for.

use std::time::Duration;

use tokio::time::sleep;

use super::{LogError, Logs, OUTBOX_AGE};
use crate::clock::Clock;
use crate::store::{ExpiredKey, Sql};

/// The time between two rounds.
const ROUND: Duration = Duration::from_secs(10);

const RECEIPTS: Sql<ExpiredKey> = Sql::new("DELETE FROM push_receipt WHERE expires_at < $1");

impl Logs {
    /// Applies the news that stopped nodes leave behind, collects documents, and deletes old receipts, again and again. Every
    /// node may do it at the same time.
    pub async fn keep_up(self, clock: Clock) {
        loop {
            if let Err(error) = self.keep_up_once(clock.now()).await {
                tracing::warn!(%error, "upkeep of the logs failed; it goes on later");
            }
            tokio::select! {
                () = sleep(ROUND) => {}
                () = self.store.other_timeline() => {
                    if let Err(error) = self.follow_timeline(clock.now()).await {
                        tracing::error!(%error, "the database's timeline is not known yet");
                    }
                }
            }
        }
    }

    async fn keep_up_once(&self, now: u64) -> Result<(), LogError> {
        self.apply_waiting_news(now.saturating_sub(OUTBOX_AGE)).await?;
        self.collect(now).await?;
        let delete = self.store.expired(now);
        delete.run(|tx| async move { tx.execute(&RECEIPTS, &[]).await }).await?;
        Ok(())
    }
}
