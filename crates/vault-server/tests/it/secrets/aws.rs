//! Secrets Manager and KMS, as moto has them: it checks every signature with AWS's own code.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rcgen::{CertificateParams, KeyPair, SanType};
use serde_json::Value;
use tempfile::TempDir;

use super::{use_key, write_private};
use crate::cli::{command, init_with, refusal, serve};
use crate::support::ISSUER;
use crate::support::cluster::free_port;
use crate::support::s3::environment;

/// A moto that runs, with TLS, and what is in it. It ends with the handle.
struct Moto {
    folder: TempDir,
    port: u16,
    child: Child,
    has: Value,
}

impl Moto {
    fn start() -> Self {
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let mut params = CertificateParams::default();
        params.subject_alt_names = vec![SanType::IpAddress("127.0.0.1".parse().unwrap())];
        let key = KeyPair::generate().unwrap();
        fs::write(folder.path().join("ca.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
        fs::write(folder.path().join("key.pem"), key.serialize_pem()).unwrap();
        let log = fs::File::create(folder.path().join("log.txt")).unwrap();
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]).arg(environment().join("bin/moto_server"));
        command.args(["-H", "127.0.0.1", "-p", &port.to_string(), "-c", "ca.pem", "-k", "key.pem"]);
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let child = command.current_dir(folder.path()).spawn().unwrap();
        let mut moto = Self { folder, port, child, has: Value::Null };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = || fs::read_to_string(moto.folder.path().join("log.txt")).unwrap();
            assert!(moto.child.try_wait().unwrap().is_none(), "{}", log());
            std::thread::yield_now();
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/aws.py");
        let mut fill = Command::new(environment().join("bin/python"));
        fill.arg(script).arg(format!("https://127.0.0.1:{port}")).arg(moto.ca());
        let output = fill.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        moto.has = serde_json::from_slice(&output.stdout).unwrap();
        moto
    }

    fn ca(&self) -> String {
        self.folder.path().join("ca.pem").display().to_string()
    }

    fn has(&self, pointer: &str) -> &str {
        self.has.pointer(pointer).unwrap().as_str().unwrap()
    }

    /// A URI, with the credentials of a user, whose secret is in `aws.secret`.
    fn uri(&self, scheme: &str, user: &str, more: &str) -> String {
        let (port, access) = (self.port, self.has(&format!("/{user}/access")));
        let credentials = format!("access_key={access}&secret_key=file:aws.secret");
        format!("{scheme}://127.0.0.1:{port}/?region=eu-central-1&{credentials}&{more}&ca={}", self.ca())
    }

    fn secret(&self, more: &str) -> String {
        self.uri("aws-secretsmanager", "reader", more)
    }

