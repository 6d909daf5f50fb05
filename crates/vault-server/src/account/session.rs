//! Login sessions.

use vault_wire::{AccountId, DeviceId, SessionId};

use crate::store::{AccountKey, Sql, Store, StoreError, View};
use crate::values;

/// What a session began with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The password.
    Password,
    /// The recovery code; the session may do little.
    RecoveryCode,
}

impl Method {
    /// Its number in the database.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::Password => 1,
            Self::RecoveryCode => 2,
        }
    }

    const fn of_number(number: u32) -> Option<Self> {
        match number {
            1 => Some(Self::Password),
            2 => Some(Self::RecoveryCode),
            _ => None,
        }
    }
}

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
    store.account(account).read(|view| async move { find_in(&view, session, now).await }).await
}

async fn find_in(
    view: &View<AccountKey>,
    session: SessionId,
    now: u64,
) -> Result<Option<Session>, StoreError> {
    let Some(row) = view.first(&FIND, values![session, now]).await? else { return Ok(None) };
    Ok(Some(Session {
        device: row.get(0)?,
        signed_in_at: row.get(1)?,
        method: Method::of_number(row.get(2)?).ok_or(StoreError::Damaged)?,
        factor: row.get(3)?,
        account_has_factor: row.get::<i64>(4)? > 0,
    }))
}
