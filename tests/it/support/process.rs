//! Processes of a test that are killed.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use vault_wire::ContentHash;
use vault_wire::message::Credential;

use super::{CHILD, TestServer};

/// What a process of a test does, and the folder in which it does it.
pub const ROLE: &str = "COFFER_TEST_CHILD_ROLE";
pub const FOLDER: &str = "COFFER_TEST_CHILD_FOLDER";

/// The number in a variable.
pub fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// A process that runs a test in another role. It is killed with the handle.
pub struct Process {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    /// How many lines there are; closed after the last one.
    count: watch::Receiver<usize>,
}

impl Process {
    pub fn start(test: &str, role: &str, folder: &Path, number: u64) -> Self {
        Self::start_with(test, role, folder, number, &[])
    }

    /// The same with more variables.
    pub fn start_with(test: &str, role: &str, folder: &Path, number: u64, more: &[(&str, String)]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", test, "--nocapture"]).envs(more.iter().map(|(name, value)| (name, value)));
        command.env(ROLE, role).env(FOLDER, folder).env(CHILD, number.to_string());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (counted, count) = watch::channel(0);
        let lines = Arc::new(Mutex::new(Vec::new()));
        let read = lines.clone();
        std::thread::spawn(move || {
            let mut line = String::new();
            // A line that was cut off by a kill is none.
            while output.read_line(&mut line).is_ok_and(|_| line.ends_with('\n')) {
                read.lock().unwrap_or_else(PoisonError::into_inner).push(line.trim_end().to_owned());
                counted.send_modify(|count| *count += 1);
                line.clear();
            }
        });
        Self { child, lines, count }
    }

    /// What it said after this word, in lines that begin with it.
    pub fn said(&self, word: &str) -> Vec<String> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = |line: &String| line.strip_prefix(word)?.strip_prefix(' ').map(str::to_owned);
        lines.iter().filter_map(rest).collect()
    }

    /// The rest of the first line that begins with a word.
    pub async fn says(&mut self, word: &str) -> String {
        loop {
            self.count.mark_unchanged();
            if let Some(said) = self.said(word).into_iter().next() {
                return said;
            }
            self.count.changed().await.unwrap();
        }
    }

    /// Kills it, which must have run until then with at most so many KiB of memory, and waits for all that it said.
    pub async fn kill(&mut self, memory: u64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        // A process that ended has no memory.
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let peak: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
        assert!(peak < memory, "{peak} KiB");
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        while self.count.changed().await.is_ok() {}
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Says where a server is, its key, and sign-up codes.
pub async fn introduce(server: &TestServer, codes: usize) {
    let mut all = Vec::new();
    for _ in 0..codes {
        all.push(server.sign_up_code().await.expose().to_owned());
    }
    println!("server {} {} {}", server.address, server.pin, all.join(" "));
}

/// What a server said that was started.
pub async fn introduction(server: &mut Process) -> (SocketAddr, ContentHash, Vec<Credential<64>>) {
    let said = server.says("server").await;
    let mut words = said.split(' ');
    let address = words.next().unwrap().parse().unwrap();
    let key = words.next().unwrap().parse().unwrap();
    (address, key, words.map(|code| Credential::new(code).unwrap()).collect())
}
