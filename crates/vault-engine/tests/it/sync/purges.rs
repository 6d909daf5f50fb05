//! What a server keeps of items that were deleted permanently.

use std::ops::ControlFlow;
use std::time::Duration;

use vault_crypto::SecretText;
use vault_engine::session::{HistoryRetention, KeysError, MemberChange, Session};
use vault_testkit::{LogServer, PageBodies};
use vault_wire::cbor::Canonical;
use vault_wire::log::{Head, RejectReason};
use vault_wire::message::{LogEntry, PushReply, PushResult, Refusal};
use vault_wire::revision::{RevisionHeader, RevisionKind};
use vault_wire::roster::MemberRole;
use vault_wire::{ItemId, VaultId};

use super::device::Device;
use super::sharing::{Server, founder, member};
use super::titles;
use crate::support::{PASSWORD, add, login};
use crate::vaults::add_to;

pub(super) fn sign(session: &mut Session) -> usize {
    session.sign_purges(&SecretText::from(PASSWORD)).unwrap()
}

/// The bodies that a server keeps of an item's content.
pub(super) fn kept(server: &LogServer, vault: VaultId, id: ItemId) -> usize {
    let page = server.page(vault, 0, usize::MAX, PageBodies::All).unwrap();
    let is_kept = |entry: &&LogEntry| match entry {
        LogEntry::Revision { revision, body } => {
            let header = RevisionHeader::decode(&revision.header).unwrap();
            header.item_id == id && header.kind == RevisionKind::Put && body.is_some()
        }
        LogEntry::Record(_) => false,
    };
    page.entries.iter().filter(is_kept).count()
}

fn delete(device: &mut Device, ids: &[ItemId]) {
    device.session.trash(ids).unwrap();
    device.session.purge(ids).unwrap();
}

/// Two devices, the logs of their server, and an item that both have.
fn two_with_an_item() -> (Server, Device, Device, ItemId) {
    let mut server = Server::default();
    let mut one = Device::new();
    one.found(&mut server.logs);
    let id = add(&mut one.session, login("Gone", "u", "p")).id;
    one.set_title(id, "Gone later");
    one.sync(&mut server.logs);
    let (one, two) = one.copy(2);
    (server, one, two, id)
}

#[test]
fn purge_drops_what_a_server_keeps_of_deleted_items() {
    let (mut server, mut one, mut two, id) = two_with_an_item();
    let home = one.home();
    let stays = add(&mut one.session, login("Stays", "u", "p")).id;
    assert_eq!(sign(&mut one.session), 0, "nothing is deleted");
    delete(&mut one, &[id]);
    assert_eq!(sign(&mut one.session), 0, "the server does not have the deletion yet");
    one.sync(&mut server.logs);
    assert_eq!(kept(&server.logs, home, id), 2);
    let wrong = one.session.sign_purges(&SecretText::from("another password"));
    assert_eq!(wrong, Err(KeysError::WrongPassword));
    assert!(!one.session.has_roster_work(home).unwrap());

    assert_eq!(sign(&mut one.session), 1);
    assert_eq!(sign(&mut one.session), 0, "it is signed already");
    let mut one = one.restart();
    assert!(one.session.has_roster_work(home).unwrap());
    one.change(&mut server, home);
    assert_eq!((kept(&server.logs, home, id), kept(&server.logs, home, stays)), (0, 1));
    assert!(!one.session.has_roster_work(home).unwrap());
    assert_eq!(sign(&mut one.session), 0, "it is in the log");
    two.sync(&mut server.logs);
    for device in [one, two] {
        let mut device = device.restart();
        assert_eq!(titles(&mut device), ["Stays".to_owned()].into());
        assert_eq!(device.session.check_log().unwrap(), server.logs.head(home).seq);
        assert_eq!(sign(&mut device.session), 0);
    }
}

