use std::env;

use vault_wire::log::{Equivocation, Head, HeadRelation, Recovery, RecoveryRatchet};
use vault_wire::message::{HealBatch, LogEntry, VaultHead};

use super::cluster::Replication;
use super::scene::{SEED, Scene, now};
use crate::log::Peer;
use crate::postgres::load::read;

/// A member's device that has seen the log and the server's recoveries.
struct Witness {
    peer: Peer<'static>,
    recoveries: RecoveryRatchet,
}

impl Witness {
    /// Has read the log to its end.
    async fn new(scene: &mut Scene) -> (Self, Vec<LogEntry>) {
        let (mut peer, _) = Peer::make(scene.peer.account, SEED);
        let entries = read(&mut scene.reader, &mut peer).await;
        (Self { peer, recoveries: RecoveryRatchet::default() }, entries)
    }

    /// Compares what the server states with what was seen before, as clients do.
    async fn compare(&mut self, scene: &mut Scene) -> Result<HeadRelation, Equivocation> {
        let recovery = self.recoveries.observe(scene.recovery().await, now());
        let VaultHead { seq, root, .. } = scene.head().await;
        self.peer.log.check_server_head(&Head { seq, root }, recovery)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_that_an_asynchronous_standby_lacks_are_sent_again_and_only_another_root_is_an_alarm() {
    if env::var_os("COFFER_SOAK_ALL").is_none() {
        return;
    }
    let mut scene = Scene::start(Replication::Asynchronous).await;
    let heal = format!("/v1/vaults/{}/log/heal", scene.peer.vault);
    let mut work = scene.push(0);
    scene.load.goes_on(&mut work).await;
    scene.patroni.hold_back();
    scene.load.goes_on(&mut work).await;
    let mut expected = scene.stop(work).await;
    // From the second entry on: the first made the vault.
    let (mut witness, entries) = Witness::new(&mut scene).await;
    let seen = witness.peer.log.head();
    assert_eq!(witness.compare(&mut scene).await, Ok(HeadRelation::Same));

    let killed = scene.patroni.kill_primary();
    let mut work = scene.push(50);
    scene.load.is_read_only(&mut work).await;
    let kept = scene.head().await.seq;
    assert!(kept + 12 <= seen.seq, "{kept} {seen:?}");
    scene.is_signed_in().await;
    // A shorter prefix while recovery is announced: being restored.
    assert_eq!(witness.compare(&mut scene).await, Ok(HeadRelation::Behind));
    // A member may not begin elsewhere, nor change what was there.
    let lost = entries[usize::try_from(kept - 1).unwrap()..].to_vec();
    let lacking = HealBatch { first_seq: kept + 2, entries: lost[1..].to_vec() };
    assert_eq!(scene.reader.post_cbor(&heal, &lacking).await.problem(), (409, "log-diverged".to_owned()));
    let lost = HealBatch { first_seq: kept + 1, entries: lost };
    let healed: VaultHead = scene.reader.post_cbor(&heal, &lost).await.cbor();
    assert_eq!((healed.seq, healed.root), (seen.seq, seen.root));
    assert_eq!(witness.compare(&mut scene).await, Ok(HeadRelation::Same));
    // Still nothing is pushed, until the operator ends it.
    scene.load.is_read_only(&mut work).await;
    assert_eq!(scene.head().await.seq, seen.seq);
    scene.end_recovery();
    scene.load.goes_on(&mut work).await;
    scene.patroni.bring_back(killed);
    scene.load.goes_on(&mut work).await;
    let (mut older, _) = Witness::new(&mut scene).await;
    scene.patroni.hold_back();
    scene.load.goes_on(&mut work).await;
    expected.extend(scene.stop(work).await);
    scene.judge(expected).await;

    // The operator ends recovery before anybody has sent what was lost, and others write.
    read(&mut scene.reader, &mut witness.peer).await;
    let seen = witness.peer.log.head();
    assert_eq!(witness.compare(&mut scene).await, Ok(HeadRelation::Same));
    scene.patroni.kill_primary();
    let mut work = scene.push(100);
    scene.load.is_read_only(&mut work).await;
    let kept = scene.head().await.seq;
    assert!(kept + 12 <= seen.seq, "{kept} {seen:?}");
    assert_eq!(witness.compare(&mut scene).await, Ok(HeadRelation::Behind));
    scene.end_recovery();
    scene.load.goes_on(&mut work).await;
    scene.stop(work).await;
    // Who has not seen what was lost finds nothing wrong, others that the log is another one.
    read(&mut scene.reader, &mut older.peer).await;
    assert_eq!(older.compare(&mut scene).await, Ok(HeadRelation::Same));
    assert_eq!(witness.recoveries.observe(scene.recovery().await, now()), Recovery::None);
    let seq = seen.seq.min(older.peer.log.head().seq);
    let stated = Head { seq, root: *older.peer.log.root_at(seq).unwrap() };
    let alarm = witness.peer.log.check_server_head(&stated, Recovery::None);
    assert_eq!(alarm, Err(Equivocation::Fork { seq }));
}
