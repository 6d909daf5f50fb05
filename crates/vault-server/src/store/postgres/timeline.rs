//! The timeline of the write-ahead log. It changes when a standby takes over or an old state is restored, which may have
//! lost what was committed. Nothing runs on another timeline before the caller has accepted it.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use deadpool_postgres::Pool;
use tokio::sync::Notify;
use tokio_postgres::SimpleQueryMessage;

use super::connection::{failure, pool_failure};
use crate::store::StoreError;

/// The timeline on which a database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// Identifies the database's files and their copies.
    pub system: u64,
    /// The number of the timeline.
    pub number: u32,
}

/// The accepted timeline.
#[derive(Default)]
pub struct Watch {
    possible: AtomicBool,
    /// 0: any.
    accepted: AtomicU32,
    changed: Notify,
}

impl Watch {
    /// Whether the database says its timeline.
    pub fn is_possible(&self) -> bool {
        self.possible.load(Ordering::Relaxed)
    }

    /// Accepts one timeline.
    pub fn accept(&self, timeline: Timeline) {
        self.accepted.store(timeline.number, Ordering::Relaxed);
    }

    /// The number of the accepted one.
    pub fn accepted(&self) -> Option<u32> {
        Some(self.accepted.load(Ordering::Relaxed)).filter(|number| *number != 0)
    }

    /// Whether transactions run on this timeline. If not, the caller of [`Watch::changed`] is woken.
    pub fn admits(&self, number: u32) -> bool {
        let accepted = self.accepted.load(Ordering::Relaxed);
        if accepted == 0 || accepted == number {
            return true;
        }
        self.changed.notify_one();
        false
    }

    /// Waits for another timeline.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }
}

const CURRENT: &str =
    "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), system_identifier FROM pg_control_system()";

/// Learns whether the database says its timeline.
///
/// # Errors
/// If there is no connection.
pub async fn probe(pool: &Pool, watch: &Watch) -> Result<(), StoreError> {
    match read(pool).await {
        Ok(_) => watch.possible.store(true, Ordering::Relaxed),
        Err(StoreError::Denied | StoreError::Statement(_)) => {
            tracing::warn!(
                "the database does not say its timeline: announce recovery yourself after a fail-over"
            );
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// The timeline, if the database says it.
///
/// # Errors
/// See [`StoreError`].
pub async fn current(pool: &Pool, watch: &Watch) -> Result<Option<Timeline>, StoreError> {
    if watch.is_possible() { read(pool).await.map(Some) } else { Ok(None) }
}

async fn read(pool: &Pool) -> Result<Timeline, StoreError> {
    let client = pool.get().await.map_err(|error| pool_failure(&error))?;
    let messages = client.simple_query(CURRENT).await.map_err(|error| failure(&error))?;
    let number = number_in(&messages).ok_or(StoreError::Unavailable)?;
    let system = text_in(&messages, 1).and_then(|text| text.parse::<i64>().ok());
    Ok(Timeline { system: system.ok_or(StoreError::Unavailable)?.cast_unsigned(), number })
}

/// The number of the timeline in the first row of an answer.
pub fn number_in(messages: &[SimpleQueryMessage]) -> Option<u32> {
    u32::from_str_radix(text_in(messages, 0)?, 16).ok()
}

fn text_in(messages: &[SimpleQueryMessage], column: usize) -> Option<&str> {
    messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.try_get(column).ok()?,
        _ => None,
    })
}
