//! Faults of the database and of the way to it, under load, judged by the verifier that clients use.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;
use vault_server::chunks::Chunks;
use vault_server::log::{LogError, Logs};
use vault_server::store::{DatabaseUrl, PostgresOptions, Store, StoreError};
use vault_testkit::FixedRng;
use vault_wire::message::{Limits, LogEntry, PushReply};

use super::proxy::{Lose, Proxy};
use crate::log::peer::accepted;
use crate::log::{Account, Peer};
use crate::support::cluster::Cluster;
use crate::support::database::TEMPLATE;

fn node(store: Store, folder: &tempfile::TempDir) -> Logs {
    Logs::new(store, Chunks::in_folder(folder.path()).unwrap(), Limits::MAX)
}

/// An account that lives as long as the process, as spawned tasks need it.
fn account() -> &'static Account {
    Box::leak(Box::new(Account::new(1)))
}

/// Pushes one batch after the other, each again until there is a reply. Returns the entries with their numbers, and how
/// often there was none.
async fn push(
    logs: Logs,
    mut peer: Peer<'static>,
    number: u8,
    batches: u8,
    acknowledged: Arc<(AtomicUsize, Notify)>,
) -> (Vec<(LogEntry, u64)>, usize) {
    peer.rng = FixedRng::new(1000 + u64::from(number));
    let (mut done, mut failures) = (Vec::new(), 0);
    for count in 0..batches {
        let entries = vec![peer.put(number * batches + count)];
        let batch = peer.batch(true, entries);
        let reply: PushReply = loop {
            match peer.send(&logs, &batch).await {
                Ok(reply) => break reply,
                Err(error) => assert_eq!(error, LogError::Store(StoreError::Unavailable)),
            }
            failures += 1;
        };
        done.extend(batch.entries.into_iter().zip(reply.results.iter().map(accepted)));
        acknowledged.0.fetch_add(1, Ordering::Relaxed);
        acknowledged.1.notify_one();
    }
    (done, failures)
}

