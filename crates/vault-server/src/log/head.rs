//! The row of a vault.

use vault_wire::log::Head as LogHead;
use vault_wire::message::VaultHead;
use vault_wire::{AccountId, EntryHash, Root, VaultId};

use crate::store::{Row, Sql, StoreError, Tx, Value, VaultKey, View};

const READ: Sql<VaultKey> = Sql::new(
    "SELECT head_seq, head_root, record_seq, record_hash, epoch, format, closed_at, factor, payer_id, used_bytes,
       granted_bytes
     FROM vault_head WHERE vault_id = $1",
);
/// The same, and locks the row until the end of the transaction.
const LOCK: Sql<VaultKey> = Sql::new(
    "UPDATE vault_head SET head_seq = head_seq WHERE vault_id = $1
     RETURNING head_seq, head_root, record_seq, record_hash, epoch, format, closed_at, factor, payer_id, used_bytes,
       granted_bytes",
);
const INSERT: Sql<VaultKey> = Sql::new(
    "INSERT INTO vault_head (vault_id, head_seq, head_root, record_seq, record_hash, epoch, format, closed_at, factor,
       payer_id, used_bytes, granted_bytes)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
);
const UPDATE: Sql<VaultKey> = Sql::new(
    "UPDATE vault_head SET head_seq = $2, head_root = $3, record_seq = $4, record_hash = $5, epoch = $6, format = $7,
       closed_at = $8, factor = $9, payer_id = $10, used_bytes = $11, granted_bytes = $12
     WHERE vault_id = $1",
);

/// The head of a log and the state after it.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// Number of entries.
    pub seq: u64,
    /// The root after them.
    pub root: Root,
    /// Number of the last roster record.
    pub record_seq: u64,
    /// Its entry hash.
    pub record: EntryHash,
    /// The current epoch.
    pub epoch: u32,
    /// The format that the vault states.
    pub format: u32,
    /// When it was closed.
    pub closed_at: Option<u64>,
    /// Whether members need a second factor.
    pub factor: bool,
    /// The account that pays.
    pub payer: AccountId,
    /// Bytes of bodies and documents.
    pub used: u64,
    /// Bytes that the payer has granted.
    pub granted: u64,
}

impl Head {
    /// Reads the row of the vault; `None` if there is no such vault.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn read(view: &View<VaultKey>) -> Result<Option<Self>, StoreError> {
        view.first(&READ, &[]).await?.map(|row| Self::from_row(&row)).transpose()
    }

    /// Reads the row and locks it: pushes to one vault follow each other.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn lock(tx: &Tx<VaultKey>) -> Result<Option<Self>, StoreError> {
        tx.first(&LOCK, &[]).await?.map(|row| Self::from_row(&row)).transpose()
    }

    /// Stores the row of a new vault.
    ///
    /// # Errors
    /// [`StoreError::Exists`] if the vault exists.
    pub async fn insert(&self, tx: &Tx<VaultKey>) -> Result<(), StoreError> {
        tx.execute(&INSERT, &self.values()).await.map(drop)
    }

    /// Replaces the row.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn update(&self, tx: &Tx<VaultKey>) -> Result<(), StoreError> {
        tx.put(&UPDATE, &self.values())
    }

    /// The number of entries and the root after them.
    pub fn log_head(&self) -> LogHead {
        LogHead { seq: self.seq, root: self.root }
    }

    /// The head as clients see it.
    pub fn message(&self, vault_id: VaultId) -> VaultHead {
        let Self { seq, root, record, epoch, .. } = *self;
        VaultHead { vault_id, seq, root, epoch, last_record: record }
    }

    fn values(&self) -> [Value; 11] {
        let Self { seq, root, record_seq, record, epoch, format, closed_at, factor, payer, used, granted } =
            *self;
        [
            seq.into(),
            root.into(),
            record_seq.into(),
            record.into(),
            epoch.into(),
            format.into(),
            closed_at.into(),
            factor.into(),
            payer.into(),
            used.into(),
            granted.into(),
        ]
    }

    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            seq: row.get(0)?,
            root: row.get(1)?,
            record_seq: row.get(2)?,
            record: row.get(3)?,
            epoch: row.get(4)?,
            format: row.get(5)?,
            closed_at: row.get(6)?,
            factor: row.get(7)?,
            payer: row.get(8)?,
            used: row.get(9)?,
            granted: row.get(10)?,
        })
    }
}
