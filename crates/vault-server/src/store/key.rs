//! The keys by which tables are divided.

use sha2::{Digest, Sha256};

use vault_wire::message::{Credential, LoginName};
use vault_wire::{AccountId, VaultId};

use super::Value;

/// The key of a shard: the first column of the primary key of each of its tables.
pub trait ShardKey: Copy + Send + Sync + 'static {
    /// The column.
    const COLUMN: &'static str;

    /// Whether the shard is about the database itself, so that its transactions run also while a changed timeline keeps all
    /// others waiting.
    const OF_SERVER: bool = false;

    /// The value that statements get as `$1`.
    fn value(&self) -> Value;
}

/// The shard of one vault.
#[derive(Clone, Copy, Debug)]
pub struct VaultKey(pub VaultId);

/// The shard of one account.
#[derive(Clone, Copy, Debug)]
pub struct AccountKey(pub AccountId);

/// The shard of one login name or one sign-up code.
#[derive(Clone, Copy, Debug)]
pub struct LoginKey([u8; 32]);

/// The rows of the server as a whole, by their name.
#[derive(Clone, Copy, Debug)]
pub struct ServerKey(pub &'static str);

/// All rows that expired before a time, in every shard. Its statements only delete.
#[derive(Clone, Copy, Debug)]
pub struct ExpiredKey(pub u64);

/// What waits since before a time, in every shard: news of vaults, and documents to collect. Its statements only read.
#[derive(Clone, Copy, Debug)]
pub struct WaitingKey(pub u64);

/// All rows with an id above one, in the order of ids, in every shard. Its statements only read.
#[derive(Clone, Copy, Debug)]
pub struct ListingKey(pub Option<[u8; 16]>);

impl LoginKey {
    /// The shard of a login name.
    #[must_use]
    pub fn of_name(name: &LoginName) -> Self {
        Self::hash(b"login\0", name.as_str())
    }

    /// The shard of a sign-up code. The code cannot be found from it: it has at least 128 random bits.
    #[must_use]
    pub fn of_code(code: &Credential<64>) -> Self {
        Self::hash(b"sign-up\0", code.expose())
    }

    fn hash(kind: &[u8], text: &str) -> Self {
        Self(Sha256::new().chain_update(kind).chain_update(text).finalize().into())
    }
}

impl ShardKey for VaultKey {
    const COLUMN: &'static str = "vault_id";

    fn value(&self) -> Value {
        Value::from(self.0)
    }
}

impl ShardKey for AccountKey {
    const COLUMN: &'static str = "account_id";

    fn value(&self) -> Value {
        Value::from(self.0)
    }
}

impl ShardKey for LoginKey {
    const COLUMN: &'static str = "login_hash";

    fn value(&self) -> Value {
        Value::from(self.0)
    }
}

impl ShardKey for ServerKey {
    const COLUMN: &'static str = "name";
    const OF_SERVER: bool = true;

    fn value(&self) -> Value {
        Value::from(self.0)
    }
}

impl ShardKey for ExpiredKey {
    const COLUMN: &'static str = "expires_at";

    fn value(&self) -> Value {
        Value::from(self.0)
    }
}

impl ShardKey for ListingKey {
    const COLUMN: &'static str = "id";

    fn value(&self) -> Value {
        // Nothing is below the empty string.
        Value::Bytes(self.0.map_or(Vec::new(), Vec::from))
    }
}

impl ShardKey for WaitingKey {
    const COLUMN: &'static str = "written_at";

    fn value(&self) -> Value {
        Value::from(self.0)
    }
}
