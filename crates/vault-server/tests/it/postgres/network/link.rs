//! Two namespaces of the network, with two links between them.

use std::env;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};

use crate::support::cluster::Place;
use crate::support::namespace::unshared;

/// The addresses of the database, one at the end of each link.
pub const DATABASE: &str = "10.0.0.2";
pub const OTHER: &str = "10.0.1.2";

/// The address of the first link's end in the hardware.
const HARDWARE: &str = "02:00:00:00:00:02";

/// Is set in the process whose namespace is the node's.
const INSIDE: &str = "COFFER_TEST_NAMESPACE";

/// The module of the tests.
const TESTS: &str = "postgres::network::faults";

/// Whether this is a soak and this process is in a namespace of its own. Else runs this test in such a process.
pub fn is_inside(test: &str) -> bool {
    if env::var_os("COFFER_SOAK_ALL").is_none() {
        return false;
    }
    if env::var_os(INSIDE).is_none() {
        let mut command = unshared(&["--net"], &env::current_exe().unwrap());
        let run = command
            .args([&format!("{TESTS}::{test}"), "--exact", "--nocapture"])
            .env(INSIDE, "yes")
            .output()
            .unwrap();
        let text = [run.stdout, run.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        assert!(run.status.success() && text.contains("1 passed"), "{text}");
        return false;
    }
    ip(None, "link set lo up");
    true
}

/// The links to the database's namespace, which is that of a process.
pub struct Links(Child);

impl Links {
    pub fn make() -> Self {
        let mut holder = Command::new("unshare");
        let holder = holder.args(["--net", "cat"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut holder = holder.spawn().unwrap();
        // When it answers, its namespace is there.
        holder.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
        holder.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        let made = Self(holder);
        let there = made.0.id();
        for (number, address) in ["10.0.0", "10.0.1"].into_iter().enumerate() {
            ip(None, &format!("link add node{number} type veth peer name database{number} netns {there}"));
            ip(None, &format!("address add {address}.1/30 dev node{number}"));
            ip(None, &format!("link set node{number} up"));
            ip(Some(there), &format!("address add {address}.2/30 dev database{number}"));
            ip(Some(there), &format!("link set database{number} up"));
        }
        // What is sent over a link that is down vanishes: nothing says that nobody is there.
        ip(Some(there), &format!("link set database0 address {HARDWARE}"));
        ip(None, &format!("neighbour replace {DATABASE} lladdr {HARDWARE} dev node0 nud permanent"));
        made
    }

    /// Where the database is to listen.
    pub fn database(&self) -> Place {
        Place { host: DATABASE, process: Some(self.0.id()) }
    }

    /// Takes the first link down at the database's end.
    pub fn part(&self) {
        ip(Some(self.0.id()), "link set database0 down");
    }

    /// Takes it up.
    pub fn join(&self) {
        ip(Some(self.0.id()), "link set database0 up");
    }
}

impl Drop for Links {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Configures the network, in the namespace of a process or in the own one.
fn ip(process: Option<u32>, arguments: &str) {
    let mut command = Command::new("nsenter");
    command.args(process.map(|process| format!("--net=/proc/{process}/ns/net")));
    let output = command.arg("ip").args(arguments.split(' ')).output().unwrap();
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
}
