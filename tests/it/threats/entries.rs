//! Logs whose entries were exchanged, left out, repeated, reordered or made up.

use vault_crypto::Identity;
use vault_engine::item::{Item, ItemType};
use vault_engine::session::{AlarmKind, Put, VaultAppearance};
use vault_sync::cycle::VaultProblem;
use vault_wire::cbor::Canonical as _;
use vault_wire::log::RejectReason;
use vault_wire::message::{LogEntry, LogQuery, PushResult, Refusal};
use vault_wire::revision::RevisionHeader;
use vault_wire::{AccountId, ItemId};

use super::scene::{Scene, head, log};
use crate::support::{Reply, rng};

/// Changes the header of a revision, as somebody does who cannot sign it again.
fn change_header(entry: &mut LogEntry, change: impl FnOnce(&mut RevisionHeader)) {
    let LogEntry::Revision { revision, .. } = entry else { panic!("not a revision") };
    let mut header = RevisionHeader::decode(&revision.header).unwrap();
    change(&mut header);
    revision.header = header.encode();
}

/// The item that an entry is about.
fn item_of(entry: &LogEntry) -> ItemId {
    let LogEntry::Revision { revision, .. } = entry else { panic!("not a revision") };
    RevisionHeader::decode(&revision.header).unwrap().item_id
}

#[tokio::test]
async fn t01_bodies_exchanged_with_their_hashes_have_no_effect() {
    let scene = Scene::new().await;
    scene.one.computer.add("Second");
    scene.one.computer.add("Third");
    scene.one.sync().await;
    let mut entries = scene.log().await;
    let [.., LogEntry::Revision { revision: a, body: x }, LogEntry::Revision { revision: b, body: y }] =
        &mut entries[..]
    else {
        panic!("two revisions")
    };
    std::mem::swap(&mut a.body_hash, &mut b.body_hash);
    std::mem::swap(x, y);
    scene.show(entries);
    scene.expect_no_effect(2).await;
}

#[tokio::test]
async fn t02_item_presented_as_another_has_no_effect() {
    let scene = Scene::new().await;
    scene.write(&["Second"]).await;
    let mut entries = scene.log().await;
    let first = item_of(&entries[1]);
    let LogEntry::Revision { revision, .. } = &entries[1] else { panic!("a revision") };
    let parent = revision.hash();
    change_header(&mut entries[2], |header| (header.item_id, header.parent) = (first, Some(parent)));
    scene.show(entries);
    scene.expect_no_effect(1).await;
}

#[tokio::test]
async fn t02_item_presented_in_another_vault_has_no_effect() {
    let scene = Scene::new().await;
    let work = VaultAppearance { name: "Work".to_owned(), ..VaultAppearance::default() };
    let vault = scene.one.computer.work(|session| {
        let vault = session.create_vault(&work).unwrap();
        let mut item = Item::new(ItemType::Note, session.clock().now());
        item.title = "Of work".to_owned();
        session.put(Put { vault: Some(vault), ..Put::new(item) }).unwrap();
        vault
    });
    scene.one.sync().await;
    scene.two.sync().await;
    assert_eq!(scene.two.computer.titles(), ["First", "Of work"]);
    let moved = log(&scene.one, vault).await.pop().unwrap();
    let item = item_of(&moved);
    let mut entries = scene.log().await;
    entries.push(moved);
    scene.show(entries);
    scene.expect_no_effect(1).await;
    let shown_in = scene.two.computer.work(|session| session.get(item).unwrap().vault);
    assert_eq!(shown_in, vault);
}

#[tokio::test]
async fn t03_older_revision_shown_as_the_newest_has_no_effect() {
    let scene = Scene::new().await;
    let mut entries = scene.log().await;
    let first = item_of(&entries[1]);
    scene.one.computer.set_title(first, "Changed");
    scene.one.sync().await;
    scene.two.sync().await;
    entries = [scene.log().await, vec![entries.pop().unwrap()]].concat();
    scene.show(entries);
    assert_eq!(scene.two.computer.titles(), ["Changed"]);
    scene.expect_no_effect(1).await;
}

