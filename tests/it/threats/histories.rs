//! Whole logs that were rolled back or forked, and what looks like it and is honest.

use vault_engine::session::{Alarm, AlarmKind};
use vault_sync::cycle::VaultProblem;

use super::scene::{Scene, fork, log, show};
use crate::cycle::Connected;
use crate::support::HostileServer;

/// The alarm of a computer, which stays.
async fn alarm(connected: &Connected) -> Alarm {
    let home = connected.home();
    let raised = async || {
        let problem = connected.try_sync().await.unwrap().remove(&home).unwrap().unwrap_err();
        let VaultProblem::Alarm(alarm) = problem else { panic!("{problem:?}") };
        alarm
    };
    let alarm = raised().await;
    assert_eq!(raised().await, alarm);
    alarm
}

#[tokio::test]
async fn t08_log_rolled_back_to_an_earlier_state_raises_an_alarm() {
    let scene = Scene::new().await;
    let earlier = scene.log().await;
    scene.write(&["Second", "Third"]).await;
    scene.two.sync().await;
    scene.show(earlier);
    scene.expect_alarm(AlarmKind::Rollback).await;
    scene.expect_recovery().await;
}

#[tokio::test]
async fn t08_rollback_that_grows_again_is_another_history() {
    let scene = Scene::new().await;
    let earlier = scene.log().await;
    scene.write(&["Second"]).await;
    scene.two.sync().await;
    // Another computer, which had not seen the lost entry, writes more than was lost.
    let hostile = HostileServer::before(&scene.server).await;
    let other = fork(&hostile, scene.home, &earlier);
    let third = Connected::another(&hostile, &scene.one).await;
    third.sync().await;
    for title in ["Of the third", "More of it"] {
        third.computer.add(title);
        third.sync().await;
    }
    scene.show(other.lock().unwrap().entries(scene.home).to_vec());
    scene.expect_alarm(AlarmKind::Contradiction).await;
    // What the third computer has signed is in no log that this one can continue.
    scene.lying.reforms();
    assert_eq!(alarm(&scene.two).await.kind, AlarmKind::Contradiction);
    assert_eq!(scene.two.computer.titles(), ["First", "Of two", "Second"]);
}

#[tokio::test]
async fn t09_new_device_at_a_log_rolled_back_raises_an_alarm_at_the_next_entry_of_another() {
    let scene = Scene::new().await;
    let earlier = scene.log().await;
    scene.write(&["Second"]).await;
    show(&scene.lying, scene.home, earlier.clone());
    let new = Connected::another(&scene.lying, &scene.one).await;
    // Nothing contradicts it yet.
    new.sync().await;
    assert_eq!(new.computer.titles(), ["First"]);
    scene.write(&["Third"]).await;
    let next = scene.log().await.pop().unwrap();
    scene.lying.reforms();
    show(&scene.lying, scene.home, [earlier, vec![next]].concat());
    assert_eq!(alarm(&new).await.kind, AlarmKind::Contradiction);
    assert_eq!(new.computer.titles(), ["First"]);
    scene.lying.reforms();
    new.sync().await;
    assert_eq!(new.computer.titles(), ["First", "Second", "Third"]);
}

#[tokio::test]
async fn t10_two_histories_raise_an_alarm_when_either_reads_the_next_revision_of_the_other() {
    let Scene { hostile, one, lying, two, home, server: _server } = Scene::new().await;
    let shared = log(&one, home).await;
    let other = fork(&lying, home, &shared);
    for title in ["Of one", "More of one"] {
        one.computer.add(title);
        one.sync().await;
    }
    for title in ["Of two", "More of two"] {
        two.computer.add(title);
        two.sync().await;
    }
    let theirs = other.lock().unwrap().entries(home).to_vec();
    // Each sees its own history with the last entry of the other one.
    let mine = log(&one, home).await;
    show(&hostile, home, [mine.clone(), vec![theirs.last().unwrap().clone()]].concat());
    lying.reforms();
    show(&lying, home, [theirs, vec![mine.last().unwrap().clone()]].concat());
    for (connected, titles) in
        [(&one, ["First", "More of one", "Of one"]), (&two, ["First", "More of two", "Of two"])]
    {
        assert_eq!(alarm(connected).await.kind, AlarmKind::Contradiction);
        assert_eq!(connected.computer.titles(), titles);
    }
    // To show each its own history again hides nothing: the other's entry was signed.
    hostile.reforms();
    assert_eq!(alarm(&one).await.kind, AlarmKind::Contradiction);
    assert_eq!(one.computer.titles(), ["First", "More of one", "Of one"]);
    lying.reforms();
    assert_eq!(alarm(&two).await.kind, AlarmKind::Contradiction);
    assert_eq!(two.computer.titles(), ["First", "More of two", "Of two"]);
}

#[tokio::test]
async fn honest_conflict_raises_no_alarm() {
    let scene = Scene::new().await;
    let first = scene.one.computer.work(|session| {
        let query = vault_engine::session::Query {
            text: String::new(),
            scope: vault_engine::search::Scope::All,
            sort: vault_engine::search::Sort::Title,
            offset: 0,
            limit: 1,
        };
        session.list(&query).unwrap().rows[0].id
    });
    for round in 0..3 {
        scene.one.computer.set_title(first, &format!("Of one {round}"));
        scene.two.computer.set_title(first, &format!("Of two {round}"));
        scene.one.computer.add("New of one");
        scene.two.computer.add("New of two");
        // Both send without having seen the other one's.
        let (one, two) = tokio::join!(scene.one.try_sync(), scene.two.try_sync());
        for synced in
            [one.unwrap(), two.unwrap()].into_iter().flat_map(std::collections::BTreeMap::into_values)
        {
            assert!(matches!(&synced, Ok(synced) if synced.void == 0), "{synced:?}");
        }
    }
    scene.expect_recovery().await;
}
