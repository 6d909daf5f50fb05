//! Entries that are longer than the server takes: set aside and counted, while everything else is sent.

use std::collections::BTreeSet;

use vault_crypto::SecretText;
use vault_engine::clock::Timestamp;
use vault_engine::session::{Opened, PushLimits, Put};
use vault_testkit::LogServer;
use vault_wire::message::{PushBatch, PushReply, PushResult, Refusal};
use vault_wire::{ItemId, VaultId};

use super::device::{Device, LIMITS, two};
use super::titles;
use crate::support::{add, login};

/// A server that takes bodies of 4 KiB.
const SHORT: PushLimits = PushLimits { entries: 200, body: 4_096 };

fn set_notes(device: &mut Device, id: ItemId, notes: &str) {
    let Opened { mut item, revision, .. } = device.session.get(id).unwrap();
    item.notes = SecretText::from(notes);
    device.session.put(Put::change(id, revision, item)).unwrap();
}

fn notes(device: &Device, id: ItemId) -> String {
    device.item(id).notes.expose().trim_end().to_owned()
}

fn long(text: &str) -> String {
    format!("{text:<9000}")
}

/// Sends everything that the server takes.
fn push(device: &mut Device, server: &mut LogServer, vault: VaultId, limits: &PushLimits) {
    while let Some(batch) = device.session.next_push(vault, limits).unwrap() {
        let reply = server.push(vault, device.number, &batch).unwrap();
        device.session.acknowledge(vault, &batch, &reply).unwrap();
        device.pull(server, vault);
    }
}

/// The item that a device made of what was too long.
fn second(device: &mut Device) -> ItemId {
    let all = device.session.list(&crate::support::query(vault_engine::search::Scope::All)).unwrap().rows;
    all.into_iter().find(|row| row.title.ends_with(" (2)")).unwrap().id
}

#[test]
fn shorter_revision_is_sent_though_an_earlier_is_too_long() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let home = one.home();
    let id = add(&mut one.session, login("Letter", "u", "p")).id;
    let other = add(&mut one.session, login("Other", "u", "p")).id;
    push(&mut one, &mut server, home, &SHORT);
    set_notes(&mut one, id, &long("first long text"));
    set_notes(&mut one, id, &long("second long text"));
    push(&mut one, &mut server, home, &SHORT);
    assert_eq!((one.status(home).unsent, one.status(home).refused), (2, 2));

    set_notes(&mut one, id, "short");
    one.set_title(other, "Other title");
    push(&mut one, &mut server, home, &SHORT);
    let mut one = one.restart();
    two.pull(&server, home);
    assert_eq!((notes(&two, id), two.item(other).title), ("short".to_owned(), "Other title".to_owned()));
    assert_eq!(titles(&mut two), BTreeSet::from(["First", "Letter", "Other title"].map(str::to_owned)));
    // What the server does not take is an item of its own here, with what was typed before.
    let aside = second(&mut one);
    assert_eq!(
        (one.item(aside).title, notes(&one, aside)),
        ("Letter (2)".to_owned(), "second long text".to_owned())
    );
    let history = one.session.history(aside).unwrap();
    let first = one.session.at_revision(aside, history[1].revision).unwrap();
    assert_eq!((history.len(), first.notes.expose().trim_end()), (2, "first long text"));
    assert_eq!((one.status(home).unsent, one.status(home).refused), (2, 2));
    one.session.check_log().unwrap();

    // A server that takes more gets it, and a shorter edit of it flows, too.
    one.session.retry_refused().unwrap();
    push(&mut one, &mut server, home, &LIMITS);
    assert_eq!((one.status(home).unsent, one.status(home).refused), (0, 0));
    two.pull(&server, home);
    assert_eq!(notes(&two, aside), "second long text");
    assert_eq!(two.session.check_log().unwrap(), server.head(home).seq);
}

#[test]
fn edits_elsewhere_merge_past_what_is_too_long() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let home = one.home();
    let id = add(&mut one.session, login("Letter", "u", "p")).id;
    one.sync(&mut server);
    two.pull(&server, home);
    set_notes(&mut one, id, &long("too long"));
    push(&mut one, &mut server, home, &SHORT);
    set_notes(&mut one, id, "short");
    two.set_title(id, "Renamed elsewhere");
    two.sync(&mut server);
    one.pull(&server, home);
    push(&mut one, &mut server, home, &SHORT);
    two.pull(&server, home);
    for device in [&one, &two] {
        assert_eq!(
            (device.item(id).title, notes(device, id)),
            ("Renamed elsewhere".to_owned(), "short".to_owned())
        );
    }
    let aside = second(&mut one);
    assert_eq!(notes(&one, aside), "too long");
    one.session.check_log().unwrap();
}

#[test]
fn item_that_was_too_long_is_deleted_at_the_server() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let home = one.home();
    let id = add(&mut one.session, login("Letter", "u", "p")).id;
    one.sync(&mut server);
    set_notes(&mut one, id, &long("too long"));
    push(&mut one, &mut server, home, &SHORT);
    let Opened { mut item, revision, .. } = one.session.get(id).unwrap();
    item.trashed_at = Some(Timestamp(1));
    one.session.put(Put::change(id, revision, item)).unwrap();
    push(&mut one, &mut server, home, &SHORT);
    one.session.purge(&[id]).unwrap();
    push(&mut one, &mut server, home, &SHORT);
    two.pull(&server, home);
    assert_eq!([titles(&mut one), titles(&mut two)], [(); 2].map(|()| BTreeSet::from(["First".to_owned()])));
    assert_eq!((one.status(home).unsent, one.status(home).refused), (0, 0));
    assert_eq!(one.session.check_log().unwrap(), server.head(home).seq);
}

#[test]
fn server_that_refuses_by_size_gets_the_shorter_one() {
    let mut server = LogServer::default();
    let (mut one, mut two) = two(&mut server);
    let home = one.home();
    let id = add(&mut one.session, login("Letter", "u", "p")).id;
    one.sync(&mut server);
    set_notes(&mut one, id, &long("too long"));
    set_notes(&mut one, id, "short");
    // It takes less than it says.
    let batch = one.session.next_push(home, &LIMITS).unwrap().unwrap();
    assert_eq!(batch.entries.len(), 2);
    let head = server.head(home);
    let results = vec![PushResult::Refused(Refusal::Size), PushResult::Conflict { seq: head.seq }];
    let reply = PushReply { head_seq: head.seq, head_root: head.root, results };
    let PushBatch { batch_id, .. } = batch;
    one.session.acknowledge(home, &batch, &reply).unwrap();
    one.pull(&server, home);
    let next = one.session.next_push(home, &LIMITS).unwrap().unwrap();
    assert_ne!(next.batch_id, batch_id);
    push(&mut one, &mut server, home, &SHORT);
    two.pull(&server, home);
    assert_eq!(notes(&two, id), "short");
    let aside = second(&mut one);
    assert_eq!(notes(&one, aside), "too long");
    one.session.check_log().unwrap();
}
