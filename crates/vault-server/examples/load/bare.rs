//! What a push asks of the database, by a program that does nothing else: the statements of `log/push.rs` and of what runs before
//! it, in the same transactions, one after the other.

use std::time::{Duration, Instant};

use rusqlite::Connection;
use tempfile::TempDir;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, NoTls};
use vault_server::store::Value;
use vault_server::values;
use vault_wire::message::LogEntry;

use crate::bench::{Bench, Owner, Vault, sessions};
use crate::report::Load;

/// As the server opens a file.
const OPEN: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA journal_size_limit = 67108864";

const SESSION: &str = "SELECT s.device_id, s.signed_in_at, s.method, s.factor,
       (SELECT count(*) FROM totp t WHERE t.account_id = $1)
     FROM session s JOIN account a ON a.account_id = s.account_id
     WHERE s.account_id = $1 AND s.expires_at > $2 AND a.locked = 0";
const RECOVERY: &str = "SELECT epoch, until FROM recovery WHERE name = 'recovery'";
const HEAD: &str =
    "SELECT head_seq, head_root, record_seq, record_hash, epoch, format, closed_at, factor, payer_id,
       used_bytes, granted_bytes FROM vault_head WHERE vault_id = $1";
const ROLE: &str = "SELECT role FROM member WHERE vault_id = $1 AND account_id = $2";
const LOCK: &str = "UPDATE vault_head SET head_seq = head_seq WHERE vault_id = $1
     RETURNING head_seq, head_root, record_seq, record_hash, epoch, format, closed_at, factor, payer_id, used_bytes,
       granted_bytes";
const RECEIPT: &str =
    "SELECT hash, reply FROM push_receipt WHERE vault_id = $1 AND device_id = $2 AND batch_id = $3";
const CURRENT: &str = "SELECT item_id, seq, rev_hash FROM item_head
     WHERE vault_id = $1 AND item_id IN ($2, $2, $2, $2, $2, $2, $2, $2)";
const ENTRY: &str = "INSERT INTO entry (vault_id, seq, content, signatures, root, item_id, body_hash, body)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const ITEM: &str = "INSERT INTO item_head (vault_id, item_id, seq, rev_hash) VALUES ($1, $2, $3, $4)
     ON CONFLICT (vault_id, item_id) DO UPDATE SET seq = excluded.seq, rev_hash = excluded.rev_hash";
const UPDATE: &str = "UPDATE vault_head SET head_seq = $2, head_root = $3, record_seq = 1, used_bytes = $4
     WHERE vault_id = $1";
const KEEP: &str = "INSERT INTO push_receipt (vault_id, device_id, batch_id, hash, reply, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6)";

/// As the server begins in PostgreSQL.
const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL statement_timeout = '8s';
    SET LOCAL lock_timeout = '8s'; SET LOCAL idle_in_transaction_session_timeout = '15s';
    SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)";
const WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE; SET LOCAL statement_timeout = '8s';
    SET LOCAL lock_timeout = '8s'; SET LOCAL idle_in_transaction_session_timeout = '15s';
    SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8); SELECT pg_advisory_xact_lock(1)";

/// A connection.
enum Database {
    Sqlite(Connection),
    Postgres(Client),
}

impl Database {
    async fn open(file: &std::path::Path, url: Option<&str>) -> Self {
        let Some(url) = url else {
            let connection = Connection::open(file).unwrap();
            connection.execute_batch(OPEN).unwrap();
            connection.set_prepared_statement_cache_capacity(64);
            return Self::Sqlite(connection);
        };
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::spawn(connection);
        Self::Postgres(client)
    }

    async fn command(&self, sqlite: &str, postgres: &str) {
        match self {
            Self::Sqlite(connection) => connection.execute_batch(sqlite).unwrap(),
            Self::Postgres(client) => drop(client.simple_query(postgres).await.unwrap()),
        }
    }

