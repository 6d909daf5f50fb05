//! Transactions that wait for their turn, or for a connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::store::StoreError;

/// The most that wait. More are refused.
const MOST: usize = 1024;

/// Counts a transaction that waits.
pub struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    /// Counts it from now until this is dropped.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if too many wait.
    pub fn new(count: &Arc<AtomicUsize>) -> Result<Self, StoreError> {
        let waiting = Self(count.clone());
        if count.fetch_add(1, Ordering::Relaxed) < MOST { Ok(waiting) } else { Err(StoreError::Unavailable) }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
