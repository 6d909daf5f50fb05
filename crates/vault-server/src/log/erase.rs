//! Erasing the vaults of an account that is deleted.

use vault_wire::{AccountId, BlobId, VaultId};

use super::head::Head;
use super::hold::Hold;
use super::{LogError, Logs};
use crate::chunks::ChunkError;
use crate::store::{Sql, StoreError, Tx, VaultKey};
use crate::values;

/// Number of an owner's role.
const OWNER: u64 = 1;

const MEMBERS: Sql<VaultKey> = Sql::new("SELECT account_id, role FROM member WHERE vault_id = $1");
const DOCUMENTS: Sql<VaultKey> =
    Sql::new("SELECT document_id FROM document WHERE vault_id = $1 ORDER BY document_id LIMIT 64");

/// What goes at once: nobody is a member any more, and no upkeep is due.
const CLOSE: [Sql<VaultKey>; 2] = [
    Sql::new("DELETE FROM member WHERE vault_id = $1"),
    Sql::new("DELETE FROM compaction WHERE vault_id = $1"),
];

/// The rest but head and documents, a bounded part of each table at a time: a vault may be larger than what one transaction
/// deletes in time.
const PARTS: [Sql<VaultKey>; 10] = [
    Sql::new(
        "DELETE FROM grant_box WHERE vault_id = $1 AND (account_id, epoch) IN
           (SELECT account_id, epoch FROM grant_box WHERE vault_id = $1 LIMIT 200)",
    ),
    Sql::new(
        "DELETE FROM answer WHERE vault_id = $1 AND (invite_key, account_id) IN
           (SELECT invite_key, account_id FROM answer WHERE vault_id = $1 LIMIT 200)",
    ),
    Sql::new(
        "DELETE FROM push_receipt WHERE vault_id = $1 AND (device_id, batch_id) IN
           (SELECT device_id, batch_id FROM push_receipt WHERE vault_id = $1 LIMIT 200)",
    ),
    Sql::new(
        "DELETE FROM outbox WHERE vault_id = $1 AND account_id IN
           (SELECT account_id FROM outbox WHERE vault_id = $1 LIMIT 200)",
    ),
    Sql::new(
        "DELETE FROM audit_news WHERE vault_id = $1 AND (account_id, number) IN
           (SELECT account_id, number FROM audit_news WHERE vault_id = $1 LIMIT 200)",
    ),
    Sql::new(
        "DELETE FROM document_use WHERE vault_id = $1 AND (document_id, seq) IN
           (SELECT document_id, seq FROM document_use WHERE vault_id = $1 LIMIT 200)",
    ),
    Sql::new(
        "DELETE FROM superseded WHERE vault_id = $1 AND (item_id, seq) IN
           (SELECT item_id, seq FROM superseded WHERE vault_id = $1 LIMIT 200)",
    ),
    Sql::new(
        "DELETE FROM item_head WHERE vault_id = $1 AND item_id IN
           (SELECT item_id FROM item_head WHERE vault_id = $1 LIMIT 200)",
    ),
    Sql::new(
        "DELETE FROM roster_entry WHERE vault_id = $1 AND seq IN
           (SELECT seq FROM roster_entry WHERE vault_id = $1 LIMIT 200)",
    ),
    Sql::new(
        "DELETE FROM entry WHERE vault_id = $1 AND seq IN
           (SELECT seq FROM entry WHERE vault_id = $1 LIMIT 200)",
    ),
];
const ERASE_CHUNKS: Sql<VaultKey> =
    Sql::new("DELETE FROM document_chunk WHERE vault_id = $1 AND document_id = $2");
const ERASE_DOCUMENT: Sql<VaultKey> =
    Sql::new("DELETE FROM document WHERE vault_id = $1 AND document_id = $2");
const ERASE_HEAD: Sql<VaultKey> = Sql::new("DELETE FROM vault_head WHERE vault_id = $1");