#[tokio::test]
async fn t04_newest_entry_that_is_withheld_shows_with_the_next_one() {
    let scene = Scene::new().await;
    scene.write(&["Withheld"]).await;
    let mut entries = scene.log().await;
    entries.pop();
    scene.show(entries.clone());
    // A shorter log that is consistent is not to be distinguished from a quiet one.
    scene.two.sync().await;
    scene.write(&["Next"]).await;
    entries.push(scene.log().await.pop().unwrap());
    scene.lying.reforms();
    scene.show(entries);
    scene.expect_alarm(AlarmKind::Contradiction).await;
    scene.expect_recovery().await;
}

#[tokio::test]
async fn t05_deletion_that_is_left_out_raises_an_alarm() {
    let scene = Scene::new().await;
    let first = item_of(&scene.log().await[1]);
    scene.one.computer.work(|session| {
        session.trash(&[first]).unwrap();
        session.purge(&[first]).unwrap();
    });
    scene.one.sync().await;
    scene.write(&["Second"]).await;
    let mut entries = scene.log().await;
    // Moving to the trash, the tombstone, the other item.
    entries.remove(entries.len() - 2);
    scene.show(entries);
    scene.expect_alarm(AlarmKind::Contradiction).await;
    scene.expect_recovery().await;
    assert!(!scene.two.computer.titles().contains(&"First".to_owned()));
}

#[tokio::test]
async fn t05_deleted_item_is_not_brought_back() {
    let scene = Scene::new().await;
    let put = scene.log().await.pop().unwrap();
    let first = item_of(&put);
    scene.one.computer.work(|session| {
        session.trash(&[first]).unwrap();
        session.purge(&[first]).unwrap();
    });
    scene.one.sync().await;
    scene.two.sync().await;
    assert!(scene.two.computer.titles().is_empty());
    let mut entries = scene.log().await;
    entries.push(put);
    scene.show(entries);
    scene.expect_no_effect(1).await;
}

#[tokio::test]
async fn t06_revision_under_the_id_of_another_item_has_no_effect() {
    let scene = Scene::new().await;
    let mut entries = scene.log().await;
    let mut copy = entries[1].clone();
    change_header(&mut copy, |header| header.item_id = ItemId::from_bytes([7; 16]));
    entries.push(copy);
    scene.show(entries);
    scene.expect_no_effect(1).await;
}

#[tokio::test]
async fn t07_revisions_that_the_server_made_have_no_effect() {
    let scene = Scene::new().await;
    let member = scene.two.computer.work(|session| session.account());
    let mut entries = scene.log().await;
    let (own, end) = (Identity::make_first(&mut rng()), head(scene.home, &entries));
    // In the name of the account, of somebody who is no member, and over an item that exists.
    let first = item_of(&entries[1]);
    let LogEntry::Revision { revision, .. } = &entries[1] else { panic!("a revision") };
    let parent = Some(revision.hash());
    for author in [member, AccountId::from_bytes([3; 16])] {
        entries.push(
            scene.forged(&own, author, |header| (header.base_seq, header.base_root) = (end.seq, end.root)),
        );
        entries.push(scene.forged(&own, author, |header| (header.item_id, header.parent) = (first, parent)));
    }
    scene.show(entries);
    scene.expect_no_effect(4).await;
}

#[tokio::test]
async fn t11_entries_in_another_order_raise_an_alarm() {
    let scene = Scene::new().await;
    scene.write(&["Second", "Third"]).await;
    let mut entries = scene.log().await;
    entries.swap(2, 3);
    scene.show(entries);
    scene.expect_alarm(AlarmKind::Contradiction).await;
    scene.expect_recovery().await;
}

#[tokio::test]
async fn t11_another_order_than_that_of_the_stated_root_raises_an_alarm() {
    let scene = Scene::new().await;
    // Neither has the other in view, so both orders are possible.
    scene.one.computer.add("Second");
    scene.one.computer.add("Third");
    scene.one.sync().await;
    scene.change(|page| page.entries.reverse());
    scene.expect_alarm(AlarmKind::Fork).await;
    scene.expect_recovery().await;
}

#[tokio::test]
async fn t11_entry_that_is_left_out_of_a_page_raises_an_alarm() {
    let scene = Scene::new().await;
    scene.one.computer.add("Second");
    scene.one.computer.add("Third");
    scene.one.sync().await;
    scene.change(|page| {
        page.entries.remove(0);
        page.head_seq -= 1;
    });
    scene.expect_alarm(AlarmKind::Fork).await;
    scene.expect_recovery().await;
}

