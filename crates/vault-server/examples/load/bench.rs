//! A server with accounts and vaults.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use rustls::{ClientConfig, RootCertStore};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tokio_rustls::TlsConnector;
use vault_crypto::{Identity, NewVault, RootSigner, VaultKey, make_revision, make_vault};
use vault_server::Clock;
use vault_server::auth::AccessToken;
use vault_server::http::App;
use vault_server::log::{Caller, Factor};
use vault_server::setup::{Config, Folder, SecretText, create};
use vault_server::store::{AccountKey, Sql, StoreError};
use vault_server::values;
use vault_testkit::FixedRng;
use vault_wire::account::{Predecessor, SignedCertificate};
use vault_wire::cbor::Canonical as _;
use vault_wire::log::{Head, next_root};
use vault_wire::message::{LogEntry, Origin, PushBatch};
use vault_wire::revision::{RevisionHeader, RevisionKind};
use vault_wire::{AccountId, BatchId, DeviceId, ItemId, SessionId, SignPublicKey, VaultId};

use crate::connection::Session;
use crate::program::Program;

/// The identity of the server. It does not resolve.
pub const ISSUER: &str = "https://server.test";

/// How long a client may send nothing, in milliseconds.
const WAIT: u64 = 60 * 60 * 1000;

/// The costs of the password hash, as an account names them to its devices. Nothing computes it here.
const ACCOUNT: Sql<AccountKey> = Sql::new(
    "INSERT INTO account (account_id, login, created_at, locked, version, kdf_m_kib, kdf_t, kdf_p, record, keyset,
       root_box, certificate, statement)
     VALUES ($1, $2, 0, 0, 1, 131072, 5, 2, $3, $4, $4, $5, $4) ON CONFLICT (account_id) DO NOTHING",
);
const SESSION: Sql<AccountKey> = Sql::new(
    "INSERT INTO session (account_id, session_id, device_id, begun_at, used_at, signed_in_at, expires_at, method,
       factor, refresh_hash, next_hash)
     VALUES ($1, $2, $3, $4, $4, $4, $5, 1, 0, $6, $6)",
);
const DEVICE: Sql<AccountKey> = Sql::new(
    "INSERT INTO device (account_id, device_id, device, added_at, seen_at) VALUES ($1, $2, $3, 0, 0)",
);

/// A server with its folder, which is deleted with it.
pub struct Bench {
    /// Another handle to its database.
    pub app: App,
    pub tls: TlsConnector,
    pub program: Program,
    folder: TempDir,
}

/// An account.
pub struct Owner {
    pub identity: Identity,
    pub certificate: SignedCertificate,
    pub id: AccountId,
}

impl Owner {
    pub fn new(number: u64) -> Self {
        let rng = &mut FixedRng::new(number);
        let (root, identity) = (RootSigner::make(rng), Identity::make_first(rng));
        let certificate = root.certify(&identity, Predecessor::Sound, 1);
        Self { identity, certificate, id: root.account_id() }
    }

    fn caller(&self, at: u64) -> Caller {
        let device = DeviceId::from_bytes([1; 32]);
        Caller { account: self.id, device, factor: Factor::Used, at }
    }
}

impl Bench {
    /// Starts a server for so many streams, on SQLite.
    pub fn start(streams: usize) -> Self {
        Self::start_on(streams, None)
    }

    /// Starts a server for so many streams, on SQLite or a database in PostgreSQL.
    pub fn start_on(streams: usize, database: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = Self::create(&folder, streams, database);
        let mut roots = RootCertStore::empty();
        let data = folder.path().join("data");
        roots.add(app.certificate(&Folder::open(&data).unwrap()).unwrap().chain()[0].clone()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ClientConfig::builder_with_provider(provider);
        let tls = tls.with_protocol_versions(rustls::ALL_VERSIONS).unwrap();
        let tls = TlsConnector::from(Arc::new(tls.with_root_certificates(roots).with_no_client_auth()));
        Self { app, tls, program: Program::start(&data, database), folder }
    }

    fn create(folder: &TempDir, streams: usize, database: Option<&str>) -> App {
        let data = Folder::create(&folder.path().join("data")).unwrap();
        let origin = |text| Origin::new(text).unwrap();
        let listen = "127.0.0.1:0".parse().unwrap();
        let mut config = Config::new(origin(ISSUER), vec![origin("https://127.0.0.1")], listen);
        (config.streams, config.connections) = (streams, streams + 200);
        config.sign_in_per_minute = 60_000_000;
        // Clients wait while large vaults are made.
        (config.header_timeout_ms, config.idle_timeout_ms) = (WAIT, WAIT);
        create(&data, &config).unwrap();
        // The file does not have it.
        config.database = database.map(SecretText::new);
        App::open(&data, config, Clock::system()).unwrap()
    }

    /// A database like that of a server that does not run.
    pub fn database(folder: &TempDir, database: Option<&str>) -> (App, PathBuf) {
        (Self::create(folder, 1, database), folder.path().join("data").join(Folder::DATABASE))
    }

    pub fn address(&self) -> SocketAddr {
        self.program.address
    }

    /// Where the database is.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("data").join(Folder::DATABASE)
    }
}

