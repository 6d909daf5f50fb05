//! News of vaults for the accounts' shards: written with the change, applied afterwards, also after a crash.

use vault_wire::roster::MemberRole;
use vault_wire::{AccountId, VaultId};

use super::Logs;
use super::access::role_number;
use crate::hints::Change;
use crate::store::{AccountKey, Sql, StoreError, Tx, VaultKey, WaitingKey};
use crate::values;

/// News older than this, in milliseconds, were left behind by a node that stopped.
pub const OUTBOX_AGE: u64 = 10_000;

const WRITE: Sql<VaultKey> = Sql::new(
    "INSERT INTO outbox (vault_id, account_id, seq, role, written_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (vault_id, account_id) DO UPDATE
     SET seq = excluded.seq, role = excluded.role, written_at = excluded.written_at",
);
const READ: Sql<VaultKey> =
    Sql::new("SELECT account_id, seq, role FROM outbox WHERE vault_id = $1 ORDER BY account_id LIMIT 256");
const DELETE: Sql<VaultKey> =
    Sql::new("DELETE FROM outbox WHERE vault_id = $1 AND account_id = $2 AND seq = $3");
const APPLY: Sql<AccountKey> = Sql::new(
    "INSERT INTO vault_list (account_id, vault_id, seq, role) VALUES ($1, $2, $3, $4)
     ON CONFLICT (account_id, vault_id) DO UPDATE SET seq = excluded.seq, role = excluded.role
     WHERE vault_list.seq < excluded.seq",
);
const WAITING: Sql<WaitingKey> = Sql::new(
    "SELECT vault_id FROM outbox WHERE written_at < $1
     UNION SELECT vault_id FROM audit_news WHERE written_at < $1 LIMIT 256",
);

/// Writes the role that an account has since entry `seq`.
///
/// # Errors
/// See [`StoreError`].
pub async fn write(
    tx: &Tx<VaultKey>,
    account: &AccountId,
    seq: u64,
    role: Option<MemberRole>,
    at: u64,
) -> Result<(), StoreError> {
    let role = role.map_or(0, role_number);
    tx.execute(&WRITE, values![account, seq, role, at]).await.map(drop)
}

impl Logs {
    /// Applies the news of a vault to the lists of vaults and to the audits of accounts. Each is applied once or several times
    /// with the same result.
    ///
    /// # Errors
    /// See [`StoreError`]; what was not applied stays.
    pub async fn apply_news(&self, vault: VaultId) -> Result<(), StoreError> {
        self.apply_roles(vault).await?;
        self.apply_audit_news(vault).await
    }

    async fn apply_roles(&self, vault: VaultId) -> Result<(), StoreError> {
        loop {
            let rows =
                self.store.vault(vault).read(|view| async move { view.query(&READ, &[]).await }).await?;
            if rows.is_empty() {
                return Ok(());
            }
            for row in rows {
                let (account, seq, role): (AccountId, u64, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
                self.store
                    .account(account)
                    .run(|tx| async move { tx.execute(&APPLY, values![vault, seq, role]).await })
                    .await?;
                self.hints.announce(Change::Account(account));
                self.store
                    .vault(vault)
                    .run(|tx| async move { tx.execute(&DELETE, values![account, seq]).await })
                    .await?;
            }
        }
    }

    /// Applies the news that were left behind before a time. Returns the number of vaults.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn apply_waiting_news(&self, before: u64) -> Result<usize, StoreError> {
        let rows =
            self.store.waiting(before).read(|view| async move { view.query(&WAITING, &[]).await }).await?;
        for row in &rows {
            self.apply_news(row.get(0)?).await?;
        }
        Ok(rows.len())
    }
}
