//! Deletion of an account, with all that only it has.

use vault_wire::AccountId;
use vault_wire::message::{LoginName, ProblemCode};

use super::name;
use super::registration::Stored;
use crate::failure::Failure;
use crate::log::Logs;
use crate::store::{AccountKey, Sql, Store, StoreError};

const LOCK: Sql<AccountKey> = Sql::new("UPDATE account SET locked = 1 WHERE account_id = $1");
const ERASE: [Sql<AccountKey>; 15] = [
    Sql::new("DELETE FROM session WHERE account_id = $1"),
    Sql::new("DELETE FROM device WHERE account_id = $1"),
    Sql::new("DELETE FROM pending_reenrol WHERE account_id = $1"),
    Sql::new("DELETE FROM refused_attempt WHERE account_id = $1"),
    Sql::new("DELETE FROM code_box WHERE account_id = $1"),
    Sql::new("DELETE FROM totp WHERE account_id = $1"),
    Sql::new("DELETE FROM totp_offer WHERE account_id = $1"),
    Sql::new("DELETE FROM recovery_code WHERE account_id = $1"),
    Sql::new("DELETE FROM sign_in_delay WHERE account_id = $1"),
    Sql::new("DELETE FROM spent_state WHERE account_id = $1"),
    Sql::new("DELETE FROM audit WHERE account_id = $1"),
    Sql::new("DELETE FROM vault_list WHERE account_id = $1"),
    Sql::new("DELETE FROM storage_grant WHERE account_id = $1"),
    Sql::new("DELETE FROM account_quota WHERE account_id = $1"),
    Sql::new("DELETE FROM account WHERE account_id = $1"),
];

/// Erases an account, and its vaults without another member. What is interrupted continues with the next call; until then
/// nobody can sign in.
///
/// # Errors
/// [`ProblemCode::VaultsLeft`] while it is the only owner of a vault with other members, [`ProblemCode::NotFound`], and if the
/// database or the store of the documents fails.
pub async fn delete(store: &Store, logs: &Logs, account: AccountId, now: u64) -> Result<(), Failure> {
    let vaults = logs.vaults_left(account).await?;
    if !vaults.is_empty() {
        return Err(Failure { vaults, ..ProblemCode::VaultsLeft.into() });
    }
    let shard = store.account(account);
    let stored = shard.run(|tx| async move {
        tx.execute(&LOCK, &[]).await?;
        Stored::read(&tx).await
    });
    let login = stored.await?.ok_or(ProblemCode::NotFound)?.login;
    let login = LoginName::new(&login).map_err(|_| StoreError::Damaged)?;
    logs.erase_vaults(account, now).await?;
    let erase = shard.run(|tx| async move {
        for sql in &ERASE {
            tx.execute(sql, &[]).await?;
        }
        Ok::<_, StoreError>(())
    });
    erase.await?;
    // If this fails, the next one who wants the name finds that no account has it.
    name::release(store, &login, account).await
}