#[test]
fn purge_keeps_what_was_edited_meanwhile() {
    for is_before in [true, false] {
        let (mut server, mut one, mut two, id) = two_with_an_item();
        let home = one.home();
        two.set_title(id, "Edited meanwhile");
        delete(&mut one, &[id]);
        one.sync(&mut server.logs);
        assert_eq!(sign(&mut one.session), 1);
        if is_before {
            one.change(&mut server, home);
            assert_eq!(kept(&server.logs, home, id), 0);
        }
        // Its edit is newer than the deletion.
        two.sync(&mut server.logs);
        one.change(&mut server, home);
        one.sync(&mut server.logs);
        two.sync(&mut server.logs);
        assert_eq!(kept(&server.logs, home, id), 1);
        for device in [&mut one, &mut two] {
            assert_eq!(device.item(id).title, "Edited meanwhile");
            device.session.check_log().unwrap();
            assert_eq!(sign(&mut device.session), 0);
        }
        delete(&mut one, &[id]);
        one.sync(&mut server.logs);
        assert_eq!(sign(&mut one.session), 1, "the second deletion");
        one.change(&mut server, home);
        assert_eq!(kept(&server.logs, home, id), 0);
    }
}

#[test]
fn purge_behind_another_record_is_signed_again() {
    let (mut server, mut one, mut two, id) = two_with_an_item();
    let home = one.home();
    let other = add(&mut one.session, login("Other", "u", "p")).id;
    delete(&mut one, &[id]);
    one.sync(&mut server.logs);
    two.sync(&mut server.logs);
    assert_eq!((sign(&mut one.session), sign(&mut two.session)), (1, 1));
    two.change(&mut server, home);
    let entries = server.logs.head(home).seq;
    one.change(&mut server, home);
    assert_eq!(server.logs.head(home).seq, entries, "the other device was quicker");
    assert!(!one.session.has_roster_work(home).unwrap());
    delete(&mut one, &[other]);
    one.sync(&mut server.logs);
    assert_eq!(sign(&mut one.session), 1);
    one.change(&mut server, home);
    assert_eq!((kept(&server.logs, home, id), kept(&server.logs, home, other)), (0, 0));
}

#[test]
fn purge_of_many_items_is_a_chain_of_records() {
    let mut server = Server::default();
    let mut one = Device::new();
    one.found(&mut server.logs);
    let home = one.home();
    let ids: Vec<ItemId> =
        (0..70).map(|number| add(&mut one.session, login(&format!("Item {number}"), "u", "p")).id).collect();
    one.sync(&mut server.logs);
    one.session.trash(&ids).unwrap();
    one.session.empty_trash(&mut |_| ControlFlow::Continue(())).unwrap();
    one.sync(&mut server.logs);
    let before = server.logs.head(home).seq;
    assert_eq!(sign(&mut one.session), 70);
    let batch = one.session.next_record(home).unwrap().unwrap();
    let reply = server.logs.push(home, one.number, &batch).unwrap();
    assert_eq!(server.logs.head(home).seq, before + 3);
    // The answer is lost, or arrives: either way they are in the log once.
    let mut one = one.restart();
    one.session.acknowledge_record(home, &batch, &reply).unwrap();
    one.change(&mut server, home);
    assert_eq!(server.logs.head(home).seq, before + 3);
    assert!(ids.iter().all(|id| kept(&server.logs, home, *id) == 0));
    assert_eq!(one.session.check_log().unwrap(), server.logs.head(home).seq);
    assert!(!one.session.has_roster_work(home).unwrap());
}

#[test]
fn only_owners_purge_what_members_deleted() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let mut bob = member(&mut server, &mut alice, vault, 2, MemberRole::Manager);
    let id = add_to(&mut bob.session, vault, "Of Bob").id;
    bob.send(&mut server, vault);
    delete(&mut bob, &[id]);
    bob.send(&mut server, vault);
    assert_eq!(sign(&mut bob.session), 0, "a manager may not");
    alice.send(&mut server, vault);
    assert_eq!(sign(&mut alice.session), 1);
    // A change of members that waits is sent after it.
    let change = MemberChange::Remove { account: bob.account() };
    alice.session.change_members(vault, &change, None).unwrap();
    alice.change(&mut server, vault);
    assert_eq!(kept(&server.logs, vault, id), 0);
    assert_eq!(alice.role_of(vault, bob.account()), None);
    assert!(alice.session.pending_changes(vault).unwrap().is_empty());
}