/// Reads the log with a client that knows nothing of it: it has what was acknowledged, each once, and nothing else.
async fn judge(logs: &Logs, mut expected: Vec<(LogEntry, u64)>) {
    let (mut fresh, _) = Peer::make(account(), 100);
    let entries = fresh.pull(logs).await;
    expected.sort_by_key(|(_, seq)| *seq);
    let numbers: Vec<_> = expected.iter().map(|(_, seq)| *seq).collect();
    assert_eq!(numbers, (2..=fresh.log.head().seq).collect::<Vec<_>>());
    assert!(entries.iter().eq(expected.iter().map(|(entry, _)| entry)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_crashes_under_load_keeps_each_acknowledged_entry_once() {
    let mut cluster = Cluster::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let nodes = [(); 2].map(|()| node(cluster.connect("coffer_node", TEMPLATE).unwrap(), &folder));
    let peer = Peer::found(&nodes[0], account()).await;
    let acknowledged = Arc::new((AtomicUsize::new(0), Notify::new()));
    let (clients, batches) = (4, 40);
    let work: Vec<_> = (0..clients)
        .map(|number| {
            let logs = nodes[usize::from(number) % 2].clone();
            tokio::spawn(push(logs, peer.of(account()), number, batches, acknowledged.clone()))
        })
        .collect();
    for crash in 1..=3 {
        while acknowledged.0.load(Ordering::Relaxed) < crash * 25 {
            acknowledged.1.notified().await;
        }
        cluster.crash_and_restart();
    }
    let (mut expected, mut failures) = (Vec::new(), 0);
    for work in work {
        let (done, failed) = work.await.unwrap();
        expected.extend(done);
        failures += failed;
    }
    assert!(failures > 0);
    judge(&nodes[1], expected).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_clients_of_a_busy_vault_get_through_on_two_nodes() {
    let cluster = Cluster::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let nodes = [(); 2].map(|()| node(cluster.connect("coffer_node", TEMPLATE).unwrap(), &folder));
    let peer = Peer::found(&nodes[0], account()).await;
    let acknowledged = Arc::new((AtomicUsize::new(0), Notify::new()));
    let work: Vec<_> = (0..20)
        .map(|number| {
            let logs = nodes[usize::from(number) % 2].clone();
            tokio::spawn(push(logs, peer.of(account()), number, 10, acknowledged.clone()))
        })
        .collect();
    let mut expected = Vec::new();
    for work in work {
        let (done, failures) = work.await.unwrap();
        assert_eq!(failures, 0);
        expected.extend(done);
    }
    judge(&nodes[1], expected).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_of_different_vaults_are_not_in_each_others_way() {
    let cluster = Cluster::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let nodes = [(); 2].map(|()| node(cluster.connect("coffer_node", TEMPLATE).unwrap(), &folder));
    let acknowledged = Arc::new((AtomicUsize::new(0), Notify::new()));
    let mut work = Vec::new();
    for number in 0..16 {
        let logs = nodes[usize::from(number) % 2].clone();
        let peer = Peer::found_as(&logs, account(), number.into()).await;
        work.push(tokio::spawn(push(logs, peer, number, 8, acknowledged.clone())));
    }
    for work in work {
        assert_eq!(work.await.unwrap().1, 0);
    }
    // No transaction had to be repeated.
    let log = std::fs::read_to_string(cluster.data().join("log.txt")).unwrap();
    assert!(!log.contains("could not serialize") && !log.contains("deadlock"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_to_a_commit_that_is_lost_stores_an_entry_once() {
    let cluster = Cluster::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let proxy = Proxy::start(cluster.port).await;
    let url = format!("postgres://coffer_node@127.0.0.1:{}/{TEMPLATE}", proxy.port);
    let options = PostgresOptions::new(DatabaseUrl::parse(&url).unwrap());
    let logs = node(Store::connect(&options).unwrap(), &folder);
    let mut peer = Peer::found(&logs, account()).await;
    // With it the vault gets its storage, in a transaction of its own.
    let entry = peer.put(9);
    peer.commit(&logs, entry).await;
    for (item, lose, stored) in [(1, Lose::Answer, 1), (2, Lose::Commit, 0)] {
        let entry = peer.put(item);
        let batch = peer.batch(false, vec![entry.clone()]);
        let before = peer.log.head().seq;
        proxy.lose_next(lose);
        let lost = peer.send(&logs, &batch).await;
        assert_eq!(lost, Err(LogError::Store(StoreError::Unavailable)));
        let head = cluster.run(TEMPLATE, "SELECT head_seq FROM vault_head").unwrap();
        assert_eq!(head.parse(), Ok(before + stored));
        let reply = peer.send(&logs, &batch).await.unwrap();
        assert_eq!(accepted(&reply.results[0]), before + 1);
        assert_eq!(peer.pull(&logs).await, [entry]);
    }
}

#[tokio::test]
async fn a_transaction_cancelled_at_its_begin_leaves_no_lock() {
    let cluster = Cluster::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let [one, other] = [(); 2].map(|()| cluster.connect("coffer_node", TEMPLATE).unwrap());
    let mut peer = Peer::found(&node(one.clone(), &folder), account()).await;
    let vault = peer.vault;
    let waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
    let held = one.vault(vault).run(|_| async {
        let own = other.clone();
        let cancelled =
            tokio::spawn(async move { own.vault(vault).run(|_| async { Ok::<_, StoreError>(()) }).await });
        while cluster.run(TEMPLATE, waits).as_deref() != Some("1") {
            tokio::task::yield_now().await;
        }
        cancelled.abort();
        assert!(cancelled.await.unwrap_err().is_cancelled());
        Ok::<_, StoreError>(())
    });
    held.await.unwrap();
    let entry = peer.put(1);
    peer.commit(&node(one, &folder), entry).await;
}
