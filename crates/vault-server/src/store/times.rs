//! How long requests wait for the database (feature `otel`).

use std::cell::Cell;
use std::time::Duration;

/// The time that a request spent in transactions, waiting for them included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// In those that read.
    pub reading: Duration,
    /// In those that write.
    pub writing: Duration,
}

tokio::task_local! {
    static TIMES: Cell<Times>;
}

impl Times {
    /// Returns what work did, and the time that it spent in transactions.
    pub async fn of<T>(work: impl Future<Output = T>) -> (T, Self) {
        let work = async {
            let done = work.await;
            (done, TIMES.with(Cell::get))
        };
        TIMES.scope(Cell::default(), work).await
    }

    /// Adds to the times of the request that runs, if one does.
    pub(super) fn add(add: impl FnOnce(&mut Self)) {
        let _ = TIMES.try_with(|times| {
            let mut sum = times.get();
            add(&mut sum);
            times.set(sum);
        });
    }
}
