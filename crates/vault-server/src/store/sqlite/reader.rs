//! Transactions that read. Each takes a connection at its first statement.

use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

use super::connection::{self, note};
use super::waiting::Waiting;
use crate::store::command::Statement;
use crate::store::{Row, StoreError};

/// The connections that read.
pub struct Readers {
    idle: Mutex<Vec<Connection>>,
    places: Arc<Semaphore>,
    time_limit: Duration,
    damaged: Arc<AtomicBool>,
    waiting: Arc<AtomicUsize>,
}

impl Readers {
    /// Shares these connections.
    pub fn new(
        idle: Vec<Connection>,
        time_limit: Duration,
        damaged: Arc<AtomicBool>,
        waiting: Arc<AtomicUsize>,
    ) -> Self {
        let places = Arc::new(Semaphore::new(idle.len()));
        Self { idle: Mutex::new(idle), places, time_limit, damaged, waiting }
    }

    /// Runs a statement that is a transaction of its own.
    pub async fn query_alone(self: &Arc<Self>, statement: Statement) -> Result<Vec<Row>, StoreError> {
        self.take().await?.query(statement)
    }

    /// Takes a connection, as soon as one is idle.
    async fn take(self: &Arc<Self>) -> Result<Reader, StoreError> {
        let place = match self.places.clone().try_acquire_owned() {
            Ok(place) => place,
            Err(_) => {
                let _waiting = Waiting::new(&self.waiting)?;
                self.places.clone().acquire_owned().await.map_err(|_| StoreError::Unavailable)?
            }
        };
        let connection = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Ok(Reader { readers: self.clone(), connection, _place: place })
    }
}

/// A connection, until it is dropped.
struct Reader {
    readers: Arc<Readers>,
    connection: Option<Connection>,
    _place: OwnedSemaphorePermit,
}

impl Reader {
    fn begin(&self) -> Result<(), StoreError> {
        self.run(|connection| connection::execute(connection, "BEGIN"))
    }

    fn query(&self, Statement { text, values }: Statement) -> Result<Vec<Row>, StoreError> {
        self.run(|connection| Ok(connection::run(connection, text, &values)?.rows))
    }

    fn run<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        note(&self.readers.damaged, self.connection.as_ref().map_or(Err(StoreError::Unavailable), work))
    }
}

impl Drop for Reader {
    /// Ends its transaction.
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if !connection.is_autocommit() {
            let _ = connection::execute(&connection, "ROLLBACK");
        }
        self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}

/// A transaction that reads.
pub struct Reading {
    readers: Arc<Readers>,
    open: OnceCell<Mutex<Option<Open>>>,
}

/// What has begun.
struct Open {
    reader: Reader,
    begun: Instant,
}

impl Reading {
    /// Begins one. Its first statement waits for a connection.
    pub fn new(readers: Arc<Readers>) -> Self {
        Self { readers, open: OnceCell::new() }
    }

    /// Runs a statement.
    pub async fn query(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
        let begin = || async {
            let reader = self.readers.take().await?;
            reader.begin()?;
            Ok::<_, StoreError>(Mutex::new(Some(Open { reader, begun: Instant::now() })))
        };
        let mut open = self.open.get_or_try_init(begin).await?.lock().unwrap_or_else(PoisonError::into_inner);
        let in_time = open.take_if(|open| open.begun.elapsed() > self.readers.time_limit).is_none();
        let result = match &*open {
            Some(open) if in_time => open.reader.query(statement),
            _ => Err(StoreError::Unavailable),
        };
        if result.is_err() {
            *open = None;
        }
        result
    }
}
