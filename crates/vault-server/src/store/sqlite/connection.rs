//! Connections: opened with everything that durability needs, and statements on them.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusqlite::ffi::ErrorCode;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Error, OpenFlags, Statement};
use zeroize::Zeroizing;

use crate::store::command::Mode;
use crate::store::{Row, StoreError, Value};

/// How long a connection waits for another process, such as a backup.
const BUSY: Duration = Duration::from_secs(5);

/// The most statements that a connection keeps prepared.
const PREPARED: usize = 256;

/// The raw key of an encrypted database, 32 bytes.
pub struct SqlCipherKey(Zeroizing<[u8; 32]>);

impl SqlCipherKey {
    /// Wraps the key.
    #[must_use]
    pub const fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// As SQLCipher reads a raw key.
    fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(67));
        text.push_str("x'");
        for digit in self.0.iter().flat_map(|byte| [byte >> 4, byte & 15]) {
            text.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
        }
        text.push('\'');
        text
    }
}

impl std::fmt::Debug for SqlCipherKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SqlCipherKey(…)")
    }
}

/// Opens a connection. The writer creates the file if it is missing.
///
/// # Errors
/// See [`StoreError`].
pub fn open(path: &Path, key: Option<&SqlCipherKey>, mode: Mode) -> Result<Connection, StoreError> {
    open_with(path, key, mode).map_err(|error| failure(&error))
}

fn open_with(path: &Path, key: Option<&SqlCipherKey>, mode: Mode) -> rusqlite::Result<Connection> {
    let create = if mode == Mode::Write { OpenFlags::SQLITE_OPEN_CREATE } else { OpenFlags::empty() };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | create;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
    if let Some(key) = key {
        connection.pragma_update(None, "key", key.text().as_str())?;
    }
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    // Fails here if the key is wrong or the file is no database.
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA journal_size_limit = 67108864",
    )?;
    if mode == Mode::Read {
        connection.execute_batch("PRAGMA query_only = ON")?;
    }
    Ok(connection)
}

/// What a statement did.
pub struct Outcome {
    /// The rows that it returned.
    pub rows: Vec<Row>,
    /// The number of rows that it changed.
    pub changed: u64,
}

/// Runs a statement.
///
/// # Errors
/// See [`StoreError`].
pub fn run(connection: &Connection, text: &'static str, values: &[Value]) -> Result<Outcome, StoreError> {
    run_with(connection, text, values).map_err(|error| failure(&error))
}

fn run_with(connection: &Connection, text: &'static str, values: &[Value]) -> rusqlite::Result<Outcome> {
    let mut statement = connection.prepare_cached(text)?;
    bind(&mut statement, values)?;
    let columns = statement.column_count();
    let before = connection.total_changes();
    let mut rows = Vec::new();
    let mut found = statement.raw_query();
    while let Some(row) = found.next()? {
        rows.push(Row::new(
            (0..columns).map(|at| row.get_ref(at).and_then(value)).collect::<Result<_, _>>()?,
        ));
    }
    drop(found);
    // Without the rows that foreign keys deleted.
    let changed = if connection.total_changes() == before { 0 } else { connection.changes() };
    Ok(Outcome { rows, changed })
}

/// Runs a statement without values and rows.
///
/// # Errors
/// See [`StoreError`].
pub fn execute(connection: &Connection, text: &'static str) -> Result<(), StoreError> {
    let executed = connection.prepare_cached(text).and_then(|mut statement| statement.execute([]));
    executed.map(drop).map_err(|error| failure(&error))
}

/// Runs the statements of a migration.
///
/// # Errors
/// See [`StoreError`].
pub fn define(connection: &Connection, statements: &'static str) -> Result<(), StoreError> {
    connection.execute_batch(statements).map_err(|error| failure(&error))
}

/// Remembers damage.
///
/// # Errors
/// Those of the result.
pub fn note<T>(damaged: &AtomicBool, result: Result<T, StoreError>) -> Result<T, StoreError> {
    if matches!(result, Err(StoreError::Damaged)) {
        damaged.store(true, Ordering::Relaxed);
    }
    result
}

/// Binds `$1` to the first value and so on. SQLite numbers parameters in the order in which they first occur.
fn bind(statement: &mut Statement<'_>, values: &[Value]) -> rusqlite::Result<()> {
    let count = statement.parameter_count();
    if count != values.len() {
        return Err(Error::InvalidParameterCount(values.len(), count));
    }
    for index in 1..=count {
        let name = statement.parameter_name(index).and_then(|name| name.strip_prefix('$'));
        let number: Option<usize> = name.and_then(|number| number.parse().ok());
        let value = number.and_then(|number| values.get(number.checked_sub(1)?));
        let value = value.ok_or(Error::InvalidParameterCount(values.len(), count))?;
        statement.raw_bind_parameter(index, value)?;
    }
    Ok(())
}

fn value(value: ValueRef<'_>) -> rusqlite::Result<Value> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        ValueRef::Text(text) => {
            Value::Text(String::from_utf8(text.to_vec()).map_err(|_| Error::InvalidQuery)?)
        }
        ValueRef::Real(_) => return Err(Error::InvalidQuery),
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// What the error means. Values are not part of it: SQLite's messages name tables and columns only.
pub fn failure(error: &Error) -> StoreError {
    const UNIQUE: [i32; 2] =
        [rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE, rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY];
    let Error::SqliteFailure(sqlite, _) = error else { return StoreError::Statement(error.to_string()) };
    match sqlite.code {
        ErrorCode::ConstraintViolation if UNIQUE.contains(&sqlite.extended_code) => StoreError::Exists,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Conflict,
        ErrorCode::DiskFull | ErrorCode::SystemIoFailure | ErrorCode::ReadOnly | ErrorCode::CannotOpen => {
            StoreError::Disk
        }
        ErrorCode::DatabaseCorrupt => StoreError::Damaged,
        ErrorCode::NotADatabase => StoreError::NotADatabase,
        _ => StoreError::Statement(error.to_string()),
    }
}
