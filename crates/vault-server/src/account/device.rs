//! Devices of an account.

use vault_wire::account::{SignedCertificate, SignedRevocation};
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{AuditKind, Bytes, Device, ProblemCode};
use vault_wire::{AccountId, DeviceId};

use crate::audit::{self, About, AuditAddress};
use crate::failure::Failure;
use crate::store::{AccountKey, Sql, StoreError, Tx, View};
use crate::values;

/// The most devices of an account that are not revoked.
const MOST: u64 = 64;

const COUNT: Sql<AccountKey> =
    Sql::new("SELECT count(*) FROM device WHERE account_id = $1 AND revocation IS NULL");
const INSERT: Sql<AccountKey> = Sql::new(
    "INSERT INTO device (account_id, device_id, device, added_at, seen_at) VALUES ($1, $2, $3, $4, $4)
     ON CONFLICT (account_id, device_id) DO NOTHING",
);
const LIST: Sql<AccountKey> = Sql::new(
    "SELECT device_id, device, label, added_at, seen_at FROM device
     WHERE account_id = $1 AND revocation IS NULL ORDER BY added_at, device_id LIMIT 64",
);
const LABEL: Sql<AccountKey> =
    Sql::new("UPDATE device SET label = $3 WHERE account_id = $1 AND device_id = $2 AND revocation IS NULL");
const REVOKE: Sql<AccountKey> = Sql::new(
    "UPDATE device SET revocation = $3, label = NULL WHERE account_id = $1 AND device_id = $2 AND revocation IS NULL",
);
const STATE: Sql<AccountKey> =
    Sql::new("SELECT revocation FROM device WHERE account_id = $1 AND device_id = $2");
const CERTIFICATE: Sql<AccountKey> = Sql::new("SELECT certificate FROM account WHERE account_id = $1");
const END_SESSIONS: Sql<AccountKey> =
    Sql::new("DELETE FROM session WHERE account_id = $1 AND device_id = $2");

/// Adds a device, whose keys were verified. Returns false if it was revoked, or there are too many.
///
/// # Errors
/// If the database fails.
pub async fn add(
    tx: &Tx<AccountKey>,
    device: DeviceId,
    signed: &[u8],
    address: Option<AuditAddress>,
    now: u64,
) -> Result<bool, Failure> {
    let count = tx.first(&COUNT, &[]).await?.map_or(Ok(0), |row| row.get::<u64>(0))?;
    if count >= MOST || tx.execute(&INSERT, values![device, signed, now]).await? == 0 {
        return Ok(false);
    }
    audit::append(tx, AuditKind::DeviceAdded, About::own(tx.key().0, device).from(address), now).await?;
    Ok(true)
}

/// The devices that are not revoked.
///
/// # Errors
/// If the database fails.
pub async fn list(view: &View<AccountKey>, current: DeviceId) -> Result<Vec<Device>, Failure> {
    let rows = view.query(&LIST, &[]).await?;
    let devices = rows.iter().map(|row| {
        let damaged = |_| StoreError::Damaged;
        let device_id = row.get(0)?;
        let label: Option<Vec<u8>> = row.get(2)?;
        Ok(Device {
            device_id,
            device: Bytes::new(row.get(1)?).map_err(damaged)?,
            label: label.map(Bytes::new).transpose().map_err(damaged)?,
            added_at: row.get(3)?,
            seen_at: row.get(4)?,
            current: device_id == current,
        })
    });
    Ok(devices.collect::<Result<_, StoreError>>()?)
}

/// Stores the sealed name of a device.
///
/// # Errors
/// [`ProblemCode::NotFound`] if the account has no such device, and if the database fails.
pub async fn label(tx: &Tx<AccountKey>, device: DeviceId, label: &[u8]) -> Result<(), Failure> {
    match tx.execute(&LABEL, values![device, label]).await? {
        0 => Err(ProblemCode::NotFound.into()),
        _ => Ok(()),
    }
}

/// Revokes a device by a statement of the account's identity, and ends its sessions. Again is no error.
///
/// # Errors
/// [`ProblemCode::Malformed`] if the identity did not sign it, [`ProblemCode::NotFound`], and if the database fails.
pub async fn revoke(
    tx: &Tx<AccountKey>,
    device: DeviceId,
    revocation: &SignedRevocation,
    by: DeviceId,
    now: u64,
) -> Result<(), Failure> {
    let row = tx.first(&CERTIFICATE, &[]).await?.ok_or(ProblemCode::NotFound)?;
    let certificate = SignedCertificate::decode(&row.get::<Vec<u8>>(0)?).map_err(|_| StoreError::Damaged)?;
    let certificate = certificate.verify().map_err(|_| StoreError::Damaged)?;
    revocation.verify(&certificate, &device).map_err(|_| {
        Failure::new(ProblemCode::Malformed).because("the statement is not by the account's present identity")
    })?;
    let state = tx.first(&STATE, values![device]).await?.ok_or(ProblemCode::NotFound)?;
    if state.get::<Option<Vec<u8>>>(0)?.is_some() {
        return Ok(());
    }
    tx.execute(&REVOKE, values![device, revocation.encode()]).await?;
    tx.execute(&END_SESSIONS, values![device]).await?;
    let account: AccountId = tx.key().0;
    audit::append(tx, AuditKind::DeviceRemoved, About::own(account, by), now).await
}
