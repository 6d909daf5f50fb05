//! The database, in transactions that each belong to one shard.
//!
//! [`Store::vault`], [`Store::account`], [`Store::login`] and [`Store::server`] choose the shard; its key is `$1` of
//! every statement ([`Sql`]), so a statement of another shard does not compile in a transaction. The statements are
//! portable SQL: the same text runs on SQLite and on what speaks PostgreSQL's protocol.

mod block_on;
mod command;
mod driver;
mod error;
mod key;
mod migrate;
mod postgres;
mod session;
mod sql;
mod sqlite;
#[cfg(feature = "otel")]
mod times;
mod transaction;
mod value;

pub(crate) use block_on::block_on;

pub use error::StoreError;
pub use key::{AccountKey, ExpiredKey, ListingKey, LoginKey, ServerKey, ShardKey, VaultKey, WaitingKey};
pub use migrate::{NEWEST, STEPS};
pub use postgres::{
    DatabaseUrl, NotifyReceiver, NotifySender, PostgresOptions, Timeline, UrlError, connect_to_notify,
};
pub use sql::Sql;
pub use sqlite::{Options, SqlCipherKey, check, copy};
#[cfg(feature = "otel")]
pub use times::Times;
pub use transaction::{Shard, Tx, View};
pub use value::{FromValue, Row, Value};

use std::path::{Path, PathBuf};

use vault_wire::message::{Credential, LoginName};
use vault_wire::{AccountId, VaultId};

use driver::Driver;
use postgres::Postgres;
use sqlite::Sqlite;

/// The database of a server. A clone is another handle to it.
#[derive(Clone)]
pub struct Store {
    driver: Driver,
}

impl Store {
    /// Opens a SQLite database, creates it if it is missing, and brings it to the newest schema. It blocks. Before a database
    /// is changed, it is copied beside itself ([`copy_before`]).
    ///
    /// # Errors
    /// If the file cannot be opened with this key, is damaged, or has a newer schema.
    pub fn open(path: &Path, options: &Options) -> Result<Self, StoreError> {
        let driver = Driver::Sqlite(Sqlite::open(path, options)?);
        Self::migrated(driver, |from| copy_once(path, options, from))
    }

    /// Connects to a database in PostgreSQL, and brings it to the newest schema. It blocks.
    ///
    /// # Errors
    /// If it cannot be reached, has a newer schema, or has an older one that this role may not change.
    pub fn connect(options: &PostgresOptions) -> Result<Self, StoreError> {
        Self::migrated(Driver::Postgres(block_on(Postgres::open(options))?), |_| Ok(()))
    }

    fn migrated(
        driver: Driver,
        copy: impl FnOnce(u32) -> Result<(), StoreError>,
    ) -> Result<Self, StoreError> {
        block_on(migrate::migrate(&driver, STEPS, copy))?;
        Ok(Self { driver })
    }

    /// Opens a SQLite database of the newest schema and changes nothing. It blocks.
    ///
    /// # Errors
    /// If the file cannot be opened with this key, is damaged, or has another schema.
    pub fn open_unchanged(path: &Path, options: &Options) -> Result<Self, StoreError> {
        let store = Self { driver: Driver::Sqlite(Sqlite::open(path, options)?) };
        let version = store.server(migrate::NAME).read(|view| async move { migrate::current(&view).await });
        match block_on(version)? {
            NEWEST => Ok(store),
            other if other > NEWEST => Err(StoreError::Newer(other)),
            other => Err(StoreError::Older(other)),
        }
    }

    /// The shard of a vault.
    #[must_use]
    pub const fn vault(&self, id: VaultId) -> Shard<'_, VaultKey> {
        Shard::new(&self.driver, VaultKey(id))
    }

    /// The shard of an account.
    #[must_use]
    pub const fn account(&self, id: AccountId) -> Shard<'_, AccountKey> {
        Shard::new(&self.driver, AccountKey(id))
    }

    /// The shard of a login name.
    #[must_use]
    pub fn login(&self, name: &LoginName) -> Shard<'_, LoginKey> {
        Shard::new(&self.driver, LoginKey::of_name(name))
    }

    /// The shard of a sign-up code.
    #[must_use]
    pub fn sign_up(&self, code: &Credential<64>) -> Shard<'_, LoginKey> {
        Shard::new(&self.driver, LoginKey::of_code(code))
    }

    /// The rows of the server as a whole with this name.
    #[must_use]
    pub const fn server(&self, name: &'static str) -> Shard<'_, ServerKey> {
        Shard::new(&self.driver, ServerKey(name))
    }

    /// The rows that expired before a time, in milliseconds since 1970.
    #[must_use]
    pub const fn expired(&self, before: u64) -> Shard<'_, ExpiredKey> {
        Shard::new(&self.driver, ExpiredKey(before))
    }

    /// What waits since before a time, in milliseconds since 1970.
    #[must_use]
    pub const fn waiting(&self, before: u64) -> Shard<'_, WaitingKey> {
        Shard::new(&self.driver, WaitingKey(before))
    }

    /// The timeline on which the database is, if it has such.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn timeline(&self) -> Result<Option<Timeline>, StoreError> {
        match &self.driver {
            Driver::Sqlite(_) => Ok(None),
            Driver::Postgres(postgres) => postgres.timeline().await,
        }
    }

    /// From now on transactions run on this timeline only. Those of [`Store::server`] run on every one.
    pub fn accept_timeline(&self, timeline: Timeline) {
        if let Driver::Postgres(postgres) = &self.driver {
            postgres.accept(timeline);
        }
    }

    /// The number of the timeline on which transactions run, if it is known.
    #[must_use]
    pub fn accepted_timeline(&self) -> Option<u32> {
        match &self.driver {
            Driver::Sqlite(_) => None,
            Driver::Postgres(postgres) => postgres.accepted(),
        }
    }

    /// Waits until a transaction is refused since the database is on another timeline.
    pub async fn other_timeline(&self) {
        match &self.driver {
            Driver::Sqlite(_) => std::future::pending().await,
            Driver::Postgres(postgres) => postgres.other_timeline().await,
        }
    }

    /// All rows with an id above one, in the order of ids.
    #[must_use]
    pub const fn listing(&self, after: Option<[u8; 16]>) -> Shard<'_, ListingKey> {
        Shard::new(&self.driver, ListingKey(after))
    }

    /// How many statements have run since the database was opened.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.driver.statements()
    }

    /// How many transactions wait for the database.
    #[must_use]
    pub fn queue(&self) -> usize {
        self.driver.waiting()
    }

    /// Whether the database can be used: it answers, and no damage was seen.
    ///
    /// # Errors
    /// If it cannot.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.driver.refuse_damaged()?;
        self.server("schema").read(|view| async move { migrate::current(&view).await.map(drop) }).await
    }
}

/// Where the copy of a database is that had this schema before a migration.
#[must_use]
pub fn copy_before(path: &Path, schema: u32) -> PathBuf {
    path.with_extension(format!("before-{}.db", schema + 1))
}

/// Copies a database, unless that was done before a migration that did not end.
fn copy_once(path: &Path, options: &Options, schema: u32) -> Result<(), StoreError> {
    let to = copy_before(path, schema);
    if to.exists() {
        return Ok(());
    }
    let unfinished = to.with_extension("part");
    let _ = std::fs::remove_file(&unfinished);
    copy(path, options.key.as_ref(), &unfinished)?;
    std::fs::rename(&unfinished, &to).map_err(|_| StoreError::Disk)
}
