//! OpenBao itself, which speaks HashiCorp Vault's protocol.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::{use_key, write_private};
use crate::cli::{command, configure, init_with, opened, output, program, refusal, rows, serve};
use crate::support::ISSUER;
use crate::support::cluster::free_port;
use crate::support::s3::environment;

/// An OpenBao that runs, with TLS and in memory. It ends with the handle.
struct Bao {
    folder: TempDir,
    port: u16,
    child: Child,
}

impl Bao {
    fn start() -> Self {
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let log = fs::File::create(folder.path().join("log.txt")).unwrap();
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]).arg(environment().join("bin/bao"));
        command.args(["server", "-dev", "-dev-tls", "-dev-root-token-id=root", "-dev-no-store-token"]);
        command.arg(format!("-dev-listen-address=127.0.0.1:{port}"));
        command.arg(format!("-dev-tls-cert-dir={}", folder.path().display())).env("HOME", folder.path());
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let mut bao = Self { child: command.spawn().unwrap(), folder, port };
        while !bao.output(&["kv", "list", "secret/"]).1.contains("No value found") {
            let log = || fs::read_to_string(bao.folder.path().join("log.txt")).unwrap();
            assert!(bao.child.try_wait().unwrap().is_none(), "{}", log());
        }
        bao
    }

    /// Whether a command succeeds, and what it prints.
    fn output(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::new(environment().join("bin/bao"));
        command.args(arguments).env("BAO_TOKEN", "root").env("HOME", self.folder.path());
        command.env("BAO_ADDR", format!("https://127.0.0.1:{}", self.port));
        let output = command.env("BAO_CACERT", self.ca()).stdin(Stdio::null()).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    }

    fn run(&self, arguments: &[&str]) -> String {
        let (success, text) = self.output(arguments);
        assert!(success, "{text}");
        text
    }

    /// Writes a secret.
    fn put(&self, path: &str, fields: &[&str]) {
        self.run(&[&["kv", "put", "-mount=secret", path], fields].concat());
    }

    fn ca(&self) -> String {
        self.folder.path().join("vault-ca.pem").display().to_string()
    }

    fn uri(&self, path: &str, more: &str) -> String {
        let Self { port, .. } = self;
        format!("vault://127.0.0.1:{port}/secret/data/{path}?token=file:token&ca={}{more}", self.ca())
    }

    fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Bao {
    fn drop(&mut self) {
        self.stop();
    }
}

fn write_token(data: &Path, token: &str) {
    write_private(data, "token", token);
}

/// A server's folder, not sealed, with the token of the root.
fn folder() -> (TempDir, std::path::PathBuf) {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    write_token(&data, "root\n");
    (temporary, data)
}

#[tokio::test]
async fn the_key_is_replaced_while_the_server_runs_and_the_manager_may_go_away() {
    let mut bao = Bao::start();
    let (temporary, data) = folder();
    bao.put("coffer", &[&format!("key={}", "1".repeat(64))]);
    // A token that may read this one secret is enough.
    let policy = temporary.path().join("policy.hcl");
    fs::write(&policy, "path \"secret/data/coffer\" { capabilities = [\"read\"] }").unwrap();
    bao.run(&["policy", "write", "coffer", policy.to_str().unwrap()]);
    let token = bao.run(&["token", "create", "-policy=coffer", "-field=token"]);
    write_token(&data, &token);
    use_key(&data, &bao.uri("coffer", ""));
    let running = serve(&data);
    let (account, mut client) = opened(&data, &running, 1).await;
    assert!(fs::read_to_string(data.join("secrets.toml")).unwrap().starts_with("keys = ["));
    command(&data, &["keys", "rotate"]);

    // A new version is the next key: the present one is named by its number until it is no longer needed.
    drop(running);
    use_key(&data, &bao.uri("coffer", "&version=1"));
    let running = serve(&data);
    bao.put("coffer", &[&format!("key={}", "2".repeat(64))]);
    command(&data, &["keys", "seal", "--next", &bao.uri("coffer", "&version=2")]);
    client.move_to(running.address);
    assert!(client.get("/v1/sessions").await.status.is_success());
    drop(running);
    drop(serve(&data));
    use_key(&data, &bao.uri("coffer", "&version=2"));
    let running = serve(&data);
    command(&data, &["keys", "seal"]);
    drop(running);
    use_key(&data, &bao.uri("coffer", "&version=1"));
    assert!(refusal(&data, &["serve"]).contains("does not open"));

    // A backup is sealed under another key of the manager, and restored with it.
    use_key(&data, &bao.uri("coffer", ""));
    bao.put("coffer", &[&format!("key={}", "2".repeat(64)), &format!("backup={}", "3".repeat(64))]);
    let (backup, restored) = (temporary.path().join("backup"), temporary.path().join("restored"));
    let token = data.join("token").display().to_string();
    let key = bao.uri("coffer", "&field=backup").replace("file:token", &format!("file:{token}"));
    command(&data, &["backup", backup.to_str().unwrap(), "--key", &key]);
    let key = ["restore", backup.to_str().unwrap(), "--key", &key];
    fs::create_dir(&restored).unwrap();
    set_private(&restored);
    write_token(&restored, &fs::read_to_string(&token).unwrap());
    command(&restored, &key);
    drop(serve(&restored));

    // Without the manager the running server serves on, and changes no keys; it does not start.
    let running = serve(&data);
    client.move_to(running.address);
    let sealed = fs::read(data.join("secrets.toml")).unwrap();
    bao.stop();
    account.sign_in(&mut client).await;
    let (success, ..) = output(program(&data).args(["keys", "rotate"]));
    assert!(!success && rows(&data, &["status"])[0]["token_keys"] == 2);
    running.wait_for("cannot be reached");
    drop(running);
    for arguments in [["serve"], ["check"]] {
        let error = refusal(&data, &arguments);
        assert!(error.contains("it cannot be reached"), "{error}");
    }
    assert_eq!(fs::read(data.join("secrets.toml")).unwrap(), sealed);
}

