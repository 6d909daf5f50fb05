//! Migration of the schema: numbered steps, forward only, one at a time in the whole installation.

use std::time::{SystemTime, UNIX_EPOCH};

use super::driver::Driver;
use super::{ServerKey, Shard, Sql, StoreError, Tx, View};
use crate::values;

/// The steps in order. A released step is never changed.
pub const STEPS: &[&str] = &[
    include_str!("../../migrations/0001_account.sql"),
    include_str!("../../migrations/0002_log.sql"),
    include_str!("../../migrations/0003_compaction.sql"),
    include_str!("../../migrations/0004_audit_salt.sql"),
    include_str!("../../migrations/0005_timeline.sql"),
    include_str!("../../migrations/0006_operations.sql"),
    include_str!("../../migrations/0007_vault_audit.sql"),
    include_str!("../../migrations/0008_approval.sql"),
];

/// The newest schema that this program knows.
pub const NEWEST: u32 = 8;
const _: () = assert!(STEPS.len() == NEWEST as usize);

/// Exists before the first step.
const BEGIN: &str = include_str!("../../migrations/0000_begin.sql");

/// After this time another node may take over a migration, in milliseconds.
const LEASE: u64 = 10 * 60 * 1000;

const VERSION: Sql<ServerKey> = Sql::new("SELECT version FROM schema_version WHERE name = $1");
const SET_VERSION: Sql<ServerKey> = Sql::new(
    "INSERT INTO schema_version (name, version) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET version = excluded.version",
);
const TAKE_LEASE: Sql<ServerKey> = Sql::new(
    "INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3)
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
     WHERE lease.until < $4 OR lease.holder = excluded.holder",
);
const RETURN_LEASE: Sql<ServerKey> = Sql::new("DELETE FROM lease WHERE name = $1 AND holder = $2");

/// The name of the schema's row, and of the lease.
pub const NAME: &str = "schema";

/// Runs the steps that are missing, each in a transaction of its own. `copy` gets the number of the schema before the first
/// of them, unless the database is new.
///
/// # Errors
/// If the schema is newer than the steps, another node is migrating, `copy` fails, or a step fails.
pub async fn migrate(
    driver: &Driver,
    steps: &[&'static str],
    copy: impl FnOnce(u32) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let shard = Shard::new(driver, ServerKey(NAME));
    let known = u32::try_from(steps.len()).map_err(|_| StoreError::Damaged)?;
    // A role that may not change the schema can read its version.
    let from = match shard.read(|view| async move { current(&view).await }).await {
        Err(StoreError::Statement(_)) => {
            match shard.run(|tx| async move { tx.define(BEGIN).await }).await {
                // Another node has just done it.
                Ok(()) | Err(StoreError::Exists) => 0,
                Err(error) => return Err(error),
            }
        }
        from => from?,
    };
    if from > known {
        return Err(StoreError::Newer(from));
    }
    if from == known {
        return Ok(());
    }
    if from > 0 {
        copy(from)?;
    }
    let mut holder = [0; 16];
    getrandom::fill(&mut holder).map_err(|_| StoreError::Unavailable)?;
    for (number, step) in (1..).zip(steps) {
        shard.run(|tx| async move { run_step(&tx, holder, number, step).await }).await?;
    }
    if let Some(grants) = driver.grants().await? {
        shard.run(|tx| async move { tx.define(grants).await }).await?;
    }
    shard.run(|tx| async move { tx.execute(&RETURN_LEASE, values![holder]).await.map(drop) }).await
}

/// The schema of the database; 0 before the first step.
///
/// # Errors
/// See [`StoreError`].
pub async fn current(view: &View<ServerKey>) -> Result<u32, StoreError> {
    view.first(&VERSION, &[]).await?.map_or(Ok(0), |row| row.get(0))
}

/// Runs a step if it is the next one and this node holds the lease.
async fn run_step(
    tx: &Tx<ServerKey>,
    holder: [u8; 16],
    number: u32,
    step: &'static str,
) -> Result<(), StoreError> {
    if current(tx).await? >= number {
        return Ok(());
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs() * 1000);
    if tx.execute(&TAKE_LEASE, values![holder, now + LEASE, now]).await? == 0 {
        return Err(StoreError::Unavailable);
    }
    tx.define(step).await?;
    tx.execute(&SET_VERSION, values![number]).await.map(drop)
}
