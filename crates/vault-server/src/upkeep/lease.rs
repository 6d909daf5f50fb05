//! A lease in the database: while a node has it, others do not do the same work. Work that overlaps nevertheless, since a
//! clock is wrong, is done twice and not wrongly.

use crate::setup::SecretsError;
use crate::store::{ServerKey, Sql, Store, StoreError};
use crate::values;

/// How long it lasts, in milliseconds.
const LASTS: u64 = 60_000;

const TAKE: Sql<ServerKey> = Sql::new(
    "INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3)
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
     WHERE lease.until < $4 OR lease.holder = excluded.holder",
);

/// A lease by its name, for one holder.
#[derive(Clone, Debug)]
pub struct Lease {
    name: &'static str,
    holder: [u8; 16],
}

impl Lease {
    /// A holder of its own.
    ///
    /// # Errors
    /// [`SecretsError::Randomness`].
    pub fn new(name: &'static str) -> Result<Self, SecretsError> {
        let mut holder = [0; 16];
        getrandom::fill(&mut holder).map_err(|_| SecretsError::Randomness)?;
        Ok(Self { name, holder })
    }

    /// Takes the lease, or keeps it. Returns whether this holder has it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn take(&self, store: &Store, now: u64) -> Result<bool, StoreError> {
        let values = values![self.holder, now + LASTS, now];
        let taken = store.server(self.name).run(|tx| async move { tx.execute(&TAKE, values).await });
        Ok(taken.await? > 0)
    }
}
