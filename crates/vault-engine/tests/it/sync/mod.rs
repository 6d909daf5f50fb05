//! What a client makes of a server's log: devices of one account with the real engine and database, and a server's logs in
//! memory.

mod activity;
mod alarms;
mod consents;
mod crossing;
mod deleted_vaults;
mod device;
mod directory;
mod directory_threats;
mod documents;
mod grants;
mod heal;
mod item_history;
mod pins;
mod purges;
mod rejoin;
mod rotation;
mod sharing;
mod simulation;
mod team_factor;
mod teams;
mod times;
mod too_long;
mod transfer;

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use vault_engine::clock::Timestamp;
use vault_engine::search::Scope;
use vault_engine::session::{
    Acknowledged, Bodies, Change, Opened, Put, Received, SyncError, TransferMode, VaultAppearance,
};
use vault_testkit::{LogServer, PageBodies};
use vault_wire::log::Recovery;

use super::support::{add, login, query, titles_in};
use device::{Device, LIMITS, two};

fn titles(device: &mut Device) -> BTreeSet<String> {
    titles_in(&mut device.session, Scope::All).into_iter().collect()
}

#[test]
fn everything_written_before_the_first_contact_is_sent_and_read_back() {
    let mut server = LogServer::default();
    let mut one = Device::new();
    let home = one.home();
    let stored = add(&mut one.session, login("First", "u", "p"));
    one.set_title(stored.id, "Second title");
    assert_eq!((one.status(home).confirmed, one.status(home).unsent), (0, 3));
    one.found(&mut server);

    assert_eq!(one.pull(&server, home), Received { own: 1, ..Received::default() });
    let acknowledged = one.push(&mut server, home).unwrap();
    assert_eq!(acknowledged, Acknowledged { accepted: 2, ..Acknowledged::default() });
    assert_eq!(one.status(home).unsent, 2, "an answer alone clears nothing");
    assert_eq!(one.pull(&server, home).own, 2);
    assert_eq!((one.status(home).confirmed, one.status(home).unsent), (3, 0));
    assert_eq!(one.session.next_push(home, &LIMITS).unwrap(), None);

    let mut one = one.restart();
    assert_eq!(one.status(home).confirmed, 3);
    assert_eq!(one.session.check_log().unwrap(), 3);
    one.set_title(stored.id, "Third title");
    one.sync(&mut server);
    assert_eq!(server.entries(home).len(), 4);
}

#[test]
fn reading_back_own_entries_needs_no_bodies() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let home = one.home();
    add(&mut one.session, login("Of one", "u", "p"));
    one.push(&mut server, home).unwrap();
    let page = |device: &Device, server: &LogServer| {
        server.page(home, device.confirmed(home), 1_000, PageBodies::None).unwrap()
    };
    let own = page(&one, &server);
    assert_eq!(one.session.receive(home, &own, Bodies::None, Recovery::None).unwrap().own, 1);
    // Entries of others are not taken without their bodies.
    let foreign = page(&two, &server);
    let refused = two.session.receive(home, &foreign, Bodies::None, Recovery::None);
    assert_eq!(refused, Err(SyncError::WithoutBodies));
    two.pull(&server, home);
    assert_eq!(titles(&mut two), titles(&mut one));
}

#[test]
fn items_of_another_device_are_shown_changed_and_deleted() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let home = one.home();
    let new = add(&mut one.session, login("New", "u", "p"));
    let gone = add(&mut one.session, login("Gone", "u", "p"));
    one.sync(&mut server);
    two.sync(&mut server);
    assert_eq!(titles(&mut two), BTreeSet::from(["First", "Gone", "New"].map(str::to_owned)));

    two.set_title(new.id, "Renamed");
    let Opened { mut item, revision, .. } = two.session.get(gone.id).unwrap();
    item.trashed_at = Some(Timestamp(1));
    two.session.put(Put::change(gone.id, revision, item)).unwrap();
    two.session.purge(&[gone.id]).unwrap();
    two.sync(&mut server);
    one.sync(&mut server);
    assert_eq!(titles(&mut one), BTreeSet::from(["First", "Renamed"].map(str::to_owned)));
    assert_eq!(one.session.history(new.id).unwrap().len(), 2);
    for device in [&one, &two] {
        assert_eq!(device.session.check_log().unwrap(), server.head(home).seq);
    }
}

