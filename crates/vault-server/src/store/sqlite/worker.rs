//! The threads that own the connections.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::connection::{self, failure};
use crate::store::StoreError;
use crate::store::session::{Command, Mode, Reply, Statement};

/// The most transactions that are committed together.
const TOGETHER: usize = 32;

/// Counts a transaction that waits for its thread.
pub struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    /// Counts it from now until this is dropped.
    pub fn new(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count.clone())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A transaction that waits for its thread.
pub struct Begin {
    /// What to do in it.
    pub commands: Receiver<Command>,
    /// Counts it while it waits.
    pub waiting: Waiting,
}

impl Begin {
    /// Ends the wait.
    fn commands(self) -> Receiver<Command> {
        let Self { commands, waiting } = self;
        drop(waiting);
        commands
    }
}

/// How a transaction ended.
enum End {
    /// It is to be committed; then this is answered.
    Commits(Reply<()>),
    /// It has failed, was dropped or lasted too long.
    Fails,
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

    /// Runs the next transactions. Returns whether there may be others.
    fn serve_next(&self, connection: &Connection) -> bool {
        let next = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(first) = next else { return false };
        match self.mode {
            Mode::Read => self.read(connection, &first.commands()),
            Mode::Write => self.write(connection, &first.commands()),
        }
        if !connection.is_autocommit() {
            let _ = connection.execute_batch("ROLLBACK");
        }
        true
    }

    /// Runs a transaction that reads.
    fn read(&self, connection: &Connection, commands: &Receiver<Command>) {
        if self.begin(connection, "BEGIN", commands)
            && let End::Commits(reply) = self.serve(connection, commands)
        {
            self.answer(reply, execute(connection, "COMMIT"));
        }
    }

    /// Runs a transaction that writes, and those that wait when it ends. All that are to be committed are so together, so
    /// they wait for the disk once. What each has written is undone if it fails, and nothing is answered before the commit.
    fn write(&self, connection: &Connection, first: &Receiver<Command>) {
        if !self.begin(connection, "BEGIN IMMEDIATE", first) {
            return;
        }
        let End::Commits(reply) = self.serve(connection, first) else { return };
        let mut replies = vec![reply];
        while replies.len() < TOGETHER
            && let Ok(next) = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).try_recv()
        {
            let commands = next.commands();
            if !self.begin(connection, "SAVEPOINT one", &commands) {
                continue;
            }
            let end = self.serve(connection, &commands);
            if connection.is_autocommit() {
                break;
            }
            let ended = match end {
                End::Commits(reply) => {
                    replies.push(reply);
                    execute(connection, "RELEASE one")
                }
                End::Fails => execute(connection, "ROLLBACK TO one; RELEASE one"),
            };
            if ended.is_err() {
                break;
            }
        }
        // Some failures end the transaction of all.
        let result = if connection.is_autocommit() {
            Err(StoreError::Unavailable)
        } else {
            self.note(execute(connection, "COMMIT"))
        };
        for reply in replies {
            let _ = reply.send(result.clone());
        }
    }

    /// Begins a transaction. Returns false, after its first command was refused, if it cannot.
    fn begin(&self, connection: &Connection, text: &str, commands: &Receiver<Command>) -> bool {
        match self.note(execute(connection, text)) {
            Ok(()) => true,
            Err(error) => {
                // Another process had the file for too long.
                let error = if error == StoreError::Conflict { StoreError::Unavailable } else { error };
                refuse(commands, &error, Instant::now() + self.time_limit);
                false
            }
        }
    }

    /// Runs the commands of one transaction, until it is to be committed, is dropped, fails or lasts too long.
    fn serve(&self, connection: &Connection, commands: &Receiver<Command>) -> End {
        let end = Instant::now() + self.time_limit;
        loop {
            let command = match commands.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(command) => command,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return End::Fails,
            };
            let failed = match command {
                Command::Query(Statement { text, values }, reply) => {
                    self.answer(reply, connection::run(connection, text, &values).map(|outcome| outcome.rows))
                }
                Command::Execute(Statement { text, values }, reply) => self
                    .answer(reply, connection::run(connection, text, &values).map(|outcome| outcome.changed)),
                Command::Put(Statement { text, values }) => {
                    match self.note(connection::run(connection, text, &values)) {
                        Ok(_) => false,
                        Err(error) => {
                            refuse(commands, &error, end);
                            true
                        }
                    }
                }
                Command::Define(statements, reply) => self.answer(reply, execute(connection, statements)),
                Command::Commit(reply) => return End::Commits(reply),
            };
            if failed {
                return End::Fails;
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

fn execute(connection: &Connection, text: &str) -> Result<(), StoreError> {
    connection.execute_batch(text).map_err(|error| failure(&error))
}

/// Answers the next command that has an answer with a failure.
fn refuse(commands: &Receiver<Command>, error: &StoreError, end: Instant) {
    while let Ok(command) = commands.recv_timeout(end.saturating_duration_since(Instant::now())) {
        if let Command::Put(_) = command {
            continue;
        }
        return command.refuse(error.clone());
    }
}
