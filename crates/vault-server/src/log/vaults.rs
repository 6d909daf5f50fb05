//! The vaults of an account.

use vault_wire::message::{MAX_VAULTS, VaultHead, VaultList};
use vault_wire::{AccountId, VaultId};

use super::{Caller, LogError, Logs};
use crate::store::{AccountKey, Sql, StoreError};
use crate::values;

/// How many ids are read at once.
const AT_ONCE: usize = 256;

const IDS: Sql<AccountKey> = Sql::new(
    "SELECT vault_id FROM vault_list WHERE account_id = $1 AND role > 0 AND vault_id > $2
     ORDER BY vault_id LIMIT 256",
);

const LEFT: Sql<AccountKey> =
    Sql::new("SELECT seq FROM vault_list WHERE account_id = $1 AND vault_id = $2 AND role = 0");

impl Logs {
    /// The heads of the caller's vaults in the order of their ids, those after an id. A vault that requires a second factor
    /// which the session lacks is left out, and so is one of which the caller is no member any more.
    ///
    /// # Errors
    /// See [`LogError`].
    pub async fn vaults(&self, caller: &Caller, after: Option<VaultId>) -> Result<VaultList, LogError> {
        let mut vaults: Vec<VaultHead> = Vec::new();
        let mut after = after;
        loop {
            let ids = self.vault_ids(caller.account, after).await?;
            for id in &ids {
                let head = match self.head(caller, None, *id).await {
                    Ok(head) => head,
                    Err(LogError::NotFound | LogError::FactorRequired) => continue,
                    Err(error) => return Err(error),
                };
                if vaults.len() as u64 == MAX_VAULTS {
                    let next = vaults.last().map(|head| head.vault_id);
                    return Ok(VaultList { vaults, next });
                }
                vaults.push(head);
            }
            if ids.len() < AT_ONCE {
                return Ok(VaultList { vaults, next: None });
            }
            after = ids.last().copied();
        }
    }

    /// The number of the entry by which an account ceased to be a member of a vault; none if it is a member or never was.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn left_at(&self, account: AccountId, vault: VaultId) -> Result<Option<u64>, StoreError> {
        let row = self.store.account(account).first(&LEFT, values![vault]).await?;
        row.map(|row| row.get(0)).transpose()
    }

    /// The ids of some of an account's vaults in their order, those after an id; none if there are no more.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn vault_ids(
        &self,
        account: AccountId,
        after: Option<VaultId>,
    ) -> Result<Vec<VaultId>, StoreError> {
        // Below every id.
        let after = after.map_or(Vec::new(), |id| id.as_bytes().to_vec());
        let rows = self.store.account(account).query(&IDS, values![after.as_slice()]).await?;
        rows.iter().map(|row| row.get(0)).collect()
    }
}
