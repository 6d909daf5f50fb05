//! Deletion of an account: its vaults, everything in its shard, and its login.
//!
//! Each step can be repeated, and the account exists until the last but one: so after a crash it is deleted again. The
//! reservation of a login whose account does not exist is taken over by the next one who registers it.

use vault_wire::AccountId;
use vault_wire::message::{LoginName, ProblemCode};

use super::name;
use super::registration::Stored;
use crate::failure::Failure;
use crate::log::Logs;
use crate::store::{AccountKey, Sql, Store, StoreError};

/// How many vaults an answer names.
const NAMED: usize = 64;

/// Everything of an account, the account last.
const ERASE: [Sql<AccountKey>; 15] = [
    Sql::new("DELETE FROM session WHERE account_id = $1"),
    Sql::new("DELETE FROM device WHERE account_id = $1"),
    Sql::new("DELETE FROM totp WHERE account_id = $1"),
    Sql::new("DELETE FROM totp_offer WHERE account_id = $1"),
    Sql::new("DELETE FROM recovery_code WHERE account_id = $1"),
    Sql::new("DELETE FROM code_box WHERE account_id = $1"),
    Sql::new("DELETE FROM pending_reenrol WHERE account_id = $1"),
    Sql::new("DELETE FROM refused_attempt WHERE account_id = $1"),
    Sql::new("DELETE FROM sign_in_delay WHERE account_id = $1"),
    Sql::new("DELETE FROM spent_state WHERE account_id = $1"),
    Sql::new("DELETE FROM audit WHERE account_id = $1"),
    Sql::new("DELETE FROM audit_salt WHERE account_id = $1"),
    Sql::new("DELETE FROM vault_list WHERE account_id = $1"),
    Sql::new("DELETE FROM storage_grant WHERE account_id = $1"),
    Sql::new("DELETE FROM account WHERE account_id = $1"),
];

/// Deletes an account.
///
/// # Errors
/// [`ProblemCode::VaultsLeft`] with the vaults whose only owner it is, and then nothing is deleted; and if the database or
/// the store of documents fails.
pub async fn delete(store: &Store, logs: &Logs, account: AccountId) -> Result<(), Failure> {
    let mut left = logs.only_owned(account).await?;
    if !left.is_empty() {
        left.truncate(NAMED);
        return Err(Failure { vaults: left, ..Failure::new(ProblemCode::VaultsLeft) });
    }
    logs.erase_own(account).await?;
    let erase = store.account(account).run(|tx| async move {
        let stored = Stored::read(&tx).await?;
        for sql in &ERASE {
            tx.execute(sql, &[]).await?;
        }
        Ok::<_, Failure>(stored)
    });
    if let Some(stored) = erase.await? {
        let login = LoginName::new(&stored.login).map_err(|_| StoreError::Damaged)?;
        name::release(store, &login, account).await?;
    }
    Ok(())
}
