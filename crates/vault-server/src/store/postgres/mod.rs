//! The driver for PostgreSQL: a pool of connections, and a task for each transaction, whose statements arrive over a channel.
//! A transaction whose sender is gone is rolled back; a connection whose state is unknown is closed.
//!
//! It has a runtime of its own, so that a transaction goes on, or back, whatever becomes of the one who waits for it. Only
//! unnamed statements are used, and no state of a session, so a pooler may give each transaction another connection.

mod connection;
mod shared;
mod timeline;
mod tls;
mod transaction;
mod url;

pub use timeline::Timeline;
pub use url::{DatabaseUrl, UrlError};

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime as PoolRuntime, Timeouts};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Mutex, Semaphore, oneshot};

use super::session::{Mode, Session};
use super::{ShardKey, StoreError, Value};
use shared::{Shared, WAIT};
use timeline::Watch;
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
}

impl PostgresOptions {
    /// The defaults.
    #[must_use]
    pub const fn new(url: DatabaseUrl) -> Self {
        Self { url, ca: None, connections: 16, time_limit: Duration::from_secs(10) }
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
        let tls = tls::Tls::new(options.ca.as_deref())?;
        let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let timeouts = Timeouts { wait: Some(WAIT), create: Some(WAIT), recycle: Some(WAIT) };
        let pool = Pool::builder(Manager::from_config(config, tls, manager))
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
            time_limit: options.time_limit,
            damaged: AtomicBool::new(false),
            statements: Arc::default(),
        });
        let opened = Self { shared: shared.clone(), runtime: Arc::new(OwnRuntime(Some(runtime))) };
        opened.on_runtime(async move { timeline::probe(&shared.pool, &shared.watch).await }).await?;
        Ok(opened)
    }

    /// Begins a transaction that writes in one shard. Those of one shard on this node follow each other, in their order:
    /// the database would run one of them and fail the others.
    pub async fn write<K: ShardKey>(&self, key: &K) -> Result<Session, StoreError> {
        let queue = queue_of(key).and_then(|number| self.shared.queues.get(number)).cloned();
        self.begin(Mode::Write, queue, K::OF_SERVER).await
    }

    /// Begins a transaction that reads.
    pub async fn read<K: ShardKey>(&self) -> Result<Session, StoreError> {
        self.begin(Mode::Read, None, K::OF_SERVER).await
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
        mode: Mode,
        queue: Option<Arc<Mutex<()>>>,
        of_server: bool,
    ) -> Result<Session, StoreError> {
        let place = self.shared.places.clone().try_acquire_owned().map_err(|_| StoreError::Unavailable)?;
        let (session, commands) = Session::of_task(self.shared.statements.clone());
        let (reply, begun) = oneshot::channel();
        let transaction = Transaction { shared: self.shared.clone(), mode, of_server };
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

/// The number of the queue of a shard. What concerns all shards has none.
fn queue_of(key: &impl ShardKey) -> Option<usize> {
    let mut hasher = DefaultHasher::new();
    match key.value() {
        Value::Bytes(bytes) => bytes.hash(&mut hasher),
        Value::Text(text) => text.hash(&mut hasher),
        Value::Int(_) | Value::Null => return None,
    }
    usize::try_from(hasher.finish() % QUEUES as u64).ok()
}
