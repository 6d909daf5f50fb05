//! Storage: an account grants it to the vaults for which it pays, some of it in advance.

use vault_wire::message::{AccountUsage, List, VaultUsage};
use vault_wire::{AccountId, VaultId};

use super::Logs;
use super::head::Head;
use crate::store::{AccountKey, Sql, StoreError, View};
use crate::values;

/// What a vault gets in advance, at most.
const ADVANCE: u64 = 16 << 20;

const GRANTED: Sql<AccountKey> =
    Sql::new("SELECT vault_id, granted_bytes FROM storage_grant WHERE account_id = $1");
/// As many vaults as a message has room for.
const PAID: Sql<AccountKey> =
    Sql::new("SELECT vault_id FROM storage_grant WHERE account_id = $1 ORDER BY vault_id LIMIT 1000");
const GRANT: Sql<AccountKey> = Sql::new(
    "INSERT INTO storage_grant (account_id, vault_id, granted_bytes) VALUES ($1, $2, $3)
     ON CONFLICT (account_id, vault_id) DO UPDATE SET granted_bytes = excluded.granted_bytes",
);

const QUOTA: Sql<AccountKey> = Sql::new("SELECT bytes FROM account_quota WHERE account_id = $1");
const RETURN: Sql<AccountKey> = Sql::new(
    "UPDATE storage_grant SET granted_bytes = $4
     WHERE account_id = $1 AND vault_id = $2 AND granted_bytes = $3",
);

/// Storage that a vault has given up.
#[derive(Clone, Copy, Debug)]
pub struct Returned {
    payer: AccountId,
    from: u64,
    to: u64,
}

impl Head {
    /// Gives up what the vault holds beyond its use and an advance, if that is worth a transaction. A closed vault needs no
    /// advance.
    pub fn return_storage(&mut self) -> Option<Returned> {
        let advance = if self.closed_at.is_some() { 0 } else { ADVANCE };
        let (from, to) = (self.granted, self.used.saturating_add(advance));
        if from <= to {
            return None;
        }
        self.granted = to;
        Some(Returned { payer: self.payer, from, to })
    }
}

impl Logs {
    /// Takes back what a vault has given up. Should the account have granted more meanwhile, nothing changes: the vault may
    /// know of that already.
    ///
    /// # Errors
    /// See [`StoreError`]; the account then keeps granting what the vault does not use.
    pub(super) async fn take_back(&self, vault: VaultId, returned: Returned) -> Result<(), StoreError> {
        let Returned { payer, from, to } = returned;
        let account = self.store.account(payer);
        account.run(|tx| async move { tx.execute(&RETURN, values![vault, from, to]).await.map(drop) }).await
    }

    /// Returns how many bytes the account grants to the vault in total, which is below `needed` if its quota is used up.
    /// The same total is returned again, so a vault that did not learn of it loses nothing.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub(super) async fn grant_storage(
        &self,
        payer: AccountId,
        vault: VaultId,
        needed: u64,
    ) -> Result<u64, StoreError> {
        let most = self.limits.account_bytes;
        let grant = self.store.account(payer).run(|tx| async move {
            let limit = limit(&tx, most).await?;
            let (mut own, mut others) = (0, 0_u64);
            for row in tx.query(&GRANTED, &[]).await? {
                let (id, bytes): (VaultId, u64) = (row.get(0)?, row.get(1)?);
                if id == vault { own = bytes } else { others = others.saturating_add(bytes) }
            }
            if own >= needed {
                return Ok(own);
            }
            let left = limit.saturating_sub(others);
            let total = left.min(needed.saturating_add(ADVANCE)).max(own);
            tx.execute(&GRANT, values![vault, total]).await?;
            Ok(total)
        });
        grant.await
    }

    /// What the vaults use for which an account pays.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn usage(&self, account: AccountId) -> Result<AccountUsage, StoreError> {
        let most = self.limits.account_bytes;
        let read = self.store.account(account).read(|view| async move {
            Ok::<_, StoreError>((limit(&view, most).await?, view.query(&PAID, &[]).await?))
        });
        let (limit, rows) = read.await?;
        let (mut vaults, mut bytes) = (Vec::new(), 0_u64);
        for row in rows {
            let vault_id: VaultId = row.get(0)?;
            let head = self.store.vault(vault_id).read(|view| async move { Head::read(&view).await });
            if let Some(head) = head.await?.filter(|head| head.payer == account) {
                bytes = bytes.saturating_add(head.used);
                vaults.push(VaultUsage { vault_id, bytes: head.used });
            }
        }
        let vaults = List::new(vaults).map_err(|_| StoreError::Damaged)?;
        Ok(AccountUsage { bytes, limit, vaults })
    }
}

/// What an account may use: as much as the server allows all of them, unless its operator has set another quota.
async fn limit(view: &View<AccountKey>, most: u64) -> Result<u64, StoreError> {
    let row = view.first(&QUOTA, &[]).await?;
    row.map_or(Ok(most), |row| row.get(0))
}
