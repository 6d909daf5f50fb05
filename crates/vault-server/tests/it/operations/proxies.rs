//! The examples of `packaging/server`, as their programs read them.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use rcgen::{CertificateParams, KeyPair};
use rustls::RootCertStore;
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use vault_server::outside::{Trust, Way, check};
use vault_wire::message::Origin;

use crate::cli::{init_with, opened, serve_with};
use crate::support::{Account, ISSUER, TestServer};

/// A program that runs. It ends with the handle.
pub struct Program(pub Child);

impl Drop for Program {
    fn drop(&mut self) {
        // Asked to end, some wait for connections that this test still has.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn example(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/server");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// Replaces texts that the example must have.
fn replace(mut text: String, pairs: &[(&str, &str)]) -> String {
    for (from, to) in pairs {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    text
}

/// A free port, not of those from which connections are made: one to itself would take it before the program does.
pub fn free_port() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 1000).unwrap() * 10;
    loop {
        let port = 20_000 + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 12_000;
        if let Ok(listener) = TcpListener::bind(("127.0.0.1", port)) {
            return listener.local_addr().unwrap();
        }
    }
}

pub async fn wait_for(address: SocketAddr, program: &mut Program) {
    while TcpStream::connect(address).await.is_err() {
        assert!(program.0.try_wait().unwrap().is_none(), "the program does not start");
        tokio::task::yield_now().await;
    }
}

/// Where a proxy listens and what it needs.
struct Setting<'a> {
    folder: &'a Path,
    plain: SocketAddr,
    clients: SocketAddr,
    server: SocketAddr,
}

