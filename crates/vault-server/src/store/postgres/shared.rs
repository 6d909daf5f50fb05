//! What the transactions of a database share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use deadpool_postgres::Pool;
use tokio::sync::{Mutex, Semaphore};

use super::timeline::Watch;
use crate::store::StoreError;

/// The longest wait for a turn and a connection.
pub const WAIT: Duration = Duration::from_secs(10);

/// What all transactions share.
pub struct Shared {
    /// The connections.
    pub pool: Pool,
    /// Places of transactions that run or wait.
    pub places: Arc<Semaphore>,
    /// Queues of transactions that write.
    pub queues: Vec<Arc<Mutex<()>>>,
    /// The timeline on which transactions run.
    pub watch: Watch,
    /// Whether the database has locks.
    pub locks: AtomicBool,
    /// A transaction that lasts longer is rolled back.
    pub time_limit: Duration,
    /// Whether the database has reported damage.
    pub damaged: AtomicBool,
    /// How many statements have run.
    pub statements: Arc<AtomicU64>,
}

impl Shared {
    /// Whether transactions that write lock their shard. Else the database finds out which conflict.
    pub fn has_locks(&self) -> bool {
        self.locks.load(Ordering::Relaxed)
    }

    /// Remembers damage.
    pub fn note<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if matches!(result, Err(StoreError::Damaged)) {
            self.damaged.store(true, Ordering::Relaxed);
        }
        result
    }
}
