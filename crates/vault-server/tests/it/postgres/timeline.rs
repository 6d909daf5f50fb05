//! A database that comes back on another timeline.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio::sync::Semaphore;
use vault_server::Clock;
use vault_server::chunks::Chunks;
use vault_server::log::{LogError, Logs, Recovery};
use vault_server::store::{Store, StoreError, Tx, VaultKey};
use vault_server::upkeep::{Lease, Upkeep};
use vault_wire::message::{Bodies, HealBatch, Limits, LogQuery};

use crate::log::peer::NOW;
use crate::log::{Account, Peer};
use crate::support::cluster::Cluster;
use crate::support::database::TEMPLATE;

const HOUR: u64 = 60 * 60 * 1000;

fn node(store: Store, folder: &tempfile::TempDir) -> Logs {
    Logs::new(store, Chunks::in_folder(folder.path()).unwrap(), Limits::MAX).with_failover_recovery(HOUR)
}

/// Starts a database that was shut down, on another timeline.
async fn promote(cluster: &mut Cluster) {
    fs::write(cluster.data().join("recovery.signal"), "").unwrap();
    cluster.restart();
    while cluster.run(TEMPLATE, "SELECT pg_is_in_recovery()").as_deref() == Some("t") {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_database_that_lost_entries_begins_recovery_before_anything_else_runs() {
    // Once it is started for recovery it finds no archive, and goes on from the files that it has.
    let mut cluster = Cluster::start(&["restore_command=false"]);
    let folder = tempfile::tempdir().unwrap();
    let open = || cluster.connect("coffer_node", TEMPLATE).unwrap();
    let store = open();
    let (first, second) = (node(open(), &folder), node(store.clone(), &folder));
    for logs in [&first, &second] {
        logs.follow_timeline(NOW).await.unwrap();
    }
    let clock = Clock::set_by(Arc::new(AtomicU64::new(NOW)));
    let upkeep = Upkeep { store, logs: second.clone(), clock, lease: Lease::new("upkeep").unwrap() };
    let upkeep = tokio::spawn(upkeep.run());
    let account = Account::new(1);
    let mut peer = Peer::found(&first, &account).await;
    let entry = peer.put(1);
    peer.commit(&first, entry).await;

    let (data, copy) = (cluster.data(), cluster.data().with_extension("copy"));
    cluster.shut_down();
    Cluster::copy_files(&data, &copy);
    cluster.restart();
    // Restarted on its timeline, it goes on. A recovery that clients have seen end gets lost, and this entry.
    assert_eq!(first.begin_recovery(NOW, NOW).await.unwrap().epoch, 1);
    let lost = peer.put(2);
    assert_eq!(peer.commit(&first, lost.clone()).await, 3);
    cluster.shut_down();
    Cluster::copy_files(&copy, &data);
    promote(&mut cluster).await;

    let mut other = peer.of(&account);
    let next = other.put(3);
    let batch = other.batch(false, vec![next.clone()]);
    let unavailable = LogError::Store(StoreError::Unavailable);
    assert_eq!(other.send(&first, &batch).await, Err(unavailable.clone()));
    let query = LogQuery { after: 1, limit: 10, bodies: Bodies::All };
    let page = second.page(&account.caller(), None, peer.vault, &query).await;
    assert_eq!(page.map(drop), Err(unavailable));
    // The transaction that was refused wakes the upkeep.
    let recovery = Recovery { epoch: NOW / 1000, until: NOW + HOUR };
    while !second.recovery().await.unwrap().lasts_at(NOW) {
        tokio::task::yield_now().await;
    }
    assert_eq!(second.recovery().await.unwrap(), recovery);
    upkeep.abort();
    for logs in [&first, &second] {
        logs.follow_timeline(NOW).await.unwrap();
    }
    assert_eq!(other.send(&first, &batch).await, Err(LogError::ReadOnly(3600)));
    let heal = HealBatch { first_seq: 3, entries: vec![lost] };
    let head = second.heal(&account.caller(), peer.vault, &heal).await.unwrap();
    assert_eq!((head.seq, head.root), (3, peer.log.head().root));

    // A node that starts now knows of it already.
    let third = node(cluster.connect("coffer_node", TEMPLATE).unwrap(), &folder);
    third.follow_timeline(NOW).await.unwrap();
    assert_eq!(third.recovery().await.unwrap(), recovery);
    third.end_recovery(NOW).await.unwrap();
    peer.commit(&third, next).await;
}

#[tokio::test]
async fn a_push_that_waits_for_its_turn_while_recovery_begins_is_not_accepted() {
    let mut cluster = Cluster::start(&["restore_command=false"]);
    let folder = tempfile::tempdir().unwrap();
    let store = cluster.connect("coffer_node", TEMPLATE).unwrap();
    let logs = node(store.clone(), &folder);
    logs.follow_timeline(NOW).await.unwrap();
    let account: &'static Account = Box::leak(Box::new(Account::new(1)));
    let mut peer = Peer::found(&logs, account).await;
    let entry = peer.put(1);
    peer.commit(&logs, entry).await;

    // Another transaction of the vault has its turn until the test is over with the database.
    let (turn, done) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (vault, has_turn, is_done, own) = (peer.vault, turn.clone(), done.clone(), store.clone());
    let before = tokio::spawn(async move {
        let wait = |_: Tx<VaultKey>| async {
            has_turn.add_permits(1);
            let _ = is_done.acquire().await;
            Err::<(), _>(StoreError::Unavailable)
        };
        own.vault(vault).run(wait).await
    });
    turn.acquire().await.unwrap().forget();
    let entry = peer.put(2);
    let batch = peer.batch(false, vec![entry]);
    let (statements, waiting, sender, same) =
        (store.statements(), logs.clone(), peer.of(account), batch.clone());
    let push = tokio::spawn(async move { sender.send(&waiting, &same).await });
    // It has found no recovery, has read the roster, and waits.
    let open = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'coffer_node' AND state <> 'idle'";
    while store.statements() < statements + 2 || cluster.run(TEMPLATE, open).as_deref() != Some("1") {
        tokio::task::yield_now().await;
    }
    cluster.shut_down();
    promote(&mut cluster).await;
    logs.follow_timeline(NOW).await.unwrap();
    assert!(logs.recovery().await.unwrap().lasts_at(NOW));
    done.add_permits(1);
    before.await.unwrap().unwrap_err();
    assert_eq!(push.await.unwrap(), Err(LogError::Store(StoreError::Unavailable)));
    assert_eq!(peer.send(&logs, &batch).await, Err(LogError::ReadOnly(3600)));
}