    async fn run(&self, text: &str, values: &[Value]) {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(text).unwrap();
                for index in 1..=statement.parameter_count() {
                    let number: usize = statement.parameter_name(index).unwrap()[1..].parse().unwrap();
                    statement.raw_bind_parameter(index, &values[number - 1]).unwrap();
                }
                let mut rows = statement.raw_query();
                while rows.next().unwrap().is_some() {}
            }
            Self::Postgres(client) => {
                let typed: Vec<(&(dyn ToSql + Sync), Type)> = values.iter().map(typed).collect();
                drop(client.query_typed(text, &typed).await.unwrap());
            }
        }
    }
}

fn typed(value: &Value) -> (&(dyn ToSql + Sync), Type) {
    let kind = match value {
        Value::Null => Type::UNKNOWN,
        Value::Int(_) => Type::INT8,
        Value::Bytes(_) => Type::BYTEA,
        Value::Text(_) => Type::TEXT,
    };
    (value, kind)
}

/// A database with one vault, and a connection to it.
pub struct Bare {
    database: Database,
    vault: Vec<u8>,
    account: Vec<u8>,
    entry: LogEntry,
    seq: u64,
    _folder: TempDir,
}

impl Bare {
    /// On SQLite, or another database in PostgreSQL.
    pub async fn new(owner: &Owner, url: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (app, file) = Bench::database(&folder, url);
        sessions(&app, owner, &[0; 192], 0..1).await;
        let mut vault = Vault::found(&app, owner, 1).await;
        let entry = vault.entry(&[7; 1000]);
        drop(app);
        let database = Database::open(&file, url).await;
        let (vault, account) = (vault.id.as_bytes().to_vec(), owner.id.as_bytes().to_vec());
        Self { database, vault, account, entry, seq: 1, _folder: folder }
    }

    /// Pushes so many entries.
    pub async fn push(&mut self, count: usize) -> Load {
        let begun = Instant::now();
        for _ in 0..count {
            self.push_one().await;
        }
        Load { count, wall: begun.elapsed(), processor: Duration::ZERO, clients: Duration::ZERO }
    }

    async fn push_one(&mut self) {
        self.seq += 1;
        let Self { database, vault, account, entry, seq, .. } = &*self;
        let LogEntry::Revision { revision, body } = entry else { return };
        let (vault, account, seq) = (vault.as_slice(), account.as_slice(), *seq);
        // As random as ids are.
        let item = vault_wire::ContentHash::of(&seq.to_be_bytes());
        let (item, hash) = (&item.as_bytes()[..16], item.as_bytes());
        let (hash, body) = (hash.as_slice(), body.as_deref());
        database.command("BEGIN", READ).await;
        database.run(SESSION, values![account, 1_u64]).await;
        database.command("ROLLBACK; BEGIN", "ROLLBACK").await;
        database.command("", READ).await;
        database.run(RECOVERY, &[]).await;
        database.command("ROLLBACK; BEGIN", "ROLLBACK").await;
        database.command("", READ).await;
        database.run(HEAD, values![vault]).await;
        database.run(ROLE, values![vault, account]).await;
        database.command("ROLLBACK", "ROLLBACK").await;
        database.command("BEGIN IMMEDIATE", WRITE).await;
        database.run(LOCK, values![vault]).await;
        database.run(ROLE, values![vault, account]).await;
        database.run(RECEIPT, values![vault, hash, item]).await;
        database.run(CURRENT, values![vault, item]).await;
        let signature = revision.signature.as_bytes().as_slice();
        let (header, body_hash) = (revision.header.as_slice(), revision.body_hash.as_bytes().as_slice());
        database.run(ENTRY, values![vault, seq, header, signature, hash, item, body_hash, body]).await;
        database.run(ITEM, values![vault, item, seq, hash]).await;
        database.run(UPDATE, values![vault, seq, hash, seq]).await;
        database.run(KEEP, values![vault, hash, item, hash, [0_u8; 100].as_slice(), 1_u64 << 50]).await;
        database.command("COMMIT", "COMMIT").await;
    }
}
