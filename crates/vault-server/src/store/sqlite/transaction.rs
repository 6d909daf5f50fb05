//! An open transaction. Its statements run on the thread of the caller: most take some microseconds, less than to wake another
//! thread and be woken by it. Only the commit waits for the disk, on the writer's thread.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{OnceCell, oneshot};

use super::connection::{self, Outcome, note};
use super::reader::Reading;
use super::writer::{End, Turn};
use crate::store::command::Statement;
use crate::store::{Row, StoreError};

/// A transaction. When it is dropped without a commit, it is rolled back.
pub enum Transaction {
    /// One that reads.
    Read(Reading),
    /// One that writes.
    Write(Writing),
}

impl Transaction {
    /// Runs a statement and returns its rows.
    pub async fn query(&self, statement: Statement) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Read(reading) => reading.query(statement).await,
            Self::Write(writing) => Ok(writing.run(statement).await?.rows),
        }
    }

    /// Runs a statement and returns the number of rows that it changed.
    pub async fn execute(&self, statement: Statement) -> Result<u64, StoreError> {
        Ok(self.writing()?.run(statement).await?.changed)
    }

    /// Runs a statement together with the next one that has an answer.
    pub fn put(&self, statement: Statement) -> Result<(), StoreError> {
        self.writing()?.put(statement)
    }

    /// Runs the statements of a migration.
    pub async fn define(&self, statements: &'static str) -> Result<(), StoreError> {
        self.writing()?.define(statements).await
    }

    /// Commits, unless it only reads.
    pub async fn commit(&self) -> Result<(), StoreError> {
        match self {
            Self::Read(_) => Ok(()),
            Self::Write(writing) => writing.commit().await,
        }
    }

    const fn writing(&self) -> Result<&Writing, StoreError> {
        match self {
            Self::Read(_) => Err(StoreError::Denied),
            Self::Write(writing) => Ok(writing),
        }
    }
}

/// A transaction that writes.
pub struct Writing {
    waits: Mutex<Option<oneshot::Receiver<Result<Turn, StoreError>>>>,
    turn: OnceCell<Turn>,
    state: Mutex<State>,
}

/// What runs next, or why nothing does.
enum State {
    /// Statements that run before the next one.
    Open(Vec<Statement>),
    /// It has failed, or is committed.
    Over,
}

impl Writing {
    /// One that gets its turn over this channel.
    pub fn new(turn: oneshot::Receiver<Result<Turn, StoreError>>) -> Self {
        let state = Mutex::new(State::Open(Vec::new()));
        Self { waits: Mutex::new(Some(turn)), turn: OnceCell::new(), state }
    }

    fn put(&self, statement: Statement) -> Result<(), StoreError> {
        match &mut *self.state() {
            State::Open(puts) => {
                puts.push(statement);
                Ok(())
            }
            State::Over => Err(StoreError::Unavailable),
        }
    }

    async fn run(&self, Statement { text, values }: Statement) -> Result<Outcome, StoreError> {
        self.step(|connection| connection::run(connection, text, &values)).await
    }

    async fn define(&self, statements: &'static str) -> Result<(), StoreError> {
        self.step(|connection| connection::define(connection, statements)).await
    }

    async fn commit(&self) -> Result<(), StoreError> {
        self.step(|_| Ok(())).await?;
        *self.state() = State::Over;
        let (reply, committed) = oneshot::channel();
        let _ = self.turn().await?.end.send(End::Commits(reply));
        committed.await.map_err(|_| StoreError::Unavailable)?
    }

    /// Runs what was put before, and a step. If one of them fails, the transaction ends.
    async fn step<T>(
        &self,
        work: impl FnOnce(&rusqlite::Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let turn = self.turn().await?;
        let mut state = self.state();
        let State::Open(puts) = &mut *state else { return Err(StoreError::Unavailable) };
        let puts = std::mem::take(puts);
        let result = turn.writer.with_connection(turn.number, |connection| {
            puts.iter().try_for_each(|put| connection::run(connection, put.text, &put.values).map(drop))?;
            work(connection)
        });
        if result.is_err() {
            *state = State::Over;
            let _ = turn.end.send(End::Fails);
        }
        note(&turn.writer.damaged, result)
    }

    /// Waits for its turn.
    async fn turn(&self) -> Result<&Turn, StoreError> {
        let wait = || async {
            let turn = self.waits.lock().unwrap_or_else(PoisonError::into_inner).take();
            turn.ok_or(StoreError::Unavailable)?.await.map_err(|_| StoreError::Unavailable)?
        };
        self.turn.get_or_try_init(wait).await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