/// Runs a proxy before a server and finds nothing wrong, and 308 without TLS.
async fn run(start: impl FnOnce(&Setting<'_>) -> Command) {
    let server = TestServer::start_with(|config| {
        config.trusted_proxies.push("127.0.0.1".parse().unwrap());
        config.addresses.push(Origin::new("https://vault.example.org").unwrap());
    });
    let server = server.await;
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path();
    fs::copy(server.folder().join("data/tls.pem"), folder.join("server.pem")).unwrap();
    let key = KeyPair::generate().unwrap();
    let names = vec!["127.0.0.1".to_owned(), "vault.example.org".to_owned()];
    let certificate = CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
    fs::write(folder.join("cert.pem"), certificate.pem()).unwrap();
    fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    fs::write(folder.join("both.pem"), certificate.pem() + &key.serialize_pem()).unwrap();
    let setting = Setting { folder, plain: free_port(), clients: free_port(), server: server.address };
    let mut command = start(&setting);
    command
        .current_dir(folder)
        .env("HOME", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut program = Program(command.spawn().unwrap());
    wait_for(setting.clients, &mut program).await;
    wait_for(setting.plain, &mut program).await;

    let mut roots = RootCertStore::empty();
    roots.add(certificate.der().clone()).unwrap();
    let address = Origin::new(&format!("https://{}", setting.clients)).unwrap();
    let way = Way::new(&address, Trust::Roots(roots.into())).unwrap();
    let findings = check(&way, Some(&Origin::new(ISSUER).unwrap()), OffsetDateTime::now_utc()).await;
    assert_eq!(findings.len(), 9, "{findings:?}");
    assert!(findings.iter().all(|(_, found)| found.is_ok()), "{findings:?}");

    let mut stream = TcpStream::connect(setting.plain).await.unwrap();
    let request = "GET /v1/vaults?after=1 HTTP/1.1\r\nHost: vault.example.org\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let lower = answer.to_lowercase();
    assert!(
        answer.starts_with("HTTP/1.1 308")
            && lower.contains("location: https://vault.example.org/v1/vaults?after=1"),
        "{answer}"
    );
}

#[tokio::test]
async fn the_example_for_nginx_passes_everything() {
    run(|Setting { folder, plain, clients, server }| {
        let part = replace(
            example("nginx.conf"),
            &[
                ("    listen [::]:80;\n", ""),
                ("    listen [::]:443 ssl;\n", ""),
                ("listen 80;", &format!("listen {plain};")),
                ("listen 443 ssl;", &format!("listen {clients} ssl;")),
                ("server_name vault.example.org;", "server_name vault.example.org 127.0.0.1;"),
                ("/etc/ssl/vault.example.org.pem", "cert.pem"),
                ("/etc/ssl/private/vault.example.org.key", "key.pem"),
                ("/etc/ssl/coffer-server.pem", "server.pem"),
                ("127.0.0.1:8443", &server.to_string()),
            ],
        );
        let whole = format!(
            "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log error.log;\nevents {{}}\nhttp {{\naccess_log off;\n\
             client_body_temp_path body;\nproxy_temp_path proxy;\nfastcgi_temp_path f;\nuwsgi_temp_path u;\n\
             scgi_temp_path s;\n{part}}}\n"
        );
        fs::write(folder.join("nginx.conf"), whole).unwrap();
        let mut command = Command::new("/usr/sbin/nginx");
        command.arg("-p").arg(folder).arg("-c").arg(folder.join("nginx.conf")).arg("-e").arg("error.log");
        command
    })
    .await;
}

#[tokio::test]
async fn the_example_for_haproxy_passes_everything() {
    run(|Setting { folder, plain, clients, server }| {
        let text = replace(
            example("haproxy.cfg"),
            &[
                ("maxconn 20000", "maxconn 200"),
                ("bind :80\n", &format!("bind {plain}\n")),
                ("bind :443 ", &format!("bind {clients} ")),
                ("/etc/ssl/private/vault.example.org.pem", "both.pem"),
                ("/etc/ssl/coffer-server.pem", "server.pem"),
                ("127.0.0.1:8443", &server.to_string()),
            ],
        );
        fs::write(folder.join("haproxy.cfg"), text).unwrap();
        let mut command = Command::new("/usr/sbin/haproxy");
        command.args(["-db", "-f", "haproxy.cfg"]);
        command
    })
    .await;
}

#[tokio::test]
async fn the_example_for_caddy_passes_everything() {
    run(|Setting { folder, plain, clients, server }| {
        let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        // Its own authority is not made, and not installed in this computer.
        let sites = format!("https://{clients}, https://vault.example.org:{}", clients.port());
        let text = replace(
            example("Caddyfile"),
            &[
                (
                    "\nhttps://vault.example.org {",
                    &format!("\n{sites} {{\n\ttls {} {}", path("cert.pem"), path("key.pem")),
                ),
                ("auto_https disable_redirects", "auto_https off\n\tskip_install_trust"),
                ("http://vault.example.org {", &format!("http://vault.example.org:{} {{", plain.port())),
                ("/etc/ssl/coffer-server.pem", &path("server.pem")),
                ("127.0.0.1:8443", &server.to_string()),
            ],
        );
        fs::write(folder.join("Caddyfile"), text).unwrap();
        let mut command = Command::new("caddy");
        command.args(["run", "--config", "Caddyfile", "--adapter", "caddyfile"]);
        command
    })
    .await;
}

#[test]
fn the_unit_is_valid_for_systemd() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("coffer-server.service");
    let program = env!("CARGO_BIN_EXE_coffer-server");
    fs::write(&unit, replace(example("coffer-server.service"), &[("/usr/bin/coffer-server", program)]))
        .unwrap();
    let output = Command::new("systemd-analyze").arg("verify").arg("--man=no").arg(&unit).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !text.contains("coffer-server.service"), "{text}");
}

#[tokio::test]
async fn the_filter_of_fail2ban_finds_refused_sign_ins_in_the_log() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    let running = serve_with(&data, &[("COFFER_LOG_REFUSED_ADDRESSES", "true")]);
    let (account, mut client) = opened(&data, &running, 1).await;
    let wrong = Account { password: [9; 32], ..Account::new(1) };
    for _ in 0..3 {
        assert_eq!(wrong.log_in(&mut client).await.status, 401);
    }
    account.sign_in(&mut client).await;
    let log = running.terminate();
    assert_eq!(log.matches("a sign-in is refused address=127.0.0.1").count(), 3, "{log}");
    assert!(!log.contains(account.login.as_str()));
    let (lines, filter) = (temporary.path().join("log"), temporary.path().join("filter.conf"));
    fs::write(&lines, log).unwrap();
    fs::write(&filter, example("fail2ban-filter.conf")).unwrap();
    let output = Command::new("fail2ban-regex").arg(&lines).arg(&filter).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("3 matched"), "{text}");
}
