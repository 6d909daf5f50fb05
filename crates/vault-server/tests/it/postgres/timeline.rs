//! A database that comes back on another timeline.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use vault_server::Clock;
use vault_server::chunks::Chunks;
use vault_server::log::{LogError, Logs, Recovery};
use vault_server::store::{Store, StoreError};
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
    // Restarted on its timeline, it goes on. This entry gets lost.
    let lost = peer.put(2);
    assert_eq!(peer.commit(&first, lost.clone()).await, 3);
    cluster.shut_down();
    Cluster::copy_files(&copy, &data);
    fs::write(data.join("recovery.signal"), "").unwrap();
    cluster.restart();
    while cluster.run(TEMPLATE, "SELECT pg_is_in_recovery()").as_deref() == Some("t") {
        tokio::task::yield_now().await;
    }

    let mut other = peer.of(&account);
    let next = other.put(3);
    let batch = other.batch(false, vec![next.clone()]);
    let unavailable = LogError::Store(StoreError::Unavailable);
    assert_eq!(other.send(&first, &batch).await, Err(unavailable.clone()));
    let query = LogQuery { after: 1, limit: 10, bodies: Bodies::All };
    let page = second.page(&account.caller(), None, peer.vault, &query).await;
    assert_eq!(page.map(drop), Err(unavailable));
    // The transaction that was refused wakes the upkeep.
    let recovery = Recovery { epoch: 1, until: NOW + HOUR };
    while second.recovery().await.unwrap() != recovery {
        tokio::task::yield_now().await;
    }
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
