//! What the operator may do with accounts.

use serde::{Deserialize, Serialize};
use vault_wire::message::{AuditKind, LoginName, ProblemCode};
use vault_wire::{AccountId, DeviceId, SessionId};

use super::name;
use crate::audit::{self, About};
use crate::failure::Failure;
use crate::store::{AccountKey, ListingKey, Row, Sql, Store, StoreError};
use crate::values;

/// How many accounts are read at once.
const AT_ONCE: usize = 256;

const LIST: Sql<ListingKey> = Sql::new(
    "SELECT a.account_id, a.login, a.created_at, a.locked, a.version,
       (SELECT count(*) FROM totp t WHERE t.account_id = a.account_id),
       (SELECT count(*) FROM session s WHERE s.account_id = a.account_id),
       (SELECT max(q.bytes) FROM account_quota q WHERE q.account_id = a.account_id)
     FROM account a WHERE a.account_id > $1 ORDER BY a.account_id LIMIT 256",
);
const COUNT: Sql<ListingKey> = Sql::new("SELECT count(*) FROM account WHERE account_id > $1");
const SET_LOCKED: Sql<AccountKey> =
    Sql::new("UPDATE account SET locked = $2 WHERE account_id = $1 AND locked <> $2");
const EXISTS: Sql<AccountKey> = Sql::new("SELECT login FROM account WHERE account_id = $1");
const SET_QUOTA: Sql<AccountKey> = Sql::new(
    "INSERT INTO account_quota (account_id, bytes) VALUES ($1, $2)
     ON CONFLICT (account_id) DO UPDATE SET bytes = excluded.bytes",
);
const NO_QUOTA: Sql<AccountKey> = Sql::new("DELETE FROM account_quota WHERE account_id = $1");
const SESSIONS: Sql<AccountKey> = Sql::new(
    "SELECT session_id, device_id, begun_at, used_at, expires_at FROM session
     WHERE account_id = $1 ORDER BY begun_at, session_id",
);
const END_SESSIONS: Sql<AccountKey> = Sql::new("DELETE FROM session WHERE account_id = $1");

/// An account, named by its login or its id.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Named {
    /// By its login.
    Login(LoginName),
    /// By its id.
    Id(AccountId),
}

/// What the operator sees of an account.
#[derive(Debug, Serialize)]
pub struct Listed {
    /// Its id.
    pub account_id: AccountId,
    /// Its login.
    pub login: String,
    /// When it was opened, in milliseconds since 1970.
    pub created_at: u64,
    /// Whether it is locked.
    pub locked: bool,
    /// The version of its registration.
    pub version: u64,
    /// Whether it has a second factor.
    pub factor: bool,
    /// Its login sessions.
    pub sessions: u64,
    /// Its quota in bytes, if it is not the server's limit.
    pub quota: Option<u64>,
    /// What the vaults use for which it pays, in bytes, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

/// What the operator sees of a login session.
#[derive(Debug, Serialize)]
pub struct ListedSession {
    /// Its id.
    pub session_id: SessionId,
    /// The device.
    pub device_id: DeviceId,
    /// When it began, was used, and ends unless it is used, in milliseconds since 1970.
    pub begun_at: u64,
    /// The last use.
    pub used_at: u64,
    /// The end.
    pub expires_at: u64,
}

/// The accounts after an id, in the order of ids; none means that there are no more.
///
/// # Errors
/// See [`StoreError`].
pub async fn list(store: &Store, after: Option<AccountId>) -> Result<Vec<Listed>, StoreError> {
    let after = after.map(|id| *id.as_bytes());
    let rows = store.listing(after).read(|view| async move { view.query(&LIST, &[]).await }).await?;
    debug_assert!(rows.len() <= AT_ONCE);
    rows.iter().map(listed).collect()
}

fn listed(row: &Row) -> Result<Listed, StoreError> {
    Ok(Listed {
        account_id: row.get(0)?,
        login: row.get(1)?,
        created_at: row.get(2)?,
        locked: row.get(3)?,
        version: row.get(4)?,
        factor: row.get::<u64>(5)? > 0,
        sessions: row.get(6)?,
        quota: row.get(7)?,
        bytes: None,
    })
}

/// The number of accounts.
///
/// # Errors
/// See [`StoreError`].
pub async fn count(store: &Store) -> Result<u64, StoreError> {
    let row = store.listing(None).read(|view| async move { view.first(&COUNT, &[]).await }).await?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Finds an account.
///
/// # Errors
/// [`ProblemCode::NotFound`], and if the database fails.
pub async fn find(store: &Store, named: &Named) -> Result<AccountId, Failure> {
    let account = match named {
        Named::Id(id) => *id,
        Named::Login(login) => name::holder(store, login).await?.ok_or(ProblemCode::NotFound)?,
    };
    let row = store.account(account).read(|view| async move { view.first(&EXISTS, &[]).await }).await?;
    let login: String = row.ok_or(ProblemCode::NotFound)?.get(0)?;
    match named {
        // A login that was reserved, and is not the account's.
        Named::Login(wanted) if wanted.as_str() != login => Err(ProblemCode::NotFound.into()),
        _ => Ok(account),
    }
}

/// Locks an account, so that no session of it is valid and nobody signs in, or unlocks it.
///
/// # Errors
/// If the database fails.
pub async fn set_locked(store: &Store, account: AccountId, locked: bool, now: u64) -> Result<(), Failure> {
    let set = store.account(account).run(|tx| async move {
        if tx.execute(&SET_LOCKED, values![locked]).await? > 0 {
            audit::append(&tx, AuditKind::AccountLocked, About::default(), now).await?;
        }
        Ok(())
    });
    set.await
}

/// Sets the storage that an account may use; `None` is the server's limit.
///
/// # Errors
/// If the database fails.
pub async fn set_quota(store: &Store, account: AccountId, bytes: Option<u64>) -> Result<(), StoreError> {
    let set = store.account(account).run(|tx| async move {
        match bytes {
            Some(bytes) => tx.execute(&SET_QUOTA, values![bytes.min(i64::MAX.cast_unsigned())]).await,
            None => tx.execute(&NO_QUOTA, &[]).await,
        }
    });
    set.await.map(drop)
}

/// The login sessions of an account.
///
/// # Errors
/// If the database fails.
pub async fn sessions(store: &Store, account: AccountId) -> Result<Vec<ListedSession>, StoreError> {
    let rows = store.account(account).read(|view| async move { view.query(&SESSIONS, &[]).await }).await?;
    let session = |row: &Row| {
        Ok(ListedSession {
            session_id: row.get(0)?,
            device_id: row.get(1)?,
            begun_at: row.get(2)?,
            used_at: row.get(3)?,
            expires_at: row.get(4)?,
        })
    };
    rows.iter().map(session).collect()
}

/// Ends all login sessions of an account.
///
/// # Errors
/// If the database fails.
pub async fn end_sessions(store: &Store, account: AccountId, now: u64) -> Result<(), Failure> {
    let end = store.account(account).run(|tx| async move {
        if tx.execute(&END_SESSIONS, &[]).await? > 0 {
            audit::append(&tx, AuditKind::SignedOut, About::default(), now).await?;
        }
        Ok(())
    });
    end.await
}
