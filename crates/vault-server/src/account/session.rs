//! Login sessions.

use std::collections::HashMap;

use vault_wire::message::{AuditKind, Credential, LoginSession, ProblemCode};
use vault_wire::{AccountId, DeviceId, SessionId};

use super::refresh::{RefreshToken, Successor};
use crate::audit::{self, About, AuditAddress};
use crate::auth::Method;
use crate::failure::Failure;
use crate::setup::SecretsError;
use crate::store::{AccountKey, Sql, Store, StoreError, Tx, View};
use crate::values;

/// A session that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// The device.
    pub device: DeviceId,
    /// The last sign-in, in milliseconds since 1970.
    pub signed_in_at: u64,
    /// What it began with.
    pub method: Method,
    /// Whether a second factor was used.
    pub factor: bool,
    /// Whether the account has one.
    pub account_has_factor: bool,
}

const FIND: Sql<AccountKey> = Sql::new(
    "SELECT s.device_id, s.signed_in_at, s.method, s.factor, (SELECT count(*) FROM totp t WHERE t.account_id = $1)
     FROM session s JOIN account a ON a.account_id = s.account_id
     WHERE s.account_id = $1 AND s.session_id = $2 AND s.expires_at > $3 AND a.locked = 0",
);

/// Returns a session, if it has not ended and the account is not locked.
///
/// # Errors
/// See [`StoreError`].
pub async fn find(
    store: &Store,
    account: AccountId,
    session: SessionId,
    now: u64,
) -> Result<Option<Session>, StoreError> {
    let Some(row) = store.account(account).first(&FIND, values![session, now]).await? else {
        return Ok(None);
    };
    Ok(Some(Session {
        device: row.get(0)?,
        signed_in_at: row.get(1)?,
        method: Method::of_number(row.get(2)?).ok_or(StoreError::Damaged)?,
        factor: row.get(3)?,
        account_has_factor: row.get::<i64>(4)? > 0,
    }))
}

const LIVE: Sql<AccountKey> = Sql::new(
    "SELECT s.session_id, s.device_id FROM session s JOIN account a ON a.account_id = s.account_id
     WHERE s.account_id = $1 AND s.expires_at > $2 AND a.locked = 0",
);

/// The sessions of an account that have not ended, with their devices; none if the account is locked.
///
/// # Errors
/// See [`StoreError`].
pub async fn live(
    store: &Store,
    account: AccountId,
    now: u64,
) -> Result<HashMap<SessionId, DeviceId>, StoreError> {
    let rows = store.account(account).query(&LIVE, values![now]).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

const INSERT: Sql<AccountKey> = Sql::new(
    "INSERT INTO session (account_id, session_id, device_id, begun_at, used_at, signed_in_at, expires_at, method, factor,
                          refresh_hash, next_hash)
     VALUES ($1, $2, $3, $4, $4, $4, $5, $6, $7, $8, $9)",
);
const END_OLDEST: Sql<AccountKey> = Sql::new(
    "DELETE FROM session WHERE account_id = $1 AND (expires_at <= $2 OR session_id IN
        (SELECT session_id FROM session WHERE account_id = $1 ORDER BY used_at DESC LIMIT 1000 OFFSET 255))",
);
const REFRESHED: Sql<AccountKey> = Sql::new(
    "SELECT s.device_id, s.refresh_hash, s.next_hash FROM session s JOIN account a ON a.account_id = s.account_id
     WHERE s.account_id = $1 AND s.session_id = $2 AND s.expires_at > $3 AND a.locked = 0",
);
const USE: Sql<AccountKey> = Sql::new(
    "UPDATE session SET used_at = $3, expires_at = $4, refresh_hash = $5, next_hash = $6
     WHERE account_id = $1 AND session_id = $2",
);
const SEEN: Sql<AccountKey> =
    Sql::new("UPDATE device SET seen_at = $3 WHERE account_id = $1 AND device_id = $2");
const END: Sql<AccountKey> = Sql::new("DELETE FROM session WHERE account_id = $1 AND session_id = $2");
const END_OTHERS: Sql<AccountKey> =
    Sql::new("DELETE FROM session WHERE account_id = $1 AND session_id <> $2");
const LIST: Sql<AccountKey> = Sql::new(
    "SELECT session_id, device_id, begun_at, used_at FROM session
     WHERE account_id = $1 AND expires_at > $2 ORDER BY begun_at, session_id LIMIT 256",
);

/// How long an unused session lasts, in milliseconds.
const LASTS: u64 = 90 * 24 * 60 * 60 * 1000;

