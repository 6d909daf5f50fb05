//! Two processes on one database under load, with every fault in turn: a node is killed, the database crashes or is restarted,
//! a commit or its answer is lost. The verifier that clients use is the judge. More rounds if `COFFER_SOAK_ALL` is set.

use std::env;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;
use tokio::task::JoinSet;
use vault_testkit::FixedRng;
use vault_wire::RevHash;
use vault_wire::message::{LogEntry, LogPage, PushReply};

use super::proxy::{Lose, Proxy};
use crate::log::peer::accepted;
use crate::log::{Account, Peer};
use crate::support::Client;
use crate::support::cluster::Cluster;
use crate::support::database::TEMPLATE;
use crate::support::program::{Program, copy, set_up};

/// How many pushes are acknowledged between two faults.
const BETWEEN: usize = 12;

/// The entries of a client with their numbers, and how often there was no acknowledgement.
type Pushed = (Vec<(LogEntry, u64)>, usize);

/// What the clients share.
struct Load {
    addresses: [Mutex<SocketAddr>; 2],
    acknowledged: AtomicUsize,
    more: Notify,
    stops: AtomicBool,
}

impl Load {
    /// Lets clients work until there are so many more acknowledged pushes. None of them ends before.
    async fn goes_on(&self, work: &mut JoinSet<Pushed>) {
        tokio::select! {
            () = self.more_pushes() => {}
            ended = work.join_next() => panic!("{:?}", ended.map(|ended| ended.map(drop))),
        }
    }

    async fn more_pushes(&self) {
        let enough = self.acknowledged.load(Ordering::Relaxed) + BETWEEN;
        while self.acknowledged.load(Ordering::Relaxed) < enough {
            self.more.notified().await;
        }
    }

    /// Pushes one revision of the client's own item after the other, each again, at the other node, until it is
    /// acknowledged.
    async fn push(self: Arc<Self>, mut client: Client, mut peer: Peer<'static>, number: u8) -> Pushed {
        peer.rng = FixedRng::new(1000 + u64::from(number));
        let path = format!("/v1/vaults/{}/log", peer.vault);
        let (mut done, mut failures, mut node) = (Vec::new(), 0, usize::from(number));
        let mut parent: Option<RevHash> = None;
        while !self.stops.load(Ordering::Relaxed) {
            let mut header = peer.header(number);
            header.parent = parent;
            let entry = peer.seal(&header, b"content");
            let batch = peer.batch(true, vec![entry.clone()]);
            let reply: PushReply = loop {
                client.move_to(*self.addresses[node % 2].lock().unwrap());
                match client.try_post_cbor(&path, &batch).await {
                    Some(answer) if answer.status.is_success() => break answer.cbor(),
                    Some(answer) => assert_eq!(answer.problem().1, "unavailable"),
                    None => {}
                }
                failures += 1;
                node += 1;
                tokio::task::yield_now().await;
            };
            if let LogEntry::Revision { revision, .. } = &entry {
                parent = Some(revision.hash());
            }
            done.push((entry, accepted(&reply.results[0])));
            self.acknowledged.fetch_add(1, Ordering::Relaxed);
            self.more.notify_one();
        }
        (done, failures)
    }
}

/// A node, with what it is started with.
struct Node {
    data: PathBuf,
    database: String,
    listen: String,
    running: Option<Program>,
}

