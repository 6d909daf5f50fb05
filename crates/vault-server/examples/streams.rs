//! Measures what an open stream of events costs the server: `streams COUNT`, 10000 unless said. The server is the real
//! program in a process of its own, on the loopback interface, over TLS.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a measurement")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use rustix::process::{Resource, getrlimit, setrlimit};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use vault_server::Clock;
use vault_server::auth::AccessToken;
use vault_server::http::App;
use vault_server::setup::{Config, Folder, create};
use vault_server::store::{AccountKey, Sql, StoreError, VaultKey};
use vault_server::values;
use vault_wire::message::Origin;
use vault_wire::{AccountId, DeviceId, SessionId, SignPublicKey, VaultId};

const ISSUER: &str = "https://server.test";
const HTU: &str = "https://server.test/v1/events";
/// Streams of each account, all of which wait for one vault.
const OF_AN_ACCOUNT: usize = 50;

const ACCOUNT: Sql<AccountKey> = Sql::new(
    "INSERT INTO account (account_id, login, created_at, locked, version, kdf_m_kib, kdf_t, kdf_p, record, keyset,
       root_box, certificate, statement)
     VALUES ($1, $2, 0, 0, 1, 0, 0, 0, $3, $3, $3, $3, $3)",
);
const SESSION: Sql<AccountKey> = Sql::new(
    "INSERT INTO session (account_id, session_id, device_id, begun_at, used_at, signed_in_at, expires_at, method,
       factor, refresh_hash, next_hash)
     VALUES ($1, $2, $3, $4, $4, $4, $5, 1, 0, $6, $6)",
);
const LIST: Sql<AccountKey> =
    Sql::new("INSERT INTO vault_list (account_id, vault_id, seq, role) VALUES ($1, $2, 1, 1)");
const HEAD: Sql<VaultKey> = Sql::new(
    "INSERT INTO vault_head (vault_id, head_seq, head_root, record_seq, record_hash, epoch, format, factor, payer_id,
       used_bytes, granted_bytes)
     VALUES ($1, 1, $3, 1, $3, 1, 1, 0, $2, 0, 0)",
);
const MEMBER: Sql<VaultKey> =
    Sql::new("INSERT INTO member (vault_id, account_id, role, generation) VALUES ($1, $2, 1, 1)");

/// The server. It is killed with the handle.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Program {
    fn start(data: &std::path::Path) -> (Self, SocketAddr) {
        let program: PathBuf =
            std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("coffer-server");
        let mut command = Command::new(program);
        let command = command.arg("--data").arg(data).arg("serve");
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let line = lines.find(|line| line.contains("address=")).unwrap();
        let address = line.split("address=").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        (Self(child), address)
    }

    /// Private memory, in KiB.
    fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

/// A session of an account, whose device has a key of its own.
struct Session {
    key: Ed25519KeyPair,
    token: String,
}

fn b64(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

impl Session {
    fn proof(&self, nonce: &str) -> String {
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": b64(self.key.public_key().as_ref()) });
        let header = json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk });
        let claims = json!({ "jti": nonce, "htm": "GET", "htu": HTU, "iat": 1,
            "nonce": nonce, "ath": b64(&Sha256::digest(&self.token)) });
        let text = [b64(header.to_string().as_bytes()), b64(claims.to_string().as_bytes())].join(".");
        [text.clone(), b64(self.key.sign(text.as_bytes()).as_ref())].join(".")
    }
}

