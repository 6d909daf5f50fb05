//! The driver for SQLite: one connection that writes, some that read. Each runs one transaction at a time. Transactions that
//! wait to write while another one does are committed together with it.

mod connection;
mod copy;
mod reader;
#[cfg(test)]
mod tests;
mod transaction;
mod waiting;
mod writer;

pub use connection::SqlCipherKey;
pub use copy::{check, copy};

pub use transaction::Transaction;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use tokio::sync::oneshot;

use super::command::{Mode, Statement};
use super::session::Session;
use super::{Row, StoreError, Value};
use reader::{Readers, Reading};
use transaction::Writing;
use waiting::Waiting;
use writer::{Begin, Writer};

/// How a database is opened.
#[derive(Debug)]
pub struct Options {
    /// The key of an encrypted database.
    pub key: Option<SqlCipherKey>,
    /// Connections that read.
    pub readers: usize,
    /// A transaction that lasts longer is rolled back.
    pub time_limit: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { key: None, readers: 4, time_limit: Duration::from_secs(10) }
    }
}

/// A database in SQLite. A clone is another handle to it; its thread ends with the last one.
#[derive(Clone)]
pub struct Sqlite {
    writer: Sender<Begin>,
    readers: Arc<Readers>,
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
        let (damaged, waiting) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let open = |mode| connection::open(path, options.key.as_ref(), mode);
        let (writer, begins) = channel();
        Writer::start(open(Mode::Write)?, begins, options.time_limit, damaged.clone())?;
        let readers = (0..options.readers.max(1)).map(|_| open(Mode::Read)).collect::<Result<_, _>>()?;
        let readers = Readers::new(readers, options.time_limit, damaged.clone(), waiting.clone());
        Ok(Self { writer, readers: Arc::new(readers), damaged, statements: Arc::default(), waiting })
    }

    /// Begins a transaction that writes. Its first statement waits for its turn.
    pub fn write(&self) -> Result<Session, StoreError> {
        let (turn, waits) = oneshot::channel();
        let begin = Begin { turn, waiting: Waiting::new(&self.waiting)? };
        self.writer.send(begin).map_err(|_| StoreError::Unavailable)?;
        Ok(self.session(Transaction::Write(Writing::new(waits))))
    }

    /// Begins a transaction that reads. Its first statement waits for a connection.
    pub fn read(&self) -> Session {
        self.session(Transaction::Read(Reading::new(self.readers.clone())))
    }

    /// Runs the only statement of a transaction that reads.
    pub async fn query(&self, text: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.readers.query_alone(Statement { text, values }).await
    }

    /// Fails once damage of the file was seen.
    pub fn refuse_damaged(&self) -> Result<(), StoreError> {
        if self.damaged.load(Ordering::Relaxed) { Err(StoreError::Damaged) } else { Ok(()) }
    }

    /// How many statements have run.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// How many transactions wait for their turn or a connection.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    fn session(&self, transaction: Transaction) -> Session {
        Session::of_sqlite(transaction, self.statements.clone())
    }
}
