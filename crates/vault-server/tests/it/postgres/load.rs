//! Clients that push all the time, and the verifier that judges what became of it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;
use tokio::task::JoinSet;
use vault_testkit::FixedRng;
use vault_wire::RevHash;
use vault_wire::message::{LogEntry, LogPage, PushReply, PushResult};

use crate::log::{Account, Peer};
use crate::support::program::Program;
use crate::support::{Answer, Client};

/// How many pushes are acknowledged between two faults.
const BETWEEN: usize = 12;

/// What came of a client's pushes.
pub struct Pushed {
    pub client: Client,
    /// Those that were acknowledged, with their numbers.
    pub entries: Vec<(LogEntry, u64)>,
    /// How often there was another answer.
    pub refused: usize,
    /// How often there was no answer.
    pub unanswered: usize,
}

/// What the clients share.
pub struct Load {
    /// Where the nodes are.
    pub addresses: [Mutex<SocketAddr>; 2],
    acknowledged: AtomicUsize,
    unavailable: AtomicUsize,
    read_only: AtomicUsize,
    more: Notify,
    stops: AtomicBool,
}

impl Load {
    pub fn new(addresses: [SocketAddr; 2]) -> Arc<Self> {
        Arc::new(Self {
            addresses: addresses.map(Mutex::new),
            acknowledged: AtomicUsize::new(0),
            unavailable: AtomicUsize::new(0),
            read_only: AtomicUsize::new(0),
            more: Notify::new(),
            stops: AtomicBool::new(false),
        })
    }

    /// Lets each client push revisions of an item of its own, numbered from `first` on.
    pub fn start(self: &Arc<Self>, clients: Vec<Client>, peer: &Peer<'static>, first: u8) -> JoinSet<Pushed> {
        self.stops.store(false, Ordering::Relaxed);
        let mut work = JoinSet::new();
        for (number, client) in (first..).zip(clients) {
            work.spawn(self.clone().push(client, peer.of(peer.account), number));
        }
        work
    }

    /// Lets clients work until there are so many more acknowledged pushes. None of them ends before.
    pub async fn goes_on(&self, work: &mut JoinSet<Pushed>) {
        self.more_of(&self.acknowledged, BETWEEN, work).await;
    }

    /// Lets clients work until so many more pushes are refused since the server cannot answer.
    pub async fn is_unavailable(&self, refusals: usize, work: &mut JoinSet<Pushed>) {
        self.more_of(&self.unavailable, refusals, work).await;
    }

    /// Lets clients work until so many more pushes are refused since the server is in recovery.
    pub async fn is_read_only(&self, work: &mut JoinSet<Pushed>) {
        self.more_of(&self.read_only, BETWEEN, work).await;
    }

    async fn more_of(&self, count: &AtomicUsize, more: usize, work: &mut JoinSet<Pushed>) {
        let enough = count.load(Ordering::Relaxed) + more;
        let reached = async {
            while count.load(Ordering::Relaxed) < enough {
                self.more.notified().await;
            }
        };
        tokio::select! {
            () = reached => {}
            Some(ended) = work.join_next() => panic!("{:?}", ended.map(drop)),
        }
    }

    /// Lets clients end, and returns what they pushed.
    pub async fn stop(&self, mut work: JoinSet<Pushed>) -> Vec<Pushed> {
        self.stops.store(true, Ordering::Relaxed);
        let mut pushed = Vec::new();
        while let Some(ended) = work.join_next().await {
            pushed.push(ended.unwrap());
        }
        pushed
    }

