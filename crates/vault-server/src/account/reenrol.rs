//! Re-enrolment: a registration by the root's statement alone. It waits for a week, in which each session of the account can
//! delete it. While the server recovers it is stored at once, also for an account that the server has lost.

use vault_wire::DeviceId;
use vault_wire::message::{AuditKind, ProblemCode};

use super::registration::{self, Registration, Stored};
use crate::audit::{self, About, AuditAddress};
use crate::failure::Failure;
use crate::store::{AccountKey, Sql, Store, Tx};
use crate::values;

/// How long it waits, in milliseconds.
pub const WAIT: u64 = 7 * 24 * 60 * 60 * 1000;

const READ: Sql<AccountKey> =
    Sql::new("SELECT statement, effective_at FROM pending_reenrol WHERE account_id = $1");
const PUT: Sql<AccountKey> = Sql::new(
    "INSERT INTO pending_reenrol (account_id, statement, effective_at) VALUES ($1, $2, $3)
     ON CONFLICT (account_id) DO UPDATE SET statement = excluded.statement, effective_at = excluded.effective_at",
);
const DELETE: Sql<AccountKey> = Sql::new("DELETE FROM pending_reenrol WHERE account_id = $1");
const END_SESSIONS: Sql<AccountKey> = Sql::new("DELETE FROM session WHERE account_id = $1");

/// What became of a re-enrolment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reenrolled {
    /// It is stored now, and all sessions have ended.
    Now,
    /// It was stored before.
    Before,
    /// It waits from now on: sent again after the time, it is stored.
    Begins,
    /// It waits already.
    Waits,
}

/// Begins the wait, or stores the registration after it, or at once while the server is `recovering`. Only its statement is
/// kept meanwhile: it covers the other parts, which come again.
///
/// # Errors
/// [`ProblemCode::SignUpRefused`] for an account without a registration unless the server is recovering,
/// [`ProblemCode::VersionConflict`], and if the database fails.
pub async fn reenrol(
    store: &Store,
    registration: &Registration,
    recovering: bool,
    address: Option<AuditAddress>,
    now: u64,
) -> Result<Reenrolled, Failure> {
    let account = store.account(registration.account);
    let about = About::default().from(address);
    let decided = account.run(|tx| async move { decide(&tx, registration, recovering, about, now).await });
    match decided.await? {
        Some(reenrolled) => Ok(reenrolled),
        None if recovering => {
            registration::store_lost(store, registration, about, now).await.map(|()| Reenrolled::Now)
        }
        None => Err(ProblemCode::SignUpRefused.into()),
    }
}

/// Returns `None` for an account without a registration.
async fn decide(
    tx: &Tx<AccountKey>,
    registration: &Registration,
    recovering: bool,
    about: About,
    now: u64,
) -> Result<Option<Reenrolled>, Failure> {
    let Some(stored) = Stored::read(tx).await? else { return Ok(None) };
    let statement = registration.statement();
    if stored.statement == statement {
        return Ok(Some(Reenrolled::Before));
    }
    if stored.login != registration.login().as_str() {
        return Err(Failure::new(ProblemCode::Malformed).because("the login is another one"));
    }
    if registration.version <= stored.version {
        return Err(ProblemCode::VersionConflict.into());
    }
    stored.allows(registration)?;
    let waiting = tx.first(&READ, &[]).await?;
    let effective_at = match &waiting {
        Some(row) if row.get::<Vec<u8>>(0)? == statement => Some(row.get::<u64>(1)?),
        _ if recovering => Some(now),
        _ => None,
    };
    match effective_at {
        Some(at) if recovering || at <= now => {
            registration::replace(tx, registration).await?;
            tx.execute(&DELETE, &[]).await?;
            tx.execute(&END_SESSIONS, &[]).await?;
            audit::append(tx, AuditKind::Reenrolled, about, now).await?;
            Ok(Some(Reenrolled::Now))
        }
        Some(_) => Ok(Some(Reenrolled::Waits)),
        None => {
            tx.execute(&PUT, values![statement, now + WAIT]).await?;
            audit::append(tx, AuditKind::ReenrolWaiting, about, now).await?;
            Ok(Some(Reenrolled::Begins))
        }
    }
}

/// Deletes one that waits.
///
/// # Errors
/// [`ProblemCode::NotFound`] if none does, and if the database fails.
pub async fn cancel(tx: &Tx<AccountKey>, device: DeviceId, now: u64) -> Result<(), Failure> {
    if tx.execute(&DELETE, &[]).await? == 0 {
        return Err(ProblemCode::NotFound.into());
    }
    audit::append(tx, AuditKind::ReenrolCancelled, About::own(tx.key().0, device), now).await
}
