//! A server that a test starts.

use std::fs::Permissions;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustls::pki_types::CertificateDer;
use tempfile::TempDir;
use tokio::sync::oneshot;
use vault_server::Clock;
use vault_server::account::sign_up;
use vault_server::backup::{self, SecretsOption, Verify};
use vault_server::http::{App, Server, router};
use vault_server::setup::{Config, Folder, Overrides, create};
use vault_sync::Trust;
use vault_wire::ContentHash;
use vault_wire::message::{ConnectCode, Credential, Origin};

use super::{ISSUER, NOW};

/// A server with its folder and its clock, on SQLite. All end with the handle.
pub struct TestServer {
    pub app: App,
    pub address: SocketAddr,
    /// The hash of its public key.
    pub pin: ContentHash,
    /// Its certificate, which everybody may read.
    pub certificate: CertificateDer<'static>,
    time: Clock,
    /// What sets it, unless it is the system's.
    clock: Arc<AtomicU64>,
    _stop: oneshot::Sender<()>,
    folder: PathBuf,
    _temporary: Option<TempDir>,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::serve(tempfile::tempdir().unwrap(), Arc::new(AtomicU64::new(NOW))).await
    }

    /// Starts a server with another identity.
    pub async fn elsewhere() -> Self {
        let (temporary, clock) = (tempfile::tempdir().unwrap(), Arc::new(AtomicU64::new(NOW)));
        let other = config_of("https://elsewhere.test");
        let server = Self::of(temporary.path(), Clock::set_by(clock.clone()), other).await;
        Self { clock, _temporary: Some(temporary), ..server }
    }

    async fn serve(temporary: TempDir, clock: Arc<AtomicU64>) -> Self {
        let time = Clock::set_by(clock.clone());
        let server = Self::in_folder(temporary.path(), time).await;
        Self { clock, _temporary: Some(temporary), ..server }
    }

    /// Makes a backup of it while it runs.
    pub async fn backup(&self) -> TempDir {
        let to = tempfile::tempdir().unwrap();
        let folder = Folder::open(&self.folder().join("data")).unwrap();
        let (config, clock) = (config(), Clock::set_by(self.clock.clone()));
        backup::write(&folder, &config, to.path(), &SecretsOption::LeftOut, &clock).await.unwrap();
        to
    }

    /// Starts what a restore of a backup makes, with the secrets that were kept apart.
    pub async fn restored(&self, backup: &Path) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let to = temporary.path().join("data");
        self.copy_secrets(&to);
        let clock = Clock::set_by(self.clock.clone());
        backup::restore(backup, &to, None, Verify::All, &Overrides::default(), &clock).await.unwrap();
        Self::serve(temporary, self.clock.clone()).await
    }

    /// Starts what goes on from an earlier state of the database: sessions last, and a recovery begins.
    pub async fn failed_over(&self, backup: &Path) -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let to = temporary.path().join("data");
        super::copy_folder(backup, &to);
        self.copy_secrets(&to);
        let server = Self::serve(temporary, self.clock.clone()).await;
        server.app.logs.begin_recovery(self.now(), u64::MAX).await.unwrap();
        server
    }

    /// Copies the secrets into another folder, which only its owner may read from then on.
    fn copy_secrets(&self, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        std::fs::set_permissions(to, Permissions::from_mode(0o700)).unwrap();
        for name in [Folder::SECRETS, Folder::TLS_KEY] {
            std::fs::copy(self.folder().join("data").join(name), to.join(name)).unwrap();
        }
    }

    /// Starts the server of a folder, which is set up the first time, with the clock of the system.
    pub async fn at(folder: &Path) -> Self {
        Self::in_folder(folder, Clock::system()).await
    }

    async fn in_folder(path: &Path, time: Clock) -> Self {
        Self::of(path, time, config()).await
    }

    async fn of(path: &Path, time: Clock, config: Config) -> Self {
        let data = path.join("data");
        if !data.exists() {
            create(&Folder::create(&data).unwrap(), &config).unwrap();
        }
        let folder = Folder::open(&data).unwrap();
        let app = App::open(&folder, config, time.clone()).unwrap();
        let certificate = app.certificate(&folder).unwrap();
        let pin = ContentHash::from_bytes(certificate.pin().unwrap());
        let public = certificate.chain().first().unwrap().clone();
        let server =
            Server::bind(&app.config, certificate.tls().unwrap(), router(app.clone())).await.unwrap();
        let address = server.address().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let work = tokio::spawn(app.clone().work());
        let hub = app.hints.hub().clone();
        tokio::spawn(server.serve(async move {
            drop(stopped.await);
            hub.close();
            work.abort();
        }));
        let (folder, clock) = (path.to_owned(), Arc::default());
        Self { app, address, pin, certificate: public, time, clock, _stop: stop, folder, _temporary: None }
    }

    pub fn origin(&self) -> Origin {
        Origin::new(&format!("https://{}", self.address)).unwrap()
    }

    pub const fn trust(&self) -> Trust {
        Trust::Key(self.pin)
    }

    /// A sign-up code of the operator.
    pub async fn sign_up_code(&self) -> Credential<64> {
        sign_up::issue(&self.app.store, None, self.now()).await.unwrap()
    }

    /// A connect code of the operator, as text.
    pub async fn connect_code(&self) -> String {
        let (key, code) = (Some(self.pin), Some(self.sign_up_code().await));
        ConnectCode { address: self.origin(), issuer: Origin::new(ISSUER).unwrap(), key, code }.to_string()
    }

    /// The folder with everything that the server stores.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The time, in milliseconds.
    pub fn now(&self) -> u64 {
        self.time.now()
    }

    /// Lets time pass.
    pub fn pass(&self, milliseconds: u64) {
        self.clock.fetch_add(milliseconds, Ordering::Relaxed);
    }
}

fn config() -> Config {
    config_of(ISSUER)
}

fn config_of(issuer: &str) -> Config {
    let origin = |text| Origin::new(text).unwrap();
    let listen = "127.0.0.1:0".parse().unwrap();
    let mut config = Config::new(origin(issuer), vec![origin("https://127.0.0.1")], listen);
    config.sign_in_per_minute = 60_000;
    config
}
