//! One open transaction, as its user sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use tokio::sync::oneshot;

use crate::store::{Row, StoreError, Value};

/// What the transactions of a thread may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Read.
    Read,
    /// Read and write.
    Write,
}

/// A transaction that waits for its thread.
pub struct Begin {
    /// What to do in it.
    pub commands: Receiver<Command>,
    /// Answered when it has begun.
    pub reply: Reply<()>,
}

/// The answer to one command.
pub type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// A step of a transaction.
pub enum Command {
    /// Runs a statement.
    Statement {
        /// Its text.
        text: &'static str,
        /// The values of `$1`, `$2`, ….
        values: Vec<Value>,
        /// The answer.
        reply: Reply<Outcome>,
    },
    /// Runs the statements of a migration.
    Define(&'static str, Reply<()>),
    /// Ends the transaction.
    Commit(Reply<()>),
}

/// What a statement did.
#[derive(Debug)]
pub struct Outcome {
    /// The rows that it returned.
    pub rows: Vec<Row>,
    /// The number of rows that it changed.
    pub changed: u64,
}

/// A handle to an open transaction. When the last one is dropped without a commit, it is rolled back.
#[derive(Clone)]
pub struct Session {
    commands: Sender<Command>,
    conflicted: Arc<AtomicBool>,
    statements: Arc<AtomicU64>,
}

impl Session {
    /// Makes a handle with the end that a thread serves. It counts its statements.
    pub fn new(statements: Arc<AtomicU64>) -> (Self, Receiver<Command>) {
        let (commands, receiver) = channel();
        (Self { commands, conflicted: Arc::default(), statements }, receiver)
    }

    /// Runs a statement.
    pub async fn statement(&self, text: &'static str, values: Vec<Value>) -> Result<Outcome, StoreError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.send(|reply| Command::Statement { text, values, reply }).await
    }

    /// Runs the statements of a migration.
    pub async fn define(&self, statements: &'static str) -> Result<(), StoreError> {
        self.send(|reply| Command::Define(statements, reply)).await
    }

    /// Commits.
    pub async fn commit(&self) -> Result<(), StoreError> {
        self.send(Command::Commit).await
    }

    /// Whether a statement failed because of another transaction.
    pub fn conflicted(&self) -> bool {
        self.conflicted.load(Ordering::Relaxed)
    }

    /// Remembers that it did.
    pub fn mark_conflicted(&self) {
        self.conflicted.store(true, Ordering::Relaxed);
    }

    async fn send<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(command(reply)).map_err(|_| StoreError::Unavailable)?;
        let result = answer.await.map_err(|_| StoreError::Unavailable)?;
        if matches!(result, Err(StoreError::Conflict)) {
            self.mark_conflicted();
        }
        result
    }
}