/// Begins a session of an account on a device with this number.
pub async fn session(app: &App, owner: &Owner, number: u64) -> Session {
    let mut rows = sessions(app, owner, &[0; 192], number..number + 1).await;
    rows.remove(0)
}

/// Begins sessions of an account, one on each of several devices.
pub async fn sessions(
    app: &App,
    owner: &Owner,
    record: &[u8; 192],
    numbers: std::ops::Range<u64>,
) -> Vec<Session> {
    let now = app.clock.now();
    let new: Vec<_> = numbers
        .map(|number| {
            let seed: [u8; 32] = Sha256::digest([number.to_be_bytes(), [0; 8]].concat()).into();
            let key = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
            let device = DeviceId::of_key(&SignPublicKey::try_from(key.public_key().as_ref()).unwrap());
            (key, SessionId::from_bytes(seed[..16].try_into().unwrap()), device)
        })
        .collect();
    let rows: Vec<_> = new.iter().map(|(_, session, device)| (*session, *device)).collect();
    let (login, certificate) = (owner.id.to_string(), owner.certificate.encode());
    let (rows, login, certificate) = (&rows, login.as_str(), certificate.as_slice());
    let store = app.store.account(owner.id).run(|tx| async move {
        let empty: &[u8] = &[];
        tx.execute(&ACCOUNT, values![login, record.as_slice(), empty, certificate]).await?;
        for (session, device) in rows {
            tx.execute(&DEVICE, values![*device, empty]).await?;
            tx.execute(&SESSION, values![*session, *device, now, now + (1 << 40), [0_u8; 32]]).await?;
        }
        Ok::<_, StoreError>(())
    });
    store.await.unwrap();
    let token = |session, device| {
        let token = AccessToken { account: owner.id, session, device };
        app.tokens.get().issue(&token, now).unwrap().expose().to_owned()
    };
    new.into_iter().map(|(key, session, device)| Session::new(key, Some(token(session, device)))).collect()
}

/// A vault on the server, whose owner's device is the only one that writes.
pub struct Vault<'a> {
    pub id: VaultId,
    pub head: Head,
    /// Whether each entry is based on the one before, or all on the first one.
    pub chained: bool,
    owner: &'a Owner,
    key: VaultKey,
    rng: FixedRng,
    items: u64,
}

impl<'a> Vault<'a> {
    pub async fn found(app: &App, owner: &'a Owner, seed: u64) -> Self {
        let mut rng = FixedRng::new(seed);
        let NewVault { vault_id, key, record, .. } =
            make_vault(&owner.id, &owner.identity, &owner.certificate, 1, &mut rng);
        let head = app.logs.create(&owner.caller(app.clock.now()), &LogEntry::Record(record)).await.unwrap();
        let head = Head { seq: head.seq, root: head.root };
        Self { id: vault_id, head, chained: true, owner, key, rng, items: 0 }
    }

    /// The first revision of another item, with this content.
    pub fn entry(&mut self, payload: &[u8]) -> LogEntry {
        self.items += 1;
        let header = RevisionHeader {
            vault_id: self.id,
            item_id: ItemId::from_bytes((u128::from(self.items) * 0x9e37_79b9_7f4a_7c15_f39c).to_be_bytes()),
            kind: RevisionKind::Put,
            parent: None,
            author: self.owner.id,
            generation: self.owner.identity.generation(),
            epoch: 1,
            base_seq: self.head.seq,
            base_root: self.head.root,
            blobs: Vec::new(),
        };
        let made = make_revision(&header, payload, &self.key, &self.owner.identity, &mut self.rng).unwrap();
        let signatures = made.signed.signature.as_bytes().to_vec();
        let entry = LogEntry::Revision { revision: made.signed, body: Some(made.body) };
        if self.chained {
            let Head { seq, root } = self.head;
            let root = next_root(&root, seq + 1, &entry.entry_hash(), &signatures);
            self.head = Head { seq: seq + 1, root };
        }
        entry
    }

    /// A batch of so many entries, of 1 KiB each.
    pub fn batch(&mut self, count: usize) -> PushBatch {
        let entries = (0..count).map(|_| self.entry(&[7; 1000])).collect();
        let mut id = [0; 16];
        rand_core::Rng::fill_bytes(&mut self.rng, &mut id);
        PushBatch { batch_id: BatchId::from_bytes(id), atomic: false, entries }
    }
}
