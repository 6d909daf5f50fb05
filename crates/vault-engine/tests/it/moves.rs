//! Moving and copying items between vaults.

use std::collections::BTreeSet;
use std::fs;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::PathBuf;

use vault_crypto::SecretText;
use vault_engine::VaultId;
use vault_engine::clock::Timestamp;
use vault_engine::document::{Existing, NewBlob, open_to_file, seal};
use vault_engine::item::{Field, FieldId, FieldKind, Item, ItemType, PastValue, encode};
use vault_engine::search::Scope;
use vault_engine::session::{
    EventKind, Put, Session, SessionError, Stored, TransferMode, Transferred, TransferredItem,
};
use vault_wire::ItemId;

use crate::support::{World, add, login, titles_in};
use crate::vaults::{add_to, home, look};

/// Plans a transfer, reseals its documents and applies it.
fn transfer(session: &mut Session, ids: &[ItemId], to: VaultId, mode: TransferMode) -> Transferred {
    let mut plan = session.plan_transfer(ids, to, mode).unwrap();
    let mut rng = crate::support::rng(9);
    plan.seal(&mut rng, &mut |_| ControlFlow::Continue(())).unwrap();
    session.transfer(plan, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn undo(session: &mut Session, done: &Transferred) -> vault_engine::session::UndoResult {
    session.undo(done.undo.unwrap(), &mut |_| ControlFlow::Continue(())).unwrap()
}

/// The payloads of all revisions, oldest first, with their times.
fn payloads(session: &Session, id: ItemId) -> Vec<(u64, Vec<u8>)> {
    let history = session.history(id).unwrap();
    let item = |revision| encode(&session.at_revision(id, revision).unwrap()).unwrap().to_vec();
    history.iter().rev().map(|entry| (entry.at.0, item(entry.revision))).collect()
}

/// Adds a login and changes it twice, with an earlier value of its password in its history.
fn changed_twice(session: &mut Session, world: &World) -> ItemId {
    let Stored { id, mut revision } = add(session, login("Mail", "ada", "first"));
    for (title, password) in [("Mail", "second"), ("Post", "third")] {
        world.clock.advance(std::time::Duration::from_secs(60));
        let mut item = session.get(id).unwrap().item;
        item.title = title.to_owned();
        let before = std::mem::replace(&mut item.fields[1].value, SecretText::from(password));
        item.fields[1].history.insert(0, PastValue { value: before, replaced_at: Timestamp(5) });
        revision = session.put(Put::change(id, revision, item)).unwrap().revision;
    }
    world.clock.advance(std::time::Duration::from_secs(60));
    id
}

/// Adds a document as a new item, or replaces the document of an item.
pub fn put_file(session: &mut Session, to: Option<Stored>, content: &[u8]) -> Stored {
    let new = NewBlob::make(session.rng());
    let mut go_on = |_| ControlFlow::Continue(());
    let sealed = seal(Cursor::new(content), content.len() as u64, new, session.blobs(), &mut go_on).unwrap();
    let blob = sealed.blob;
    let mut item = Item::new(ItemType::Document, Timestamp(1));
    item.title = "Scan".to_owned();
    item.attachments = vec![sealed.into_attachment("scan.txt".to_owned(), Timestamp(1))];
    let put = match to {
        Some(Stored { id, revision }) => Put::change(id, revision, item),
        None => Put::new(item),
    };
    session.put(Put { blobs: vec![blob], ..put }).unwrap()
}

/// The file content of each revision, oldest first.
pub fn contents(session: &Session, id: ItemId) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("out");
    let history = session.history(id).unwrap();
    let open = |revision| {
        let item = session.at_revision(id, revision).unwrap();
        let (file, blob) = session.file(id, &item.attachments[0].blob_id).unwrap();
        let mut go_on = |_| ControlFlow::Continue(());
        open_to_file(&file, &blob, session.blobs(), &target, Existing::Replace, &mut go_on).unwrap();
        fs::read(&target).unwrap()
    };
    history.iter().rev().map(|entry| open(entry.revision)).collect()
}

fn files(session: &Session) -> BTreeSet<PathBuf> {
    let below = |path: PathBuf| fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    below(session.blobs().path().to_owned()).flat_map(below).collect()
}

#[test]
fn moving_keeps_the_history_and_leaves_a_tombstone() {
    let world = World::new();
    let mut session = world.create();
    let work = session.create_vault(&look("Work")).unwrap();
    let id = changed_twice(&mut session, &world);
    let before = payloads(&session, id);
    let done = transfer(&mut session, &[id], work, TransferMode::Move);
    let [TransferredItem { from, to }] = done.items[..] else { panic!("one item") };
    assert_eq!((from, done.left.len()), (id, 0));
    assert_ne!(to, id, "the item has a new id in its new vault");
    assert_eq!(session.get(id).err(), Some(SessionError::NotFound));
    assert_eq!(session.get(to).unwrap().vault, work);
    assert_eq!(session.get(to).unwrap().revisions, 3);
    assert_eq!(payloads(&session, to), before, "times and devices are unchanged");
    assert_eq!(titles_in(&mut session, Scope::Vault(work)), ["Post"]);
    assert_eq!(session.sidebar().unwrap().all, 1);
    let event = session.events(0, 1).unwrap()[0];
    assert_eq!((event.kind, event.vault, event.item), (EventKind::Moved, Some(work), Some(to)));

    // Undo moves it back under a third id.
    let undone = undo(&mut session, &done);
    assert_eq!((undone.count, undone.left.len()), (1, 0));
    assert_eq!(session.get(to).err(), Some(SessionError::NotFound));
    assert_eq!(titles_in(&mut session, Scope::Vault(work)), [""; 0]);
    let back = session.list(&crate::support::query(Scope::All)).unwrap().rows[0].id;
    assert_eq!(payloads(&session, back), before);
    assert_eq!(session.get(back).unwrap().vault, home(&session));
    session.check_log().unwrap();
}

#[test]
fn a_duplicate_has_its_own_files_and_no_superseded_values() {
    let world = World::new();
    let mut session = world.create();
    let stored = put_file(&mut session, None, b"a scan");
    let mut item = session.get(stored.id).unwrap().item;
    item.superseded.push(vault_engine::item::Superseded {
        field: None,
        label: "title".to_owned(),
        value: SecretText::from("an earlier name"),
        at: Timestamp(3),
    });
    item.flags.edited_in_two_places = true;
    session.put(Put::change(stored.id, stored.revision, item)).unwrap();
    assert!(session.list(&crate::support::query(Scope::All)).unwrap().rows[0].edited_in_two_places);
    let home = home(&session);
    let done = transfer(&mut session, &[stored.id], home, TransferMode::Duplicate);
    let copy = session.get(done.items[0].to).unwrap();
    assert_eq!((copy.item.title.as_str(), copy.revisions, copy.vault), ("Scan (2)", 1, home));
    assert!(copy.item.superseded.is_empty() && !copy.item.flags.edited_in_two_places);
    assert_eq!(contents(&session, done.items[0].to), [b"a scan"]);
    assert_eq!(files(&session).len(), 2);
    assert_eq!(session.get(stored.id).unwrap().item.superseded.len(), 1, "the original keeps it");

    // Undo deletes the copy's file, and so does dropping a plan that was not applied.
    undo(&mut session, &done);
    assert_eq!(files(&session).len(), 1);
    let mut plan = session.plan_transfer(&[stored.id], home, TransferMode::Duplicate).unwrap();
    plan.seal(&mut crate::support::rng(9), &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(files(&session).len(), 2);
    drop(plan);
    assert_eq!(files(&session).len(), 1);
    assert_eq!(titles_in(&mut session, Scope::All), ["Scan"]);
}

#[test]
fn a_link_resolves_after_every_move() {
    let world = World::new();
    let mut session = world.create();
    let profile = session.profile().id;
    let (work, club) =
        (session.create_vault(&look("Work")).unwrap(), session.create_vault(&look("Club")).unwrap());
    let first = add(&mut session, login("Mail", "ada", "x")).id;
    let other = add(&mut session, login("Shop", "ada", "x")).id;
    assert_eq!(session.link_target(first).unwrap().unwrap().id, first);
    let second = transfer(&mut session, &[first, other], work, TransferMode::Move).items[0].to;
    let done = transfer(&mut session, &[second], club, TransferMode::Move);
    let third = done.items[0].to;
    for id in [first, second, third] {
        let linked = session.link_target(id).unwrap().unwrap();
        assert_eq!((linked.id, linked.vault, linked.title.as_str()), (third, club, "Mail"));
    }
    // Undo moves it back under a fourth id; links still resolve after a lock.
    undo(&mut session, &done);
    drop(session);
    let mut session = world.unlock(profile).unwrap();
    let linked = session.link_target(first).unwrap().unwrap();
    assert_eq!((linked.vault, linked.trashed), (work, false));
    assert_eq!(session.link_target(other).unwrap().unwrap().title, "Shop");
    session.trash(&[linked.id]).unwrap();
    assert!(session.link_target(second).unwrap().unwrap().trashed);
    session.empty_trash(&mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(session.link_target(first).unwrap(), None, "purged");
    assert_eq!(session.link_target(ItemId::from_bytes([7; 16])).unwrap(), None, "never existed");
    // A link to a copied item still refers to the original.
    let original = session.link_target(other).unwrap().unwrap().id;
    let copied = transfer(&mut session, &[original], club, TransferMode::Copy);
    assert_ne!(original, copied.items[0].to);
    assert_eq!(session.link_target(other).unwrap().unwrap().id, original);
}

#[test]
fn moving_without_history_transfers_only_the_current_revision() {
    let world = World::new();
    let mut session = world.create();
    let work = session.create_vault(&look("Work")).unwrap();
    let id = changed_twice(&mut session, &world);
    let done = transfer(&mut session, &[id], work, TransferMode::MoveWithoutHistory);
    let new = session.get(done.items[0].to).unwrap();
    assert_eq!((new.vault, new.revisions, new.item.fields[1].value.expose()), (work, 1, "third"));
    assert!(new.item.fields[1].history.is_empty());
    let old = session.get(id).unwrap();
    assert!(old.item.trashed_at.is_some());
    assert_eq!((old.revisions, old.item.fields[1].history.len()), (4, 2));

    let undone = undo(&mut session, &done);
    assert_eq!((undone.count, undone.left.len()), (1, 0));
    assert_eq!(session.get(id).unwrap().item.trashed_at, None);
    assert_eq!(session.get(done.items[0].to).err(), Some(SessionError::NotFound));

    let home = home(&session);
    let copied = transfer(&mut session, &[id], home, TransferMode::Copy);
    let copy = session.get(copied.items[0].to).unwrap();
    assert_eq!((copy.item.title.as_str(), copy.revisions), ("Post", 1));
    assert_eq!(titles_in(&mut session, Scope::All), ["Post", "Post"]);
    // Trashed items and those already in the target vault are skipped.
    session.trash(&[id]).unwrap();
    for mode in [TransferMode::Copy, TransferMode::MoveWithoutHistory] {
        assert_eq!(transfer(&mut session, &[id], work, mode).left, [id]);
    }
    let there = transfer(&mut session, &[id], home, TransferMode::Move);
    assert_eq!(there, Transferred::default());
    // Moved with its history, it is in the trash of the other vault.
    let moved = transfer(&mut session, &[id], work, TransferMode::Move).items[0].to;
    assert!(session.get(moved).unwrap().item.trashed_at.is_some());
    session.check_log().unwrap();
}

#[test]
fn moved_documents_are_resealed_under_new_ids_and_keys() {
    let world = World::new();
    let mut session = world.create();
    let work = session.create_vault(&look("Work")).unwrap();
    let first = put_file(&mut session, None, b"first version");
    let id = put_file(&mut session, Some(first), &[7; 5_000]).id;
    let other = put_file(&mut session, None, b"another document").id;
    let before = (files(&session), payloads(&session, id));
    let old = session.get(id).unwrap().item;

    // Dropping a plan deletes what it sealed.
    let mut plan = session.plan_transfer(&[id], work, TransferMode::Move).unwrap();
    assert_eq!((plan.len(), plan.bytes()), (1, 5_013));
    let mut rng = crate::support::rng(9);
    plan.seal(&mut rng, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(files(&session).len(), 5);
    drop(plan);
    assert_eq!(files(&session), before.0);
    let mut plan = session.plan_transfer(&[id], work, TransferMode::Move).unwrap();
    let mut calls = 0;
    let cancelled = plan.seal(&mut rng, &mut |_| {
        calls += 1;
        if calls > 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(cancelled, Err(SessionError::Cancelled));
    drop(plan);
    assert_eq!(files(&session), before.0);

    let done = transfer(&mut session, &[id], work, TransferMode::Move);
    let to = done.items[0].to;
    assert_eq!(contents(&session, to), [b"first version".to_vec(), vec![7; 5_000]]);
    let new = session.get(to).unwrap().item;
    assert_ne!(new.attachments[0].blob_id, old.attachments[0].blob_id);
    assert_ne!(new.attachments[0].file_key.expose_bytes(), old.attachments[0].file_key.expose_bytes());
    assert_eq!(new.attachments[0].name, "scan.txt");
    let after = files(&session);
    assert_eq!(after.len(), 3);
    assert_eq!(after.intersection(&before.0).count(), 1, "only the file of the other document is unchanged");
    session.check_log().unwrap();

    assert_eq!(undo(&mut session, &done).count, 1);
    let back = session.list(&crate::support::query(Scope::All)).unwrap();
    let back = back.rows.iter().map(|row| row.id).find(|row| *row != other).unwrap();
    assert_eq!(contents(&session, back), [b"first version".to_vec(), vec![7; 5_000]]);
    assert_eq!(files(&session).len(), 3);

    // A damaged document is not moved, and does not affect the others.
    let blob = session.get(other).unwrap().item.attachments[0].blob_id;
    let path = session.blobs().path_of(&blob);
    let mut bytes = fs::read(&path).unwrap();
    bytes[100] ^= 1;
    fs::write(&path, bytes).unwrap();
    let done = transfer(&mut session, &[other, back], work, TransferMode::Move);
    assert_eq!((done.items.len(), done.left.as_slice()), (1, &[other][..]));
    assert_eq!(files(&session).len(), 3);
    session.check_log().unwrap();
}

#[test]
fn items_changed_since_the_plan_are_not_moved() {
    let world = World::new();
    let mut session = world.create();
    let work = session.create_vault(&look("Work")).unwrap();
    let still = add(&mut session, login("still", "", "")).id;
    let changed = put_file(&mut session, None, b"a document");
    let mut plan = session.plan_transfer(&[still, changed.id], work, TransferMode::Move).unwrap();
    let mut rng = crate::support::rng(9);
    plan.seal(&mut rng, &mut |_| ControlFlow::Continue(())).unwrap();
    session.set_favourite(&[changed.id], true).unwrap();
    let done = session.transfer(plan, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!((done.items.len(), done.left.as_slice()), (1, &[changed.id][..]));
    assert_eq!(files(&session).len(), 1, "the resealed file was deleted");
    assert_eq!(contents(&session, changed.id).len(), 2);

    // Undo skips an item that was changed after the move.
    let moved = done.items[0].to;
    session.set_favourite(&[moved], true).unwrap();
    let undone = undo(&mut session, &done);
    assert_eq!((undone.count, undone.left), (0, vec![moved]));
    let other = session.plan_transfer(&[still], work, TransferMode::Move).err();
    assert_eq!(other, Some(SessionError::NotFound), "the old id is no longer valid");
    let nowhere = session.plan_transfer(&[moved], VaultId::from_bytes([1; 16]), TransferMode::Move).err();
    assert_eq!(nowhere, Some(SessionError::NotFound));
    session.check_log().unwrap();
}

#[test]
fn many_items_are_moved_all_or_none() {
    let world = World::new();
    let mut session = world.create();
    let work = session.create_vault(&look("Work")).unwrap();
    let ids: Vec<ItemId> = (0..50).map(|n| add(&mut session, login(&format!("{n:02}"), "", "")).id).collect();
    let stay = add_to(&mut session, work, "stay").id;
    let before = session.check_log().unwrap();
    let plan = session.plan_transfer(&ids, work, TransferMode::Move).unwrap();
    let stop = &mut |done| if done == 30 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    assert_eq!(session.transfer(plan, stop), Err(SessionError::Cancelled));
    assert_eq!(session.check_log(), Ok(before));
    let done = transfer(&mut session, &ids, work, TransferMode::Move);
    assert_eq!(done.items.iter().map(|one| one.from).collect::<Vec<_>>(), ids);
    assert_eq!(session.sidebar().unwrap().vaults, [(work, 51)]);
    assert_eq!(undo(&mut session, &done).count, 50);
    assert_eq!(session.items_of_vault(work).unwrap(), [stay]);
    session.check_log().unwrap();
}

#[test]
fn links_between_moved_items_and_to_their_files_are_updated() {
    let world = World::new();
    let mut session = world.create();
    let work = session.create_vault(&look("Work")).unwrap();
    let server = add(&mut session, login("Server", "", "")).id;
    let stays = add(&mut session, login("stays", "", "")).id;
    let Stored { id, revision } = put_file(&mut session, None, b"a document");
    let mut item = session.get(id).unwrap().item;
    let file = item.attachments[0].blob_id.to_string();
    for (number, kind, value) in [
        (1, FieldKind::Link, server.to_string()),
        (2, FieldKind::Link, stays.to_string()),
        (3, FieldKind::File, file.clone()),
        (4, FieldKind::Text, server.to_string()),
    ] {
        item.fields.push(Field::new(FieldId([number; 8]), kind, SecretText::new(value)));
    }
    session.put(Put::change(id, revision, item)).unwrap();
    let done = transfer(&mut session, &[id, server], work, TransferMode::Move);
    let [document, moved] = done.items[..] else { panic!("two items") };
    let item = session.get(document.to).unwrap().item;
    let values: Vec<&str> = item.fields.iter().map(|field| field.value.expose()).collect();
    let new_file = item.attachments[0].blob_id.to_string();
    assert_ne!(new_file, file);
    assert_eq!(values, [moved.to.to_string(), stays.to_string(), new_file, server.to_string()]);
}
