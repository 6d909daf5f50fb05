//! Certificates of an authority: the real `pebble`, which finds the proof under a name that its own resolver knows.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use vault_server::setup::is_sealed;

use super::proxies::{Program, free_port, wait_for};
use crate::cli::{output, program, serve_with};
use crate::support::{client_tls, connect};

/// An authority that runs, with its resolver.
struct Authority {
    listens: SocketAddr,
    manages: SocketAddr,
    tls: ClientConfig,
    resolver: SocketAddr,
    _names: Program,
    pebble: Program,
}

impl Authority {
    /// Starts it. It looks for proofs at this port of every name.
    async fn start(folder: &Path, port: u16) -> Self {
        let [listens, manages, resolver, resolver_manages] = [(); 4].map(|()| free_port());
        let key = KeyPair::generate().unwrap();
        let names = vec!["127.0.0.1".to_owned()];
        let certificate = CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
        fs::write(folder.join("authority.pem"), certificate.pem()).unwrap();
        fs::write(folder.join("authority.key"), key.serialize_pem()).unwrap();
        let configuration = json!({ "pebble": {
            "listenAddress": listens.to_string(),
            "managementListenAddress": manages.to_string(),
            "certificate": folder.join("authority.pem"),
            "privateKey": folder.join("authority.key"),
            "httpPort": 1,
            "tlsPort": port,
        } });
        fs::write(folder.join("authority.json"), configuration.to_string()).unwrap();
        let mut names = run(Command::new("pebble-challtestsrv")
            .args(["-defaultIPv4", "127.0.0.1", "-defaultIPv6", "", "-http01", "", "-https01", ""])
            .args(["-tlsalpn01", "", "-dns01", &resolver.to_string()])
            .args(["-management", &resolver_manages.to_string()]));
        wait_for(resolver_manages, &mut names).await;
        let mut pebble = pebble(folder, resolver);
        wait_for(listens, &mut pebble).await;
        wait_for(manages, &mut pebble).await;
        let mut roots = RootCertStore::empty();
        roots.add(certificate.der().clone()).unwrap();
        let tls = client_tls(&roots, default_provider(), rustls::ALL_VERSIONS);
        Self { listens, manages, tls, resolver, _names: names, pebble }
    }

    /// Forgets everything.
    async fn restart(&mut self, folder: &Path) {
        drop(std::mem::replace(&mut self.pebble, run(&mut Command::new("true"))));
        self.pebble = pebble(folder, self.resolver);
        wait_for(self.listens, &mut self.pebble).await;
        wait_for(self.manages, &mut self.pebble).await;
    }

