//! Programs that the journeys start, each ended by its id on drop.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Stdio};

/// A program that runs until it is dropped.
pub struct Daemon {
    child: Child,
}

impl Daemon {
    /// Starts a program.
    pub fn start(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.spawn().unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        Self { child }
    }

    /// Starts a program whose first line of output is its address, and returns that line.
    pub fn start_and_listen(command: &mut Command) -> (Self, String) {
        Self::start_and_read(command, |line| !line.is_empty())
    }

    /// Starts a program and returns the first line of its output that is wanted.
    pub fn start_and_read(command: &mut Command, is_wanted: impl Fn(&str) -> bool) -> (Self, String) {
        let mut daemon = Self::start(command.stdout(Stdio::piped()));
        let mut output: BufReader<ChildStdout> = BufReader::new(daemon.child.stdout.take().unwrap());
        let mut line = String::new();
        while !is_wanted(line.trim()) {
            line.clear();
            let length = output.read_line(&mut line).unwrap();
            assert!(length > 0, "{} printed no such line", command.get_program().to_string_lossy());
        }
        // Further output is discarded, so that the program never blocks on a full pipe.
        std::thread::spawn(move || {
            let _ = output.read_to_end(&mut Vec::new());
        });
        (daemon, line.trim().to_owned())
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Daemon {
    /// Ends the program and those that it started.
    pub fn end(&mut self) {
        let started = descendants(self.id());
        let _ = self.child.kill();
        started.into_iter().skip(1).for_each(|id| signal(id, "KILL"));
        let _ = self.child.wait();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.end();
    }
}

impl From<Child> for Daemon {
    fn from(child: Child) -> Self {
        Self { child }
    }
}

/// Sends a signal to a process that is not a child, by its id.
pub fn signal(id: u32, name: &str) {
    let _ = Command::new("kill").args([format!("-{name}"), id.to_string()]).stderr(Stdio::null()).status();
}

/// Whether a process is still running, and not a zombie.
pub fn is_alive(id: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{id}/status"))
        .is_ok_and(|status| !status.lines().any(|line| line.starts_with("State:") && line.contains('Z')))
}

/// Whether a process has this name, of which the system keeps 15 bytes.
pub fn is_named(id: u32, name: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|found| found.trim() == name)
}

/// A process, its children, and theirs, from `/proc`.
pub fn descendants(id: u32) -> Vec<u32> {
    let (mut found, mut next) = (Vec::new(), vec![id]);
    while let Some(id) = next.pop() {
        for task in std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten() {
            let list = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
            next.extend(list.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
        }
        found.push(id);
    }
    found
}

/// A port on which nothing listens.
pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}
