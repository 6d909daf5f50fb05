//! The database, in transactions that each belong to one shard.
//!
//! [`Store::vault`], [`Store::account`], [`Store::login`] and [`Store::server`] choose the shard; its key is `$1` of
//! every statement ([`Sql`]), so a statement of another shard does not compile in a transaction. The statements are
//! portable SQL: the same text runs on SQLite and on what speaks PostgreSQL's protocol.

mod block_on;
mod error;
mod key;
mod migrate;
mod sql;
mod sqlite;
mod transaction;
mod value;

pub use error::StoreError;
pub use key::{AccountKey, ExpiredKey, ListingKey, LoginKey, ServerKey, ShardKey, VaultKey, WaitingKey};
pub use migrate::{NEWEST, STEPS};
pub use sql::Sql;
pub use sqlite::{Options, SqlCipherKey, check, copy};
pub use transaction::{Shard, Tx, View};
pub use value::{FromValue, Row, Value};

use std::path::{Path, PathBuf};

use vault_wire::message::{Credential, LoginName};
use vault_wire::{AccountId, VaultId};

use sqlite::Sqlite;

/// The database of a server. A clone is another handle to it.
#[derive(Clone)]
pub struct Store {
    sqlite: Sqlite,
}

impl Store {
    /// Opens a SQLite database, creates it if it is missing, and brings it to the newest schema. It blocks. Before a database
    /// is changed, it is copied beside itself ([`copy_before`]).
    ///
    /// # Errors
    /// If the file cannot be opened with this key, is damaged, or has a newer schema.
    pub fn open(path: &Path, options: &Options) -> Result<Self, StoreError> {
        let sqlite = Sqlite::open(path, options)?;
        block_on::block_on(migrate::migrate(&sqlite, STEPS, |from| copy_once(path, options, from)))?;
        Ok(Self { sqlite })
    }

    /// Opens a SQLite database of the newest schema and changes nothing. It blocks.
    ///
    /// # Errors
    /// If the file cannot be opened with this key, is damaged, or has another schema.
    pub fn open_unchanged(path: &Path, options: &Options) -> Result<Self, StoreError> {
        let store = Self { sqlite: Sqlite::open(path, options)? };
        let version = store.server(migrate::NAME).read(|view| async move { migrate::current(&view).await });
        match block_on::block_on(version)? {
            NEWEST => Ok(store),
            other if other > NEWEST => Err(StoreError::Newer(other)),
            other => Err(StoreError::Older(other)),
        }
    }

    /// The shard of a vault.
    #[must_use]
    pub const fn vault(&self, id: VaultId) -> Shard<'_, VaultKey> {
        Shard::new(&self.sqlite, VaultKey(id))
    }

    /// The shard of an account.
    #[must_use]
    pub const fn account(&self, id: AccountId) -> Shard<'_, AccountKey> {
        Shard::new(&self.sqlite, AccountKey(id))
    }

    /// The shard of a login name.
    #[must_use]
    pub fn login(&self, name: &LoginName) -> Shard<'_, LoginKey> {
        Shard::new(&self.sqlite, LoginKey::of_name(name))
    }

    /// The shard of a sign-up code.
    #[must_use]
    pub fn sign_up(&self, code: &Credential<64>) -> Shard<'_, LoginKey> {
        Shard::new(&self.sqlite, LoginKey::of_code(code))
    }

    /// The rows of the server as a whole with this name.
    #[must_use]
    pub const fn server(&self, name: &'static str) -> Shard<'_, ServerKey> {
        Shard::new(&self.sqlite, ServerKey(name))
    }

    /// The rows that expired before a time, in milliseconds since 1970.
    #[must_use]
    pub const fn expired(&self, before: u64) -> Shard<'_, ExpiredKey> {
        Shard::new(&self.sqlite, ExpiredKey(before))
    }

    /// What waits since before a time, in milliseconds since 1970.
    #[must_use]
    pub const fn waiting(&self, before: u64) -> Shard<'_, WaitingKey> {
        Shard::new(&self.sqlite, WaitingKey(before))
    }

    /// All rows with an id above one, in the order of ids.
    #[must_use]
    pub const fn listing(&self, after: Option<[u8; 16]>) -> Shard<'_, ListingKey> {
        Shard::new(&self.sqlite, ListingKey(after))
    }

    /// How many statements have run since the database was opened.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.sqlite.statements()
    }

    /// Whether the database can be used: it answers, and no damage was seen.
    ///
    /// # Errors
    /// If it cannot.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.sqlite.refuse_damaged()?;
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
