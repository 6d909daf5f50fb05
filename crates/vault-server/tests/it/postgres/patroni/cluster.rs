//! Two nodes of PostgreSQL under Patroni, one of which is the primary, and etcd, in which they agree on it. Each is in a
//! namespace of processes, so that all of its processes end at once, as on a computer without power.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use serde_json::json;
use tempfile::TempDir;

use crate::postgres::proxy::Proxy;
use crate::support::cluster::{fill, free_port, programs};
use crate::support::database::{TEMPLATE, run_at};
use crate::support::namespace::unshared;
use crate::support::s3::{answer, environment};

/// When a write is acknowledged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Replication {
    /// Once the standby has it.
    Synchronous,
    /// Once the primary has it.
    Asynchronous,
}

/// The nodes. They end with the handle.
pub struct Patroni {
    nodes: [Node; 2],
    replication: Replication,
    _etcd: Process,
    _folder: TempDir,
}

struct Node {
    database: u16,
    api: u16,
    config: PathBuf,
    /// The way of the other node to this one's database.
    proxy: Proxy,
    running: Option<Process>,
}

/// A program whose log is read.
struct Process {
    child: Child,
    log: Receiver<String>,
    read: Vec<String>,
}

impl Process {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (sender, log) = channel();
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(sender.send(line))));
        Self { child, log, read: Vec::new() }
    }

    /// Waits until something is so, and looks whenever the program says something. Patroni does each second.
    fn wait_until(&mut self, mut is_so: impl FnMut() -> bool) {
        while !is_so() {
            match self.log.recv() {
                Ok(line) => self.read.push(line),
                Err(_) => panic!("it has ended:\n{}", self.read.join("\n")),
            }
            self.read.extend(self.log.try_iter());
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Node {
    fn start(&mut self) {
        let mut command = unshared(&["--pid", "--fork", "--kill-child", "--mount-proc"], &patroni());
        let folder = self.config.parent().unwrap();
        command.arg(&self.config).current_dir(folder).env("HOME", folder).stdout(Stdio::null());
        self.running = Some(Process::start(&mut command));
    }

    /// Whether Patroni answers a question about its state with yes.
    fn is(&self, state: &str) -> bool {
        answer(self.api, &format!("GET /{state}")).is_some_and(|answer| answer.contains(" 200 "))
    }

    fn run(&self, sql: &str) -> Option<String> {
        let url = format!("postgres://postgres@{}/postgres", local(self.database));
        run_at(&url, sql).ok().flatten()
    }
}

impl Patroni {
    pub async fn start(replication: Replication) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (client, peer) = (free_port(), free_port());
        let mut command = unshared(&["--fork", "--kill-child"], Path::new("etcd"));
        let [client_url, peer_url] = [client, peer].map(|port| format!("http://{}", local(port)));
        command.arg("--data-dir").arg(folder.path().join("etcd"));
        command.args(["--listen-client-urls", &client_url, "--advertise-client-urls", &client_url]);
        command.args(["--listen-peer-urls", &peer_url, "--initial-advertise-peer-urls", &peer_url]);
        command.args(["--initial-cluster", &format!("default={peer_url}")]);
        let mut etcd = Process::start(command.current_dir(folder.path()));
        etcd.wait_until(|| answer(client, "GET /health").is_some_and(|text| text.contains("true")));
        let [first, second] = ["first", "second"].map(|name| node(name, folder.path(), client, replication));
        let nodes = [first.await, second.await];
        let mut started = Self { nodes, replication, _etcd: etcd, _folder: folder };
        started.nodes[0].start();
        started.wait_for_primary(0);
        started.start_standby(1);
        fill(&local(started.nodes[0].database));
        started
    }

    /// The address for the server's role.
    pub fn url(&self) -> String {
        let [first, second] = [0, 1].map(|number: usize| local(self.nodes[number].database));
        format!("postgres://coffer_node@{first},{second}/{TEMPLATE}?target_session_attrs=read-write")
    }

    /// The number of the node that is the primary.
    fn primary(&self) -> usize {
        self.nodes.iter().position(|node| node.running.is_some() && node.is("primary")).unwrap()
    }

    fn wait_for_primary(&mut self, number: usize) {
        let mut running = self.nodes[number].running.take().unwrap();
        running.wait_until(|| self.nodes[number].is("primary"));
        self.nodes[number].running = Some(running);
    }

    /// Starts a node and waits until it has what the other one has, and may take over.
    fn start_standby(&mut self, number: usize) {
        self.nodes[number].start();
        let state = if self.replication == Replication::Synchronous { "sync" } else { "replica" };
        let mut running = self.nodes[number].running.take().unwrap();
        let (own, other) = (&self.nodes[number], &self.nodes[1 - number]);
        let streams = "SELECT count(*) FROM pg_stat_replication WHERE application_name IN ('first', 'second')
                       AND state = 'streaming' AND replay_lsn IS NOT NULL";
        running.wait_until(|| own.is(state) && other.run(streams).as_deref() == Some("1"));
        self.nodes[number].running = Some(running);
    }

    /// Keeps the standby from getting what the primary writes from now on.
    pub fn hold_back(&mut self) {
        let number = self.primary();
        self.nodes[number].proxy.cut();
        let mut running = self.nodes[number].running.take().unwrap();
        let streams = "SELECT count(*) FROM pg_stat_replication";
        running.wait_until(|| self.nodes[number].run(streams).as_deref() == Some("0"));
        self.nodes[number].running = Some(running);
    }

    /// Ends the primary, as without power. The other node takes over later.
    pub fn kill_primary(&mut self) -> usize {
        let number = self.primary();
        self.nodes[number].running = None;
        number
    }

    /// Starts a node again that was killed, as the standby of the one that has taken over, and waits until it is that.
    pub fn bring_back(&mut self, number: usize) {
        self.nodes[number].proxy.open();
        self.wait_for_primary(1 - number);
        self.start_standby(number);
    }
}

fn local(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

fn patroni() -> PathBuf {
    environment().join("bin/patroni")
}

/// Sets up a node, which does not run yet.
async fn node(name: &str, folder: &Path, etcd: u16, replication: Replication) -> Node {
    let (database, api) = (free_port(), free_port());
    let proxy = Proxy::start(database).await;
    let settings = json!({
        "scope": "coffer",
        "name": name,
        "etcd3": { "host": local(etcd) },
        "restapi": { "listen": local(api), "connect_address": local(api) },
        "bootstrap": {
            "dcs": {
                // The shortest.
                "ttl": 20,
                "loop_wait": 1,
                "retry_timeout": 3,
                "synchronous_mode": replication == Replication::Synchronous,
                // A standby that lags takes over all the same.
                "maximum_lag_on_failover": 1_u64 << 40,
                "postgresql": { "use_pg_rewind": true },
            },
            "initdb": [{ "encoding": "UTF8" }, { "locale": "C" }, "no-sync"],
        },
        "postgresql": {
            "listen": local(database),
            "connect_address": local(proxy.port),
            "data_dir": folder.join(name),
            "bin_dir": programs(),
            "pgpass": folder.join(name).with_extension("pgpass"),
            "authentication": {
                "superuser": { "username": "postgres" },
                "replication": { "username": "replication" },
            },
            "pg_hba": ["host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"],
            "parameters": { "unix_socket_directories": "", "fsync": "off" },
        },
    });
    let config = folder.join(name).with_extension("json");
    fs::write(&config, settings.to_string()).unwrap();
    Node { database, api, config, proxy, running: None }
}
