//! The database of a test: SQLite in a folder, or one of its own in the PostgreSQL that `COFFER_TEST_POSTGRES` names.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;
use tokio_postgres::SimpleQueryMessage;
use vault_server::store::{DatabaseUrl, Options, PostgresOptions, Store};

/// The address of the superuser, up to the name of the database.
pub const POSTGRES: &str = "COFFER_TEST_POSTGRES";
/// The address of the server's role, up to the name of the database. It may be that of a pooler.
pub const POSTGRES_NODE: &str = "COFFER_TEST_POSTGRES_NODE";
/// If it is set, the database finds out which transactions conflict.
pub const SERIALIZABLE: &str = "COFFER_TEST_SERIALIZABLE";
/// The name of the database that others are copied from.
pub const TEMPLATE: &str = "coffer_template";

/// A database.
#[derive(Clone)]
pub enum Database {
    Sqlite(PathBuf),
    /// By its name.
    Postgres(String),
}

impl Database {
    /// A new one, in this folder if it is a file.
    pub fn new(folder: &TempDir) -> Self {
        Self::at(&folder.path().join("server.db"))
    }

    /// A new one, at this path if it is a file.
    pub fn at(path: &Path) -> Self {
        if env::var_os(POSTGRES).is_none() {
            return Self::Sqlite(path.to_owned());
        }
        Self::copy_of(TEMPLATE)
    }

    fn copy_of(template: &str) -> Self {
        let mut random = [0; 8];
        getrandom::fill(&mut random).unwrap();
        let name = format!("t{:016x}", u64::from_le_bytes(random));
        admin("postgres", &format!("CREATE DATABASE {name} TEMPLATE {template}"));
        Self::Postgres(name)
    }

    /// The address for the configuration of a server.
    pub fn url(&self) -> Option<String> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(name) => Some([&env::var(POSTGRES_NODE).unwrap(), name.as_str()].concat()),
        }
    }

    pub fn open(&self) -> Store {
        self.open_with(Options::default().time_limit)
    }

    pub fn open_with(&self, time_limit: Duration) -> Store {
        match self {
            Self::Sqlite(path) => Store::open(path, &Options { time_limit, ..Options::default() }).unwrap(),
            Self::Postgres(_) => {
                let url = DatabaseUrl::parse(&self.url().unwrap()).unwrap();
                let serializable = env::var_os(SERIALIZABLE).is_some();
                let options = PostgresOptions { time_limit, serializable, ..PostgresOptions::new(url) };
                Store::connect(&options).unwrap()
            }
        }
    }

    /// The state at this moment, for [`Database::restore`]. Of PostgreSQL nothing else may be connected.
    pub fn copy(&self) -> Self {
        match self {
            Self::Sqlite(path) => {
                let db = rusqlite::Connection::open(path).unwrap();
                db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
                let copy = path.with_extension("copy");
                std::fs::copy(path, &copy).unwrap();
                Self::Sqlite(copy)
            }
            Self::Postgres(name) => {
                let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ";
                admin("postgres", &format!("{others}'{name}'"));
                Self::copy_of(name)
            }
        }
    }

    /// Runs statements behind the server's back, as a superuser.
    pub fn execute(&self, sql: &str) {
        match self {
            Self::Sqlite(path) => rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap(),
            Self::Postgres(name) => drop(admin(name, sql)),
        }
    }

    /// The number that a statement returns.
    pub fn number(&self, sql: &str) -> i64 {
        match self {
            Self::Sqlite(path) => {
                rusqlite::Connection::open(path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
            }
            Self::Postgres(name) => admin(name, sql).unwrap().parse().unwrap(),
        }
    }

    /// The tables with a row that has this id in this column, whatever tables there are.
    pub fn tables_with(&self, column: &str, id: &[u8]) -> Vec<String> {
        let tables = match self {
            Self::Sqlite(_) => format!(
                "SELECT group_concat(t.name, ' ') FROM sqlite_schema t, pragma_table_info(t.name) c
                 WHERE t.type = 'table' AND c.name = '{column}'"
            ),
            Self::Postgres(_) => format!(
                "SELECT string_agg(table_name, ' ') FROM information_schema.columns
                 WHERE table_schema = 'public' AND column_name = '{column}'"
            ),
        };
        let (tables, id) = (self.text(&tables), self.bytes(id));
        let mut tables: Vec<_> = tables.split(' ').map(str::to_owned).collect();
        tables.sort();
        assert!(tables.len() > 5, "{tables:?}");
        let has =
            |table: &String| self.number(&format!("SELECT count(*) FROM {table} WHERE {column} = {id}")) > 0;
        tables.into_iter().filter(has).collect()
    }

    fn text(&self, sql: &str) -> String {
        match self {
            Self::Sqlite(path) => {
                rusqlite::Connection::open(path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
            }
            Self::Postgres(name) => admin(name, sql).unwrap(),
        }
    }

    /// Bytes as they are written in a statement.
    pub fn bytes(&self, bytes: &[u8]) -> String {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self {
            Self::Sqlite(_) => format!("x'{hex}'"),
            Self::Postgres(_) => format!("'\\x{hex}'::bytea"),
        }
    }
}

/// Runs statements as the superuser, and returns the first value.
fn admin(database: &str, sql: &str) -> Option<String> {
    run_at(&[&env::var(POSTGRES).unwrap(), database].concat(), sql).unwrap()
}

/// Runs statements at an address on a thread of its own, since the test may have a runtime.
pub fn run_at(url: &str, sql: &str) -> Result<Option<String>, tokio_postgres::Error> {
    let run = async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
        let connection = tokio::spawn(connection);
        let messages = client.simple_query(sql).await?;
        drop(client);
        let _ = connection.await;
        Ok(messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        }))
    };
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    std::thread::scope(|scope| scope.spawn(|| runtime().block_on(run)).join().unwrap())
}
