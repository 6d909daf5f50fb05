//! One open transaction, as its user sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::command::{Command, Reply, Statement};
use super::sqlite::Transaction;
use super::{Row, StoreError, Value};

/// What serves a transaction.
#[derive(Clone)]
enum Server {
    Sqlite(Arc<Transaction>),
    Task(UnboundedSender<Command>),
}

/// A handle to an open transaction. When the last one is dropped without a commit, it is rolled back.
#[derive(Clone)]
pub struct Session {
    server: Server,
    conflicted: Arc<AtomicBool>,
    statements: Arc<AtomicU64>,
}

impl Session {
    /// Makes a handle to a transaction of SQLite. It counts its statements.
    pub fn of_sqlite(transaction: Transaction, statements: Arc<AtomicU64>) -> Self {
        Self::new(Server::Sqlite(Arc::new(transaction)), statements)
    }

    /// Makes a handle with the end that a task serves. It counts its statements.
    pub fn of_task(statements: Arc<AtomicU64>) -> (Self, UnboundedReceiver<Command>) {
        let (commands, receiver) = unbounded_channel();
        (Self::new(Server::Task(commands), statements), receiver)
    }

    fn new(server: Server, statements: Arc<AtomicU64>) -> Self {
        Self { server, conflicted: Arc::default(), statements }
    }

    /// Runs a statement and returns its rows.
    pub async fn query(&self, text: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let statement = self.counted(text, values);
        self.note(match &self.server {
            Server::Sqlite(transaction) => transaction.query(statement).await,
            Server::Task(commands) => send(commands, |reply| Command::Query(statement, reply)).await,
        })
    }

    /// Runs the only statement of the transaction, which ends at once, however long the caller takes.
    pub async fn query_alone(self, text: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let statement = self.counted(text, values);
        match &self.server {
            Server::Sqlite(transaction) => transaction.query(statement).await,
            Server::Task(commands) => {
                let (reply, answer) = oneshot::channel();
                hand_in(commands, Command::Query(statement, reply))?;
                drop(self);
                answer.await.map_err(|_| StoreError::Unavailable)?
            }
        }
    }

    /// Runs a statement and returns the number of rows that it changed.
    pub async fn execute(&self, text: &'static str, values: Vec<Value>) -> Result<u64, StoreError> {
        let statement = self.counted(text, values);
        self.note(match &self.server {
            Server::Sqlite(transaction) => transaction.execute(statement).await,
            Server::Task(commands) => send(commands, |reply| Command::Execute(statement, reply)).await,
        })
    }

    /// Runs a statement and does not wait: if it fails, so does the next command that has an answer.
    pub fn put(&self, text: &'static str, values: Vec<Value>) -> Result<(), StoreError> {
        let statement = self.counted(text, values);
        match &self.server {
            Server::Sqlite(transaction) => transaction.put(statement),
            Server::Task(commands) => hand_in(commands, Command::Put(statement)),
        }
    }

    /// Runs the statements of a migration.
    pub async fn define(&self, statements: &'static str) -> Result<(), StoreError> {
        self.note(match &self.server {
            Server::Sqlite(transaction) => transaction.define(statements).await,
            Server::Task(commands) => send(commands, |reply| Command::Define(statements, reply)).await,
        })
    }

    /// Commits.
    pub async fn commit(&self) -> Result<(), StoreError> {
        self.note(match &self.server {
            Server::Sqlite(transaction) => transaction.commit().await,
            Server::Task(commands) => send(commands, Command::Commit).await,
        })
    }

    /// Whether a statement failed because of another transaction.
    pub fn conflicted(&self) -> bool {
        self.conflicted.load(Ordering::Relaxed)
    }

    /// Remembers that it did.
    pub fn mark_conflicted(&self) {
        self.conflicted.store(true, Ordering::Relaxed);
    }

    fn note<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if matches!(result, Err(StoreError::Conflict)) {
            self.mark_conflicted();
        }
        result
    }

    fn counted(&self, text: &'static str, values: Vec<Value>) -> Statement {
        self.statements.fetch_add(1, Ordering::Relaxed);
        Statement { text, values }
    }
}

async fn send<T>(
    commands: &UnboundedSender<Command>,
    command: impl FnOnce(Reply<T>) -> Command,
) -> Result<T, StoreError> {
    let (reply, answer) = oneshot::channel();
    hand_in(commands, command(reply))?;
    answer.await.map_err(|_| StoreError::Unavailable)?
}

fn hand_in(commands: &UnboundedSender<Command>, command: Command) -> Result<(), StoreError> {
    commands.send(command).map_err(|_| StoreError::Unavailable)
}