    /// Pushes one revision of the client's own item after the other, each again, at the other node, until it is
    /// acknowledged.
    async fn push(self: Arc<Self>, client: Client, mut peer: Peer<'static>, number: u8) -> Pushed {
        peer.rng = FixedRng::new(1000 + u64::from(number));
        let path = format!("/v1/vaults/{}/log", peer.vault);
        let mut pushed = Pushed { client, entries: Vec::new(), refused: 0, unanswered: 0 };
        let mut node = usize::from(number);
        let mut parent: Option<RevHash> = None;
        while !self.stops.load(Ordering::Relaxed) {
            let mut header = peer.header(number);
            header.parent = parent;
            let entry = peer.seal(&header, b"content");
            let batch = peer.batch(true, vec![entry.clone()]);
            let reply: PushReply = loop {
                pushed.client.move_to(*self.addresses[node % 2].lock().unwrap());
                match pushed.client.try_post_cbor(&path, &batch).await {
                    Some(answer) if answer.status.is_success() => break answer.cbor(),
                    Some(answer) => {
                        self.count(&answer);
                        pushed.refused += 1;
                    }
                    None => pushed.unanswered += 1,
                }
                node += 1;
                tokio::task::yield_now().await;
            };
            if let LogEntry::Revision { revision, .. } = &entry {
                parent = Some(revision.hash());
            }
            pushed.entries.push((entry, number_of(&reply.results[0])));
            self.acknowledged.fetch_add(1, Ordering::Relaxed);
            self.more.notify_one();
        }
        pushed
    }

    /// Counts a refusal. There are two reasons for it.
    fn count(&self, answer: &Answer) {
        let count = match &*answer.problem().1 {
            "read-only" => {
                let seconds: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
                assert!((1..=3600).contains(&seconds), "{seconds}");
                &self.read_only
            }
            "unavailable" => &self.unavailable,
            _ => panic!("{answer:?}"),
        };
        assert_eq!(answer.status, 503);
        count.fetch_add(1, Ordering::Relaxed);
        self.more.notify_one();
    }
}

/// The number of an entry of a client that alone writes to its item: what is in conflict with it is itself, read and sent
/// again by another member.
fn number_of(result: &PushResult) -> u64 {
    match result {
        PushResult::Accepted { seq } | PushResult::Conflict { seq } => *seq,
        PushResult::Refused(_) => panic!("{result:?}"),
    }
}

/// A node, with what it is started with.
pub struct Node {
    pub data: PathBuf,
    /// The names and values of its variables.
    pub variables: Vec<(&'static str, String)>,
    running: Option<Program>,
}

impl Node {
    pub const fn new(data: PathBuf, variables: Vec<(&'static str, String)>) -> Self {
        Self { data, variables, running: None }
    }

    /// Kills it, if it runs, and starts it.
    pub fn restart(&mut self) -> SocketAddr {
        drop(self.running.take());
        let variables: Vec<_> = self.variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (program, address) = Program::start(&self.data, &variables);
        self.running = Some(program);
        address
    }
}

/// Reads what follows in the log of a vault, to its end. Nothing contradicts what was seen before.
pub async fn read(client: &mut Client, judge: &mut Peer<'_>) -> Vec<LogEntry> {
    let mut entries = Vec::new();
    loop {
        let path = format!("/v1/vaults/{}/log?bodies=all&after={}", judge.vault, judge.log.head().seq);
        let page: LogPage = client.get(&path).await.cbor();
        let more = judge.take(&page);
        entries.extend(page.entries);
        if !more {
            return entries;
        }
    }
}

/// Reads the log with a client that knows nothing of it: after its first record it has what was acknowledged, each entry
/// once and under its number, and nothing else.
pub async fn judge(client: &mut Client, account: &Account, seed: u64, mut expected: Vec<(LogEntry, u64)>) {
    let (mut judge, _) = Peer::make(account, seed);
    let entries = read(client, &mut judge).await;
    expected.sort_by_key(|(_, seq)| *seq);
    let numbers: Vec<_> = expected.iter().map(|(_, seq)| *seq).collect();
    assert_eq!(numbers, (2..=judge.log.head().seq).collect::<Vec<_>>());
    let hashes = entries.iter().map(LogEntry::entry_hash);
    assert!(hashes.eq(expected.iter().map(|(entry, _)| entry.entry_hash())));
}
