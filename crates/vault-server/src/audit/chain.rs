//! Events and their chain.

use vault_wire::message::{AuditEvent, AuditKind, AuditPage, FixedBytes, List, ProblemCode, Slug, Text};
use vault_wire::{AccountId, DeviceId, VaultId};

use super::address::AuditAddress;
use crate::failure::Failure;
use crate::store::{AccountKey, Sql, StoreError, Tx, View};
use crate::values;

/// The most events of a page.
const PAGE: usize = 200;

const LAST: Sql<AccountKey> =
    Sql::new("SELECT seq, hash FROM audit WHERE account_id = $1 ORDER BY seq DESC LIMIT 1");
// Nothing for an account that does not exist, by as many statements.
const APPEND: Sql<AccountKey> = Sql::new(
    "INSERT INTO audit (account_id, seq, at, kind, actor, device, vault, address, hash)
     SELECT a.account_id, $2, $3, $4, $5, $6, $7, $8, $9 FROM account a WHERE a.account_id = $1",
);
const PAGE_AFTER: Sql<AccountKey> = Sql::new(
    "SELECT seq, at, kind, actor, device, vault, address, hash FROM audit
     WHERE account_id = $1 AND seq > $2 ORDER BY seq LIMIT 201",
);

/// What an event is about, besides its kind.
#[derive(Clone, Copy, Debug, Default)]
pub struct About {
    /// Who acted, if it is known.
    pub actor: Option<AccountId>,
    /// The device concerned.
    pub device: Option<DeviceId>,
    /// The vault concerned.
    pub vault: Option<VaultId>,
    /// The network address, of requests without a session.
    pub address: Option<AuditAddress>,
}

impl About {
    /// The account itself acted, with a device.
    #[must_use]
    pub const fn own(account: AccountId, device: DeviceId) -> Self {
        Self { actor: Some(account), device: Some(device), vault: None, address: None }
    }

    /// The same, from an address.
    #[must_use]
    pub const fn from(self, address: Option<AuditAddress>) -> Self {
        Self { address, ..self }
    }
}

/// Appends an event.
///
/// # Errors
/// If the database or the system's randomness fails.
pub async fn append(tx: &Tx<AccountKey>, kind: AuditKind, about: About, now: u64) -> Result<(), Failure> {
    let address = match about.address {
        Some(address) => Some(address.text(tx, now).await?),
        None => None,
    };
    Ok(write(tx, kind, &about, address, now).await?)
}

/// Appends an event of a vault, from no address.
///
/// # Errors
/// See [`StoreError`].
pub async fn append_vault_event(
    tx: &Tx<AccountKey>,
    kind: AuditKind,
    vault: VaultId,
    actor: AccountId,
    device: Option<DeviceId>,
    at: u64,
) -> Result<(), StoreError> {
    let about = About { actor: Some(actor), device, vault: Some(vault), address: None };
    write(tx, kind, &about, None, at).await
}

async fn write(
    tx: &Tx<AccountKey>,
    kind: AuditKind,
    about: &About,
    address: Option<Text<45>>,
    now: u64,
) -> Result<(), StoreError> {
    let last = tx.first(&LAST, &[]).await?;
    let (seq, before) =
        last.map_or(Ok((0, [0; 32])), |row| Ok::<_, StoreError>((row.get(0)?, row.get(1)?)))?;
    let About { actor, device, vault, .. } = *about;
    let event = AuditEvent {
        seq: seq + 1,
        at: now,
        kind: Slug::new(kind.as_str()).map_err(|_| StoreError::Damaged)?,
        actor,
        device,
        vault,
        address,
        hash: FixedBytes::new(vec![0; 32]).map_err(|_| StoreError::Damaged)?,
    };
    let hash = event.hash_after(&before);
    let address = event.address.as_ref().map(Text::as_str);
    let row = values![event.seq, now, kind.as_str(), actor, device, vault, address, hash];
    tx.execute(&APPEND, row).await?;
    Ok(())
}

/// The events after a number.
///
/// # Errors
/// If the database fails.
pub async fn page(view: &View<AccountKey>, after: u64) -> Result<AuditPage, Failure> {
    let rows = view.query(&PAGE_AFTER, values![after]).await?;
    let more = rows.len() > PAGE;
    let events = rows.iter().take(PAGE).map(|row| {
        let address: Option<String> = row.get(6)?;
        Ok(AuditEvent {
            seq: row.get(0)?,
            at: row.get(1)?,
            kind: Slug::new(&row.get::<String>(2)?).map_err(|_| StoreError::Damaged)?,
            actor: row.get(3)?,
            device: row.get(4)?,
            vault: row.get(5)?,
            address: address.map(|text| Text::new(&text)).transpose().map_err(|_| StoreError::Damaged)?,
            hash: FixedBytes::new(row.get(7)?).map_err(|_| StoreError::Damaged)?,
        })
    });
    let events = events.collect::<Result<Vec<_>, StoreError>>()?;
    Ok(AuditPage { events: List::new(events).map_err(|_| ProblemCode::Internal)?, more })
}
