//! The database below the store, whichever it is.

use super::postgres::Postgres;
use super::session::Session;
use super::sqlite::Sqlite;
use super::{Row, ShardKey, StoreError, Value};

/// A database. A clone is another handle to it.
#[derive(Clone)]
pub enum Driver {
    /// A file of this computer.
    Sqlite(Sqlite),
    /// A server that speaks PostgreSQL's protocol.
    Postgres(Postgres),
}

impl Driver {
    /// Begins a transaction that writes in one shard.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn write(&self, key: &impl ShardKey) -> Result<Session, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.write(),
            Self::Postgres(postgres) => postgres.write(key).await,
        }
    }

    /// Begins a transaction that reads in one shard.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn read<K: ShardKey>(&self, _key: &K) -> Result<Session, StoreError> {
        match self {
            Self::Sqlite(sqlite) => Ok(sqlite.read()),
            Self::Postgres(postgres) => postgres.read::<K>().await,
        }
    }

    /// Runs the only statement of a transaction that reads. It ends at once, however long the caller takes.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn query<K: ShardKey>(
        &self,
        text: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.query(text, values).await,
            Self::Postgres(postgres) => postgres.query::<K>(text, values).await,
        }
    }

    /// Waits before a transaction runs again that has conflicted so often.
    pub async fn wait_after_conflict(&self, times: u32) {
        match self {
            // It has waited for the file.
            Self::Sqlite(_) => {}
            Self::Postgres(postgres) => postgres.wait_after_conflict(times).await,
        }
    }

    /// The statements that give the running server its rights, if its role is another one than that of the migration.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn grants(&self) -> Result<Option<&'static str>, StoreError> {
        match self {
            Self::Sqlite(_) => Ok(None),
            Self::Postgres(postgres) => postgres.grants().await,
        }
    }

    /// Fails once damage was seen.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn refuse_damaged(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.refuse_damaged(),
            Self::Postgres(postgres) => postgres.refuse_damaged(),
        }
    }

    /// How many transactions wait for a thread or a connection.
    pub fn waiting(&self) -> usize {
        match self {
            Self::Sqlite(sqlite) => sqlite.waiting(),
            Self::Postgres(postgres) => postgres.waiting(),
        }
    }

    /// How many statements have run.
    pub fn statements(&self) -> u64 {
        match self {
            Self::Sqlite(sqlite) => sqlite.statements(),
            Self::Postgres(postgres) => postgres.statements(),
        }
    }
}