#[test]
fn purges_of_a_former_server_are_not_sent_to_the_next() {
    for restarts in [false, true] {
        let (mut server, mut one, _, id) = two_with_an_item();
        let home = one.home();
        let stays = add(&mut one.session, login("Stays", "u", "p")).id;
        delete(&mut one, &[id]);
        one.sync(&mut server.logs);
        sign(&mut one.session);
        one.change(&mut server, home);
        one.set_title(stays, "Stays here");
        one.sync(&mut server.logs);
        one.session.leave_server().unwrap();
        let mut next = Server::default();
        one.found(&mut next.logs);
        one.pull(&next.logs, home);
        let mut one = if restarts { one.restart() } else { one };
        one.sync(&mut next.logs);
        let is_revision = |entry: &LogEntry| matches!(entry, LogEntry::Revision { .. });
        assert!(next.logs.entries(home)[1..].iter().all(is_revision));
        assert_eq!(kept(&next.logs, home, id), 0);
        assert_eq!(titles(&mut one), ["Stays here".to_owned()].into());
        // What is deleted from now on is purged there.
        delete(&mut one, &[stays]);
        one.sync(&mut next.logs);
        assert_eq!(sign(&mut one.session), 1);
        one.change(&mut next, home);
        assert_eq!(kept(&next.logs, home, stays), 0);
        let one = one.restart();
        assert_eq!(one.session.check_log().unwrap(), next.logs.head(home).seq);
    }
}

#[test]
fn purges_that_wait_end_with_the_server() {
    let (mut server, mut one, _, id) = two_with_an_item();
    let home = one.home();
    delete(&mut one, &[id]);
    one.sync(&mut server.logs);
    assert_eq!(sign(&mut one.session), 1);
    one.session.leave_server().unwrap();
    let mut next = Server::default();
    one.found(&mut next.logs);
    one.sync(&mut next.logs);
    // They follow the genesis record there, too, but name an item that it does not have.
    assert_eq!(one.session.next_record(home).unwrap(), None);
    assert!(!one.session.has_roster_work(home).unwrap());
}

#[test]
fn purge_that_a_server_refuses_is_not_sent_for_ever() {
    let (mut server, mut one, _, id) = two_with_an_item();
    let home = one.home();
    delete(&mut one, &[id]);
    one.sync(&mut server.logs);
    sign(&mut one.session);
    let batch = one.session.next_record(home).unwrap().unwrap();
    let Head { seq, root } = server.logs.head(home);
    let mut reply = |refusal: Refusal| {
        let results = vec![PushResult::Refused(refusal)];
        let reply = PushReply { head_seq: seq, head_root: root, results };
        one.session.acknowledge_record(home, &batch, &reply).unwrap();
        one.session.has_roster_work(home).unwrap()
    };
    assert!(reply(Refusal::Rate) && reply(Refusal::Rejected(RejectReason::Base)), "it may be taken later");
    assert!(!reply(Refusal::Rejected(RejectReason::Purge)));
}

#[test]
fn rest_of_a_chain_of_purges_is_sent() {
    let mut server = Server::default();
    let mut one = Device::new();
    one.found(&mut server.logs);
    let home = one.home();
    let ids: Vec<ItemId> =
        (0..40).map(|number| add(&mut one.session, login(&format!("Item {number}"), "u", "p")).id).collect();
    one.sync(&mut server.logs);
    delete(&mut one, &ids);
    one.sync(&mut server.logs);
    assert_eq!(sign(&mut one.session), 40);
    let mut batch = one.session.next_record(home).unwrap().unwrap();
    let rest = batch.entries.split_off(1);
    // The server takes the first only, and the answer is lost.
    server.logs.push(home, one.number, &batch).unwrap();
    one.pull(&server.logs, home);
    assert_eq!(one.session.next_record(home).unwrap().unwrap().entries, rest);
    one.change(&mut server, home);
    assert!(ids.iter().all(|id| kept(&server.logs, home, *id) == 0));
}

