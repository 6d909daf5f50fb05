//! The server: the real program, in a process of its own.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The server. It is killed with the handle.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Program {
    pub fn start(data: &Path, database: Option<&str>) -> Self {
        let program: PathBuf =
            std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("coffer-server");
        let mut command = Command::new(program);
        command.arg("--data").arg(data).arg("serve");
        command.envs(database.map(|url| ("COFFER_DATABASE", url)));
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let line = lines.find(|line| line.contains("address=")).unwrap();
        let address = line.split("address=").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        std::thread::spawn(move || lines.for_each(|line| eprintln!("server: {line}")));
        Self { child, address }
    }

    /// Private memory, in KiB.
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// The processor time of all its threads so far.
    pub fn processor(&self) -> Duration {
        processor(&self.child.id().to_string())
    }
}

/// The processor time of all threads of a process so far: its number, or `self`.
pub fn processor(process: &str) -> Duration {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let ran = |task: fs::DirEntry| -> u64 {
        let text = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        text.split(' ').next().and_then(|text| text.parse().ok()).unwrap_or(0)
    };
    Duration::from_nanos(tasks.map(|task| ran(task.unwrap())).sum())
}
