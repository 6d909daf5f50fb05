//! A server that a test starts.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use vault_server::Clock;
use vault_server::hints::{EventStream, Hub, Reader};
use vault_server::http::{App, Server, router};
use vault_server::setup::{Config, Folder, SecretText, create};
use vault_wire::message::Origin;
use vault_wire::{AccountId, DeviceId, SessionId};

use super::tap::Tap;
use super::{Client, Database, ISSUER, NOW};

/// A server with its folder and its clock. Both end with the handle.
pub struct TestServer {
    pub app: App,
    pub address: SocketAddr,
    pub tls: Arc<ClientConfig>,
    pub roots: RootCertStore,
    clock: Arc<AtomicU64>,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
    folder: Arc<TempDir>,
    database: Database,
    tap: Option<Arc<dyn Tap>>,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    /// Starts a server whose configuration the closure changes.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let temporary = Arc::new(tempfile::tempdir().unwrap());
        let origin = |text| Origin::new(text).unwrap();
        let listen = "127.0.0.1:0".parse().unwrap();
        let mut config = Config::new(origin(ISSUER), vec![origin("https://127.0.0.1")], listen);
        config.sign_in_per_minute = 60_000;
        let folder = Folder::create(&temporary.path().join("data")).unwrap();
        let database = Database::at(&folder.path(Folder::DATABASE));
        config.database = database.url().map(|url| SecretText::new(&url));
        change(&mut config);
        create(&folder, &config).unwrap();
        Self::open(temporary, database, config, Arc::new(AtomicU64::new(NOW))).await
    }

    /// Starts another node on the same database.
    pub async fn other_node(&self, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = self.app.config.clone();
        change(&mut config);
        Self::open(self.folder.clone(), self.database.clone(), config, self.clock.clone()).await
    }

    async fn open(
        temporary: Arc<TempDir>,
        database: Database,
        config: Config,
        clock: Arc<AtomicU64>,
    ) -> Self {
        let folder = Folder::open(&temporary.path().join("data")).unwrap();
        let app = App::open(&folder, config, Clock::set_by(clock.clone())).unwrap();
        let certificate = app.certificate(&folder).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(certificate.chain()[0].clone()).unwrap();
        let tls = client_tls(&roots, default_provider(), rustls::ALL_VERSIONS);
        let server =
            Server::bind(&app.config, certificate.tls().unwrap(), router(app.clone())).await.unwrap();
        let address = server.address().unwrap();
        let (stop, stopped) = oneshot::channel();
        number_streams_high(app.hints.hub());
        let work = tokio::spawn(app.clone().work());
        let hub = app.hints.hub().clone();
        let running = tokio::spawn(server.serve(async move {
            drop(stopped.await);
            hub.close();
            work.abort();
        }));
        let (tls, stop) = (Arc::new(tls), Some(stop));
        Self { app, address, tls, roots, clock, stop, running, folder: temporary, database, tap: None }
    }

    /// A client without a session, with the key of device `number`.
    pub fn client(&self, number: u8) -> Client {
        Client::new(self.address, self.tls.clone(), number).tapped(self.tap.clone())
    }

    /// Lets something learn of all requests of the clients from now on.
    pub fn tap(&mut self, tap: Arc<dyn Tap>) {
        self.tap = Some(tap);
    }

    /// The time, in milliseconds.
    pub fn now(&self) -> u64 {
        self.clock.load(Ordering::Relaxed)
    }

    /// Lets time pass.
    pub fn pass(&self, milliseconds: u64) {
        self.clock.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// The folder in which its own one is, `data`.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// Begins to stop.
    pub fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// Waits until it has stopped.
    pub async fn stopped(self) {
        self.running.await.unwrap();
    }
}

/// Gives the streams of a test numbers that are looked at without a reason after minutes only, so that what ends them is what
/// the test did.
fn number_streams_high(hub: &Hub) {
    let reader = Reader {
        account: AccountId::from_bytes([0; 16]),
        session: SessionId::from_bytes([0; 16]),
        device: DeviceId::from_bytes([0; 32]),
        factor: false,
    };
    (0..270).for_each(|_| drop(EventStream::open(hub.clone(), reader)));
}

/// A client that trusts these certificates.
pub fn client_tls(
    roots: &RootCertStore,
    provider: CryptoProvider,
    versions: &[&'static SupportedProtocolVersion],
) -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots.clone())
        .with_no_client_auth()
}