#[tokio::test]
async fn t22_malformed_pages_give_one_refusal_and_the_same_traffic() {
    let scene = Scene::new().await;
    scene.write(&["Second"]).await;
    let titles = scene.two.computer.titles();
    let page = {
        let query = LogQuery { after: 2, ..LogQuery::default() };
        scene.one.session.log_page(&scene.home, &query).await.unwrap().encode()
    };
    let route = format!("GET /v1/vaults/{}/log", scene.home);
    let mut bodies: Vec<Vec<u8>> = (0..page.len().min(100)).map(|length| page[..length].to_vec()).collect();
    for (byte, value) in (0..16).flat_map(|byte| [(byte, 0xFF), (byte, 0x1F)]) {
        let mut changed = page.clone();
        changed[byte] = value;
        bodies.push(changed);
    }
    // The body of the revision, whose hash is beside it.
    let middle = page.len() / 2;
    bodies.extend((0..100).map(|at| {
        let mut changed = page.clone();
        changed[middle + at] ^= 0x80;
        changed
    }));
    let mut traffic = Vec::new();
    for body in bodies {
        scene.lying.answers(&route, move |_| Reply::new(200, "application/cbor", body.clone()));
        scene.lying.forget();
        assert_eq!(scene.try_two().await, Err(VaultProblem::Other));
        traffic.push(scene.lying.routes());
        scene.lying.reforms();
    }
    assert!(
        traffic.iter().all(|routes| *routes == traffic[0]),
        "what is asked for does not depend on the fault"
    );
    assert_eq!(traffic[0].len(), 2);
    assert_eq!(scene.two.computer.titles(), titles);
    scene.expect_recovery().await;
}

#[tokio::test]
async fn t27_body_that_does_not_open_is_shown_as_it_was_before_and_the_next_edit_follows_it() {
    let scene = Scene::new().await;
    let entries = scene.log().await;
    let LogEntry::Revision { revision, .. } = &entries[1] else { panic!("a revision") };
    let (first, parent, end) = (item_of(&entries[1]), Some(revision.hash()), head(scene.home, &entries));
    // Signed by the account itself: by another of its devices, under a key that is not the vault's.
    let parts = scene.one.computer.account_parts();
    let member = scene.one.computer.work(|session| session.account());
    let entry = scene.forged(&parts.keyset.identity, member, |header| {
        (header.item_id, header.parent) = (first, parent);
        (header.base_seq, header.base_root) = (end.seq, end.root);
    });
    assert_eq!(scene.push(entry).await, PushResult::Accepted { seq: 3 });
    for connected in [&scene.two, &scene.one] {
        connected.sync().await;
        assert_eq!(connected.computer.titles(), ["First"]);
    }
    scene.two.computer.set_title(first, "Edited");
    scene.expect_recovery().await;
    assert_eq!(scene.two.computer.titles(), ["Afterwards", "Afterwards", "Edited"]);
}

#[tokio::test]
async fn t27_entries_of_a_newer_format_freeze_nothing() {
    let scene = Scene::new().await;
    let entries = scene.log().await;
    let end = head(scene.home, &entries);
    let parts = scene.one.computer.account_parts();
    let member = scene.one.computer.work(|session| session.account());
    let LogEntry::Revision { mut revision, body } = scene.forged(&parts.keyset.identity, member, |header| {
        (header.base_seq, header.base_root) = (end.seq, end.root);
    }) else {
        panic!("a revision")
    };
    // An array, then the format.
    assert_eq!(revision.header[1], 1);
    revision.header[1] = 2;
    let newer = LogEntry::Revision { revision, body };
    let refused = PushResult::Refused(Refusal::Rejected(RejectReason::Format));
    assert_eq!(scene.push(newer.clone()).await, refused);
    scene.show([entries, vec![newer]].concat());
    let synced = scene.try_two().await.unwrap();
    assert_eq!(synced.void, 1);
    assert_eq!(scene.two.computer.work(|session| session.vaults().unwrap()[0].read_only), None);
    scene.two.computer.add("Of two");
    assert_eq!(scene.two.computer.titles(), ["First", "Of two"]);
}