#[test]
fn edits_of_different_items_keep_their_signatures() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let home = one.home();
    let mine = add(&mut one.session, login("Of one", "u", "p"));
    add(&mut two.session, login("Of two", "u", "p"));
    two.sync(&mut server);
    one.pull(&server, home);
    assert_eq!(titles(&mut one).len(), 3);
    let pushed = one.session.next_push(home, &LIMITS).unwrap().unwrap();
    assert_eq!(pushed.entries[0].entry_hash().as_bytes(), mine.revision.as_bytes());
    one.sync(&mut server);
    two.sync(&mut server);
    assert_eq!(titles(&mut one), titles(&mut two));
    assert_eq!(one.session.check_log().unwrap(), server.head(home).seq);
}

#[test]
fn concurrent_edits_of_one_item_are_merged_without_loss() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let home = one.home();
    let id = one.session.list(&query(Scope::All)).unwrap().rows[0].id;
    one.set_title(id, "Title of one");
    two.set_title(id, "Earlier title of two");
    two.set_title(id, "Title of two");
    one.sync(&mut server);
    let mut two = two.restart();
    two.sync(&mut server);
    one.sync(&mut server);
    for device in [&one, &two] {
        let item = device.item(id);
        assert_eq!(item.title, "Title of one");
        let superseded: Vec<&str> = item.superseded.iter().map(|old| old.value.expose()).collect();
        assert_eq!(superseded, ["Earlier title of two", "Title of two"]);
        assert!(item.flags.edited_in_two_places);
        assert_eq!(device.session.check_log().unwrap(), server.head(home).seq);
    }
}

#[test]
fn pages_of_one_entry_give_the_same_as_one_page() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let home = one.home();
    let id = one.session.list(&query(Scope::All)).unwrap().rows[0].id;
    for number in 0..5 {
        one.set_title(id, &format!("Title {number}"));
        add(&mut one.session, login(&format!("Item {number}"), "u", "p"));
    }
    two.set_title(id, "Of two");
    add(&mut two.session, login("New of two", "u", "p"));
    one.sync(&mut server);
    while two.confirmed(home) < server.head(home).seq {
        let page = server.page(home, two.confirmed(home), 1, PageBodies::Live).unwrap();
        two.session.receive(home, &page, Bodies::Live, Recovery::None).unwrap();
        // Whatever has been received, the program can be ended, and what was written here is there.
        two = two.restart();
        assert!(titles(&mut two).contains("New of two"));
        two.session.check_log().unwrap();
    }
    two.sync(&mut server);
    one.sync(&mut server);
    assert_eq!(titles(&mut one), titles(&mut two));
    assert_eq!(two.item(id).title, "Title 4");
    assert_eq!(two.item(id).superseded.len(), 1);
}

#[test]
fn concurrent_renames_of_a_vault_leave_one_name() {
    let mut server = LogServer::default();
    let mut one = Device::new();
    let appearance =
        |name: &str, hue| VaultAppearance { name: name.to_owned(), hue: Some(hue), icon: String::new() };
    let vault = one.session.create_vault(&appearance("Work", 1)).unwrap();
    one.found(&mut server);
    one.sync(&mut server);
    let (mut one, mut two) = one.copy(2);
    one.session.set_vault_appearance(vault, &appearance("Of one", 2)).unwrap();
    two.session.set_vault_appearance(vault, &appearance("Of two", 3)).unwrap();
    one.sync(&mut server);
    two.sync(&mut server);
    one.sync(&mut server);
    let home = one.home();
    for device in [one, two] {
        let device = device.restart();
        let vaults = device.session.vaults().unwrap();
        let named = vaults.iter().find(|found| found.id == vault).unwrap();
        assert_eq!(named.appearance, appearance("Of one", 2));
        // The genesis record, the metadata, its change, and the merge that keeps the other name.
        assert_eq!(device.session.check_log().unwrap(), server.head(home).seq + server.head(vault).seq);
        assert_eq!(server.head(home).seq, 4);
    }
}

