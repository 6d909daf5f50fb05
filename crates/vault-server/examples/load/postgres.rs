//! A PostgreSQL of the measurement's own, which waits for the disk as it does unless told otherwise.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio_postgres::NoTls;

/// The user as whom it runs if this program runs as root, which it refuses.
const NOBODY: u32 = 65_534;

/// A running PostgreSQL, with its files. Both end with the handle.
pub struct Postgres {
    pub version: String,
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.child), Signal::INT);
        let _ = self.child.wait();
    }
}

impl Postgres {
    /// Starts the one of this computer.
    pub async fn start() -> Self {
        let programs = programs();
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        for path in [folder.path(), &data] {
            if is_root() {
                chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
            }
        }
        let mut init = as_user(&programs.join("initdb"), folder.path());
        init.args(["--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C"]);
        assert!(init.arg("--pgdata").arg(&data).output().unwrap().status.success());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = as_user(&programs.join("postgres"), &data);
        command.arg("-D").arg(&data).args(["-c", "listen_addresses=127.0.0.1"]);
        command.args(["-c", "unix_socket_directories=", "-c", &format!("port={port}")]);
        let log = fs::File::create(folder.path().join("log.txt")).unwrap();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let mut started = Self { version: String::new(), child, port, _folder: folder };
        let client = loop {
            assert!(started.child.try_wait().unwrap().is_none(), "PostgreSQL does not start");
            match tokio_postgres::connect(&started.url("postgres"), NoTls).await {
                Ok((client, connection)) => {
                    tokio::spawn(connection);
                    break client;
                }
                Err(_) => tokio::task::yield_now().await,
            }
        };
        for database in ["server", "bare"] {
            client.batch_execute(&format!("CREATE DATABASE {database}")).await.unwrap();
        }
        let version = client.query_typed("SELECT split_part(version(), ' ', 2)", &[]).await.unwrap();
        started.version = version[0].get(0);
        started
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
}

fn as_user(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "INT"]).current_dir(folder);
    if is_root() {
        command.args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]);
    }
    command.arg(program);
    command
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// Where Debian has its programs.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut folders = versions.map(|version| version.unwrap().path().join("bin"));
    let found = folders.find(|folder| folder.join("initdb").exists());
    // Debian has it in the package `postgresql`.
    found.unwrap()
}
