//! The driver for SQLite: one thread that writes, some that read. Each runs one transaction at a time, whose statements
//! arrive over a channel; a transaction whose sender is gone is rolled back. Transactions that wait to write while another
//! one does are committed together with it.

mod connection;
mod copy;
#[cfg(test)]
mod tests;
mod worker;

pub use connection::SqlCipherKey;
pub use copy::{check, copy};

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use super::StoreError;
use super::session::{Mode, Session};
use worker::{Begin, Waiting, Worker};

/// Transactions that wait for a thread. More are refused.
const WAITING: usize = 1024;

/// How a database is opened.
#[derive(Debug)]
pub struct Options {
    /// The key of an encrypted database.
    pub key: Option<SqlCipherKey>,
    /// Threads that read.
    pub readers: usize,
    /// A transaction that lasts longer is rolled back.
    pub time_limit: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { key: None, readers: 4, time_limit: Duration::from_secs(10) }
    }
}

/// A database in SQLite. A clone is another handle to it; its threads end with the last one.
#[derive(Clone)]
pub struct Sqlite {
    writer: SyncSender<Begin>,
    readers: SyncSender<Begin>,
    damaged: Arc<AtomicBool>,
    statements: Arc<AtomicU64>,
    waiting: Arc<AtomicUsize>,
}

impl Sqlite {
    /// Opens or creates the database.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn open(path: &Path, options: &Options) -> Result<Self, StoreError> {
        let damaged = Arc::new(AtomicBool::new(false));
        let key = options.key.as_ref();
        let start = |mode, threads| {
            let (sender, receiver) = sync_channel(WAITING);
            let worker = Worker::new(receiver, mode, options.time_limit, damaged.clone());
            for _ in 0..threads {
                worker.start(connection::open(path, key, mode)?)?;
            }
            Ok::<_, StoreError>(sender)
        };
        let writer = start(Mode::Write, 1)?;
        let readers = start(Mode::Read, options.readers.max(1))?;
        Ok(Self { writer, readers, damaged, statements: Arc::default(), waiting: Arc::default() })
    }

    /// Begins a transaction that writes. Its first statement waits for its turn.
    pub fn write(&self) -> Result<Session, StoreError> {
        self.begin(&self.writer)
    }

    /// Begins a transaction that reads. Its first statement waits for a thread.
    pub fn read(&self) -> Result<Session, StoreError> {
        self.begin(&self.readers)
    }

    /// Fails once damage of the file was seen.
    pub fn refuse_damaged(&self) -> Result<(), StoreError> {
        if self.damaged.load(Ordering::Relaxed) { Err(StoreError::Damaged) } else { Ok(()) }
    }

    /// How many statements have run.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// How many transactions wait for a thread.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    fn begin(&self, threads: &SyncSender<Begin>) -> Result<Session, StoreError> {
        let (session, commands) = Session::of_thread(self.statements.clone());
        let begin = Begin { commands, waiting: Waiting::new(&self.waiting) };
        threads.try_send(begin).map_err(|error| match error {
            TrySendError::Full(_) | TrySendError::Disconnected(_) => StoreError::Unavailable,
        })?;
        Ok(session)
    }
}