/// Stores accounts with sessions and a vault each.
async fn sessions(app: &App, count: usize) -> Vec<Session> {
    let mut sessions = Vec::with_capacity(count);
    let (now, empty) = (app.clock.now(), [0_u8; 32]);
    for number in 0..count.div_ceil(OF_AN_ACCOUNT) {
        let id: [u8; 16] = Sha256::digest(number.to_be_bytes())[..16].try_into().unwrap();
        let (account, vault) = (AccountId::from_bytes(id), VaultId::from_bytes(id));
        let new: Vec<_> = (0..OF_AN_ACCOUNT)
            .map(|device| {
                let seed: [u8; 32] =
                    Sha256::digest([number.to_be_bytes(), device.to_be_bytes()].concat()).into();
                let key = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
                let public = SignPublicKey::try_from(key.public_key().as_ref()).unwrap();
                let session = SessionId::from_bytes(seed[..16].try_into().unwrap());
                (key, session, DeviceId::of_key(&public))
            })
            .collect();
        let rows: Vec<_> = new.iter().map(|(_, session, device)| (*session, *device)).collect();
        let (rows, login) = (&rows, &number.to_string());
        let store = app.store.account(account).run(|tx| async move {
            tx.execute(&ACCOUNT, values![login.as_str(), empty]).await?;
            tx.execute(&LIST, values![vault]).await?;
            for (session, device) in rows {
                tx.execute(&SESSION, values![*session, *device, now, now + (1 << 40), empty]).await?;
            }
            Ok::<_, StoreError>(())
        });
        store.await.unwrap();
        let store = app.store.vault(vault).run(|tx| async move {
            tx.execute(&HEAD, values![account, empty]).await?;
            tx.execute(&MEMBER, values![account]).await
        });
        store.await.unwrap();
        for (key, session, device) in new {
            let token = app.tokens.get().issue(&AccessToken { account, session, device }, now).unwrap();
            sessions.push(Session { key, token: token.expose().to_owned() });
        }
    }
    sessions.truncate(count);
    sessions
}

/// Sends a request and reads as much of the answer as ends with these bytes.
async fn exchange(stream: &mut TlsStream<TcpStream>, request: &str, end: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !String::from_utf8_lossy(&answer).contains(end) {
        assert!(stream.read_buf(&mut answer).await.unwrap() > 0, "{}", String::from_utf8_lossy(&answer));
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::main]
async fn main() {
    let count: usize = std::env::args().nth(1).map_or(10_000, |text| text.parse().unwrap());
    let mut files = getrlimit(Resource::Nofile);
    files.current = files.maximum;
    setrlimit(Resource::Nofile, files).unwrap();

    let temporary = tempfile::tempdir().unwrap();
    let folder = Folder::create(&temporary.path().join("data")).unwrap();
    let origin = |text| Origin::new(text).unwrap();
    let mut config =
        Config::new(origin(ISSUER), vec![origin("https://127.0.0.1")], "127.0.0.1:0".parse().unwrap());
    (config.streams, config.connections) = (count, count + 100);
    create(&folder, &config).unwrap();
    let app = App::open(&folder, config, Clock::system()).unwrap();
    let sessions = sessions(&app, count).await;
    let mut roots = RootCertStore::empty();
    roots.add(app.certificate(&folder).unwrap().chain()[0].clone()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls =
        ClientConfig::builder_with_provider(provider).with_protocol_versions(rustls::ALL_VERSIONS).unwrap();
    let tls = TlsConnector::from(Arc::new(tls.with_root_certificates(roots).with_no_client_auth()));

    let (server, address) = Program::start(&temporary.path().join("data"));
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let connect =
        async || tls.connect(name.clone(), TcpStream::connect(address).await.unwrap()).await.unwrap();
    let first = exchange(&mut connect().await, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", "\r\n\r\n").await;
    let nonce = first.split("dpop-nonce: ").nth(1).unwrap().split('\r').next().unwrap();
    let before = server.memory();
    let begun = Instant::now();
    let mut open = Vec::with_capacity(count);
    for session in &sessions {
        let mut stream = connect().await;
        let request = format!(
            "GET /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: DPoP {}\r\ndpop: {}\r\n\r\n",
            session.token,
            session.proof(nonce)
        );
        exchange(&mut stream, &request, "\"head\":1").await;
        open.push(stream);
    }
    let took = begun.elapsed();
    let with = server.memory();
    drop(open);
    exchange(&mut connect().await, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", "\r\n\r\n").await;
    println!("{count} streams in {} s", took.as_secs());
    println!("private memory: {before} KiB before, {with} KiB with them, {} KiB afterwards", server.memory());
    println!("each: {} bytes", (with - before) * 1024 / u64::try_from(count).unwrap());
}
