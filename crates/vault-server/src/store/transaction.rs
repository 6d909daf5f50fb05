//! Transactions on one shard.

use std::future::Future;
use std::ops::Deref;

use super::driver::Driver;
use super::session::Session;
use super::{Row, ShardKey, Sql, StoreError, Value};

/// How often a transaction is tried that conflicts with others.
const TRIES: u32 = 20;

/// A shard of the database, on which transactions run.
#[derive(Clone, Copy)]
pub struct Shard<'a, K> {
    driver: &'a Driver,
    key: K,
}

impl<'a, K: ShardKey> Shard<'a, K> {
    pub(super) const fn new(driver: &'a Driver, key: K) -> Self {
        Self { driver, key }
    }

    /// Runs a transaction that writes: commits if `work` returns a value, rolls back if it fails or is cancelled.
    /// If it conflicts with another transaction, `work` runs again, so it must not do anything else.
    ///
    /// # Errors
    /// Those of `work`, and those of beginning and committing. After an error nothing is stored, with one exception: if the
    /// connection to the database is lost during the commit, which is [`StoreError::Unavailable`], all may be stored.
    pub async fn run<T, E, F, W>(self, work: W) -> Result<T, E>
    where
        E: From<StoreError>,
        F: Future<Output = Result<T, E>> + Send,
        W: Fn(Tx<K>) -> F + Send,
    {
        counted(self.run_again(work), Kind::Write).await
    }

    async fn run_again<T, E, F, W>(self, work: W) -> Result<T, E>
    where
        E: From<StoreError>,
        F: Future<Output = Result<T, E>> + Send,
        W: Fn(Tx<K>) -> F + Send,
    {
        let mut tries = 1;
        loop {
            let session = match self.driver.write(&self.key).await {
                Err(StoreError::Conflict) => return Err(StoreError::Unavailable.into()),
                session => session?,
            };
            let result = work(Tx(View { key: self.key, session: session.clone() })).await;
            let committed = match result {
                Ok(value) => session.commit().await.map(|()| Ok(value)),
                Err(error) if !session.conflicted() => Ok(Err(error)),
                Err(_) => Err(StoreError::Conflict),
            };
            match committed {
                Ok(result) => return result,
                Err(StoreError::Conflict) if tries < TRIES => {
                    self.driver.wait_after_conflict(tries).await;
                    tries += 1;
                }
                Err(StoreError::Conflict) => return Err(StoreError::Unavailable.into()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Runs one statement that reads, and returns all rows. The database does not wait for the caller meanwhile, as it does
    /// between the statements of [`Self::read`].
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn query(self, sql: &Sql<K>, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        match counted(self.driver.query::<K>(sql.text(), bound(&self.key, values)), Kind::Read).await {
            Err(StoreError::Conflict) => Err(StoreError::Unavailable),
            rows => rows,
        }
    }

    /// Runs one statement that reads, and returns the first row.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn first(self, sql: &Sql<K>, values: &[Value]) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, values).await?.into_iter().next())
    }

    /// Runs a transaction that only reads, on one state of the database.
    ///
    /// # Errors
    /// Those of `work` and of beginning.
    pub async fn read<T, E, F, W>(self, work: W) -> Result<T, E>
    where
        E: From<StoreError>,
        F: Future<Output = Result<T, E>> + Send,
        W: FnOnce(View<K>) -> F + Send,
    {
        let read = async {
            let session = match self.driver.read(&self.key).await {
                Err(StoreError::Conflict) => return Err(StoreError::Unavailable.into()),
                session => session?,
            };
            work(View { key: self.key, session }).await
        };
        counted(read, Kind::Read).await
    }
}

/// What a transaction does.
#[derive(Clone, Copy)]
enum Kind {
    Read,
    Write,
}

/// Adds the time of a transaction to that of its request (feature `otel`).
#[cfg(feature = "otel")]
async fn counted<T>(transaction: impl Future<Output = T>, kind: Kind) -> T {
    let begun = tokio::time::Instant::now();
    let done = transaction.await;
    super::Times::add(|times| match kind {
        Kind::Read => times.reading += begun.elapsed(),
        Kind::Write => times.writing += begun.elapsed(),
    });
    done
}

#[cfg(not(feature = "otel"))]
fn counted<F>(transaction: F, _: Kind) -> F {
    transaction
}

/// A transaction that reads.
pub struct View<K> {
    key: K,
    session: Session,
}

/// A transaction that reads and writes.
pub struct Tx<K>(View<K>);

impl<K: ShardKey> View<K> {
    /// The key of the shard.
    pub const fn key(&self) -> &K {
        &self.key
    }

    /// Returns all rows.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn query(&self, sql: &Sql<K>, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.session.query(sql.text(), self.bound(values)).await
    }

    /// Returns the first row.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn first(&self, sql: &Sql<K>, values: &[Value]) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, values).await?.into_iter().next())
    }

    fn bound(&self, values: &[Value]) -> Vec<Value> {
        bound(&self.key, values)
    }
}

/// The values of a statement, with the shard's key before them.
fn bound(key: &impl ShardKey, values: &[Value]) -> Vec<Value> {
    std::iter::once(key.value()).chain(values.iter().cloned()).collect()
}

impl<K: ShardKey> Tx<K> {
    /// Runs a statement that writes and returns the number of rows that it inserted, changed or deleted.
    ///
    /// # Errors
    /// See [`StoreError`]. After an error nothing more can be done in this transaction.
    pub async fn execute(&self, sql: &Sql<K>, values: &[Value]) -> Result<u64, StoreError> {
        self.session.execute(sql.text(), self.bound(values)).await
    }