fn set_private(folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn what_is_no_key_is_refused_and_the_server_does_not_start() {
    let bao = Bao::start();
    let (temporary, data) = folder();
    let key = "a".repeat(64);
    bao.put("good", &[&format!("key={key}")]);
    bao.put("short", &["key=abcdef"]);
    bao.put("capitals", &[&format!("key={}", "A".repeat(64))]);
    bao.put("other", &[&format!("name={key}")]);
    bao.put("erased", &[&format!("key={key}")]);
    bao.run(&["kv", "delete", "-mount=secret", "erased"]);
    let long = temporary.path().join("long");
    fs::write(&long, "x".repeat(100_000)).unwrap();
    bao.put("long", &[&format!("key={key}"), &format!("more=@{}", long.display())]);
    let number = temporary.path().join("number.json");
    fs::write(&number, r#"{"key": 5}"#).unwrap();
    bao.put("number", &[&format!("@{}", number.display())]);
    let secrets = fs::read(data.join("secrets.toml")).unwrap();
    let refused = |uri: &str, expected: &str| {
        use_key(&data, uri);
        let error = refusal(&data, &["check"]);
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains(&key) && !error.contains("root") && !error.contains("abcdef"), "{error}");
        assert_eq!(fs::read(data.join("secrets.toml")).unwrap(), secrets);
    };
    for (path, expected) in [
        ("none", "it has no such secret"),
        ("erased", "it has no such secret"),
        ("short", "not 64 hexadecimal digits"),
        ("capitals", "not 64 hexadecimal digits"),
        ("other", "no such field"),
        ("number", "no such field"),
        ("long", "its answer is too long"),
    ] {
        refused(&bao.uri(path, ""), expected);
    }
    refused(&bao.uri("good", "&version=7"), "it has no such secret");
    refused(&bao.uri("good", "&field=none"), "no such field");
    refused(&bao.uri("good", "").replace("/secret/", "/nowhere/"), "it has no such secret");
    // Another authority than that of the file vouches for nothing; a name that the certificate lacks neither.
    refused(&bao.uri("good", "").replace("vault-ca.pem", "none.pem"), "authorities");
    let own = data.join("tls.pem").display().to_string();
    drop(serve_plain(&data));
    refused(&bao.uri("good", "").replace(&bao.ca(), &own), "UnknownIssuer");
    refused(&bao.uri("good", "").replace("127.0.0.1", "127.0.0.2"), "it cannot be reached");
    for token in ["wrong", "s.000000000000000000000000", "two\nlines", ""] {
        write_token(&data, token);
        refused(&bao.uri("good", ""), "it refuses access");
    }
    fs::remove_file(data.join("token")).unwrap();
    refused(&bao.uri("good", ""), "token: No such file");
    refused(&bao.uri("good", "").replace("file:token", "env:NONE"), "NONE is not set");
    // A manager's token does not come from a manager.
    let nested = bao
        .uri("good", "")
        .replace("file:token", "vault://h/s/data/a?token=env:T".replace('?', "%3F").as_str());
    refused(&nested, "here another secret is needed");
    write_token(&data, "root");
    use_key(&data, &bao.uri("good", ""));
    drop(serve(&data));
}

/// Starts a server whose secrets are not sealed, which writes its certificate.
fn serve_plain(data: &Path) -> crate::cli::Running {
    configure(data, "key_encryption_key", None);
    serve(data)
}

#[test]
fn a_manager_that_never_answers_is_given_up() {
    let (_temporary, data) = folder();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    drop(serve_plain(&data));
    use_key(&data, &format!("vault://127.0.0.1:{port}/secret/data/a?token=file:token&ca=tls.pem"));
    assert!(refusal(&data, &["serve"]).contains("no answer in 10 seconds"));
}
