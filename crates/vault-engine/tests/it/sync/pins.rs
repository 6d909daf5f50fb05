//! What own devices remember of servers and logs, shared through the home vault.

use std::time::Duration;

use vault_engine::session::{
    AlarmKind, Bodies, OtherServerKeyChoice, Put, ServerConnection, SyncError, VaultAppearance,
};
use vault_testkit::{LogServer, PageBodies};
use vault_wire::ContentHash;
use vault_wire::log::{Recovery, RecoveryRatchet};
use vault_wire::message::VersionRatchet;

use super::device::{Device, two};
use super::titles;
use crate::connection::store_server;
use crate::support::login;

const DAY: Duration = Duration::from_hours(24);

fn connection(device: &Device) -> ServerConnection {
    device.session.connection().unwrap().unwrap()
}

fn change(device: &mut Device, change: impl FnOnce(&mut ServerConnection)) {
    let mut connection = connection(device);
    change(&mut connection);
    device.session.set_connection(&connection).unwrap();
}

/// Synchronizes and shares. Returns whether something was written.
fn share(device: &mut Device, server: &mut LogServer) -> bool {
    device.sync(server);
    let written = device.session.share_client_state().unwrap();
    device.sync(server);
    assert!(!device.session.share_client_state().unwrap(), "it is settled");
    written
}

/// Two computers with a server that both know.
fn connected(server: &mut LogServer) -> (Device, Device) {
    let (mut one, mut two) = two(server);
    store_server(&mut one.session);
    store_server(&mut two.session);
    (one, two)
}

#[test]
fn higher_values_are_taken_over_and_own_ones_written() {
    let mut server = LogServer::default();
    let (mut one, mut two) = connected(&mut server);
    let ratchet = RecoveryRatchet { ended: 2, current: Some((3, 70)) };
    change(&mut one, |connection| (connection.registration, connection.recovery) = (5, ratchet));
    change(&mut two, |connection| connection.api = VersionRatchet::at(3));
    assert!(share(&mut one, &mut server));
    assert!(share(&mut two, &mut server), "its API version is higher");
    assert!(!share(&mut one, &mut server));
    for device in [one, two] {
        let mut device = device.restart();
        assert!(!share(&mut device, &mut server));
        let ServerConnection { registration, api, recovery, .. } = connection(&device);
        assert_eq!((registration, api.used(), recovery), (5, 3, ratchet));
        // Nobody sees them.
        assert_eq!(titles(&mut device), ["First".to_owned()].into());
        assert_eq!(device.session.vaults().unwrap().first().unwrap().listed, 1);
        device.session.check_log().unwrap();
    }
}

#[test]
fn nothing_is_written_while_the_server_recovers() {
    let mut server = LogServer::default();
    let (mut one, _two) = connected(&mut server);
    let now = one.session.clock().now().0;
    change(&mut one, |connection| {
        connection.recovery = RecoveryRatchet { ended: 2, current: Some((3, now + 1_000)) };
    });
    assert!(!share(&mut one, &mut server));
    one.world.clock.advance(Duration::from_secs(2));
    assert!(share(&mut one, &mut server));
}

#[test]
fn no_value_is_lowered_by_an_older_device() {
    let mut server = LogServer::default();
    let (mut one, mut two) = connected(&mut server);
    change(&mut one, |connection| connection.registration = 7);
    share(&mut two, &mut server);
    assert!(share(&mut one, &mut server));
    assert_eq!(connection(&one).registration, 7);
    share(&mut two, &mut server);
    assert_eq!(connection(&two).registration, 7);
}

#[test]
fn pins_that_two_devices_write_at_once_are_merged() {
    let mut server = LogServer::default();
    let (mut one, mut two) = connected(&mut server);
    change(&mut one, |connection| connection.registration = 5);
    change(&mut two, |connection| {
        connection.recovery = RecoveryRatchet { ended: 4, current: None };
    });
    one.sync(&mut server);
    two.sync(&mut server);
    assert!(one.session.share_client_state().unwrap() && two.session.share_client_state().unwrap());
    for _ in 0..2 {
        one.sync(&mut server);
        two.sync(&mut server);
        one.session.share_client_state().unwrap();
        two.session.share_client_state().unwrap();
    }
    assert!(!share(&mut one, &mut server) && !share(&mut two, &mut server));
    for device in [&one, &two] {
        let ServerConnection { registration, recovery, .. } = connection(device);
        assert_eq!((registration, recovery.ended), (5, 4));
    }
}

#[test]
fn other_key_of_a_server_is_reported_until_one_is_chosen() {
    for choice in [OtherServerKeyChoice::Own, OtherServerKeyChoice::Other] {
        let mut server = LogServer::default();
        let (mut one, mut two) = connected(&mut server);
        let [first, second] = [1, 2].map(|byte| Some(ContentHash::from_bytes([byte; 32])));
        change(&mut one, |connection| connection.key = first);
        change(&mut two, |connection| connection.key = second);
        share(&mut one, &mut server);
        assert_eq!(one.session.other_server_key().unwrap(), None);
        share(&mut two, &mut server);
        let mut two = two.restart();
        let seen = two.session.other_server_key().unwrap().unwrap();
        assert_eq!((seen.own, seen.other), (second, first));
        two.session.choose_server_key(seen, choice).unwrap();
        assert_eq!(two.session.other_server_key().unwrap(), None);
        share(&mut two, &mut server);
        share(&mut one, &mut server);
        let other = one.session.other_server_key().unwrap();
        match choice {
            OtherServerKeyChoice::Own => assert_eq!(other.unwrap().other, second),
            OtherServerKeyChoice::Other => {
                assert_eq!((other, connection(&two).key), (None, first));
            }
        }
    }
}

#[test]
fn profile_that_leaves_a_server_forgets_what_it_knew_of_it() {
    let mut server = LogServer::default();
    let (mut one, _two) = connected(&mut server);
    change(&mut one, |connection| connection.registration = 5);
    share(&mut one, &mut server);
    one.session.leave_server().unwrap();
    store_server(&mut one.session);
    let mut next = LogServer::default();
    one.found(&mut next);
    share(&mut one, &mut next);
    assert_eq!(connection(&one).registration, 1, "the next server counts from its beginning");
}

#[test]
fn t08_head_by_own_device_must_be_in_log() {
    let mut server = LogServer::default();
    let (mut one, mut two) = connected(&mut server);
    let look = VaultAppearance { name: "Work".to_owned(), ..VaultAppearance::default() };
    let work = one.session.create_vault(&look).unwrap();
    one.found(&mut server);
    share(&mut one, &mut server);
    two.sync(&mut server);
    let first = server.page(work, 0, 1, PageBodies::None).unwrap().entries.remove(0);
    two.session.join(work, &first, None).unwrap();
    two.pull(&server, work);
    let old = server.clone();
    one.session.put(Put { vault: Some(work), ..Put::new(login("New", "u", "p")) }).unwrap();
    assert!(!share(&mut one, &mut server), "it was written just now");
    one.world.clock.advance(DAY);
    assert!(share(&mut one, &mut server));
    // The server hides the entry from the second computer.
    two.pull(&server, two.home());
    let page = old.page(work, two.confirmed(work), 10, PageBodies::Live).unwrap();
    let refused = two.session.receive(work, &page, Bodies::Live, Recovery::None).unwrap_err();
    let SyncError::Alarm(alarm) = refused else { panic!("{refused:?}") };
    assert_eq!((alarm.kind, alarm.seq), (AlarmKind::Rollback, 1));
}