#[test]
fn returned_item_has_a_readable_history_and_moves() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let id = one.session.list(&query(Scope::All)).unwrap().rows[0].id;
    one.session.trash(&[id]).unwrap();
    one.session.purge(&[id]).unwrap();
    two.set_title(id, "Edited meanwhile");
    one.sync(&mut server);
    two.sync(&mut server);
    one.sync(&mut server);
    let work = VaultAppearance { name: "Work".to_owned(), hue: None, icon: String::new() };
    for mut device in [one, two] {
        let history = device.session.history(id).unwrap();
        assert!(!history.iter().any(|entry| entry.changes.contains(&Change::Unreadable)));
        assert_eq!(history.len(), device.session.get(id).unwrap().revisions as usize);
        for entry in &history {
            device.session.at_revision(id, entry.revision).unwrap();
        }
        let vault = device.session.create_vault(&work).unwrap();
        let plan = device.session.plan_transfer(&[id], vault, TransferMode::Move).unwrap();
        let moved = device.session.transfer(plan, &mut |_| ControlFlow::Continue(())).unwrap();
        assert_eq!((moved.items.len(), moved.left.len()), (1, 0));
        assert_eq!(device.item(moved.items[0].to).title, "Edited meanwhile");
    }
}

#[test]
fn home_vault_named_by_two_devices_has_one_name() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let home = one.home();
    let named = |name: &str| VaultAppearance { name: name.to_owned(), hue: None, icon: String::new() };
    one.session.set_vault_appearance(home, &named("Of one")).unwrap();
    two.session.set_vault_appearance(home, &named("Of two")).unwrap();
    one.sync(&mut server);
    two.sync(&mut server);
    one.sync(&mut server);
    let (mut one, mut two) = (one.restart(), two.restart());
    let name = |device: &Device| device.session.vaults().unwrap().remove(0).appearance.name;
    assert_eq!([name(&one), name(&two)], ["Of one", "Of one"]);
    two.session.set_vault_appearance(home, &named("Later")).unwrap();
    two.sync(&mut server);
    one.sync(&mut server);
    for device in [one.restart(), two.restart()] {
        assert_eq!(name(&device), "Later");
        device.session.check_log().unwrap();
    }
}

#[test]
fn a_push_without_answer_repeats_its_batch_id() {
    let mut server = LogServer::default();
    let (mut one, _) = two(&mut server);
    let home = one.home();
    add(&mut one.session, login("New", "u", "p"));
    let batch = one.session.next_push(home, &LIMITS).unwrap().unwrap();
    let first = server.push(home, 1, &batch).unwrap();
    let mut one = one.restart();
    let again = one.session.next_push(home, &LIMITS).unwrap().unwrap();
    assert_eq!(again, batch);
    let reply = server.push(home, 1, &again).unwrap();
    assert_eq!(reply, first);
    one.session.acknowledge(home, &again, &reply).unwrap();
    one.sync(&mut server);
    assert_eq!(server.head(home).seq, 3);

    // Other entries get another id.
    add(&mut one.session, login("Newer", "u", "p"));
    assert_ne!(one.session.next_push(home, &LIMITS).unwrap().unwrap().batch_id, batch.batch_id);
}

#[test]
fn two_copies_of_one_profile_both_write() {
    let mut server = LogServer::default();
    let (mut one, copy) = two(&mut server);
    let home = one.home();
    add(&mut one.session, login("Before the copy", "u", "p"));
    one.session.next_push(home, &LIMITS).unwrap().unwrap();
    drop(copy);
    let (mut one, mut two) = one.copy(1);
    // The same device to the server, with a push under way in both.
    add(&mut two.session, login("Of the copy", "u", "p"));
    one.sync(&mut server);
    two.sync(&mut server);
    one.sync(&mut server);
    assert_eq!(titles(&mut one), titles(&mut two));
    assert_eq!(titles(&mut one).len(), 3);
    assert_eq!(one.session.check_log().unwrap(), server.head(home).seq);
}

#[test]
fn items_created_and_deleted_before_the_first_contact_are_not_sent() {
    let mut server = LogServer::default();
    let mut one = Device::new();
    let home = one.home();
    let gone = add(&mut one.session, login("Gone", "u", "canary-of-the-deleted"));
    let kept = add(&mut one.session, login("Kept", "u", "p"));
    let Opened { mut item, revision, .. } = one.session.get(gone.id).unwrap();
    item.trashed_at = Some(Timestamp(1));
    one.session.put(Put::change(gone.id, revision, item)).unwrap();
    one.session.purge(&[gone.id]).unwrap();
    one.found(&mut server);
    one.sync(&mut server);
    assert_eq!(server.entries(home).len(), 2, "the genesis record and the item that is kept");
    assert_eq!(one.item(kept.id).title, "Kept");
    assert_eq!(one.session.check_log().unwrap(), 2);
    let one = one.restart();
    assert_eq!(one.session.check_log().unwrap(), 2);
}
