//! Changing the login of an account.

use vault_wire::AccountId;
use vault_wire::message::{AuditKind, LoginName, ProblemCode};

use super::audit::{self, About};
use super::name;
use super::registration::Stored;
use crate::failure::Failure;
use crate::setup::SecretsError;
use crate::store::{AccountKey, Sql, Store, StoreError};
use crate::values;

const SET: Sql<AccountKey> = Sql::new("UPDATE account SET login = $2 WHERE account_id = $1");

/// Gives an account another login. The old one can be taken by others afterwards.
///
/// # Errors
/// [`ProblemCode::Exists`] if it is taken, and if the database fails.
pub async fn change(
    store: &Store,
    account: AccountId,
    login: &LoginName,
    about: About,
    now: u64,
) -> Result<(), Failure> {
    let shard = store.account(account);
    let stored = shard.read(|view| async move { Stored::read(&view).await }).await?;
    if stored.ok_or(ProblemCode::NotFound)?.login == login.as_str() {
        return Ok(());
    }
    let mut attempt = [0; 16];
    getrandom::fill(&mut attempt).map_err(|_| SecretsError::Randomness)?;
    name::reserve(store, login, account, attempt, now).await?;
    let old = shard.run(|tx| async move {
        name::refuse_lost(&tx, attempt).await?;
        let old = Stored::read(&tx).await?.ok_or(ProblemCode::NotFound)?.login;
        tx.execute(&SET, values![login.as_str()]).await?;
        audit::append(&tx, AuditKind::LoginChanged, about, now).await?;
        Ok::<_, Failure>(old)
    });
    let old = LoginName::new(&old.await?).map_err(|_| StoreError::Damaged)?;
    // If this fails, the next one who wants the name finds that the account does not have it.
    name::release(store, &old, account).await
}
