//! The thread that begins and ends the transactions that write, one after the other. What they do runs on the threads of their
//! callers, to which it lends the connection.

use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::connection::{self, note};
use super::waiting::Waiting;
use crate::store::StoreError;

/// The most transactions that are committed together.
const TOGETHER: usize = 32;

/// A transaction that waits for its turn.
pub struct Begin {
    /// Where it waits.
    pub turn: oneshot::Sender<Result<Turn, StoreError>>,
    /// Counts it while it waits.
    pub waiting: Waiting,
}

/// How a transaction ended.
pub enum End {
    /// It is to be committed; then this is answered.
    Commits(oneshot::Sender<Result<(), StoreError>>),
    /// It has failed, was dropped or lasted too long.
    Fails,
}

/// The right to run statements on the connection that writes, until the transaction ends.
pub struct Turn {
    /// The connection.
    pub writer: Arc<Writer>,
    /// The number of the transaction.
    pub number: u64,
    /// Tells the writer's thread how the transaction ended; dropped, that it is to be rolled back.
    pub end: Sender<End>,
}

/// The connection that writes.
pub struct Writer {
    lent: Mutex<Lent>,
    time_limit: Duration,
    /// Whether damage was seen.
    pub damaged: Arc<AtomicBool>,
}

/// The connection, and the number of the transaction that may use it.
struct Lent {
    connection: Connection,
    to: Option<u64>,
}

impl Writer {
    /// Starts the thread. It ends when nobody can begin a transaction any more.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(
        connection: Connection,
        waiting: Receiver<Begin>,
        time_limit: Duration,
        damaged: Arc<AtomicBool>,
    ) -> Result<(), StoreError> {
        let lent = Mutex::new(Lent { connection, to: None });
        let writer = Arc::new(Self { lent, time_limit, damaged });
        let serve = move || {
            let mut thread = Thread { writer, waiting, number: 0 };
            while let Ok(first) = thread.waiting.recv() {
                thread.serve(first);
            }
        };
        let thread = thread::Builder::new().name("store-writer".into());
        thread.spawn(serve).map(drop).map_err(|_| StoreError::Unavailable)
    }

    /// Runs what belongs to a transaction, unless it has ended.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it has, and those of the work.
    pub fn with_connection<T>(
        &self,
        number: u64,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let lent = self.lent();
        if lent.to == Some(number) { work(&lent.connection) } else { Err(StoreError::Unavailable) }
    }

    fn lent(&self) -> MutexGuard<'_, Lent> {
        self.lent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn execute(&self, text: &'static str) -> Result<(), StoreError> {
        note(&self.damaged, connection::execute(&self.lent().connection, text))
    }

    /// Whether no transaction is open.
    fn is_idle(&self) -> bool {
        self.lent().connection.is_autocommit()
    }
}

/// What the thread has.
struct Thread {
    writer: Arc<Writer>,
    waiting: Receiver<Begin>,
    /// The number of the last transaction.
    number: u64,
}

impl Thread {
    /// Runs a transaction, and those that wait when it ends. All that are to be committed are so together, so they wait for
    /// the disk once. What each has written is undone if it fails, and nothing is answered before the commit.
    fn serve(&mut self, first: Begin) {
        let writer = self.writer.clone();
        let mut replies = Vec::new();
        if let Some(End::Commits(reply)) = self.run("BEGIN IMMEDIATE", first) {
            replies.push(reply);
        }
        while !replies.is_empty()
            && !writer.is_idle()
            && replies.len() < TOGETHER
            && let Ok(next) = self.waiting.try_recv()
        {
            let ended = match self.run("SAVEPOINT one", next) {
                None => continue,
                // It has undone all.
                Some(_) if writer.is_idle() => break,
                Some(End::Commits(reply)) => {
                    replies.push(reply);
                    writer.execute("RELEASE one")
                }
                Some(End::Fails) => {
                    writer.execute("ROLLBACK TO one").and_then(|()| writer.execute("RELEASE one"))
                }
            };
            if ended.is_err() {
                break;
            }
        }
        // Some failures end the transaction of all.
        let result = match replies.is_empty() || writer.is_idle() {
            true => Err(StoreError::Unavailable),
            false => writer.execute("COMMIT"),
        };
        for reply in replies {
            let _ = reply.send(result.clone());
        }
        if !writer.is_idle() {
            let _ = writer.execute("ROLLBACK");
        }
    }

    /// Begins a transaction, lends it the connection, and returns how it ended; `None` if it cannot begin.
    fn run(&mut self, begin: &'static str, Begin { turn, waiting }: Begin) -> Option<End> {
        drop(waiting);
        if let Err(error) = self.writer.execute(begin) {
            // Another process had the file for too long.
            let error = if error == StoreError::Conflict { StoreError::Unavailable } else { error };
            let _ = turn.send(Err(error));
            return None;
        }
        self.number += 1;
        self.writer.lent().to = Some(self.number);
        let (end, ended) = channel();
        let _ = turn.send(Ok(Turn { writer: self.writer.clone(), number: self.number, end }));
        let ended = ended.recv_timeout(self.writer.time_limit);
        self.writer.lent().to = None;
        Some(ended.unwrap_or(End::Fails))
    }
}
