//! Contradictions of a server, and how alarms end.

use std::collections::BTreeSet;

use vault_engine::session::{Alarm, AlarmKind, Bodies, Received, SyncError, VaultReadOnly};
use vault_testkit::{LogServer, PageBodies};
use vault_wire::log::Recovery;

use super::device::{Device, LIMITS, two};
use super::titles;
use crate::support::{add, login};

#[test]
fn t08_a_shorter_log_raises_an_alarm_that_outlives_the_program() {
    let mut server = LogServer::default();
    let (mut one, _) = two(&mut server);
    let home = one.home();
    add(&mut one.session, login("New", "u", "p"));
    one.sync(&mut server);
    server.restore(home, 2);
    let page = server.page(home, one.confirmed(home), 10, PageBodies::Live).unwrap();
    let announced = one.session.receive(home, &page, Bodies::Live, Recovery::Announced);
    assert_eq!(announced, Err(SyncError::BeingRestored { seq: 2 }));
    assert_eq!(one.session.vaults().unwrap()[0].read_only, Some(VaultReadOnly::BeingRestored));
    let refused = one.session.receive(home, &page, Bodies::Live, Recovery::None).unwrap_err();
    assert!(matches!(refused, SyncError::Alarm(_)), "{refused:?}");
    let mut one = one.restart();
    assert_eq!(one.session.vaults().unwrap()[0].read_only, Some(VaultReadOnly::Alarm));
    assert!(matches!(one.session.next_push(home, &LIMITS), Err(SyncError::Alarm(_))));
    assert_eq!(titles(&mut one).len(), 2, "everything can still be read");
    let id = one.id();
    assert!(one.world.file(id, "vault.db").exists());
}

/// Receives a page of the home vault from a server.
fn receive(device: &mut Device, server: &LogServer) -> Result<Received, SyncError> {
    let home = device.home();
    let page = server.page(home, device.confirmed(home), 10, PageBodies::Live).unwrap();
    device.session.receive(home, &page, Bodies::Live, Recovery::None)
}

#[test]
fn alarm_ends_when_the_log_has_everything_again() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let home = one.home();
    add(&mut one.session, login("Of one", "u", "p"));
    let mut shorter = server.clone();
    one.sync(&mut server);
    let refused = receive(&mut one, &shorter).unwrap_err();
    assert!(matches!(refused, SyncError::Alarm(Alarm { kind: AlarmKind::Rollback, .. })), "{refused:?}");
    // A longer log is not enough: it must be the same one.
    for title in ["Of two", "More of two"] {
        add(&mut two.session, login(title, "u", "p"));
    }
    two.sync(&mut shorter);
    assert!(matches!(receive(&mut one, &shorter), Err(SyncError::Alarm(_))));
    let mut one = one.restart();
    assert_eq!(one.session.vaults().unwrap()[0].read_only, Some(VaultReadOnly::Alarm));
    assert!(receive(&mut one, &server).unwrap().at_head);
    assert_eq!(one.status(home).alarm, None);
    let mut one = one.restart();
    add(&mut one.session, login("Afterwards", "u", "p"));
    one.sync(&mut server);
    assert_eq!(one.session.check_log().unwrap(), server.head(home).seq);
}

#[test]
fn t10_alarm_lasts_while_signed_entries_are_hidden() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let home = one.home();
    let mut other = server.clone();
    add(&mut one.session, login("Of one", "u", "p"));
    one.sync(&mut server);
    add(&mut two.session, login("Of two", "u", "p"));
    two.sync(&mut other);
    add(&mut two.session, login("More of two", "u", "p"));
    two.sync(&mut other);
    // The other history with the second entry of its own in view.
    let refused = receive(&mut one, &other).unwrap_err();
    let SyncError::Alarm(alarm) = refused else { panic!("{refused:?}") };
    assert_eq!((alarm.kind, alarm.seq), (AlarmKind::Contradiction, 4));
    // The own history again, which agrees with all that this device has of the log, and longer ones of it.
    for _ in 0..2 {
        assert_eq!(receive(&mut one, &server), Err(SyncError::Alarm(alarm)));
        let mut copy = other.clone();
        copy.restore(home, 2);
        assert_eq!(receive(&mut one, &copy), Err(SyncError::Alarm(alarm)));
        one = one.restart();
    }
    assert_eq!(one.status(home).alarm, Some(alarm));
    assert_eq!(titles(&mut one), BTreeSet::from(["First", "Of one"].map(str::to_owned)));
}

