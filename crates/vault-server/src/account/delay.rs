//! Waiting after failed sign-ins. Strangers share one delay for each account; a device that the account has added has its
//! own, so that strangers do not lock it out. It is kept for accounts that do not exist, too.

use vault_wire::DeviceId;
use vault_wire::message::ProblemCode;

use crate::failure::Failure;
use crate::store::{AccountKey, Sql, Tx, View};
use crate::values;

/// Failures that cost nothing.
const FREE: u32 = 3;
/// The longest wait, in milliseconds.
const LONGEST: u64 = 15 * 60 * 1000;
/// After so long without a failure, counting begins again, in milliseconds.
const FORGET: u64 = 24 * 60 * 60 * 1000;

const SCOPE: Sql<AccountKey> =
    Sql::new("SELECT count(*) FROM device WHERE account_id = $1 AND device_id = $2 AND revocation IS NULL");
const READ: Sql<AccountKey> = Sql::new(
    "SELECT failures, next_at FROM sign_in_delay WHERE account_id = $1 AND scope = $2 AND expires_at > $3",
);
const WRITE: Sql<AccountKey> = Sql::new(
    "INSERT INTO sign_in_delay (account_id, scope, failures, next_at, expires_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (account_id, scope) DO UPDATE
     SET failures = excluded.failures, next_at = excluded.next_at, expires_at = excluded.expires_at",
);

/// The delay of a device of an account.
#[derive(Clone, Copy, Debug)]
pub struct Delay {
    scope: [u8; 32],
    failures: u32,
    next_at: u64,
    /// Whether the account has added the device.
    pub known: bool,
}

impl Delay {
    /// Reads it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn read(view: &View<AccountKey>, device: DeviceId, now: u64) -> Result<Self, Failure> {
        let known = match view.first(&SCOPE, values![device]).await? {
            Some(row) => row.get::<u64>(0)? > 0,
            None => false,
        };
        let scope = if known { *device.as_bytes() } else { [0; 32] };
        let (failures, next_at) = match view.first(&READ, values![scope, now]).await? {
            Some(row) => (row.get(0)?, row.get(1)?),
            None => (0, 0),
        };
        Ok(Self { scope, failures, next_at, known })
    }

    /// Fails while it lasts.
    ///
    /// # Errors
    /// [`ProblemCode::RateLimited`], with the seconds to wait.
    pub fn refuse(&self, now: u64) -> Result<(), Failure> {
        let wait = self.next_at.saturating_sub(now).div_ceil(1000);
        if wait == 0 {
            return Ok(());
        }
        Err(Failure::new(ProblemCode::RateLimited).retry_after(u32::try_from(wait).unwrap_or(u32::MAX)))
    }

    /// Counts a failure, or begins again after a success.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn count(self, tx: &Tx<AccountKey>, success: bool, now: u64) -> Result<(), Failure> {
        let failures = if success { 0 } else { self.failures.saturating_add(1) };
        let values = values![self.scope, failures, now + wait(failures), now + FORGET];
        tx.execute(&WRITE, values).await?;
        Ok(())
    }
}

/// The wait after so many failures: one second, doubled each time.
fn wait(failures: u32) -> u64 {
    match failures.checked_sub(FREE) {
        None | Some(0) => 0,
        Some(beyond) => 1000_u64.checked_shl(beyond - 1).unwrap_or(LONGEST).min(LONGEST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_to_a_quarter_of_an_hour() {
        let waits: Vec<_> = [0, 3, 4, 5, 6, 13, 14, 100, u32::MAX].into_iter().map(wait).collect();
        assert_eq!(waits, [0, 0, 1000, 2000, 4000, 512_000, LONGEST, LONGEST, LONGEST]);
    }
}
