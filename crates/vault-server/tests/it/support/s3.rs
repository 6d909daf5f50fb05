//! Stores that speak S3's protocol, which a test starts and ends. `cargo xtask test` installs them.

use std::env;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::cluster::free_port;

/// The bucket that each has, and the key.
pub const BUCKET: &str = "coffer-test";
pub const ACCESS_KEY: &str = "coffer";
pub const SECRET_KEY: &str = "secret-of-coffer";

/// The identity with that key, for SeaweedFS.
const IDENTITIES: &str = r#"{"identities": [{"name": "coffer", "actions": ["Admin"],
    "credentials": [{"accessKey": "coffer", "secretKey": "secret-of-coffer"}]}]}"#;

/// A store that runs. It ends with the handle.
pub struct S3 {
    pub name: &'static str,
    pub port: u16,
    child: Child,
    folder: TempDir,
}

impl S3 {
    /// Starts SeaweedFS.
    pub fn seaweed() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let identities = folder.path().join("identities.json");
        fs::write(&identities, IDENTITIES).unwrap();
        let (master, filer, port) = (free_port(), free_port(), free_port());
        let mut command = program("weed");
        command.args(["server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3"]);
        command.arg(format!("-dir={}", folder.path().display()));
        command.arg(format!("-s3.config={}", identities.display()));
        for (name, port) in [
            ("master.port", master),
            ("master.port.grpc", free_port()),
            ("volume.port", free_port()),
            ("volume.port.grpc", free_port()),
            ("filer.port", filer),
            ("filer.port.grpc", free_port()),
            ("s3.port", port),
            ("s3.port.grpc", free_port()),
            ("s3.port.iceberg", 0),
            ("s3.port.lance", 0),
        ] {
            command.arg(format!("-{name}={port}"));
        }
        // It can store something, the folder that is the bucket is made, and the S3 side answers.
        let bucket = format!("POST /buckets/{BUCKET}/");
        let steps =
            [(master, "GET /dir/assign", "\"fid\""), (filer, &bucket, " 201 "), (port, "GET /", "HTTP/1.1")];
        Self::start("SeaweedFS", &mut command, folder, port, &steps)
    }

    /// Starts moto.
    pub fn moto() -> Self {
        let port = free_port();
        let mut command = program("moto_server");
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
        let bucket = format!("PUT /{BUCKET}");
        Self::start("moto", &mut command, tempfile::tempdir().unwrap(), port, &[(port, &bucket, " 200 ")])
    }

    /// Its address.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Starts a program and sends it requests, each until it is answered as it should be.
    fn start(
        name: &'static str,
        command: &mut Command,
        folder: TempDir,
        port: u16,
        steps: &[(u16, &str, &str)],
    ) -> Self {
        let log = fs::File::create(folder.path().join("log.txt")).unwrap();
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let child = command.current_dir(folder.path()).spawn().unwrap();
        let mut started = Self { name, port, child, folder };
        for (port, request, expected) in steps {
            while !answer(*port, request).is_some_and(|answer| answer.contains(expected)) {
                let log = || fs::read_to_string(started.folder.path().join("log.txt")).unwrap();
                assert!(started.child.try_wait().unwrap().is_none(), "{}", log());
                std::thread::yield_now();
            }
        }
        started
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a request without a body.
pub fn answer(port: u16, request: &str) -> Option<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    let head = format!(
        "{request} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    Some(String::from_utf8_lossy(&answer).into_owned())
}

/// A program of the environment with the peers, which ends with this thread.
fn program(name: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]).arg(environment().join("bin").join(name));
    command
}

/// The Python environment with the programs that tests speak with: `COFFER_TEST_PEERS`, or where `cargo xtask` makes it.
pub fn environment() -> PathBuf {
    let given = env::var_os("COFFER_TEST_PEERS").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| {
        let test = env::current_exe().unwrap();
        test.ancestors().nth(3).unwrap().join("xtask/peers/environment")
    });
    assert!(
        folder.join("bin/weed").exists(),
        "`cargo xtask test --only rust` installs the peers of these tests"
    );
    folder
}
