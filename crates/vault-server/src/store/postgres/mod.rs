//! The driver for PostgreSQL: a pool of connections, and a task for each transaction, whose statements arrive over a channel.
//! A transaction whose sender is gone is rolled back; a connection whose state is unknown is closed.
//!
//! It has a runtime of its own, so that a transaction goes on, or back, whatever becomes of the one who waits for it. Only
//! unnamed statements are used, and no state of a session, so a pooler may give each transaction another connection.

mod connection;
mod hosts;
mod notify;
mod shared;
mod timeline;
mod tls;
mod transaction;
mod url;

pub use notify::{NotifyReceiver, NotifySender, connect_to_notify};
pub use timeline::Timeline;
pub use url::{DatabaseUrl, UrlError};

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime as PoolRuntime, Timeouts};
use sha2::{Digest as _, Sha256};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Mutex, Semaphore, oneshot};

use super::command::Mode;
use super::session::Session;
use super::{Row, ShardKey, StoreError, Value};
use hosts::Hosts;
use shared::{Shared, WAIT};
use timeline::Watch;
use tls::Tls;
use transaction::Transaction;

/// Transactions that run or wait for a connection. More are refused.
const WAITING: usize = 1024;

/// Queues of transactions that write. Those of one shard are in the same.
const QUEUES: usize = 1024;

/// The longest pause before a transaction that conflicted is tried again.
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// The runtime's threads. They wait for the network most of the time.
const THREADS: usize = 2;

/// How a database is used.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    /// Where it is, and as whom the server signs in.
    pub url: DatabaseUrl,
    /// A file with the certificates that vouch for the database's; else those of the system count.
    pub ca: Option<PathBuf>,
    /// The most connections.
    pub connections: usize,
    /// A transaction that lasts longer is rolled back.
    pub time_limit: Duration,
    /// Leaves it to the database to find transactions that conflict, even if it has locks.
    pub serializable: bool,
}

impl PostgresOptions {
    /// The defaults.
    #[must_use]
    pub const fn new(url: DatabaseUrl) -> Self {
        Self { url, ca: None, connections: 16, time_limit: Duration::from_secs(10), serializable: false }
    }
}

/// A database in PostgreSQL. A clone is another handle to it; its connections end with the last one.
#[derive(Clone)]
pub struct Postgres {
    shared: Arc<Shared>,
    runtime: Arc<OwnRuntime>,
}

/// A runtime that may be dropped anywhere.
struct OwnRuntime(Option<Runtime>);

impl Drop for OwnRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// The rights of the role with which the server runs.
const GRANTS: &str = include_str!("../../../postgres/grants.sql");