#[test]
fn alarm_about_a_hidden_entry_ends_when_it_is_shown() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let home = one.home();
    assert_eq!(one.confirmed(home), 2);
    for title in ["Hidden", "Second", "Third"] {
        add(&mut two.session, login(title, "u", "p"));
        two.sync(&mut server);
    }
    let mut lie = server.page(home, one.confirmed(home), 10, PageBodies::Live).unwrap();
    lie.entries.remove(0);
    lie.head_seq -= 1;
    let refused = one.session.receive(home, &lie, Bodies::Live, Recovery::None).unwrap_err();
    let SyncError::Alarm(alarm) = refused else { panic!("{refused:?}") };
    assert_eq!(alarm.kind, AlarmKind::Contradiction);
    // Page by page, it ends with the last one.
    for number in 3..=5 {
        assert_eq!(one.status(home).alarm, Some(alarm));
        assert_eq!(one.confirmed(home), number - 1);
        let part = server.page(home, one.confirmed(home), 1, PageBodies::Live).unwrap();
        one.session.receive(home, &part, Bodies::Live, Recovery::None).unwrap();
        one = one.restart();
    }
    assert_eq!((one.status(home).alarm, one.session.vaults().unwrap()[0].read_only), (None, None));
    assert_eq!(titles(&mut one), titles(&mut two));
}

#[test]
fn t10_another_history_raises_an_alarm_and_changes_nothing() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let home = one.home();
    let mut other = server.clone();
    add(&mut one.session, login("Of one", "u", "p"));
    one.sync(&mut server);
    add(&mut two.session, login("Of two", "u", "p"));
    add(&mut two.session, login("More of two", "u", "p"));
    two.sync(&mut other);
    let page = other.page(home, one.confirmed(home), 10, PageBodies::Live).unwrap();
    let refused = one.session.receive(home, &page, Bodies::Live, Recovery::None);
    assert!(matches!(refused, Err(SyncError::Alarm(_))), "{refused:?}");
    assert_eq!(titles(&mut one), BTreeSet::from(["First", "Of one"].map(str::to_owned)));
    // Its own history again does not have what the other device has signed.
    assert!(matches!(receive(&mut one, &server), Err(SyncError::Alarm(_))));
}

#[test]
fn t04_log_that_ends_before_an_acknowledged_entry_raises_an_alarm() {
    let mut server = LogServer::default();
    let (mut one, _) = two(&mut server);
    let home = one.home();
    let earlier = server.clone();
    add(&mut one.session, login("Of one", "u", "p"));
    one.push(&mut server, home).unwrap();
    let page = earlier.page(home, one.confirmed(home), 10, PageBodies::Live).unwrap();
    let announced = one.session.receive(home, &page, Bodies::Live, Recovery::Announced);
    assert_eq!(announced, Err(SyncError::BeingRestored { seq: 2 }));
    let refused = one.session.receive(home, &page, Bodies::Live, Recovery::None).unwrap_err();
    let SyncError::Alarm(alarm) = refused else { panic!("{refused:?}") };
    assert_eq!((alarm.kind, alarm.seq), (AlarmKind::MissingOwn, 3));
    assert!(titles(&mut one).contains("Of one"));
}

#[test]
fn t04_missing_acknowledged_entry_raises_an_alarm() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let home = one.home();
    let mut other = server.clone();
    add(&mut one.session, login("Of one", "u", "p"));
    one.push(&mut server, home).unwrap();
    let mut one = one.restart();
    add(&mut two.session, login("Of two", "u", "p"));
    two.sync(&mut other);
    let page = other.page(home, one.confirmed(home), 10, PageBodies::Live).unwrap();
    let refused = one.session.receive(home, &page, Bodies::Live, Recovery::None).unwrap_err();
    let SyncError::Alarm(alarm) = refused else { panic!("{refused:?}") };
    assert_eq!(alarm.kind, AlarmKind::MissingOwn);
    assert!(titles(&mut one).contains("Of one"));
}