/// What an account is to a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Nobody else is a member.
    Alone,
    /// There are other members, and no other owner.
    OnlyOwner,
    /// There are other members, and another owner.
    OneOfSeveral,
}

impl Logs {
    /// Returns the vaults with other members whose only owner is this account: others could never again be added or
    /// removed there.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn only_owned(&self, account: AccountId) -> Result<Vec<VaultId>, StoreError> {
        let mut found = Vec::new();
        for vault in self.vaults_of(account).await? {
            let standing = self.store.vault(vault).read(|view| async move {
                let rows = view.query(&MEMBERS, &[]).await?;
                standing(account, rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))))
            });
            if standing.await? == Standing::OnlyOwner {
                found.push(vault);
            }
        }
        Ok(found)
    }

    /// Erases the vaults of which nobody else is a member, with their documents. What is interrupted continues with
    /// the next call.
    ///
    /// # Errors
    /// [`ChunkError::Unavailable`] if the lease ran out; see [`LogError`].
    pub async fn erase_own(&self, hold: &Hold, account: AccountId) -> Result<(), LogError> {
        for vault in self.vaults_of(account).await? {
            if self.store.vault(vault).run(|tx| close(tx, account)).await? {
                self.erase(hold, vault).await?;
            }
        }
        Ok(())
    }

    async fn erase(&self, hold: &Hold, vault: VaultId) -> Result<(), LogError> {
        let shard = self.store.vault(vault);
        loop {
            let rows = shard.read(|view| async move { view.query(&DOCUMENTS, &[]).await }).await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                if !hold.renew().await? {
                    return Err(ChunkError::Unavailable.into());
                }
                let id: BlobId = row.get(0)?;
                self.chunks.delete_document(vault, id).await?;
                let erase = shard.run(|tx| async move {
                    tx.execute(&ERASE_CHUNKS, values![id]).await?;
                    tx.execute(&ERASE_DOCUMENT, values![id]).await
                });
                erase.await?;
            }
        }
        for sql in &PARTS {
            while shard.run(|tx| async move { tx.execute(sql, &[]).await }).await? > 0 {}
        }
        shard.run(|tx| async move { tx.execute(&ERASE_HEAD, &[]).await }).await?;
        Ok(())
    }

    /// The vaults of an account, with their sizes, 1,000 at most.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn sizes(&self, account: AccountId) -> Result<Vec<(VaultId, u64)>, StoreError> {
        let mut sizes = Vec::new();
        for vault in self.vaults_of(account).await?.into_iter().take(1000) {
            let head = self.store.vault(vault).read(|view| async move { Head::read(&view).await });
            if let Some(head) = head.await? {
                sizes.push((vault, head.used));
            }
        }
        Ok(sizes)
    }
}

/// Closes a vault to its only member, unless somebody else is one by now. Returns whether it did.
async fn close(tx: Tx<VaultKey>, account: AccountId) -> Result<bool, StoreError> {
    if Head::lock(&tx).await?.is_none() {
        return Ok(false);
    }
    let rows = tx.query(&MEMBERS, &[]).await?;
    if standing(account, rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))))? != Standing::Alone {
        return Ok(false);
    }
    for sql in &CLOSE {
        tx.execute(sql, &[]).await?;
    }
    Ok(true)
}

fn standing(
    account: AccountId,
    members: impl Iterator<Item = Result<(AccountId, u64), StoreError>>,
) -> Result<Standing, StoreError> {
    let (mut others, mut owners, mut owns) = (false, false, false);
    for member in members {
        let (id, role) = member?;
        if id == account {
            owns = role == OWNER;
        } else {
            others = true;
            owners |= role == OWNER;
        }
    }
    Ok(match (others, owns && !owners) {
        (false, _) => Standing::Alone,
        (true, true) => Standing::OnlyOwner,
        (true, false) => Standing::OneOfSeveral,
    })
}
