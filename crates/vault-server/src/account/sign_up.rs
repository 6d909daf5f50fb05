//! Sign-up codes: issued, reserved by an attempt to register, and deleted when the account exists.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use vault_wire::AccountId;
use vault_wire::message::{Credential, LoginName, ProblemCode};

use super::name::{self, Attempt, RESERVED};
use crate::failure::Failure;
use crate::setup::SecretsError;
use crate::store::{LoginKey, Sql, Store, StoreError};
use crate::values;

/// How long a code is valid, in milliseconds.
const VALID: u64 = 14 * 24 * 60 * 60 * 1000;

const ISSUE: Sql<LoginKey> =
    Sql::new("INSERT INTO sign_up_code (login_hash, login, expires_at) VALUES ($1, $2, $3)");
const READ: Sql<LoginKey> = Sql::new(
    "SELECT login, account_id, attempt, reserved_until FROM sign_up_code WHERE login_hash = $1 AND expires_at > $2",
);
const RESERVE: Sql<LoginKey> = Sql::new(
    "UPDATE sign_up_code SET account_id = $2, attempt = $3, reserved_until = $4
     WHERE login_hash = $1 AND (attempt IS NULL OR attempt = $3 OR attempt = $5)",
);
const RELEASE: Sql<LoginKey> = Sql::new(
    "UPDATE sign_up_code SET account_id = NULL, attempt = NULL, reserved_until = NULL
     WHERE login_hash = $1 AND attempt = $2",
);
const CONFIRM: Sql<LoginKey> = Sql::new("DELETE FROM sign_up_code WHERE login_hash = $1 AND attempt = $2");

/// Issues a code, for any login or for one.
///
/// # Errors
/// If the database or the system's randomness fails.
pub async fn issue(store: &Store, login: Option<&LoginName>, now: u64) -> Result<Credential<64>, Failure> {
    let mut bytes = [0; 20];
    getrandom::fill(&mut bytes).map_err(|_| SecretsError::Randomness)?;
    let code =
        Credential::new(&Base64UrlUnpadded::encode_string(&bytes)).map_err(|_| ProblemCode::Internal)?;
    let login = login.map(LoginName::as_str);
    let shard = store.sign_up(&code);
    shard.run(|tx| async move { tx.execute(&ISSUE, values![login, now + VALID]).await }).await?;
    Ok(code)
}

/// Reserves a code for an attempt; again for the same attempt is no error.
///
/// # Errors
/// [`ProblemCode::SignUpRefused`] if it is not valid for this login, and if the database fails.
pub async fn reserve(
    store: &Store,
    code: &Credential<64>,
    login: &LoginName,
    account: AccountId,
    attempt: Attempt,
    now: u64,
) -> Result<(), Failure> {
    const REFUSED: ProblemCode = ProblemCode::SignUpRefused;
    let shard = store.sign_up(code);
    let row = shard.read(|view| async move { view.first(&READ, values![now]).await }).await?;
    let row = row.ok_or(REFUSED)?;
    if row.get::<Option<String>>(0)?.is_some_and(|only| only != login.as_str()) {
        return Err(REFUSED.into());
    }
    let holder: Option<AccountId> = row.get(1)?;
    let other: Option<Attempt> = row.get(2)?;
    if let (Some(holder), Some(other)) = (holder, other)
        && other != attempt
    {
        let until: u64 = row.get::<Option<u64>>(3)?.ok_or(StoreError::Damaged)?;
        if until > now || name::gone_through(store, holder, other, None, now).await? {
            return Err(REFUSED.into());
        }
    }
    let row = values![account, attempt, now + RESERVED, other];
    match shard.run(|tx| async move { tx.execute(&RESERVE, row).await }).await? {
        1 => Ok(()),
        _ => Err(REFUSED.into()),
    }
}

/// Makes a reserved code valid for other attempts.
///
/// # Errors
/// If the database fails.
pub async fn release(store: &Store, code: &Credential<64>, attempt: Attempt) -> Result<(), Failure> {
    store.sign_up(code).run(|tx| async move { tx.execute(&RELEASE, values![attempt]).await }).await?;
    Ok(())
}

/// Deletes a code whose attempt has gone through.
///
/// # Errors
/// If the database fails.
pub async fn confirm(store: &Store, code: &Credential<64>, attempt: Attempt) -> Result<(), Failure> {
    store.sign_up(code).run(|tx| async move { tx.execute(&CONFIRM, values![attempt]).await }).await?;
    Ok(())
}
