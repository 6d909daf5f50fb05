//! Copying another profile into the open one.

use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;

use vault_engine::item::{Field, FieldId, FieldKind, Item, ItemType};
use vault_engine::search::Scope;
use vault_engine::session::{ProfileCopied, Put, Session, SessionError, TransferMode};
use vault_wire::ItemId;

use crate::moves::{contents, put_file};
use crate::support::{World, add, login, new_profile, query, rng, titles_in};
use crate::vaults::{add_to, home, look};

fn go_on<T>(_: T) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Another profile of the same computer.
fn other(world: &World) -> Session {
    world.profiles.create(new_profile("Laptop"), rng(7)).unwrap()
}

fn copy(into: &mut Session, source: Session) -> ProfileCopied {
    let mut copy = into.plan_profile_copy(source).unwrap();
    copy.seal(&mut rng(9), &mut go_on).unwrap();
    into.copy_profile(copy, &mut go_on).unwrap()
}

fn id_of(session: &mut Session, title: &str) -> ItemId {
    let rows = session.list(&query(Scope::All)).unwrap().rows;
    rows.iter().find(|row| row.title == title).unwrap().id
}

fn files(session: &Session) -> usize {
    let folders = fs::read_dir(session.blobs().path()).into_iter().flatten();
    folders.map(|folder| fs::read_dir(folder.unwrap().path()).unwrap().count()).sum()
}

#[test]
fn items_arrive_with_histories_documents_links_and_vaults() {
    let world = World::new();
    let mut source = other(&world);
    let work = source.create_vault(&look("Work")).unwrap();
    let empty = source.create_vault(&look("Empty")).unwrap();
    let target = add(&mut source, login("Target", "ada", "first"));
    let mut changed = source.get(target.id).unwrap().item;
    changed.title = "Target, later".to_owned();
    source.put(Put::change(target.id, target.revision, changed)).unwrap();
    let scan = put_file(&mut source, None, b"the first scan");
    put_file(&mut source, Some(scan), b"the second scan");
    let mut linked = Item::new(ItemType::Note, source.clock().now());
    linked.title = "Linked".to_owned();
    let to = target.id.to_string().as_str().into();
    linked.fields.push(Field::new(FieldId::make(&mut rng(3)), FieldKind::Link, to));
    source.put(Put { vault: Some(work), ..Put::new(linked) }).unwrap();
    let trashed = add(&mut source, login("Trashed", "ada", "x"));
    source.change_items(&[trashed.id], &vault_engine::session::Bulk::Trash, &mut go_on).unwrap();
    let before = source.get(target.id).unwrap();
    let source_id = source.profile().id;

    let mut session = world.create();
    add(&mut session, login("Mine", "bob", "y"));
    let done = copy(&mut session, source);
    assert_eq!((done.items, done.vaults, done.left.len()), (4, 1, 0));
    assert_eq!(titles_in(&mut session, Scope::All), ["Linked", "Mine", "Scan", "Target, later"]);
    assert_eq!(titles_in(&mut session, Scope::Trash), ["Trashed"]);
    let vaults = session.vaults().unwrap();
    assert_eq!(vaults.len(), 2, "an empty vault is not copied");
    assert!(!vaults.iter().any(|vault| vault.id == empty || vault.id == work), "new vaults");
    let named = vaults.iter().find(|vault| vault.appearance.name == "Work").unwrap().id;
    let linked = id_of(&mut session, "Linked");
    assert_eq!(session.get(linked).unwrap().vault, named);
    let new = id_of(&mut session, "Target, later");
    assert_ne!(new, target.id);
    assert_eq!(session.get(new).unwrap().revisions, 2);
    assert_eq!(session.get(new).unwrap().item.created_at, before.item.created_at);
    let link = session.get(linked).unwrap().item.fields[0].value.expose().to_owned();
    assert_eq!(link, new.to_string(), "links follow the items");
    let scan = id_of(&mut session, "Scan");
    assert_eq!(contents(&session, scan), [b"the first scan".to_vec(), b"the second scan".to_vec()]);
    session.check_log().unwrap();

    // The other profile is as it was, and can be opened.
    let mut source = world.unlock(source_id).unwrap();
    assert_eq!(titles_in(&mut source, Scope::All), ["Linked", "Scan", "Target, later"]);

    // It is all there after the next unlock.
    let id = session.profile().id;
    drop(session);
    let mut session = world.unlock(id).unwrap();
    assert_eq!(titles_in(&mut session, Scope::Vault(named)), ["Linked"]);
    session.check_log().unwrap();
}

