//! Statements, and the steps of a transaction that a task serves.

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