impl Node {
    /// Kills it, if it runs, and starts it.
    fn restart(&mut self) -> SocketAddr {
        drop(self.running.take());
        let variables = [("COFFER_DATABASE", &*self.database), ("COFFER_LISTEN_DATABASE", &*self.listen)];
        let (program, address) = Program::start(&self.data, &variables);
        self.running = Some(program);
        address
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_keep_each_acknowledged_entry_once_through_every_fault() {
    let rounds = if env::var_os("COFFER_SOAK_ALL").is_some() { 10 } else { 1 };
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    let mut cluster = Cluster::start(&[]);
    let proxies = [Proxy::start(cluster.port).await, Proxy::start(cluster.port).await];
    let direct = [&cluster.url("coffer_node"), TEMPLATE].concat();
    let account: &'static Account = Box::leak(Box::new(Account::new(1)));
    let mut clients = set_up(&data, Some(&direct), account, 5).await;
    let folders = [data.clone(), copy(&data)];
    let mut nodes = folders.into_iter().zip(&proxies).map(|(data, proxy)| Node {
        data,
        database: format!("postgres://coffer_node@127.0.0.1:{}/{TEMPLATE}", proxy.port),
        listen: direct.clone(),
        running: None,
    });
    let mut nodes = [nodes.next().unwrap(), nodes.next().unwrap()];
    let addresses = [nodes[0].restart(), nodes[1].restart()];
    clients.iter_mut().for_each(|client| client.move_to(addresses[0]));
    let (peer, genesis) = Peer::make(account, 1);
    assert_eq!(clients[0].post_cbor("/v1/vaults", &genesis).await.status, 201);
    let mut reader = clients.pop().unwrap();
    let load = Arc::new(Load {
        addresses: addresses.map(Mutex::new),
        acknowledged: AtomicUsize::new(0),
        more: Notify::new(),
        stops: AtomicBool::new(false),
    });
    let mut work = JoinSet::new();
    for (number, client) in (0..).zip(clients) {
        work.spawn(load.clone().push(client, peer.of(account), number));
    }
    for round in 0..rounds {
        let (one, other) = (round % 2, (round + 1) % 2);
        load.goes_on(&mut work).await;
        *load.addresses[one].lock().unwrap() = nodes[one].restart();
        load.goes_on(&mut work).await;
        proxies[other].lose_next(Lose::Answer);
        load.goes_on(&mut work).await;
        cluster.crash_and_restart();
        load.goes_on(&mut work).await;
        proxies[one].lose_next(Lose::Commit);
        load.goes_on(&mut work).await;
        *load.addresses[other].lock().unwrap() = nodes[other].restart();
        load.goes_on(&mut work).await;
        cluster.shut_down();
        cluster.restart();
    }
    load.goes_on(&mut work).await;

    load.stops.store(true, Ordering::Relaxed);
    let (mut expected, mut failures) = (Vec::new(), 0);
    while let Some(ended) = work.join_next().await {
        let (done, failed) = ended.unwrap();
        expected.extend(done);
        failures += failed;
    }
    assert!(failures >= 4 * rounds, "{failures}");

    // Those who wait for hints at one node learn of what comes through the other one, as if nothing had been.
    let path = format!("/v1/vaults/{}/log", peer.vault);
    for (item, here, there) in [(100, 0, 1), (101, 1, 0)] {
        reader.move_to(*load.addresses[here].lock().unwrap());
        let mut events = reader.events().await;
        let head = expected.len() as u64 + 1;
        assert_eq!(events.next().await, Some((peer.vault, head)));
        reader.move_to(*load.addresses[there].lock().unwrap());
        let mut peer = peer.of(account);
        peer.rng = FixedRng::new(item.into());
        let entry = peer.put(item);
        let batch = peer.batch(true, vec![entry.clone()]);
        let reply: PushReply = reader.post_cbor(&path, &batch).await.cbor();
        expected.push((entry, accepted(&reply.results[0])));
        assert_eq!(events.next().await, Some((peer.vault, head + 1)));
    }

    let (mut judge, _) = Peer::make(account, 1);
    let mut entries = Vec::new();
    loop {
        let page: LogPage = reader.get(&format!("{path}?after={}", judge.log.head().seq)).await.cbor();
        entries.extend(page.entries.iter().map(LogEntry::entry_hash));
        if !judge.take(&page) {
            break;
        }
    }
    expected.sort_by_key(|(_, seq)| *seq);
    let numbers: Vec<_> = expected.iter().map(|(_, seq)| *seq).collect();
    assert_eq!(numbers, (2..=judge.log.head().seq).collect::<Vec<_>>());
    assert!(entries.into_iter().eq(expected.iter().map(|(entry, _)| entry.entry_hash())));
}