/// A new or continued session, for which tokens are made.
#[derive(Debug)]
pub struct Continued {
    /// The session.
    pub session: SessionId,
    /// The refresh token.
    pub refresh: Credential<64>,
    /// How long it is valid, in seconds.
    pub refresh_seconds: u32,
}

/// Begins a session. The oldest one beyond 256 ends.
///
/// # Errors
/// If the database or the system's randomness fails.
pub async fn begin(
    tx: &Tx<AccountKey>,
    device: DeviceId,
    method: Method,
    factor: bool,
    successor: &Successor,
    address: Option<AuditAddress>,
    now: u64,
) -> Result<Continued, Failure> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|_| SecretsError::Randomness)?;
    let (id, secret) = random.split_at(16);
    let session = SessionId::try_from(id).map_err(|_| ProblemCode::Internal)?;
    let secret = secret.try_into().map_err(|_| ProblemCode::Internal)?;
    let token = RefreshToken { account: tx.key().0, session, secret };
    let next = successor.of(&token);
    tx.execute(&END_OLDEST, values![now]).await?;
    let row = values![session, device, now, now + LASTS, method.number(), factor, token.hash(), next.hash()];
    tx.execute(&INSERT, row).await?;
    tx.execute(&SEEN, values![device, now]).await?;
    audit::append(tx, AuditKind::SignedIn, About::own(tx.key().0, device).from(address), now).await?;
    Continued::new(session, &token)
}

/// Continues a session with its refresh token, by the same device. Any other use of a token ends the session.
///
/// # Errors
/// [`ProblemCode::SessionEnded`], also if it ends now; and if the database fails.
pub async fn refresh(
    store: &Store,
    token: &RefreshToken,
    device: DeviceId,
    successor: &Successor,
    now: u64,
) -> Result<Continued, Failure> {
    let next = successor.of(token);
    let next = &next;
    let refreshed = store.account(token.account).run(|tx| async move {
        let row = tx.first(&REFRESHED, values![token.session, now]).await?;
        let row = row.ok_or(ProblemCode::SessionEnded)?;
        let (owner, used, unused): (DeviceId, [u8; 32], [u8; 32]) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let hash = token.hash();
        // The successor that the client gets is not in use yet: until then this token may be sent again.
        if owner == device && (hash == used || hash == unused) {
            let row = values![token.session, now, now + LASTS, hash, next.hash()];
            tx.execute(&USE, row).await?;
            tx.execute(&SEEN, values![device, now]).await?;
            return Ok::<_, Failure>(true);
        }
        tx.execute(&END, values![token.session]).await?;
        audit::append(&tx, AuditKind::RefreshReused, About { device: Some(owner), ..About::default() }, now)
            .await?;
        Ok(false)
    });
    if refreshed.await? { Continued::new(token.session, next) } else { Err(ProblemCode::SessionEnded.into()) }
}

/// Ends a session. Returns whether it existed.
///
/// # Errors
/// If the database fails.
pub async fn end(
    tx: &Tx<AccountKey>,
    session: SessionId,
    device: DeviceId,
    now: u64,
) -> Result<bool, Failure> {
    if tx.execute(&END, values![session]).await? == 0 {
        return Ok(false);
    }
    audit::append(tx, AuditKind::SignedOut, About::own(tx.key().0, device), now).await?;
    Ok(true)
}

/// Ends all sessions but one.
///
/// # Errors
/// If the database fails.
pub async fn end_others(
    tx: &Tx<AccountKey>,
    but: SessionId,
    device: DeviceId,
    now: u64,
) -> Result<(), Failure> {
    if tx.execute(&END_OTHERS, values![but]).await? > 0 {
        audit::append(tx, AuditKind::SignedOut, About::own(tx.key().0, device), now).await?;
    }
    Ok(())
}

/// The sessions of an account.
///
/// # Errors
/// If the database fails.
pub async fn list(
    view: &View<AccountKey>,
    current: SessionId,
    now: u64,
) -> Result<Vec<LoginSession>, Failure> {
    let rows = view.query(&LIST, values![now]).await?;
    let sessions = rows.iter().map(|row| {
        let session_id = row.get(0)?;
        Ok(LoginSession {
            session_id,
            device_id: row.get(1)?,
            begun_at: row.get(2)?,
            used_at: row.get(3)?,
            current: session_id == current,
        })
    });
    Ok(sessions.collect::<Result<_, StoreError>>()?)
}

impl Continued {
    fn new(session: SessionId, token: &RefreshToken) -> Result<Self, Failure> {
        let refresh_seconds = u32::try_from(LASTS / 1000).map_err(|_| ProblemCode::Internal)?;
        Ok(Self { session, refresh: token.to_text()?, refresh_seconds })
    }
}
