//! Streams of events: what they cost, and what happens when all come back at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::bench::{Bench, Owner, Vault, sessions};
use crate::clients::{Client, pull};
use crate::connection::{Connection, Session};
use crate::report::{percentile, row};

/// Streams of each account, all of which wait for one vault.
const OF_AN_ACCOUNT: usize = 50;
/// Connections that are opened at a time.
const AT_ONCE: usize = 16;
/// When the streams of a server that has stopped come back, in milliseconds, as the protocol says.
const COME_BACK: (u64, u64) = (2000, 15_000);

struct Streams {
    bench: Arc<Bench>,
    sessions: Vec<Session>,
    nonce: String,
}

/// Opens so many, closes them, and lets them come back.
pub async fn measure(count: usize) {
    let mut files = getrlimit(Resource::Nofile);
    files.current = files.maximum;
    setrlimit(Resource::Nofile, files).unwrap();
    let bench = Arc::new(Bench::start(count));
    let mut own = Vec::new();
    for number in 0..count.div_ceil(OF_AN_ACCOUNT) as u64 {
        let owner = Owner::new(number + 1);
        let first = number * OF_AN_ACCOUNT as u64;
        own.extend(sessions(&bench.app, &owner, &[0; 192], first..first + OF_AN_ACCOUNT as u64).await);
        Vault::found(&bench.app, &owner, number).await;
    }
    own.truncate(count);
    let other = Owner::new(1 << 40);
    let (client, mut vault) = Client::open(&bench, &other, 1 << 40).await;
    vault.chained = false;
    let nonce = client.connection.nonce().to_owned();
    let streams = Streams { bench: bench.clone(), sessions: own, nonce };

    let before = bench.program.memory();
    let (begun, ran) = (Instant::now(), bench.program.processor());
    let open = streams.open().await;
    let (took, ran) = (begun.elapsed(), bench.program.processor() - ran);
    let with = bench.program.memory();
    let each = (with - before) * 1024 / count as u64;
    row("private memory, idle", &format!("{:.1} MiB", mib(before)), None);
    let milliseconds = ran.as_secs_f64() * 1e3 / count as f64;
    row(
        &format!("{count} streams of events"),
        &format!("{each} bytes each, {:.1} MiB in all", mib(with)),
        None,
    );
    let opened = format!("{milliseconds:.2} ms CPU of the server each, {:.1} s", took.as_secs_f64());
    row("opening them, with the TLS handshake", &opened, None);
    drop(open);
    let freed = after(&bench, Duration::from_secs(5)).await;
    row("private memory, 5 s after they have all ended", &format!("{:.1} MiB", mib(freed)), None);
    streams.come_back(client).await;
    let freed = after(&bench, Duration::from_secs(5)).await;
    row("private memory, 5 s after they have come back and ended", &format!("{:.1} MiB", mib(freed)), None);
}

async fn after(bench: &Bench, time: Duration) -> u64 {
    sleep(time).await;
    bench.program.memory()
}

#[expect(clippy::cast_precision_loss, reason = "a rounded figure")]
fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

impl Streams {
    async fn open(&self) -> Vec<Connection> {
        let slots = Arc::new(Semaphore::new(AT_ONCE));
        let open = |session: &Session| {
            let (bench, session, nonce) = (self.bench.clone(), session.clone(), self.nonce.clone());
            let slots = slots.clone();
            tokio::spawn(async move {
                let _slot = slots.acquire().await.unwrap();
                let mut connection = Connection::open_with(&bench, &session, nonce).await.unwrap();
                connection.stream().await.unwrap().unwrap();
                connection
            })
        };
        let tasks: Vec<_> = self.sessions.iter().map(open).collect();
        let mut open = Vec::with_capacity(tasks.len());
        for task in tasks {
            open.push(task.await.unwrap());
        }
        open
    }

    /// All come back, each after another time, while another client reads.
    async fn come_back(&self, mut client: Client) {
        let count = self.sessions.len() as u64;
        let come = |(number, session): (u64, &Session)| {
            let (bench, session, nonce) = (self.bench.clone(), session.clone(), self.nonce.clone());
            let span = COME_BACK.1 - COME_BACK.0;
            tokio::spawn(async move {
                sleep(Duration::from_millis(COME_BACK.0 + number * span / count)).await;
                let (begun, mut refused) = (Instant::now(), 0);
                loop {
                    if let Ok(mut connection) = Connection::open_with(&bench, &session, nonce.clone()).await {
                        match connection.stream().await {
                            Ok(Ok(())) => return (connection, begun.elapsed(), refused),
                            Ok(Err(later)) => sleep(Duration::from_secs(later)).await,
                            Err(_) => {}
                        }
                    }
                    refused += 1;
                }
            })
        };
        let begun = Instant::now();
        let tasks: Vec<_> = (0..).zip(&self.sessions).map(come).collect();
        let mut waits = Vec::new();
        while begun.elapsed() < Duration::from_millis(COME_BACK.1) {
            let (done, load) = pull(&self.bench, vec![client], 0, 1, 1).await;
            client = done.into_iter().next().unwrap();
            waits.push(load.wall);
        }
        let (mut open, mut times, mut refusals) = (Vec::new(), Vec::new(), 0);
        for task in tasks {
            let (connection, time, refused) = task.await.unwrap();
            open.push(connection);
            times.push(time);
            refusals += refused;
        }
        let (last, half) = (percentile(times.clone(), 100), percentile(times.clone(), 50));
        let served = format!(
            "{refusals} refusals; from connect to first event p50 {half:.0?}, p99 {:.0?}, longest {last:.0?}",
            percentile(times, 99)
        );
        row("they come back within 2 to 15 s", &served, None);
        let pulls = waits.len();
        let (half, most) = (percentile(waits.clone(), 50), percentile(waits, 99));
        row(
            "a client that pulls meanwhile",
            &format!("{pulls} answers, p50 {half:.0?}, p99 {most:.0?}"),
            None,
        );
    }
}
