//! Recovery that the server begins by itself: its database has changed to another timeline, so it may have lost entries.

use super::recovery::{self, LONGEST, NAME, least_after_loss};
use super::{Logs, Recovery};
use crate::store::{ServerKey, Sql, StoreError, Timeline, Tx};
use crate::values;

const READ: Sql<ServerKey> = Sql::new("SELECT system, timeline FROM database_timeline WHERE name = $1");
const WRITE: Sql<ServerKey> = Sql::new(
    "INSERT INTO database_timeline (name, system, timeline) VALUES ($1, $2, $3)
     ON CONFLICT (name) DO UPDATE SET system = excluded.system, timeline = excluded.timeline",
);

impl Logs {
    /// Lets transactions run on the timeline on which the database is. If it is not the last known one, recovery begins
    /// before, once for all nodes.
    ///
    /// # Errors
    /// See [`StoreError`]; transactions then keep failing.
    pub async fn follow_timeline(&self, at: u64) -> Result<(), StoreError> {
        let Some(timeline) = self.store.timeline().await? else { return Ok(()) };
        let lasts = self.failover_recovery;
        let begun = self.store.server(NAME).run(|tx| begin_if_changed(tx, timeline, at, lasts)).await?;
        if let Some(Recovery { epoch, until }) = begun {
            tracing::warn!(epoch, until, "the database has changed to another timeline: recovery begins");
        }
        self.store.accept_timeline(timeline);
        Ok(())
    }
}

async fn begin_if_changed(
    tx: Tx<ServerKey>,
    timeline: Timeline,
    at: u64,
    lasts: u64,
) -> Result<Option<Recovery>, StoreError> {
    let row = tx.first(&READ, &[]).await?;
    let known = row.map(|row| Ok::<_, StoreError>(Timeline { system: row.get(0)?, number: row.get(1)? }));
    let known = known.transpose()?;
    if known == Some(timeline) {
        return Ok(None);
    }
    tx.execute(&WRITE, values![timeline.system, timeline.number]).await?;
    // Another system is a new installation into which the operator copied the data.
    let same = known.is_some_and(|known| known.system == timeline.system);
    if !same || lasts == 0 {
        return Ok(None);
    }
    recovery::begin(&tx, at.saturating_add(lasts.min(LONGEST)), least_after_loss(at)).await.map(Some)
}
