//! The threads that own the connections.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::connection::{self, failure};
use super::session::{Begin, Command, Mode};
use crate::store::StoreError;

/// Serves transactions, one after the other.
#[derive(Clone)]
pub struct Worker {
    waiting: Arc<Mutex<Receiver<Begin>>>,
    mode: Mode,
    time_limit: Duration,
    damaged: Arc<AtomicBool>,
}

impl Worker {
    /// Makes what all threads of one kind share.
    pub fn new(waiting: Receiver<Begin>, mode: Mode, time_limit: Duration, damaged: Arc<AtomicBool>) -> Self {
        Self { waiting: Arc::new(Mutex::new(waiting)), mode, time_limit, damaged }
    }

    /// Starts a thread with its connection. It ends when nobody can begin a transaction any more.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(&self, connection: Connection) -> Result<(), StoreError> {
        let worker = self.clone();
        let name = if self.mode == Mode::Write { "store-writer" } else { "store-reader" };
        let serve = move || while worker.serve_next(&connection) {};
        thread::Builder::new().name(name.into()).spawn(serve).map(drop).map_err(|_| StoreError::Unavailable)
    }

    /// Runs the next transaction. Returns whether there may be another one.
    fn serve_next(&self, connection: &Connection) -> bool {
        let next = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Begin { commands, reply }) = next else { return false };
        let begin = if self.mode == Mode::Write { "BEGIN IMMEDIATE" } else { "BEGIN" };
        let begun = self.note(connection.execute_batch(begin).map_err(|error| failure(&error)));
        // A request that was cancelled while it waited gets no transaction.
        if reply.send(begun).is_ok() {
            self.serve(connection, &commands);
        }
        if !connection.is_autocommit() {
            let _ = connection.execute_batch("ROLLBACK");
        }
        true
    }

    /// Runs the commands of one transaction, until it is committed, dropped, fails or lasts too long.
    fn serve(&self, connection: &Connection, commands: &Receiver<Command>) {
        let end = Instant::now() + self.time_limit;
        while !connection.is_autocommit() {
            let command = match commands.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(command) => command,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
            };
            let failed = match command {
                Command::Statement { text, values, reply } => {
                    let result = self.note(connection::run(connection, text, &values));
                    let failed = result.is_err();
                    let _ = reply.send(result);
                    failed
                }
                Command::Define(statements, reply) => {
                    let result = connection.execute_batch(statements).map_err(|error| failure(&error));
                    let failed = result.is_err();
                    let _ = reply.send(self.note(result));
                    failed
                }
                Command::Commit(reply) => {
                    let result = connection.execute_batch("COMMIT").map_err(|error| failure(&error));
                    let _ = reply.send(self.note(result));
                    return;
                }
            };
            if failed {
                return;
            }
        }
    }

    /// Remembers damage.
    fn note<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if matches!(result, Err(StoreError::Damaged)) {
            self.damaged.store(true, Ordering::Relaxed);
        }
        result
    }
}
