//! Replies to batches, kept so that a repeated batch gets the first one.

use vault_wire::cbor::Canonical as _;
use vault_wire::message::PushReply;
use vault_wire::{BatchId, ContentHash};

use super::{Caller, LogError};
use crate::store::{Sql, StoreError, Tx, VaultKey};
use crate::values;

/// How long a reply is kept, in milliseconds: 30 days.
const KEPT: u64 = 30 * 24 * 60 * 60 * 1000;

const READ: Sql<VaultKey> =
    Sql::new("SELECT hash, reply FROM push_receipt WHERE vault_id = $1 AND device_id = $2 AND batch_id = $3");
const WRITE: Sql<VaultKey> = Sql::new(
    "INSERT INTO push_receipt (vault_id, device_id, batch_id, hash, reply, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6)",
);

/// The reply that this batch of this device got.
///
/// # Errors
/// [`LogError::BatchReused`] if it had other entries.
pub async fn find(
    tx: &Tx<VaultKey>,
    caller: &Caller,
    batch: BatchId,
    hash: ContentHash,
) -> Result<Option<PushReply>, LogError> {
    let Some(row) = tx.first(&READ, values![caller.device, batch]).await? else { return Ok(None) };
    if row.get::<ContentHash>(0)? != hash {
        return Err(LogError::BatchReused);
    }
    let reply = PushReply::decode(&row.get::<Vec<u8>>(1)?).map_err(|_| StoreError::Damaged)?;
    Ok(Some(reply))
}

/// Keeps a reply.
///
/// # Errors
/// See [`StoreError`].
pub fn keep(
    tx: &Tx<VaultKey>,
    caller: &Caller,
    batch: BatchId,
    hash: ContentHash,
    reply: &PushReply,
) -> Result<(), StoreError> {
    let expires_at = caller.at.saturating_add(KEPT);
    tx.put(&WRITE, values![caller.device, batch, hash, reply.encode(), expires_at])
}