    /// Runs a statement that writes, and does not wait for it. If it fails, so does the next one that has an answer, or the
    /// commit.
    ///
    /// # Errors
    /// If an earlier one failed already.
    pub fn put(&self, sql: &Sql<K>, values: &[Value]) -> Result<(), StoreError> {
        self.session.put(sql.text(), self.bound(values))
    }

    /// Runs the statements of a migration.
    pub(super) async fn define(&self, statements: &'static str) -> Result<(), StoreError> {
        self.session.define(statements).await
    }
}

impl<K> Deref for Tx<K> {
    type Target = View<K>;

    fn deref(&self) -> &View<K> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::Mutex;

    use super::super::{AccountKey, Options, Store};
    use super::*;
    use crate::values;

    const INSERT: Sql<AccountKey> =
        Sql::new("INSERT INTO recovery_code (account_id, code_hash) VALUES ($1, $2)");
    const COUNT: Sql<AccountKey> = Sql::new("SELECT count(*) FROM recovery_code WHERE account_id = $1");

    /// Runs a transaction that conflicts so often, and returns the result, how often it ran, and what it stored.
    async fn conflict(times: u32) -> (Result<(), StoreError>, u32, u64) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("server.db"), &Options::default()).unwrap();
        let shard = store.account(vault_wire::AccountId::from_bytes([1; 16]));
        let tries = &Mutex::new(Cell::new(0));
        let try_once = |tx: Tx<AccountKey>| async move {
            tx.execute(&INSERT, values![[7_u8; 32]]).await?;
            let count = tries.lock().unwrap().get_mut().to_owned() + 1;
            tries.lock().unwrap().set(count);
            if count <= times {
                tx.session.mark_conflicted();
                return Err(StoreError::Damaged);
            }
            Ok(())
        };
        let result = shard.run(try_once).await;
        let stored = shard.read(|view| async move { view.first(&COUNT, &[]).await?.unwrap().get(0) }).await;
        (result, tries.lock().unwrap().get(), stored.unwrap())
    }

    #[tokio::test]
    async fn a_transaction_that_conflicts_runs_again_some_times() {
        assert_eq!(conflict(0).await, (Ok(()), 1, 1));
        assert_eq!(conflict(TRIES - 1).await, (Ok(()), TRIES, 1));
        assert_eq!(conflict(TRIES).await, (Err(StoreError::Unavailable), TRIES, 0));
    }
}