/// Removes all but the newest revisions of items, as a rule does.
fn remove_history(device: &mut Device, ids: &[ItemId]) -> usize {
    let go_on = &mut |_| ControlFlow::Continue(());
    device.session.purge_history(ids, HistoryRetention::Revisions(1), go_on).unwrap().revisions
}

#[test]
fn history_that_a_rule_removed_leaves_the_server() {
    let (mut server, mut one, mut two, id) = two_with_an_item();
    let home = one.home();
    let other = add(&mut one.session, login("Other", "u", "p")).id;
    one.set_title(other, "Other later");
    one.sync(&mut server.logs);
    two.sync(&mut server.logs);
    assert_eq!(remove_history(&mut one, &[id]), 0, "a merge may need it");
    one.world.clock.advance(Duration::from_hours(100 * 24));
    assert_eq!(remove_history(&mut one, &[id]), 1);
    assert_eq!((kept(&server.logs, home, id), sign(&mut one.session)), (2, 1));
    let mut one = one.restart();
    assert_eq!(sign(&mut one.session), 0, "it is signed already");
    one.change(&mut server, home);
    assert_eq!((kept(&server.logs, home, id), kept(&server.logs, home, other)), (1, 2));
    // A device without the earlier bodies, which were never here, has removed nothing.
    one.set_title(id, "Gone even later");
    one.sync(&mut server.logs);
    two.sync(&mut server.logs);
    assert_eq!((sign(&mut one.session), sign(&mut two.session)), (0, 0));
    assert_eq!(kept(&server.logs, home, id), 2);
    for device in [one, two] {
        let mut device = device.restart();
        assert_eq!(titles(&mut device), ["Gone even later".to_owned(), "Other later".to_owned()].into());
        device.session.check_log().unwrap();
        assert_eq!(sign(&mut device.session), 0);
    }
}

#[test]
fn history_removed_before_leaving_is_not_sent_to_the_next() {
    let (_, mut one, _, id) = two_with_an_item();
    let home = one.home();
    one.world.clock.advance(Duration::from_hours(100 * 24));
    assert_eq!(remove_history(&mut one, &[id]), 1);
    one.session.leave_server().unwrap();
    let mut next = Server::default();
    one.found(&mut next.logs);
    one.sync(&mut next.logs);
    assert_eq!((kept(&next.logs, home, id), sign(&mut one.session)), (1, 0));
    one.session.check_log().unwrap();
}

#[test]
fn history_of_shared_vault_stays_at_the_server() {
    let mut server = Server::default();
    let (mut alice, vault) = founder(&mut server);
    let bob = member(&mut server, &mut alice, vault, 2, MemberRole::Editor);
    let id = add_to(&mut alice.session, vault, "Shared by both").id;
    alice.set_title(id, "Shared later");
    alice.send(&mut server, vault);
    alice.world.clock.advance(Duration::from_hours(100 * 24));
    assert_eq!(remove_history(&mut alice, &[id]), 1);
    assert_eq!((kept(&server.logs, vault, id), sign(&mut alice.session)), (2, 0));
    // Once the other member is gone, it leaves the server.
    let account = bob.account();
    let change = MemberChange::Remove { account };
    alice.session.change_members(vault, &change, None).unwrap();
    alice.change(&mut server, vault);
    alice.send(&mut server, vault);
    assert_eq!(sign(&mut alice.session), 1);
    alice.change(&mut server, vault);
    assert_eq!(kept(&server.logs, vault, id), 1);
}