    /// What trusts the certificates that it issues.
    async fn roots(&self) -> RootCertStore {
        let mut stream = connect(self.manages, &Arc::new(self.tls.clone())).await.unwrap();
        stream.write_all(b"GET /roots/0 HTTP/1.0\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer).await;
        let pem = &answer[answer.find("-----BEGIN").unwrap()..];
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
        roots
    }
}

fn run(command: &mut Command) -> Program {
    Program(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}

fn pebble(folder: &Path, resolver: SocketAddr) -> Program {
    let mut command = Command::new("pebble");
    command.arg("-config").arg(folder.join("authority.json")).args(["-dnsserver", &resolver.to_string()]);
    // At random it refuses what is right, and waits.
    command.envs([("PEBBLE_VA_NOSLEEP", "1"), ("PEBBLE_WFE_NONCEREJECT", "0"), ("PEBBLE_AUTHZREUSE", "0")]);
    run(&mut command)
}

/// Whether a client that trusts these takes the server for this name.
async fn trusts(roots: &RootCertStore, server: SocketAddr, name: &'static str) -> bool {
    let tls = client_tls(roots, default_provider(), rustls::ALL_VERSIONS);
    let stream = TcpStream::connect(server).await.unwrap();
    TlsConnector::from(Arc::new(tls)).connect(ServerName::try_from(name).unwrap(), stream).await.is_ok()
}

#[tokio::test]
async fn a_certificate_is_obtained_kept_and_replaced_when_the_addresses_change() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    let listen = free_port();
    let listens = listen.to_string();
    let authority = Authority::start(temporary.path(), listen.port()).await;
    let arguments = ["init", "--address", "https://vault.test", "--listen", &listens];
    let (success, _, error) = output(program(&data).args(arguments));
    assert!(success, "{error}");
    let directory = format!("https://{}/dir", authority.listens);
    let ca = temporary.path().join("authority.pem");
    let key = "7".repeat(64);
    let environment = [
        ("COFFER_ACME_DIRECTORY", directory.as_str()),
        ("COFFER_ACME_CONTACT", "operator@vault.test"),
        ("COFFER_ACME_CA", ca.to_str().unwrap()),
        ("COFFER_KEY_ENCRYPTION_KEY", "env:KEK"),
        ("KEK", key.as_str()),
    ];
    let running = serve_with(&data, &environment);
    running.wait_for("a certificate is obtained");
    let roots = authority.roots().await;
    assert!(trusts(&roots, listen, "vault.test").await);
    assert!(!trusts(&roots, listen, "other.test").await);
    assert!(is_sealed(&fs::read_to_string(data.join("acme.toml")).unwrap()));
    // Nobody who trusts the authority pins the key of today.
    let mut invite = program(&data);
    let (success, code, error) = output(invite.envs(environment).args(["user", "invite"]));
    assert!(success, "{error}");
    assert_eq!(crate::cli::parse(&code).key, None);
    // Only while the authority asks is it answered.
    let mut asking = client_tls(&roots, default_provider(), rustls::ALL_VERSIONS);
    asking.alpn_protocols = vec![b"acme-tls/1".to_vec()];
    let stream = TcpStream::connect(listen).await.unwrap();
    let name = ServerName::try_from("vault.test").unwrap();
    assert!(TlsConnector::from(Arc::new(asking)).connect(name, stream).await.is_err());
    drop(running);

    // It is kept; with another address there is another one.
    let running = serve_with(&data, &environment);
    assert!(trusts(&roots, listen, "vault.test").await);
    let log = running.terminate();
    assert!(!log.contains("obtained"), "{log}");
    let more = [&environment[..], &[("COFFER_ADDRESSES", "['https://vault.test', 'https://other.test']")]];
    let running = serve_with(&data, &more.concat());
    running.wait_for("a certificate is obtained");
    assert!(trusts(&roots, listen, "vault.test").await && trusts(&roots, listen, "other.test").await);
    drop(running);

    // Without the authority the server serves what it has.
    drop(authority);
    let running = serve_with(&data, &more.concat());
    assert!(trusts(&roots, listen, "vault.test").await);
    drop(running);
}

#[tokio::test]
async fn an_account_that_the_authority_has_forgotten_is_made_again() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    let listen = free_port();
    let listens = listen.to_string();
    let arguments = ["init", "--address", "https://vault.test", "--listen", &listens];
    let (success, _, error) = output(program(&data).args(arguments));
    assert!(success, "{error}");
    let mut authority = Authority::start(temporary.path(), listen.port()).await;
    let directory = format!("https://{}/dir", authority.listens);
    let ca = temporary.path().join("authority.pem");
    let environment =
        [("COFFER_ACME_DIRECTORY", directory.as_str()), ("COFFER_ACME_CA", ca.to_str().unwrap())];
    let running = serve_with(&data, &environment);
    running.wait_for("a certificate is obtained");
    drop(running);
    // It keeps everything in memory.
    authority.restart(temporary.path()).await;
    let more = [&environment[..], &[("COFFER_ADDRESSES", "['https://vault.test', 'https://other.test']")]];
    let running = serve_with(&data, &more.concat());
    running.wait_for("a certificate is obtained");
    assert!(trusts(&authority.roots().await, listen, "other.test").await);
}

#[tokio::test]
async fn an_authority_that_finds_no_proof_leaves_the_certificate_as_it_is() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    // Nothing listens where it looks.
    let authority = Authority::start(temporary.path(), free_port().port()).await;
    let arguments = ["init", "--address", "https://vault.test", "--listen", "127.0.0.1:0"];
    let (success, _, error) = output(program(&data).args(arguments));
    assert!(success, "{error}");
    let ca = temporary.path().join("authority.pem");
    let running = serve_with(
        &data,
        &[
            ("COFFER_ACME_DIRECTORY", &format!("https://{}/dir", authority.listens)),
            ("COFFER_ACME_CA", ca.to_str().unwrap()),
        ],
    );
    running.wait_for("for the tls-alpn-01 challenge");
    let mut own = RootCertStore::empty();
    let pem = fs::read(data.join("tls.pem")).unwrap();
    own.add(CertificateDer::from_pem_slice(&pem).unwrap()).unwrap();
    assert!(trusts(&own, running.address, "vault.test").await);
}
