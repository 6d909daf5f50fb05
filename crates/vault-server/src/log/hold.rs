//! The lease under which chunks are deleted, or copied: one of both at a time, in the whole installation.

use std::time::Instant;

use crate::store::{ServerKey, Sql, Store, StoreError};
use crate::values;

/// The name of the lease.
const NAME: &str = "documents";

/// How long it lasts unless it is renewed, in milliseconds.
const LASTS: u64 = 60 * 1000;

const TAKE: Sql<ServerKey> = Sql::new(
    "INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3)
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
     WHERE lease.until < $4 OR lease.holder = excluded.holder",
);
const RETURN: Sql<ServerKey> = Sql::new("DELETE FROM lease WHERE name = $1 AND holder = $2");

/// The lease. It is given back with [`Self::give_back`], and else runs out.
pub struct Hold {
    store: Store,
    holder: [u8; 16],
    /// When it was taken, in milliseconds since 1970, and by a clock that is never set.
    taken: (u64, Instant),
}

impl Hold {
    /// Takes the lease; `None` if somebody else has it. `now` is in milliseconds since 1970.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn take(store: &Store, now: u64) -> Result<Option<Self>, StoreError> {
        let mut holder = [0; 16];
        getrandom::fill(&mut holder).map_err(|_| StoreError::Unavailable)?;
        let hold = Self { store: store.clone(), holder, taken: (now, Instant::now()) };
        Ok(if hold.renew().await? { Some(hold) } else { None })
    }

    /// Lets it last on. Returns false if it ran out, and somebody else has it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn renew(&self) -> Result<bool, StoreError> {
        let (taken, since) = self.taken;
        let now = taken.saturating_add(since.elapsed().as_millis().try_into().unwrap_or(u64::MAX));
        let holder = self.holder;
        let take = self.store.server(NAME);
        let taken = take.run(|tx| async move { tx.execute(&TAKE, values![holder, now + LASTS, now]).await });
        Ok(taken.await? > 0)
    }

    /// Gives it back. If that fails, it runs out.
    pub async fn give_back(self) {
        let holder = self.holder;
        let give = self.store.server(NAME);
        let _ = give.run(|tx| async move { tx.execute(&RETURN, values![holder]).await }).await;
    }
}
