//! A server that was restored from a backup: what is sent to it again, and when the vault can be changed again.

use vault_engine::session::{
    Alarm, AlarmKind, Bodies, EventKind, Restoring, SessionError, SyncError, VaultReadOnly,
};
use vault_testkit::{LogServer, PageBodies};
use vault_wire::log::Recovery;

use super::device::{Device, LIMITS, two};
use super::titles;
use crate::support::{add, login};

const RESTORED: SessionError = SessionError::VaultReadOnly(VaultReadOnly::BeingRestored);

/// Receives the next page of the home vault from a server that announces a recovery.
fn receive(device: &mut Device, server: &LogServer) -> Result<bool, SyncError> {
    let home = device.home();
    let page = server.page(home, device.confirmed(home), 10, PageBodies::Live).unwrap();
    let received = device.session.receive(home, &page, Bodies::Live, Recovery::Announced)?;
    Ok(received.at_head)
}

/// Sends at most so many lost entries. Returns whether the server took them.
fn heal(device: &mut Device, server: &mut LogServer, most: usize) -> Option<bool> {
    let home = device.home();
    let batch = device.session.next_heal(home, server.head(home).seq, most).unwrap()?;
    let taken = server.heal(home, &batch);
    device.session.healed(home, batch.entries.len()).unwrap();
    Some(taken)
}

fn read_back(device: &mut Device, server: &LogServer, limit: usize) -> Result<(), SyncError> {
    let home = device.home();
    let Some(Restoring { read_back, .. }) = device.session.restoring(home).unwrap() else { return Ok(()) };
    let page = server.page(home, read_back, limit, PageBodies::None).unwrap();
    device.session.read_back_restored(home, &page)
}

fn why_read_only(device: &Device) -> Option<VaultReadOnly> {
    device.session.vaults().unwrap().iter().find(|vault| vault.home).unwrap().read_only
}

fn write(device: &mut Device, title: &str) {
    add(&mut device.session, login(title, "u", "p"));
}

fn try_write(device: &mut Device) -> Result<(), SessionError> {
    let title = titles(device).into_iter().next().unwrap();
    let query = crate::support::query(vault_engine::search::Scope::All);
    let row = device.session.list(&query).unwrap().rows.into_iter().find(|row| row.title == title).unwrap();
    device.session.trash(&[row.id]).map(drop)
}

/// A device with five confirmed entries, and a server that has lost the last three.
fn restored(server: &mut LogServer) -> (Device, Device) {
    let (mut one, two) = two(server);
    for title in ["A", "B", "C"] {
        write(&mut one, title);
        one.sync(server);
    }
    server.restore(one.home(), 2);
    (one, two)
}

#[test]
fn restored_server_is_healed_with_a_restart_after_each_step() {
    let mut server = LogServer::default();
    let (mut one, _) = restored(&mut server);
    let home = one.home();
    write(&mut one, "Unsent");
    let lost = server.page(home, 0, 10, PageBodies::Live).unwrap();
    assert_eq!(receive(&mut one, &server), Err(SyncError::BeingRestored { seq: 2 }));
    for (number, has) in (0..3).zip(2..) {
        one = one.restart();
        // Nothing is sealed for it, sent to it or lost.
        assert_eq!(why_read_only(&one), Some(VaultReadOnly::BeingRestored));
        assert_eq!(try_write(&mut one), Err(RESTORED));
        assert_eq!(one.session.next_push(home, &LIMITS), Ok(None));
        assert_eq!(titles(&mut one).len(), 5);
        assert_eq!(server.head(home).seq, has);
        assert_eq!(receive(&mut one, &server), Err(SyncError::BeingRestored { seq: has }));
        assert_eq!(heal(&mut one, &mut server, 1), Some(true));
        let state = one.session.restoring(home).unwrap();
        assert_eq!(state, Some(Restoring { read_back: 2, sent: number + 1 }));
    }
    assert_eq!(heal(&mut one, &mut server, 1), None);
    assert_eq!(receive(&mut one, &server), Ok(true));
    // It is over when all of them were read back, and not before.
    for left in (0..3).rev() {
        one = one.restart();
        assert_eq!(why_read_only(&one), Some(VaultReadOnly::BeingRestored));
        assert!(!one.session.is_current(home, server.head(home)).unwrap());
        read_back(&mut one, &server, 1).unwrap();
        assert_eq!(one.session.restoring(home).unwrap().is_some(), left > 0);
    }
    assert_eq!(why_read_only(&one), None);
    assert_eq!(server.page(home, 0, 2, PageBodies::Live).unwrap().entries, lost.entries);
    let events = one.session.events(0, 10).unwrap();
    let complete = events.iter().find(|event| event.kind == EventKind::ServerComplete).unwrap();
    assert_eq!((complete.vault, complete.count), (Some(home), 3));
    assert_eq!(events.iter().filter(|event| event.kind == EventKind::ServerRestored).count(), 1);
    one.sync(&mut server);
    assert_eq!(one.session.check_log().unwrap(), 6);
}

