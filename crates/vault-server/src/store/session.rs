//! One open transaction, as its user sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::{Row, StoreError, Value};

/// What a transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Read.
    Read,
    /// Read and write.
    Write,
}

/// The answer to one command.
pub type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// A step of a transaction.
pub enum Command {
    /// Runs a statement and returns its rows.
    Query(Statement, Reply<Vec<Row>>),
    /// Runs a statement and returns the number of rows that it changed.
    Execute(Statement, Reply<u64>),
    /// Runs a statement without an answer. If it fails, so does what follows.
    Put(Statement),
    /// Runs the statements of a migration.
    Define(&'static str, Reply<()>),
    /// Ends the transaction.
    Commit(Reply<()>),
}

impl Command {
    /// Answers it with a failure.
    pub fn refuse(self, error: StoreError) {
        match self {
            Self::Query(_, reply) => drop(reply.send(Err(error))),
            Self::Execute(_, reply) => drop(reply.send(Err(error))),
            Self::Define(_, reply) | Self::Commit(reply) => drop(reply.send(Err(error))),
            Self::Put(_) => {}
        }
    }
}

/// A statement with its values.
pub struct Statement {
    /// Its text.
    pub text: &'static str,
    /// The values of `$1`, `$2`, ….
    pub values: Vec<Value>,
}

/// The way to what serves a transaction.
#[derive(Clone)]
enum Commands {
    Thread(Sender<Command>),
    Task(UnboundedSender<Command>),
}

/// A handle to an open transaction. When the last one is dropped without a commit, it is rolled back.
#[derive(Clone)]
pub struct Session {
    commands: Commands,
    conflicted: Arc<AtomicBool>,
    statements: Arc<AtomicU64>,
}

impl Session {
    /// Makes a handle with the end that a thread serves. It counts its statements.
    pub fn of_thread(statements: Arc<AtomicU64>) -> (Self, Receiver<Command>) {
        let (commands, receiver) = channel();
        (Self::new(Commands::Thread(commands), statements), receiver)
    }

    /// Makes a handle with the end that a task serves. It counts its statements.
    pub fn of_task(statements: Arc<AtomicU64>) -> (Self, UnboundedReceiver<Command>) {
        let (commands, receiver) = unbounded_channel();
        (Self::new(Commands::Task(commands), statements), receiver)
    }

    fn new(commands: Commands, statements: Arc<AtomicU64>) -> Self {
        Self { commands, conflicted: Arc::default(), statements }
    }

    /// Runs a statement and returns its rows.
    pub async fn query(&self, text: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.send(|reply| Command::Query(Statement { text, values }, reply)).await
    }

    /// Runs the only statement of the transaction, which ends at once, however long the caller takes.
    pub async fn query_alone(self, text: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        let (reply, answer) = oneshot::channel();
        self.hand_in(Command::Query(Statement { text, values }, reply))?;
        drop(self);
        answer.await.map_err(|_| StoreError::Unavailable)?
    }

    /// Runs a statement and returns the number of rows that it changed.
    pub async fn execute(&self, text: &'static str, values: Vec<Value>) -> Result<u64, StoreError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.send(|reply| Command::Execute(Statement { text, values }, reply)).await
    }

    /// Runs a statement and does not wait: if it fails, so does the next command that has an answer.
    pub fn put(&self, text: &'static str, values: Vec<Value>) -> Result<(), StoreError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.hand_in(Command::Put(Statement { text, values }))
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
        self.hand_in(command(reply))?;
        let result = answer.await.map_err(|_| StoreError::Unavailable)?;
        if matches!(result, Err(StoreError::Conflict)) {
            self.mark_conflicted();
        }
        result
    }

    fn hand_in(&self, command: Command) -> Result<(), StoreError> {
        let sent = match &self.commands {
            Commands::Thread(commands) => commands.send(command).is_ok(),
            Commands::Task(commands) => commands.send(command).is_ok(),
        };
        if sent { Ok(()) } else { Err(StoreError::Unavailable) }
    }
}
