//! Statements on a connection, and what their errors mean.

use deadpool_postgres::{Object, Pool, PoolError};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Error, Row as PostgresRow};

use crate::store::{Row, StoreError, Value};

/// Runs a statement and returns its rows.
///
/// # Errors
/// See [`StoreError`].
pub async fn query(client: &Object, text: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
    let found = client.query_typed(text, &typed(values)).await.map_err(|error| failure(&error))?;
    found.iter().map(row).collect()
}

/// Runs a statement and returns the number of rows that it changed.
///
/// # Errors
/// See [`StoreError`].
pub async fn execute(client: &Object, text: &str, values: &[Value]) -> Result<u64, StoreError> {
    client.execute_typed(text, &typed(values)).await.map_err(|error| failure(&error))
}

/// Runs the statements of a migration, which may last.
///
/// # Errors
/// See [`StoreError`].
pub async fn define(client: &Object, statements: &str) -> Result<(), StoreError> {
    let run = async {
        client.batch_execute("SET LOCAL statement_timeout = 0").await?;
        client.batch_execute(statements).await
    };
    run.await.map_err(|error| failure(&error))
}

/// Whether a lock that one connection has is refused to another one. Some databases know the functions and do nothing.
///
/// # Errors
/// See [`StoreError`].
pub async fn has_locks(pool: &Pool) -> Result<bool, StoreError> {
    let taken = pool.get().await.map_err(|error| pool_failure(&error))?;
    let refused = pool.get().await.map_err(|error| pool_failure(&error))?;
    let probe = async {
        taken.simple_query(TAKE).await?;
        refused.query_typed("SELECT pg_try_advisory_xact_lock_shared(0)", &[]).await
    };
    let rows = probe.await;
    let ended = taken.simple_query("ROLLBACK").await;
    // Not usable any more.
    if ended.is_err() {
        drop(Object::take(taken));
    }
    match rows {
        Ok(rows) => Ok(rows.first().is_some_and(|row| row.try_get(0).is_ok_and(|got: bool| !got))),
        Err(error) => match failure(&error) {
            StoreError::Denied | StoreError::Statement(_) => Ok(false),
            error => Err(error),
        },
    }
}

/// Takes the lock that no shard has. Nodes that do so at the same time wait for each other.
const TAKE: &str = "BEGIN; SET LOCAL lock_timeout = '8s'; SELECT pg_advisory_xact_lock(0)";

/// Whether the role exists with which the server runs when another one migrates.
///
/// # Errors
/// See [`StoreError`].
pub async fn has_runtime_role(pool: &Pool) -> Result<bool, StoreError> {
    let client = pool.get().await.map_err(|error| pool_failure(&error))?;
    let role = "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname = 'coffer_runtime'";
    let found = client.query_typed(role, &[]).await.map_err(|error| failure(&error))?;
    Ok(!found.is_empty())
}

fn typed(values: &[Value]) -> Vec<(&(dyn ToSql + Sync), Type)> {
    values.iter().map(|value| (value as &(dyn ToSql + Sync), type_of(value))).collect()
}

fn type_of(value: &Value) -> Type {
    match value {
        // The database concludes the type from the column.
        Value::Null => Type::UNKNOWN,
        Value::Int(_) => Type::INT8,
        Value::Bytes(_) => Type::BYTEA,
        Value::Text(_) => Type::TEXT,
    }
}

fn row(row: &PostgresRow) -> Result<Row, StoreError> {
    let values = (0..row.len()).map(|at| row.try_get::<_, Value>(at).map_err(|_| StoreError::Damaged));
    Ok(Row::new(values.collect::<Result<_, _>>()?))
}

type Conversion<T> = Result<T, Box<dyn std::error::Error + Sync + Send>>;

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Conversion<IsNull> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.as_slice().to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Conversion<Self> {
        Ok(match *kind {
            Type::INT8 => Self::Int(i64::from_sql(kind, raw)?),
            Type::INT4 => Self::Int(i32::from_sql(kind, raw)?.into()),
            Type::BOOL => Self::Int(bool::from_sql(kind, raw)?.into()),
            Type::BYTEA => Self::Bytes(raw.to_vec()),
            _ => Self::Text(String::from_sql(kind, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Conversion<Self> {
        Ok(Self::Null)
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::BOOL, Type::BYTEA, Type::TEXT, Type::VARCHAR].contains(kind)
    }
}

/// What the error means. Only the code of the database is used: its words may quote values.
pub fn failure(error: &Error) -> StoreError {
    // Without a code: the connection is lost or was never made.
    let Some(code) = error.code() else { return StoreError::Unavailable };
    match *code {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => StoreError::Conflict,
        SqlState::UNIQUE_VIOLATION => StoreError::Exists,
        SqlState::DISK_FULL | SqlState::IO_ERROR | SqlState::READ_ONLY_SQL_TRANSACTION => StoreError::Disk,
        SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED => StoreError::Damaged,
        SqlState::INSUFFICIENT_PRIVILEGE => StoreError::Denied,
        SqlState::QUERY_CANCELED | SqlState::LOCK_NOT_AVAILABLE => StoreError::Unavailable,
        _ => match code.code().get(..2) {
            // Connections, resources, an operator's intervention, a transaction that is over.
            Some("08" | "25" | "53" | "57") => StoreError::Unavailable,
            _ => StoreError::Statement(code.code().to_owned()),
        },
    }
}

/// Why there is no connection, for the operator, and what it means.
pub fn pool_failure(error: &PoolError) -> StoreError {
    tracing::error!(%error, "no connection to the database");
    match error {
        PoolError::Backend(error) => match failure(error) {
            StoreError::Denied => StoreError::Denied,
            _ => StoreError::Unavailable,
        },
        _ => StoreError::Unavailable,
    }
}
