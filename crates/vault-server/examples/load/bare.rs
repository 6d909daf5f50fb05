//! What a push asks of SQLite, by a program that does nothing else: the statements of `log/push.rs` and of what runs before it,
//! in the same transactions, one after the other.

use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use tempfile::TempDir;
use vault_wire::message::LogEntry;

use crate::bench::{Bench, Owner, Vault, sessions};
use crate::report::Load;

/// As the server opens it.
const OPEN: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA journal_size_limit = 67108864";

const SESSION: &str = "SELECT s.device_id, s.signed_in_at, s.method, s.factor,
       (SELECT count(*) FROM totp t WHERE t.account_id = ?1)
     FROM session s JOIN account a ON a.account_id = s.account_id
     WHERE s.account_id = ?1 AND s.expires_at > ?2 AND a.locked = 0";
const RECOVERY: &str = "SELECT epoch, until FROM recovery WHERE name = 'recovery'";
const HEAD: &str =
    "SELECT head_seq, head_root, record_seq, record_hash, epoch, format, closed_at, factor, payer_id,
       used_bytes, granted_bytes FROM vault_head WHERE vault_id = ?1";
const ROLE: &str = "SELECT role FROM member WHERE vault_id = ?1 AND account_id = ?2";
const LOCK: &str = "UPDATE vault_head SET head_seq = head_seq WHERE vault_id = ?1
     RETURNING head_seq, head_root, record_seq, record_hash, epoch, format, closed_at, factor, payer_id, used_bytes,
       granted_bytes";
const RECEIPT: &str =
    "SELECT hash, reply FROM push_receipt WHERE vault_id = ?1 AND device_id = ?2 AND batch_id = ?3";
const CURRENT: &str = "SELECT item_id, seq, rev_hash FROM item_head
     WHERE vault_id = ?1 AND item_id IN (?2, ?2, ?2, ?2, ?2, ?2, ?2, ?2)";
const ENTRY: &str = "INSERT INTO entry (vault_id, seq, content, signatures, root, item_id, body_hash, body)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const ITEM: &str = "INSERT INTO item_head (vault_id, item_id, seq, rev_hash) VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT (vault_id, item_id) DO UPDATE SET seq = excluded.seq, rev_hash = excluded.rev_hash";
const UPDATE: &str = "UPDATE vault_head SET head_seq = ?2, head_root = ?3, record_seq = 1, used_bytes = ?4
     WHERE vault_id = ?1";
const KEEP: &str = "INSERT INTO push_receipt (vault_id, device_id, batch_id, hash, reply, expires_at)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

/// A database with one vault, and a connection to it.
pub struct Bare {
    connection: Connection,
    vault: Vec<u8>,
    account: Vec<u8>,
    entry: LogEntry,
    seq: u64,
    _folder: TempDir,
}

impl Bare {
    pub async fn new(owner: &Owner) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (app, file) = Bench::database(&folder);
        sessions(&app, owner, &[0; 192], 0..1).await;
        let mut vault = Vault::found(&app, owner, 1).await;
        let entry = vault.entry(&[7; 1000]);
        drop(app);
        let connection = Connection::open(file).unwrap();
        connection.execute_batch(OPEN).unwrap();
        connection.set_prepared_statement_cache_capacity(64);
        let (vault, account) = (vault.id.as_bytes().to_vec(), owner.id.as_bytes().to_vec());
        Self { connection, vault, account, entry, seq: 1, _folder: folder }
    }

    /// Pushes so many entries.
    pub fn push(&mut self, count: usize) -> Load {
        let begun = Instant::now();
        for _ in 0..count {
            self.push_one();
        }
        Load { count, wall: begun.elapsed(), processor: Duration::ZERO }
    }

    fn push_one(&mut self) {
        self.seq += 1;
        let Self { connection, vault, account, entry, seq, .. } = &*self;
        let LogEntry::Revision { revision, body } = entry else { return };
        // As random as ids are.
        let item = vault_wire::ContentHash::of(&seq.to_be_bytes());
        let (item, hash) = (&item.as_bytes()[..16], item.as_bytes());
        let query = |text: &str, values: &[&dyn rusqlite::ToSql]| {
            let mut statement = connection.prepare_cached(text).unwrap();
            let mut rows = statement.query(values).unwrap();
            while rows.next().unwrap().is_some() {}
        };
        let execute = |text: &str, values: &[&dyn rusqlite::ToSql]| {
            connection.prepare_cached(text).unwrap().execute(values).unwrap();
        };
        let command = |text: &str| connection.execute_batch(text).unwrap();
        command("BEGIN");
        query(SESSION, params![account, 1]);
        command("ROLLBACK; BEGIN");
        query(RECOVERY, params![]);
        command("ROLLBACK; BEGIN");
        query(HEAD, params![vault]);
        query(ROLE, params![vault, account]);
        command("ROLLBACK");
        command("BEGIN IMMEDIATE");
        query(LOCK, params![vault]);
        query(ROLE, params![vault, account]);
        query(RECEIPT, params![vault, hash, item]);
        query(CURRENT, params![vault, item]);
        let signature = revision.signature.as_bytes();
        let body_hash = revision.body_hash.as_bytes();
        execute(ENTRY, params![vault, seq, revision.header, signature, hash, item, body_hash, body]);
        execute(ITEM, params![vault, item, seq, hash]);
        execute(UPDATE, params![vault, seq, hash, seq]);
        execute(KEEP, params![vault, hash, item, hash, &[0_u8; 100], 1_i64 << 50]);
        command("COMMIT");
    }
}
