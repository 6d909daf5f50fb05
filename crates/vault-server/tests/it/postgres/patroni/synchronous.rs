use std::env;

use super::cluster::Replication;
use super::scene::Scene;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_synchronous_standby_that_takes_over_has_every_acknowledged_entry() {
    if env::var_os("COFFER_SOAK_ALL").is_none() {
        return;
    }
    let mut scene = Scene::start(Replication::Synchronous).await;
    // The server does not know that the standby is synchronous: recovery begins, with nothing to send again.
    let mut work = scene.push(0);
    scene.load.goes_on(&mut work).await;
    assert_eq!(scene.recovery().await.until, None);
    let killed = scene.patroni.kill_primary();
    scene.load.is_read_only(&mut work).await;
    let recovery = scene.recovery().await;
    assert!(recovery.epoch > 0 && recovery.until.is_some(), "{recovery:?}");
    scene.is_signed_in().await;
    scene.end_recovery();
    scene.load.goes_on(&mut work).await;
    scene.patroni.bring_back(killed);
    scene.load.goes_on(&mut work).await;
    let mut expected = scene.stop(work).await;
    scene.judge(expected.clone()).await;

    // If it is said, clients notice nothing but the time.
    scene.restart_with("COFFER_FAILOVER_RECOVERY_MINUTES", "0");
    let mut work = scene.push(50);
    scene.load.goes_on(&mut work).await;
    let killed = scene.patroni.kill_primary();
    scene.load.goes_on(&mut work).await;
    scene.is_signed_in().await;
    scene.patroni.bring_back(killed);
    scene.load.goes_on(&mut work).await;
    expected.extend(scene.stop(work).await);
    let after = scene.recovery().await;
    assert_eq!((after.epoch, after.until), (recovery.epoch, None));
    scene.judge(expected).await;
}
