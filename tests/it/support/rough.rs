//! A bad network: a proxy that carries bytes slowly and cuts connections.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand_core::Rng as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval};
use vault_sync::Trust;
use vault_testkit::FixedRng;
use vault_wire::ContentHash;
use vault_wire::message::Origin;

use super::Reached;

/// A segment, as on an Ethernet.
const PIECE: usize = 1400;
/// One piece in this time: about 1.4 MB in a second.
const PACE: Duration = Duration::from_millis(1);
/// The most that a connection carries before it is cut; every fourth one is not cut.
const LIFE: usize = 64 * 1024;

/// The network between devices and a server. It passes on what it gets unchanged, and ends with the handle.
pub struct RoughNetwork {
    address: SocketAddr,
    trust: Trust,
    plan: Arc<Plan>,
    running: JoinHandle<()>,
}

struct Plan {
    server: watch::Sender<Option<SocketAddr>>,
    /// Pieces carried and connections made so far.
    carried: watch::Sender<u64>,
    cut: AtomicU64,
    calm: AtomicBool,
    rng: Mutex<FixedRng>,
}

impl RoughNetwork {
    /// Begins calm, and without a server.
    pub async fn to(key: ContentHash, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let plan = Arc::new(Plan {
            server: watch::Sender::new(None),
            carried: watch::Sender::new(0),
            cut: AtomicU64::new(0),
            calm: AtomicBool::new(true),
            rng: Mutex::new(FixedRng::new(seed)),
        });
        let of_all = plan.clone();
        let running = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(carry(stream, of_all.clone()));
            }
        });
        Self { address, trust: Trust::Key(key), plan, running }
    }

    /// Leads to this server from now on. Without one, connections wait.
    pub fn leads_to(&self, server: Option<SocketAddr>) {
        self.plan.server.send_replace(server);
    }

    /// Whether it is fast and cuts nothing.
    pub fn calm(&self, calm: bool) {
        self.plan.calm.store(calm, Ordering::Relaxed);
    }

    /// Waits until it has carried so many pieces more.
    pub async fn after(&self, pieces: u64) {
        let end = *self.plan.carried.borrow() + pieces;
        self.plan.carried.subscribe().wait_for(|carried| *carried >= end).await.unwrap();
    }

    /// How many connections were cut.
    pub fn cut(&self) -> u64 {
        self.plan.cut.load(Ordering::Relaxed)
    }
}

impl Reached for RoughNetwork {
    fn origin(&self) -> Origin {
        Origin::new(&format!("https://{}", self.address)).unwrap()
    }

    fn trust(&self) -> Trust {
        self.trust.clone()
    }
}

impl Drop for RoughNetwork {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl Plan {
    fn is_calm(&self) -> bool {
        self.calm.load(Ordering::Relaxed)
    }

    /// How many bytes the next connection carries.
    fn life(&self) -> usize {
        let number = self.rng.lock().unwrap().next_u32() as usize;
        if number.is_multiple_of(4) { usize::MAX } else { number / 4 % LIFE }
    }
}

async fn carry(mut device: TcpStream, plan: Arc<Plan>) -> std::io::Result<()> {
    plan.carried.send_modify(|carried| *carried += 1);
    let address = plan.server.subscribe().wait_for(Option::is_some).await.unwrap().unwrap();
    let mut server = TcpStream::connect(address).await?;
    let mut left = plan.life();
    let mut pace = interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut up, mut down) = ([0; PIECE], [0; PIECE]);
    loop {
        let carried = tokio::select! {
            length = device.read(&mut up) => {
                let length = length?;
                server.write_all(up.get(..length).unwrap_or_default()).await?;
                length
            }
            length = server.read(&mut down) => {
                let length = length?;
                device.write_all(down.get(..length).unwrap_or_default()).await?;
                length
            }
        };
        if carried == 0 {
            return Ok(());
        }
        plan.carried.send_modify(|pieces| *pieces += 1);
        if plan.is_calm() {
            continue;
        }
        left = left.saturating_sub(carried);
        if left == 0 {
            plan.cut.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        pace.tick().await;
    }
}