    fn kms(&self, key: usize, file: &str) -> String {
        let key = self.has(&format!("/keys/{key}"));
        self.uri("aws-kms", "reader", &format!("key={key}&encrypted=file:{file}"))
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server's folder, not sealed, with the credentials of the user `reader` and what KMS has encrypted.
fn folder(moto: &Moto) -> (TempDir, PathBuf) {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init_with(&data, ISSUER);
    for (name, pointer) in [
        ("aws.secret", "/reader/secret"),
        ("first.encrypted", "/encrypted/0"),
        ("second.encrypted", "/encrypted/1"),
        ("short.encrypted", "/short"),
        ("other.encrypted", "/other_context"),
    ] {
        write_private(&data, name, moto.has(pointer));
    }
    (temporary, data)
}

/// The files that are sealed under one key open with it in the ordinary way.
fn opens_with(data: &Path, key: &str) {
    write_private(data, "expected.key", key);
    use_key(data, "file:expected.key");
    drop(serve(data));
}

#[test]
fn keys_of_secrets_manager_and_kms_replace_each_other_while_the_server_runs() {
    let mut moto = Moto::start();
    let (_temporary, data) = folder(&moto);
    let versions = [0, 1].map(|number| moto.has(&format!("/versions/{number}")).to_owned());
    let first = moto.secret(&format!("secret=coffer/kek&version={}", versions[0]));
    let steps = [
        (moto.secret("secret=coffer/kek&stage=AWSCURRENT"), "fedcba9876543210".repeat(4)),
        (moto.kms(0, "first.encrypted"), (0..32).map(|byte| format!("{byte:02x}")).collect()),
        (moto.kms(1, "second.encrypted"), (32..64).map(|byte| format!("{byte:02x}")).collect()),
    ];
    use_key(&data, &first);
    drop(serve(&data));
    opens_with(&data, &"0123456789abcdef".repeat(4));
    let mut present = first;
    for (next, key) in steps {
        use_key(&data, &present);
        let running = serve(&data);
        command(&data, &["keys", "seal", "--next", &next]);
        drop(running);
        use_key(&data, &next);
        let running = serve(&data);
        command(&data, &["keys", "seal"]);
        drop(running);
        use_key(&data, &present);
        assert!(refusal(&data, &["serve"]).contains("does not open"));
        opens_with(&data, &key);
        present = next;
    }
    // Credentials of a role, which are valid for an hour and have a token.
    write_private(&data, "role.secret", moto.has("/role/secret"));
    write_private(&data, "role.token", moto.has("/role/token"));
    let role =
        moto.uri("aws-kms", "role", &format!("key={}&encrypted=file:second.encrypted", moto.has("/keys/1")));
    let role = role.replace("aws.secret", "role.secret");
    use_key(&data, &format!("{role}&session_token=file:role.token"));
    drop(serve(&data));
    use_key(&data, &role);
    assert!(refusal(&data, &["serve"]).contains("it refuses access"));
    use_key(&data, &present);
    let _ = moto.child.kill();
    let _ = moto.child.wait();
    assert!(refusal(&data, &["serve"]).contains("it cannot be reached"));
}

#[test]
fn what_is_no_key_is_refused_and_the_server_does_not_start() {
    let moto = Moto::start();
    let (_temporary, data) = folder(&moto);
    let secrets = fs::read(data.join("secrets.toml")).unwrap();
    let (secret_key, encrypted) = (moto.has("/reader/secret"), moto.has("/encrypted/0"));
    let refused = |uri: &str, expected: &str| {
        use_key(&data, uri);
        let error = refusal(&data, &["check"]);
        assert!(error.contains(expected), "{error}");
        assert!(
            !error.contains(secret_key) && !error.contains(encrypted) && !error.contains("abcdef"),
            "{error}"
        );
        assert_eq!(fs::read(data.join("secrets.toml")).unwrap(), secrets);
    };
    let good = moto.secret("secret=coffer/kek");
    for (uri, expected) in [
        (moto.secret("secret=none"), "it has no such secret"),
        (
            moto.secret("secret=coffer/kek&version=00000000-0000-0000-0000-000000000000"),
            "it has no such secret",
        ),
        (moto.secret("secret=short"), "not 64 hexadecimal digits"),
        (moto.secret("secret=binary"), "the secret may be binary"),
        (moto.kms(0, "short.encrypted"), "not a key of 32 bytes"),
        (moto.kms(0, "other.encrypted"), "is damaged"),
        (moto.kms(0, "none.encrypted"), "none.encrypted: No such file"),
        (moto.kms(0, "server.toml"), "the encrypted key is not Base64"),
        // Another key's.
        (moto.kms(1, "first.encrypted"), "it refuses access"),
        (good.replace("region=eu-central-1", "region=eu-west-1"), "it has no such secret"),
        (good.replace(moto.has("/reader/access"), "AKIAAAAAAAAAAAAAAAAA"), "it refuses access"),
        (moto.uri("aws-secretsmanager", "stranger", "secret=coffer/kek"), "it refuses access"),
        (good.replace("127.0.0.1", "127.0.0.2"), "it cannot be reached"),
        (good.replace("/?", "/x?"), "not a URI of the form"),
        (good.replace("region=eu-central-1&", ""), "lacks the parameter region"),
    ] {
        refused(&uri, expected);
    }
    write_private(&data, "aws.secret", moto.has("/stranger/secret"));
    refused(&good, "it refuses access");
    refused(&moto.uri("aws-secretsmanager", "stranger", "secret=coffer/kek"), "it refuses access");
    write_private(&data, "aws.secret", secret_key);
    use_key(&data, &good);
    drop(serve(&data));
}
