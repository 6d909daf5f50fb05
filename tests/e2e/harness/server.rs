//! A sync server of a journey.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::binary::binary;
use super::daemon::{Daemon, free_port, signal};

/// A server on the loopback interface with a certificate of its own. It ends with the handle.
pub struct Server {
    running: Option<Daemon>,
    port: u16,
    /// What sets up the first account.
    pub connect_code: String,
    /// The words of its key, as its operator sees them.
    pub words: String,
    folder: TempDir,
}

impl Server {
    /// Sets up a server and starts it.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let (address, listen) = (format!("https://127.0.0.1:{port}"), format!("127.0.0.1:{port}"));
        let mut server =
            Self { running: None, port, connect_code: String::new(), words: String::new(), folder };
        let set_up = server.command().args(["init", "--address", &address, "--listen", &listen]).output();
        let text = String::from_utf8(set_up.unwrap().stdout).unwrap();
        let find = |prefix: &str| text.lines().find(|line| line.contains(prefix)).unwrap().to_owned();
        server.connect_code = find("coffer://connect#");
        server.words = find("Words of").split_once(": ").unwrap().1.to_owned();
        server.resume();
        server
    }

    /// Its address.
    pub fn address(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// A connect code for one more account.
    pub fn invite(&self) -> String {
        let made = self.command().args(["user", "invite"]).output().unwrap();
        let text = String::from_utf8(made.stdout).unwrap();
        text.split_whitespace().find(|word| word.starts_with("coffer://connect#")).unwrap().to_owned()
    }

    /// Kills it.
    pub fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            signal(running.id(), "KILL");
            running.end();
        }
    }

    /// Starts it again.
    pub fn resume(&mut self) {
        let log = File::options().create(true).append(true).open(self.log()).unwrap();
        self.running = Some(Daemon::start(self.command().arg("serve").stdout(Stdio::null()).stderr(log)));
    }

    /// The faults that it has logged.
    pub fn faults(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.log()).unwrap();
        log.lines().filter(|line| line.contains(" ERROR ")).map(str::to_owned).collect()
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn command(&self) -> Command {
        let program: PathBuf = binary().with_file_name("coffer-server");
        assert!(program.is_file(), "build the server first: {} is missing", program.display());
        let mut command = Command::new(program);
        command.env_clear().arg("--data").arg(self.folder.path().join("data"));
        command.stdin(Stdio::null()).stderr(Stdio::null());
        command
    }
}
