//! The threads that own the connections.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::connection::{self, failure};
use crate::store::StoreError;
use crate::store::session::{Command, Mode, Reply, Statement};

/// A transaction that waits for its thread.
pub struct Begin {
    /// What to do in it.
    pub commands: Receiver<Command>,
    /// Answered when it has begun.
    pub reply: Reply<()>,
}

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
                Command::Query(Statement { text, values }, reply) => {
                    self.answer(reply, connection::run(connection, text, &values).map(|outcome| outcome.rows))
                }
                Command::Execute(Statement { text, values }, reply) => self
                    .answer(reply, connection::run(connection, text, &values).map(|outcome| outcome.changed)),
                Command::Define(statements, reply) => {
                    let result = connection.execute_batch(statements).map_err(|error| failure(&error));
                    self.answer(reply, result)
                }
                Command::Commit(reply) => {
                    let result = connection.execute_batch("COMMIT").map_err(|error| failure(&error));
                    self.answer(reply, result);
                    return;
                }
            };
            if failed {
                return;
            }
        }
    }

    /// Sends the result of a command. Returns whether the command failed.
    fn answer<T>(&self, reply: Reply<T>, result: Result<T, StoreError>) -> bool {
        let failed = result.is_err();
        let _ = reply.send(self.note(result));
        failed
    }

    /// Remembers damage.
    fn note<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if matches!(result, Err(StoreError::Damaged)) {
            self.damaged.store(true, Ordering::Relaxed);
        }
        result
    }
}
