//! Changing the login of an account.

use vault_wire::AccountId;
use vault_wire::message::{AuditKind, Credential, LoginName, ProblemCode};

use super::registration::Stored;
use super::{name, sign_up};
use crate::audit::{self, About};
use crate::failure::Failure;
use crate::setup::SecretsError;
use crate::store::{AccountKey, Sql, Store, StoreError};
use crate::values;

const SET: Sql<AccountKey> = Sql::new("UPDATE account SET login = $2 WHERE account_id = $1");

/// Whether a login needs a code that was mailed to it.
#[derive(Clone, Copy, Debug)]
pub enum MailedCode<'a> {
    /// The server mails none.
    Unneeded,
    /// It needs one; this came with it.
    Needed(Option<&'a Credential<64>>),
}

/// Gives an account another login and returns the old one, unless it is the same. Others can take that one afterwards.
///
/// # Errors
/// [`ProblemCode::SignUpRefused`] without the code that it needs, [`ProblemCode::Exists`] if it is taken, and if the database
/// fails.
pub async fn change(
    store: &Store,
    account: AccountId,
    login: &LoginName,
    code: MailedCode<'_>,
    about: About,
    now: u64,
) -> Result<Option<LoginName>, Failure> {
    let shard = store.account(account);
    let stored = shard.read(|view| async move { Stored::read(&view).await }).await?;
    if stored.ok_or(ProblemCode::NotFound)?.login == login.as_str() {
        return Ok(None);
    }
    let mut attempt = [0; 16];
    getrandom::fill(&mut attempt).map_err(|_| SecretsError::Randomness)?;
    let code = match code {
        MailedCode::Unneeded => None,
        MailedCode::Needed(code) => Some(code.ok_or(ProblemCode::SignUpRefused)?),
    };
    if let Some(code) = code {
        sign_up::reserve(store, code, login, account, attempt, now).await?;
    }
    if let Err(failure) = name::reserve(store, login, account, attempt, now).await {
        if let Some(code) = code {
            sign_up::release(store, code, attempt).await?;
        }
        return Err(failure);
    }
    let old = shard.run(|tx| async move {
        name::refuse_lost(&tx, attempt).await?;
        let old = Stored::read(&tx).await?.ok_or(ProblemCode::NotFound)?.login;
        tx.execute(&SET, values![login.as_str()]).await?;
        audit::append(&tx, AuditKind::LoginChanged, about, now).await?;
        Ok::<_, Failure>(old)
    });
    let old = LoginName::new(&old.await?).map_err(|_| StoreError::Damaged)?;
    if let Some(code) = code {
        sign_up::confirm(store, code, attempt).await?;
    }
    // If this fails, the next one who wants the name finds that the account does not have it.
    name::release(store, &old, account).await?;
    Ok(Some(old))
}
