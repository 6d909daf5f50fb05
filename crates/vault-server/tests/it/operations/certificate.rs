use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use axum::http::Method;
use rcgen::{CertificateParams, KeyPair};
use rustix::process::Signal;
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs::default_provider;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::cli::{Running, init_with, serve, serve_with};
use crate::support::{ISSUER, client_tls, connect};

/// Writes a certificate of its own authority, and returns what trusts it.
fn issue(folder: &Path) -> RootCertStore {
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().self_signed(&key).unwrap();
    let (pem, key) = (certificate.pem(), key.serialize_pem());
    // The key first: with the old certificate it cannot be used, which changes nothing.
    fs::write(folder.join("new.key"), key).unwrap();
    fs::set_permissions(folder.join("new.key"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::rename(folder.join("new.key"), folder.join("own.key")).unwrap();
    fs::write(folder.join("new.pem"), pem).unwrap();
    fs::rename(folder.join("new.pem"), folder.join("own.pem")).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(certificate.der().clone()).unwrap();
    roots
}

async fn trusts(roots: &RootCertStore, running: &Running) -> bool {
    let tls = Arc::new(client_tls(roots, default_provider(), rustls::ALL_VERSIONS));
    connect(running.address, &tls).await.is_ok()
}

#[tokio::test]
async fn a_new_certificate_is_presented_without_a_restart_and_a_bad_one_is_not() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    let first = issue(&data);
    let environment = [("COFFER_CERTIFICATE", "own.pem"), ("COFFER_CERTIFICATE_KEY", "own.key")];
    let running = serve_with(&data, &environment);
    assert!(trusts(&first, &running).await);
    let second = issue(&data);
    // Noticed by itself.
    running.wait_for("is loaded again");
    assert!(trusts(&second, &running).await && !trusts(&first, &running).await);

    fs::write(data.join("own.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        .unwrap();
    running.signal(Signal::HUP);
    running.wait_for("the certificate stays");
    assert!(trusts(&second, &running).await);
    let third = issue(&data);
    running.signal(Signal::HUP);
    running.wait_for("is loaded again");
    assert!(trusts(&third, &running).await);
}

#[tokio::test]
async fn the_self_signed_key_survives_a_renewal() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    let running = serve(&data);
    let before = crate::cli::invite(&data).key;
    let kept = fs::read(data.join("tls.pem")).unwrap();
    fs::remove_file(data.join("tls.pem")).unwrap();
    running.signal(Signal::HUP);
    running.wait_for("is loaded again");
    let client = crate::cli::client(&data, &running, 1);
    assert_eq!(client.plain(Method::GET, "/healthz").await.status, 204);
    assert_eq!(crate::cli::invite(&data).key, before);
    assert_ne!(fs::read(data.join("tls.pem")).unwrap(), kept);
}

#[tokio::test]
async fn without_tls_everybody_is_sent_to_an_address_of_the_server_and_nowhere_else() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    let running = serve_with(&data, &[("COFFER_REDIRECT_LISTEN", "127.0.0.1:0")]);
    let address = running.redirecting.unwrap();
    for request in ["GET /v1/vaults?after=1", "POST /v1/auth/token", "GET http://evil.test/v1/vaults?after=1"]
    {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let text = format!("{request} HTTP/1.1\r\nHost: evil.test\r\nX-Forwarded-Host: evil.test\r\n\r\n");
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 308 "), "{answer}");
        let location = answer.lines().find_map(|line| line.strip_prefix("location: ")).unwrap();
        assert!(location.starts_with("https://127.0.0.1:8443/v1/"), "{location}");
    }
    running.terminate();
}
