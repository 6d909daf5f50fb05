//! Deletion of an account: its vaults, everything in its shard, and its login.
//!
//! The account is locked first and exists until the last step but one, and each step can be repeated: so what a crash
//! interrupts, the operator completes. The reservation of a login whose account does not exist is taken over by the next
//! one who registers it.

use vault_wire::AccountId;
use vault_wire::message::{LoginName, ProblemCode};

use super::name;
use super::registration::Stored;
use crate::failure::Failure;
use crate::log::{Hold, Logs};
use crate::store::{AccountKey, Sql, Store, StoreError};

/// How many vaults an answer names.
const NAMED: usize = 64;

const LOCK: Sql<AccountKey> = Sql::new("UPDATE account SET locked = 1 WHERE account_id = $1");
/// Everything of an account but its audit, which the server can only append to; the account last. Without the salts nobody finds an
/// address from the audit.
const ERASE: [Sql<AccountKey>; 16] = [
    Sql::new("DELETE FROM session WHERE account_id = $1"),
    Sql::new("DELETE FROM device WHERE account_id = $1"),
    Sql::new("DELETE FROM approval WHERE account_id = $1"),
    Sql::new("DELETE FROM totp WHERE account_id = $1"),
    Sql::new("DELETE FROM totp_offer WHERE account_id = $1"),
    Sql::new("DELETE FROM recovery_code WHERE account_id = $1"),
    Sql::new("DELETE FROM code_box WHERE account_id = $1"),
    Sql::new("DELETE FROM pending_reenrol WHERE account_id = $1"),
    Sql::new("DELETE FROM refused_attempt WHERE account_id = $1"),
    Sql::new("DELETE FROM sign_in_delay WHERE account_id = $1"),
    Sql::new("DELETE FROM spent_state WHERE account_id = $1"),
    Sql::new("DELETE FROM audit_salt WHERE account_id = $1"),
    Sql::new("DELETE FROM vault_list WHERE account_id = $1"),
    Sql::new("DELETE FROM storage_grant WHERE account_id = $1"),
    Sql::new("DELETE FROM account_quota WHERE account_id = $1"),
    Sql::new("DELETE FROM account WHERE account_id = $1"),
];

/// Deletes an account, and its vaults without another member.
///
/// # Errors
/// [`ProblemCode::VaultsLeft`] with the vaults whose only owner it is, or [`ProblemCode::Unavailable`] while a backup lasts,
/// and then nothing is deleted; [`ProblemCode::NotFound`]; and if the database or the store of documents fails.
pub async fn delete(store: &Store, logs: &Logs, account: AccountId, now: u64) -> Result<(), Failure> {
    let mut vaults = logs.only_owned(account).await?;
    if !vaults.is_empty() {
        vaults.truncate(NAMED);
        return Err(Failure { vaults, ..ProblemCode::VaultsLeft.into() });
    }
    let hold = Hold::take(store, now).await?.ok_or(ProblemCode::Unavailable)?;
    let deleted = delete_under(&hold, store, logs, account).await;
    hold.give_back().await;
    deleted
}

async fn delete_under(hold: &Hold, store: &Store, logs: &Logs, account: AccountId) -> Result<(), Failure> {
    let shard = store.account(account);
    let stored = shard.run(|tx| async move {
        tx.execute(&LOCK, &[]).await?;
        Stored::read(&tx).await
    });
    let login = stored.await?.ok_or(ProblemCode::NotFound)?.login;
    let login = LoginName::new(&login).map_err(|_| StoreError::Damaged)?;
    logs.erase_own(hold, account).await?;
    let erase = shard.run(|tx| async move {
        for sql in &ERASE {
            tx.execute(sql, &[]).await?;
        }
        Ok::<_, StoreError>(())
    });
    erase.await?;
    name::release(store, &login, account).await
}