#[test]
fn undo_removes_items_files_and_the_new_vaults() {
    let world = World::new();
    let mut source = other(&world);
    let (work, kept) =
        (source.create_vault(&look("Work")).unwrap(), source.create_vault(&look("Kept")).unwrap());
    add_to(&mut source, work, "One");
    add_to(&mut source, kept, "Two");
    put_file(&mut source, None, b"a scan");
    let mut session = world.create();
    let done = copy(&mut session, source);
    assert_eq!((done.items, done.vaults, files(&session)), (3, 2, 1));

    // The user has put something of his own into one of the vaults.
    let kept = session.vaults().unwrap().into_iter().find(|vault| vault.appearance.name == "Kept").unwrap();
    add_to(&mut session, kept.id, "Mine");
    let undone = session.undo(done.undo.unwrap(), &mut go_on).unwrap();
    assert_eq!(undone.left.len(), 0);
    assert_eq!(titles_in(&mut session, Scope::All), ["Mine"]);
    let names: Vec<_> = session.vaults().unwrap().into_iter().map(|vault| vault.appearance.name).collect();
    assert_eq!(names, ["", "Kept"]);
    assert_eq!(files(&session), 0);
    session.check_log().unwrap();
    let id = session.profile().id;
    drop(session);
    assert_eq!(world.unlock(id).unwrap().vaults().unwrap().len(), 2);
}

#[test]
fn vault_of_the_same_name_receives_the_items() {
    let world = World::new();
    let mut source = other(&world);
    let work = source.create_vault(&look("Work")).unwrap();
    add_to(&mut source, work, "Theirs");
    let mut session = world.create();
    let mine = session.create_vault(&look("Work")).unwrap();
    let done = copy(&mut session, source);
    assert_eq!((done.items, done.vaults), (1, 0));
    assert_eq!(titles_in(&mut session, Scope::Vault(mine)), ["Theirs"]);
}

#[test]
fn cancelled_copy_changes_nothing() {
    let world = World::new();
    let mut source = other(&world);
    let work = source.create_vault(&look("Work")).unwrap();
    add_to(&mut source, work, "One");
    put_file(&mut source, None, b"a scan");
    let mut session = world.create();
    let head = session.vaults().unwrap();
    let mut plan = session.plan_profile_copy(source).unwrap();
    plan.seal(&mut rng(9), &mut go_on).unwrap();
    assert_eq!(files(&session), 1);
    let mut left = 2;
    let cancelled = session.copy_profile(plan, &mut |_| {
        left -= 1;
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(cancelled.err(), Some(SessionError::Cancelled));
    assert_eq!(session.vaults().unwrap(), head, "no vault, no item");
    assert_eq!(files(&session), 0, "no file");
    session.check_log().unwrap();
}

#[test]
fn items_that_cannot_be_copied_are_named_and_the_rest_is() {
    let world = World::new();
    let mut source = other(&world);
    put_file(&mut source, None, b"a scan whose file is lost");
    add(&mut source, login("Whole", "a", "b"));
    fs::remove_dir_all(source.blobs().path()).unwrap();
    let mut session = world.create();
    let done = copy(&mut session, source);
    assert_eq!((done.items, done.left), (1, vec!["Scan".to_owned()]));
    assert_eq!(titles_in(&mut session, Scope::All), ["Whole"]);
}

#[test]
fn items_can_be_left_out() {
    let world = World::new();
    let mut source = other(&world);
    let same = add(&mut source, login("Same", "a", "b"));
    add(&mut source, login("New", "a", "b"));
    let mut session = world.create();
    let mut plan = session.plan_profile_copy(source).unwrap();
    plan.skip(&BTreeSet::from([same.id]));
    assert_eq!((plan.len(), plan.documents(), plan.bytes()), (1, 0, 0));
    session.copy_profile(plan, &mut go_on).unwrap();
    assert_eq!(titles_in(&mut session, Scope::All), ["New"]);
}

#[test]
fn copied_items_can_be_moved_between_vaults_and_undone() {
    let world = World::new();
    let mut source = other(&world);
    let work = source.create_vault(&look("Work")).unwrap();
    add_to(&mut source, work, "One");
    let mut session = world.create();
    let done = copy(&mut session, source);
    let one = id_of(&mut session, "One");
    let home = home(&session);
    let plan = session.plan_transfer(&[one], home, TransferMode::Move).unwrap();
    let moved = session.transfer(plan, &mut go_on).unwrap();
    // The item was moved since, so it stays; its vault is empty now and goes.
    let undone = session.undo(done.undo.unwrap(), &mut go_on).unwrap();
    assert_eq!(undone.left, [one]);
    assert_eq!(session.vaults().unwrap().len(), 1);
    // The way back is gone with the vault; the item stays where it is.
    let back = session.undo(moved.undo.unwrap(), &mut go_on).unwrap();
    assert_eq!(back.left, [moved.items[0].to]);
    assert_eq!(session.get(moved.items[0].to).unwrap().item.fields[1].value.expose(), "x");
    session.check_log().unwrap();
}
