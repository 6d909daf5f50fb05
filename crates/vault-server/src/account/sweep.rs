//! Deleting what has expired.

use crate::store::{ExpiredKey, Sql, Store, StoreError};

const EXPIRED: [Sql<ExpiredKey>; 5] = [
    Sql::new("DELETE FROM session WHERE expires_at < $1"),
    Sql::new("DELETE FROM sign_in_delay WHERE expires_at < $1"),
    Sql::new("DELETE FROM sign_up_code WHERE expires_at < $1"),
    Sql::new("DELETE FROM spent_state WHERE expires_at < $1"),
    Sql::new("DELETE FROM totp_offer WHERE expires_at < $1"),
];

/// Deletes all rows that expired before a time, a transaction for each table.
///
/// # Errors
/// If the database fails.
pub async fn sweep(store: &Store, now: u64) -> Result<u64, StoreError> {
    let mut swept = 0;
    for sql in &EXPIRED {
        swept += store.expired(now).run(|tx| async move { tx.execute(sql, &[]).await }).await?;
    }
    Ok(swept)
}

/// Ends all login sessions.
///
/// # Errors
/// If the database fails.
pub async fn end_sessions(store: &Store) -> Result<(), StoreError> {
    const ALL: Sql<ExpiredKey> = Sql::new("DELETE FROM session WHERE expires_at < $1");
    let all = store.expired(i64::MAX.cast_unsigned());
    all.run(|tx| async move { tx.execute(&ALL, &[]).await }).await.map(drop)
}