impl Postgres {
    /// Connects to the database once, and learns whether its timeline can be watched.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn open(options: &PostgresOptions) -> Result<Self, StoreError> {
        let config = options.url.config(WAIT);
        let hosts = Hosts::new(&config, Tls::new(options.ca.as_deref())?, WAIT);
        let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let timeouts = Timeouts { wait: Some(WAIT), create: Some(WAIT), recycle: Some(WAIT) };
        let pool = Pool::builder(Manager::from_connect(config, hosts, manager))
            .max_size(options.connections)
            .timeouts(timeouts)
            .runtime(PoolRuntime::Tokio1)
            .build()
            .map_err(|_| StoreError::Unavailable)?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_name("store-postgres")
            .enable_all()
            .build()
            .map_err(|_| StoreError::Unavailable)?;
        let shared = Arc::new(Shared {
            pool,
            places: Arc::new(Semaphore::new(WAITING)),
            queues: (0..QUEUES).map(|_| Arc::default()).collect(),
            watch: Watch::default(),
            locks: AtomicBool::new(false),
            time_limit: options.time_limit,
            damaged: AtomicBool::new(false),
            statements: Arc::default(),
        });
        let opened = Self { shared: shared.clone(), runtime: Arc::new(OwnRuntime(Some(runtime))) };
        let serializable = options.serializable;
        let probe = async move {
            let locks = !serializable && connection::has_locks(&shared.pool).await?;
            shared.locks.store(locks, Ordering::Relaxed);
            timeline::probe(&shared.pool, &shared.watch).await
        };
        opened.on_runtime(probe).await?;
        Ok(opened)
    }

    /// Begins a transaction that writes in one shard. Those of one shard on this node follow each other, in their order;
    /// only the first of them occupies a connection.
    pub async fn write<K: ShardKey>(&self, key: &K) -> Result<Session, StoreError> {
        let lock = lock_of(key);
        let queue = lock.and_then(|lock| usize::try_from(lock.cast_unsigned() % QUEUES as u64).ok());
        let queue = queue.and_then(|number| self.shared.queues.get(number)).cloned();
        let transaction =
            Transaction { shared: self.shared.clone(), mode: Mode::Write, lock, of_server: K::OF_SERVER };
        self.begin(transaction, queue).await
    }

    /// Begins a transaction that reads.
    pub async fn read<K: ShardKey>(&self) -> Result<Session, StoreError> {
        let transaction = Transaction {
            shared: self.shared.clone(),
            mode: Mode::Read,
            lock: None,
            of_server: K::OF_SERVER,
        };
        self.begin(transaction, None).await
    }

    /// Runs the only statement of a transaction that reads. The connection does not wait for the caller.
    pub async fn query<K: ShardKey>(
        &self,
        text: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        let own = self.clone();
        self.on_runtime(async move { own.read::<K>().await?.query_alone(text, values).await }).await
    }

    /// Waits before a transaction runs again that has conflicted so often: not at first, then for a random time.
    pub async fn wait_after_conflict(&self, times: u32) {
        let Some(doublings) = times.checked_sub(4) else { return };
        let mut random = [0; 4];
        if getrandom::fill(&mut random).is_err() {
            return;
        }
        let longest = Duration::from_millis(1 << doublings.min(6)).min(LONGEST_PAUSE);
        let pause = longest.mul_f64(f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX));
        let sleep = async move {
            tokio::time::sleep(pause).await;
            Ok(())
        };
        let _ = self.on_runtime(sleep).await;
    }

    /// The rights of the running server, if the role `coffer_runtime` exists.
    pub async fn grants(&self) -> Result<Option<&'static str>, StoreError> {
        let shared = self.shared.clone();
        let exists = self.on_runtime(async move { connection::has_runtime_role(&shared.pool).await }).await?;
        Ok(exists.then_some(GRANTS))
    }

    /// The timeline on which the database is.
    pub async fn timeline(&self) -> Result<Option<Timeline>, StoreError> {
        let shared = self.shared.clone();
        self.on_runtime(async move { timeline::current(&shared.pool, &shared.watch).await }).await
    }

    /// Lets transactions run on a timeline, and on no other one.
    pub fn accept(&self, timeline: Timeline) {
        self.shared.watch.accept(timeline);
    }

    /// The number of that timeline.
    pub fn accepted(&self) -> Option<u32> {
        self.shared.watch.accepted()
    }

    /// Waits until a transaction meets another timeline.
    pub async fn other_timeline(&self) {
        self.shared.watch.changed().await;
    }

    /// Fails once the database has reported damage.
    pub fn refuse_damaged(&self) -> Result<(), StoreError> {
        if self.shared.damaged.load(Ordering::Relaxed) { Err(StoreError::Damaged) } else { Ok(()) }
    }

    /// How many transactions wait for a connection.
    pub fn waiting(&self) -> usize {
        self.shared.pool.status().waiting
    }

    /// How many statements have run.
    pub fn statements(&self) -> u64 {
        self.shared.statements.load(Ordering::Relaxed)
    }

    async fn begin(
        &self,
        transaction: Transaction,
        queue: Option<Arc<Mutex<()>>>,
    ) -> Result<Session, StoreError> {
        let place = self.shared.places.clone().try_acquire_owned().map_err(|_| StoreError::Unavailable)?;
        let (session, commands) = Session::of_task(self.shared.statements.clone());
        let (reply, begun) = oneshot::channel();
        self.runtime()?.spawn(async move {
            transaction.run(queue, commands, reply).await;
            drop(place);
        });
        begun.await.map_err(|_| StoreError::Unavailable)??;
        Ok(session)
    }

    /// Runs a future on the driver's own runtime.
    async fn on_runtime<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.runtime()?.spawn(work).await.map_err(|_| StoreError::Unavailable)?
    }

    fn runtime(&self) -> Result<&Runtime, StoreError> {
        self.runtime.0.as_ref().ok_or(StoreError::Unavailable)
    }
}

/// The number of the lock of a shard, the same on all nodes. Two shards that share one wait for each other at times. What
/// concerns all shards has none.
fn lock_of<K: ShardKey>(key: &K) -> Option<i64> {
    let hash = Sha256::new().chain_update(K::COLUMN).chain_update([0]);
    let hash = match key.value() {
        Value::Bytes(bytes) => hash.chain_update(bytes),
        Value::Text(text) => hash.chain_update(text),
        Value::Int(_) | Value::Null => return None,
    };
    hash.finalize().first_chunk().copied().map(i64::from_le_bytes)
}
