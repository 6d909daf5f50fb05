//! Events of a vault for the audits of accounts: written with the entries, applied afterwards with the other news.

use std::collections::BTreeSet;

use vault_wire::account::Certificate;
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{AuditKind, LogEntry};
use vault_wire::roster::{Op, Record, Roster};
use vault_wire::{AccountId, DeviceId, VaultId};

use super::state::{Accepted, Changed};
use super::{Caller, Logs};
use crate::audit;
use crate::store::{AccountKey, Row, Sql, StoreError, Tx, VaultKey};
use crate::values;

const WRITE: Sql<VaultKey> = Sql::new(
    "INSERT INTO audit_news (vault_id, account_id, number, kind, actor, device, written_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (vault_id, account_id, number) DO NOTHING",
);
const READ: Sql<VaultKey> = Sql::new(
    "SELECT account_id, number, kind, actor, device, written_at FROM audit_news
     WHERE vault_id = $1 ORDER BY number LIMIT 256",
);
const DELETE: Sql<VaultKey> =
    Sql::new("DELETE FROM audit_news WHERE vault_id = $1 AND account_id = $2 AND number = $3");
const ADVANCE: Sql<AccountKey> = Sql::new(
    "UPDATE vault_list SET audit_number = $3 WHERE account_id = $1 AND vault_id = $2 AND audit_number < $3",
);

/// Writes the events of accepted roster records: each for its author and those whose membership it changes, that of a
/// closing for all members. `after` is the roster after them.
///
/// # Errors
/// See [`StoreError`].
pub async fn note_records(
    tx: &Tx<VaultKey>,
    accepted: &[Accepted<'_>],
    after: &Roster,
    caller: &Caller,
) -> Result<(), StoreError> {
    for Accepted { seq, entry, change, .. } in accepted {
        let (Changed::Roster(_), LogEntry::Record(record)) = (change, entry) else { continue };
        let record = Record::decode(&record.bytes).map_err(|_| StoreError::Damaged)?;
        let kind = if *seq == 1 { AuditKind::VaultCreated } else { AuditKind::RosterChanged };
        let device = (record.author == caller.account).then_some(caller.device);
        for account in concerned(&record, after) {
            // Nobody learns of the devices of others.
            let device = device.filter(|_| account == record.author);
            let values = values![account, seq * 2, kind.as_str(), record.author, device, caller.at];
            tx.execute(&WRITE, values).await?;
        }
    }
    Ok(())
}

/// Writes the event that the caller has sent entries again, up to one.
///
/// # Errors
/// See [`StoreError`].
pub async fn note_healed(tx: &Tx<VaultKey>, seq: u64, caller: &Caller) -> Result<(), StoreError> {
    let kind = AuditKind::VaultHealed.as_str();
    let Caller { account, device, at, .. } = *caller;
    tx.execute(&WRITE, values![account, seq * 2 + 1, kind, account, Some(device), at]).await.map(drop)
}

/// The accounts that a record concerns.
fn concerned(record: &Record, after: &Roster) -> BTreeSet<AccountId> {
    let mut accounts = BTreeSet::from([record.author]);
    for op in &record.ops {
        match op {
            Op::Add { certificate, .. } => {
                accounts.extend(Certificate::decode(&certificate.bytes).map(|added| added.account_id()).ok());
            }
            Op::Role { account, .. } | Op::Remove { account } => {
                accounts.insert(*account);
            }
            Op::Close => accounts.extend(after.members().map(|(account, _)| *account)),
            _ => {}
        }
    }
    accounts
}

impl Logs {
    /// Appends the events that wait in a vault to the audits, in the order of the log. Each is appended once, also if it is
    /// tried again or on two nodes. To be called after the lists of vaults are up to date.
    ///
    /// # Errors
    /// See [`StoreError`]; what was not appended stays.
    pub(super) async fn apply_audit_news(&self, vault: VaultId) -> Result<(), StoreError> {
        loop {
            let rows =
                self.store.vault(vault).read(|view| async move { view.query(&READ, &[]).await }).await?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in rows {
                self.append_event(vault, &row).await?;
            }
        }
    }

    async fn append_event(&self, vault: VaultId, row: &Row) -> Result<(), StoreError> {
        let (account, number): (AccountId, u64) = (row.get(0)?, row.get(1)?);
        let kind = AuditKind::from_name(&row.get::<String>(2)?).ok_or(StoreError::Damaged)?;
        let (actor, device, at): (AccountId, Option<DeviceId>, u64) = (row.get(3)?, row.get(4)?, row.get(5)?);
        let append = self.store.account(account).run(|tx| async move {
            if tx.execute(&ADVANCE, values![vault, number]).await? > 0 {
                audit::append_vault_event(&tx, kind, vault, actor, device, at).await?;
            }
            Ok::<_, StoreError>(())
        });
        append.await?;
        let shard = self.store.vault(vault);
        shard.run(|tx| async move { tx.execute(&DELETE, values![account, number]).await }).await.map(drop)
    }
}
