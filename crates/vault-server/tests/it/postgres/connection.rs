//! The connection to the database: encrypted, and to the primary one.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::Path;

use rcgen::{CertificateParams, KeyPair};
use vault_server::store::{DatabaseUrl, PostgresOptions, Store, StoreError};

use crate::support::cluster::Cluster;
use crate::support::database::TEMPLATE;

fn connect(url: &str, ca: Option<&Path>) -> Result<Store, StoreError> {
    let url = DatabaseUrl::parse(url).unwrap();
    Store::connect(&PostgresOptions { ca: ca.map(Path::to_owned), ..PostgresOptions::new(url) })
}

/// Writes a certificate for a host and its key.
fn certificate(host: &str, folder: &Path, name: &str) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![host.to_owned()]).unwrap().self_signed(&key).unwrap();
    fs::write(folder.join(name).with_extension("crt"), certificate.pem()).unwrap();
    fs::write(folder.join(name).with_extension("key"), key.serialize_pem()).unwrap();
}

#[test]
fn the_certificate_of_the_database_and_its_name_are_verified() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    certificate("127.0.0.1", folder.path(), "database");
    certificate("127.0.0.1", folder.path(), "other");
    let path = |name: &str| folder.path().join(name);
    let key = path("database.key");
    fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    let mut cluster = Cluster::start(&[]);
    let owner = std::os::unix::fs::MetadataExt::uid(&fs::metadata(cluster.data()).unwrap());
    chown(&key, Some(owner), None).unwrap();
    cluster.shut_down();
    let file = |name: &str| path(name).display().to_string();
    cluster.add_settings(&[
        "ssl=on",
        &format!("ssl_cert_file={}", file("database.crt")),
        &format!("ssl_key_file={}", file("database.key")),
    ]);
    // Without encryption nobody gets in.
    fs::write(
        cluster.data().join("pg_hba.conf"),
        "hostssl all coffer_node all trust\nhost all postgres all trust\n",
    )
    .unwrap();
    cluster.restart();
    let url = |host: &str, mode: &str| {
        format!("postgres://coffer_node@{host}:{}/{TEMPLATE}?sslmode={mode}", cluster.port)
    };
    let ca = path("database.crt");
    for mode in ["require", "verify-full"] {
        drop(connect(&url("127.0.0.1", mode), Some(&ca)).unwrap());
        let unavailable = Err(StoreError::Unavailable);
        assert_eq!(connect(&url("localhost", mode), Some(&ca)).map(drop), unavailable);
        assert_eq!(connect(&url("127.0.0.1", mode), Some(&path("other.crt"))).map(drop), unavailable);
        assert_eq!(connect(&url("127.0.0.1", mode), None).map(drop), unavailable);
    }
    assert!(connect(&url("127.0.0.1", "disable"), Some(&ca)).is_err());
    assert_eq!(connect(&url("127.0.0.1", "require"), Some(&key)).map(drop), Err(StoreError::Certificates));
}

#[test]
fn of_several_hosts_the_one_that_can_be_written_is_used() {
    let cluster = Cluster::start(&[]);
    let mut standby = Cluster::bare(&crate::support::cluster::programs(), &[]);
    standby.run("postgres", "CREATE DATABASE coffer_template");
    standby.shut_down();
    standby.add_settings(&["default_transaction_read_only=on"]);
    standby.restart();
    // The first does not answer, the second only reads.
    let hosts = format!("127.0.0.1:1,127.0.0.1:{},127.0.0.1:{}", standby.port, cluster.port);
    let url = format!("postgres://postgres@{hosts}/{TEMPLATE}");
    drop(connect(&url, None).unwrap());
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(standby.run(TEMPLATE, tables).as_deref(), Some("0"));
}

#[test]
fn a_silent_host_does_not_block_the_primary() {
    let cluster = Cluster::start(&[]);
    // It accepts connections and never answers, as a computer that hangs.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let hosts = format!("127.0.0.1:{},127.0.0.1:{}", silent.local_addr().unwrap().port(), cluster.port);
    drop(connect(&format!("postgres://coffer_node@{hosts}/{TEMPLATE}"), None).unwrap());
}
