//! Vaults of an account that is deleted.

use vault_wire::roster::MemberRole;
use vault_wire::{AccountId, BlobId, VaultId};

use super::access::role_number;
use super::head::Head;
use super::hold::Hold;
use super::{LogError, Logs};
use crate::chunks::ChunkError;
use crate::store::{AccountKey, Sql, StoreError, Tx, VaultKey};
use crate::values;

const VAULTS: Sql<AccountKey> =
    Sql::new("SELECT vault_id FROM vault_list WHERE account_id = $1 AND role > 0 ORDER BY vault_id");
/// The other members, and the other owners; `$3` is the number of that role.
const OTHERS: Sql<VaultKey> = Sql::new(
    "SELECT count(*), coalesce(sum(CASE WHEN role = $3 THEN 1 ELSE 0 END), 0) FROM member
     WHERE vault_id = $1 AND account_id <> $2",
);
const ROLE: Sql<VaultKey> = Sql::new("SELECT role FROM member WHERE vault_id = $1 AND account_id = $2");
const DOCUMENTS: Sql<VaultKey> = Sql::new("SELECT document_id FROM document WHERE vault_id = $1 LIMIT 64");
const CHUNKS: Sql<VaultKey> = Sql::new("DELETE FROM document_chunk WHERE vault_id = $1 AND document_id = $2");
const DOCUMENT: Sql<VaultKey> = Sql::new("DELETE FROM document WHERE vault_id = $1 AND document_id = $2");
const LAST: Sql<VaultKey> = Sql::new("SELECT coalesce(max(seq), 0) FROM entry WHERE vault_id = $1");
const ENTRIES: Sql<VaultKey> = Sql::new("DELETE FROM entry WHERE vault_id = $1 AND seq > $2");
/// Nobody is a member any more after the first one.
const MEMBERS: Sql<VaultKey> = Sql::new("DELETE FROM member WHERE vault_id = $1");
const REST: [Sql<VaultKey>; 7] = [
    Sql::new("DELETE FROM grant_box WHERE vault_id = $1"),
    Sql::new("DELETE FROM answer WHERE vault_id = $1"),
    Sql::new("DELETE FROM item_head WHERE vault_id = $1"),
    Sql::new("DELETE FROM roster_entry WHERE vault_id = $1"),
    Sql::new("DELETE FROM push_receipt WHERE vault_id = $1"),
    Sql::new("DELETE FROM outbox WHERE vault_id = $1"),
    Sql::new("DELETE FROM vault_head WHERE vault_id = $1"),
];

/// How many entries are deleted in a transaction.
const AT_ONCE: u64 = 1000;

impl Logs {
    /// The vaults with other members of which the account is the only owner.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn vaults_left(&self, account: AccountId) -> Result<Vec<VaultId>, StoreError> {
        let owner = role_number(MemberRole::Owner);
        let mut left = Vec::new();
        for vault in self.own(account).await? {
            let read = self.store.vault(vault).read(|view| async move {
                let role: Option<u32> =
                    view.first(&ROLE, values![account]).await?.map(|row| row.get(0)).transpose()?;
                let row = view.first(&OTHERS, values![account, owner]).await?.ok_or(StoreError::Damaged)?;
                let (others, owners): (u64, u64) = (row.get(0)?, row.get(1)?);
                Ok::<_, StoreError>(role == Some(owner) && others > 0 && owners == 0)
            });
            if read.await? {
                left.push(vault);
            }
        }
        Ok(left)
    }

    /// Erases the vaults of an account that have no other member, with their documents. What is interrupted continues with
    /// the next call.
    ///
    /// # Errors
    /// [`ChunkError::Unavailable`] while a backup or collection lasts; see [`LogError`].
    pub async fn erase_vaults(&self, account: AccountId, now: u64) -> Result<(), LogError> {
        let hold = Hold::take(&self.store, now).await?.ok_or(ChunkError::Unavailable)?;
        let erased = self.erase_under(&hold, account, now).await;
        hold.give_back().await;
        erased
    }

    async fn erase_under(&self, hold: &Hold, account: AccountId, now: u64) -> Result<(), LogError> {
        for vault in self.own(account).await? {
            if !hold.renew(now).await? {
                return Err(ChunkError::Unavailable.into());
            }
            if self.store.vault(vault).run(|tx| close(tx, account)).await? {
                self.erase(vault).await?;
            }
        }
        Ok(())
    }

    async fn erase(&self, vault: VaultId) -> Result<(), LogError> {
        let shard = self.store.vault(vault);
        loop {
            let rows = shard.read(|view| async move { view.query(&DOCUMENTS, &[]).await }).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let id: BlobId = row.get(0)?;
                self.chunks.delete_document(vault, id).await?;
                let delete = shard.run(|tx| async move {
                    tx.execute(&CHUNKS, values![id]).await?;
                    tx.execute(&DOCUMENT, values![id]).await
                });
                delete.await?;
            }
        }
        let last = shard.read(|view| async move { view.first(&LAST, &[]).await }).await?;
        let mut left: u64 = last.map_or(Ok(0), |row| row.get(0))?;
        while left > 0 {
            left = left.saturating_sub(AT_ONCE);
            shard.run(|tx| async move { tx.execute(&ENTRIES, values![left]).await }).await?;
        }
        for sql in &REST {
            shard.run(|tx| async move { tx.execute(sql, &[]).await }).await?;
        }
        Ok(())
    }

    async fn own(&self, account: AccountId) -> Result<Vec<VaultId>, StoreError> {
        let rows = self.store.account(account).read(|view| async move { view.query(&VAULTS, &[]).await });
        rows.await?.iter().map(|row| row.get(0)).collect()
    }
}

/// Removes the account from a vault without another member. Returns whether there is nobody left in it.
async fn close(tx: Tx<VaultKey>, account: AccountId) -> Result<bool, StoreError> {
    Head::lock(&tx).await?;
    let row = tx.first(&OTHERS, values![account, 0_u32]).await?.ok_or(StoreError::Damaged)?;
    if row.get::<u64>(0)? > 0 {
        return Ok(false);
    }
    tx.execute(&MEMBERS, &[]).await?;
    Ok(true)
}