#[test]
fn devices_heal_together_and_each_sends_what_it_has() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let home = one.home();
    for title in ["A", "B"] {
        write(&mut one, title);
        one.sync(&mut server);
    }
    two.sync(&mut server);
    for title in ["C", "D"] {
        write(&mut one, title);
        one.sync(&mut server);
    }
    server.restore(home, 1);
    for device in [&mut one, &mut two] {
        assert_eq!(receive(device, &server), Err(SyncError::BeingRestored { seq: 1 }));
    }
    // Both send the same entries; the second one is too late.
    let late = two.session.next_heal(home, 1, 2).unwrap().unwrap();
    assert_eq!(heal(&mut one, &mut server, 2), Some(true));
    assert!(!server.heal(home, &late));
    assert_eq!(receive(&mut two, &server), Err(SyncError::BeingRestored { seq: 3 }));
    assert_eq!(heal(&mut two, &mut server, 10), Some(true));
    assert_eq!(heal(&mut two, &mut server, 10), None, "it has no more");
    assert_eq!(receive(&mut two, &server), Ok(true));
    read_back(&mut two, &server, 10).unwrap();
    assert_eq!(why_read_only(&two), None);
    assert_eq!(receive(&mut one, &server), Err(SyncError::BeingRestored { seq: 4 }));
    assert_eq!(heal(&mut one, &mut server, 10), Some(true));
    assert_eq!(receive(&mut one, &server), Ok(true));
    read_back(&mut one, &server, 10).unwrap();
    two.sync(&mut server);
    one.sync(&mut server);
    assert_eq!(titles(&mut one), titles(&mut two));
    assert_eq!(titles(&mut one).len(), 5);
}

#[test]
fn accepted_entry_that_was_not_read_back_is_healed_too() {
    let mut server = LogServer::default();
    let (mut one, _) = two(&mut server);
    let home = one.home();
    write(&mut one, "New");
    one.push(&mut server, home).unwrap();
    assert_eq!((one.confirmed(home), one.session.known_end(home).unwrap()), (2, 3));
    server.restore(home, 1);
    let mut one = one.restart();
    assert_eq!(receive(&mut one, &server), Err(SyncError::BeingRestored { seq: 1 }));
    assert_eq!(heal(&mut one, &mut server, 10), Some(true));
    assert_eq!(receive(&mut one, &server), Ok(true));
    read_back(&mut one, &server, 10).unwrap();
    assert_eq!((one.confirmed(home), one.status(home).unsent), (3, 0));
    assert_eq!(one.session.check_log().unwrap(), 3);
}

#[test]
fn t08_restored_entry_that_is_another_one_raises_an_alarm() {
    let mut server = LogServer::default();
    let (mut one, mut two) = restored(&mut server);
    let home = one.home();
    assert_eq!(receive(&mut one, &server), Err(SyncError::BeingRestored { seq: 2 }));
    let mut other = server.clone();
    assert_eq!(heal(&mut one, &mut server, 10), Some(true));
    assert_eq!(receive(&mut one, &server), Ok(true));
    // It states the root that it should have, and has something else.
    write(&mut two, "Of two");
    two.sync(&mut other);
    let refused = read_back(&mut one, &other, 10).unwrap_err();
    assert!(matches!(refused, SyncError::Alarm(Alarm { kind: AlarmKind::Fork, seq: 3, .. })), "{refused:?}");
    assert_eq!(why_read_only(&one), Some(VaultReadOnly::Alarm));
    // It does not have them at all.
    other.restore(home, 2);
    let refused = read_back(&mut one, &other, 10);
    assert_eq!(refused, Err(SyncError::BeingRestored { seq: 2 }));
    let mut one = one.restart();
    assert_eq!(why_read_only(&one), Some(VaultReadOnly::Alarm));
    assert_eq!(titles(&mut one).len(), 4);
}

#[test]
fn alarm_of_a_restore_that_is_announced_late_is_healed() {
    let mut server = LogServer::default();
    let (mut one, _) = restored(&mut server);
    let home = one.home();
    let page = server.page(home, 5, 10, PageBodies::Live).unwrap();
    let refused = one.session.receive(home, &page, Bodies::Live, Recovery::None).unwrap_err();
    assert!(matches!(refused, SyncError::Alarm(Alarm { kind: AlarmKind::Rollback, .. })), "{refused:?}");
    assert_eq!(receive(&mut one, &server), Err(SyncError::BeingRestored { seq: 2 }));
    assert_eq!(why_read_only(&one), Some(VaultReadOnly::Alarm), "it lasts until everything is there");
    assert_eq!(heal(&mut one, &mut server, 10), Some(true));
    assert_eq!(receive(&mut one, &server), Ok(true));
    read_back(&mut one, &server, 10).unwrap();
    assert_eq!((one.status(home).alarm, why_read_only(&one)), (None, None));
    let kinds: Vec<_> = one.session.events(0, 4).unwrap().into_iter().map(|event| event.kind).collect();
    let expected =
        [EventKind::ServerComplete, EventKind::AlarmEnded, EventKind::ServerRestored, EventKind::AlarmRaised];
    assert_eq!(kinds, expected);
}
