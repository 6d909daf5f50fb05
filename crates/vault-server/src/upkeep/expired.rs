//! Deleting what has expired.

use std::iter;

use crate::store::{ExpiredKey, Sql, Store, StoreError};

const SESSIONS: Sql<ExpiredKey> = Sql::new(
    "DELETE FROM session WHERE (account_id, session_id) IN
       (SELECT account_id, session_id FROM session WHERE expires_at < $1 LIMIT 500)",
);
/// Rows of each other table that have expired, some at once.
const OTHERS: [Sql<ExpiredKey>; 8] = [
    Sql::new(
        "DELETE FROM sign_in_delay WHERE (account_id, scope) IN
           (SELECT account_id, scope FROM sign_in_delay WHERE expires_at < $1 LIMIT 500)",
    ),
    Sql::new(
        "DELETE FROM sign_up_code WHERE login_hash IN
           (SELECT login_hash FROM sign_up_code WHERE expires_at < $1 LIMIT 500)",
    ),
    Sql::new(
        "DELETE FROM spent_state WHERE (account_id, state_id) IN
           (SELECT account_id, state_id FROM spent_state WHERE expires_at < $1 LIMIT 500)",
    ),
    Sql::new(
        "DELETE FROM totp_offer WHERE account_id IN
           (SELECT account_id FROM totp_offer WHERE expires_at < $1 LIMIT 500)",
    ),
    Sql::new(
        "DELETE FROM approval WHERE account_id IN
           (SELECT account_id FROM approval WHERE expires_at < $1 LIMIT 500)",
    ),
    Sql::new(
        "DELETE FROM audit_salt WHERE (account_id, period) IN
           (SELECT account_id, period FROM audit_salt WHERE expires_at < $1 LIMIT 500)",
    ),
    Sql::new(
        "DELETE FROM refused_attempt WHERE (account_id, attempt) IN
           (SELECT account_id, attempt FROM refused_attempt WHERE expires_at < $1 LIMIT 500)",
    ),
    Sql::new(
        "DELETE FROM push_receipt WHERE (vault_id, device_id, batch_id) IN
           (SELECT vault_id, device_id, batch_id FROM push_receipt WHERE expires_at < $1 LIMIT 500)",
    ),
];

/// Deletes some of the rows that expired before a time, a transaction for each table. Returns their number: 0 if there are no
/// more.
///
/// # Errors
/// If the database fails.
pub async fn delete_some(store: &Store, now: u64) -> Result<u64, StoreError> {
    let mut deleted = 0;
    for sql in iter::once(&SESSIONS).chain(&OTHERS) {
        deleted += store.expired(now).run(|tx| async move { tx.execute(sql, &[]).await }).await?;
    }
    Ok(deleted)
}

/// Ends all login sessions.
///
/// # Errors
/// If the database fails.
pub async fn end_sessions(store: &Store) -> Result<(), StoreError> {
    let all = store.expired(i64::MAX.cast_unsigned());
    while all.run(|tx| async move { tx.execute(&SESSIONS, &[]).await }).await? > 0 {}
    Ok(())
}
