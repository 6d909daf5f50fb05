//! Bulk changes, undo, and the retention rules for history and trash.

use std::ops::ControlFlow;
use std::time::Duration;

use vault_engine::clock::Clock;
use vault_engine::clock::Timestamp;
use vault_engine::item::{ItemType, PayloadError, encode};
use vault_engine::search::Scope;
use vault_engine::session::{
    Bulk, Changed, EventKind, HistoryRetention, Put, RemovedHistory, RetentionRules, Secrets, Session,
    SessionError, Side, UndoId, UndoResult,
};
use vault_wire::ItemId;

use crate::support::{World, add, login, titles_in};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn go_on(_: usize) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn change(session: &mut Session, ids: &[ItemId], bulk: &Bulk) -> Changed {
    session.change_items(ids, bulk, &mut go_on).unwrap()
}

fn undo(session: &mut Session, undo: Option<UndoId>) -> UndoResult {
    session.undo(undo.unwrap(), &mut |_| ControlFlow::Continue(())).unwrap()
}

fn payload(session: &Session, id: ItemId) -> Vec<u8> {
    encode(&session.get(id).unwrap().item).unwrap().to_vec()
}

fn three(session: &mut Session) -> Vec<ItemId> {
    ["a", "b", "c"].map(|title| add(session, login(title, "ada", "x")).id).to_vec()
}

#[test]
fn each_bulk_change_is_one_undoable_step() {
    let world = World::new();
    let mut session = world.create();
    let ids = three(&mut session);
    let mut tagged = session.get(ids[0]).unwrap();
    tagged.item.tags.insert("old".to_owned());
    session.put(Put::change(ids[0], tagged.revision, tagged.item)).unwrap();
    let before: Vec<_> = ids.iter().map(|id| payload(&session, *id)).collect();
    let entries = session.check_log().unwrap();
    world.clock.advance(Duration::from_secs(60));
    let mut written = 0;
    for (bulk, changes) in [
        (Bulk::Favourite(true), 3),
        (Bulk::Archived(true), 3),
        (Bulk::Trash, 3),
        (Bulk::AddTag("new".to_owned()), 3),
        (Bulk::AddTag("old".to_owned()), 2),
        (Bulk::RemoveTag("old".to_owned()), 1),
        (Bulk::Folder(Some("a/b".to_owned())), 3),
        (Bulk::Folder(None), 0),
        (Bulk::Type(ItemType::Note), 3),
        (Bulk::Type(ItemType::Document), 0),
        (Bulk::Restore, 0),
    ] {
        let done = change(&mut session, &ids, &bulk);
        assert_eq!((done.count, done.undo.is_some()), (changes, changes > 0), "{bulk:?}");
        if let Some(id) = done.undo {
            let undone = undo(&mut session, done.undo);
            assert_eq!(undone, UndoResult { count: changes, left: Vec::new() }, "{bulk:?}");
            let again = session.undo(id, &mut |_| ControlFlow::Continue(())).err();
            assert_eq!(again, Some(SessionError::NotFound), "once");
        }
        written += 2 * changes as u64;
        assert_eq!(ids.iter().map(|id| payload(&session, *id)).collect::<Vec<_>>(), before, "{bulk:?}");
    }
    // Changing the type keeps every field.
    change(&mut session, &ids[..1], &Bulk::Type(ItemType::Note));
    let item = session.get(ids[0]).unwrap().item;
    assert_eq!((item.item_type, item.fields.len(), item.fields[1].value.expose()), (ItemType::Note, 2, "x"));
    assert_eq!(session.check_log(), Ok(entries + written + 1));
    assert_eq!(session.sidebar().unwrap().types, [(ItemType::Login, 2), (ItemType::Note, 1)]);
}

#[test]
fn undo_skips_and_reports_items_changed_since() {
    let world = World::new();
    let mut session = world.create();
    let profile = session.profile().id;
    let ids = three(&mut session);
    let done = change(&mut session, &ids, &Bulk::AddTag("new".to_owned()));
    let mut changed = session.get(ids[1]).unwrap();
    changed.item.title = "changed since".to_owned();
    session.put(Put::change(ids[1], changed.revision, changed.item)).unwrap();
    session.trash(&ids[2..]).unwrap();
    session.purge(&ids[2..]).unwrap();
    let undone = undo(&mut session, done.undo);
    assert_eq!(undone, UndoResult { count: 1, left: vec![ids[1], ids[2]] });
    assert!(session.get(ids[0]).unwrap().item.tags.is_empty());
    assert_eq!(session.get(ids[1]).unwrap().item.tags.len(), 1);
    assert_eq!(session.events(0, 1).unwrap()[0].kind, EventKind::Undone);

    // A cancelled or failed bulk change changes nothing and adds no undo step.
    let stop = &mut |done| if done == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let cut = session.change_items(&ids[..2], &Bulk::Favourite(true), stop);
    assert_eq!(cut, Err(SessionError::Cancelled));
    assert_eq!(session.set_favourite(&[ids[0], ids[2]], true), Err(SessionError::NotFound));
    assert_eq!(session.sidebar().unwrap().favourites, 0);
    let bad = session.change_items(&ids[..1], &Bulk::AddTag("a\u{1e}b".to_owned()), &mut go_on);
    assert_eq!(bad, Err(SessionError::Invalid(PayloadError::Malformed)));

    // Twenty undo steps are kept, and none after a lock.
    let steps: Vec<_> =
        (0..21).map(|n| session.set_favourite(&ids[..1], n % 2 == 0).unwrap().undo.unwrap()).collect();
    let mut on = |_| ControlFlow::Continue(());
    assert_eq!(session.undo(steps[0], &mut on).err(), Some(SessionError::NotFound));
    assert_eq!(session.undo(steps[20], &mut on).unwrap().count, 1);
    drop(session);
    let mut session = world.unlock(profile).unwrap();
    assert_eq!(session.undo(steps[19], &mut on).err(), Some(SessionError::NotFound));
    session.check_log().unwrap();
}

#[test]
fn changes_are_undone_one_after_the_other() {
    let world = World::new();
    let mut session = world.create();
    let ids = three(&mut session);
    let before: Vec<_> = ids.iter().map(|id| payload(&session, *id)).collect();
    let steps: Vec<_> = [
        Bulk::AddTag("new".to_owned()),
        Bulk::Folder(Some("a".to_owned())),
        Bulk::Favourite(true),
        Bulk::Trash,
    ]
    .iter()
    .map(|bulk| change(&mut session, &ids, bulk).undo)
    .collect();
    for step in steps.iter().skip(1).rev() {
        assert_eq!(undo(&mut session, *step), UndoResult { count: 3, left: Vec::new() });
    }
    // What is changed by hand in between is left alone as before.
    let mut changed = session.get(ids[1]).unwrap();
    changed.item.title = "changed since".to_owned();
    session.put(Put::change(ids[1], changed.revision, changed.item)).unwrap();
    assert_eq!(undo(&mut session, steps[0]), UndoResult { count: 2, left: vec![ids[1]] });
    assert_eq!(
        [payload(&session, ids[0]), payload(&session, ids[2])],
        [before[0].clone(), before[2].clone()]
    );
    session.check_log().unwrap();
}

#[test]
fn renaming_a_folder_includes_its_subfolders() {
    let world = World::new();
    let mut session = world.create();
    let mut put = |folder: &str| {
        let mut item = login(folder, "", "");
        item.folder = Some(folder.to_owned());
        add(&mut session, item).id
    };
    let ids: Vec<ItemId> = ["work", "work/it", "work/it/old", "workshop", "home"].map(&mut put).to_vec();
    session.set_archived(&ids[1..2], true).unwrap();
    session.trash(&ids[2..3]).unwrap();
    let folders = |session: &Session| {
        ids.iter().map(|id| session.get(*id).unwrap().item.folder.unwrap_or_default()).collect::<Vec<_>>()
    };
    let done = session.rename_folder("work", Some("home/office"), &mut go_on).unwrap();
    assert_eq!(done.count, 3);
    assert_eq!(
        folders(&session),
        ["home/office", "home/office/it", "home/office/it/old", "workshop", "home"]
    );
    assert_eq!(titles_in(&mut session, Scope::Folder("home".to_owned())), ["home", "work"]);
    assert_eq!(undo(&mut session, done.undo).count, 3);
    assert_eq!(folders(&session), ["work", "work/it", "work/it/old", "workshop", "home"]);
    // Removing a folder moves its subfolders up.
    session.rename_folder("work", None, &mut go_on).unwrap();
    assert_eq!(folders(&session), ["", "it", "it/old", "workshop", "home"]);
    for (from, to) in [("it", "it/old"), ("", "x"), ("it", "")] {
        let refused = session.rename_folder(from, Some(to), &mut go_on);
        assert_eq!(refused, Err(SessionError::Invalid(PayloadError::Malformed)), "{from} {to}");
    }
    assert_eq!(session.rename_folder("nowhere", Some("x"), &mut go_on), Ok(Changed::default()));
    session.check_log().unwrap();
}

#[test]
fn a_tag_is_renamed_merged_or_removed_everywhere() {
    let world = World::new();
    let mut session = world.create();
    let mut put = |title: &str| {
        let mut item = login(title, "", "");
        item.tags = title.split(' ').map(str::to_owned).collect();
        add(&mut session, item).id
    };
    let ids: Vec<ItemId> = ["red", "red blue", "blue", "redder"].map(&mut put).to_vec();
    session.trash(&ids[..1]).unwrap();
    let tags = |session: &Session| {
        let joined =
            |id: &ItemId| session.get(*id).unwrap().item.tags.into_iter().collect::<Vec<_>>().join(" ");
        ids.iter().map(joined).collect::<Vec<_>>()
    };
    let done = session.rename_tag("red", Some("blue"), &mut go_on).unwrap();
    assert_eq!(
        (done.count, tags(&session)),
        (2, ["blue", "blue", "blue", "redder"].map(str::to_owned).to_vec())
    );
    assert_eq!(session.sidebar().unwrap().tags, [("blue".to_owned(), 2), ("redder".to_owned(), 1)]);
    assert_eq!(undo(&mut session, done.undo).count, 2);
    assert_eq!(tags(&session), ["red", "blue red", "blue", "redder"]);
    session.rename_tag("blue", None, &mut go_on).unwrap();
    assert_eq!(tags(&session), ["red", "red", "", "redder"]);
    assert_eq!(session.rename_tag("red", Some("red"), &mut go_on), Ok(Changed::default()));
    for bad in ["", " ", "a\nb"] {
        assert!(session.rename_tag("red", Some(bad), &mut go_on).is_err(), "{bad:?}");
    }
    session.check_log().unwrap();
}

/// Adds an item with the given number of revisions, a day apart.
fn with_history(session: &mut Session, world: &World, revisions: u32) -> ItemId {
    let mut stored = add(session, login("0", "ada", "x"));
    for number in 1..revisions {
        world.clock.advance(DAY);
        stored = session
            .put(Put::change(stored.id, stored.revision, login(&number.to_string(), "ada", "x")))
            .unwrap();
    }
    stored.id
}

fn titles_of_history(session: &Session, id: ItemId) -> Vec<String> {
    let history = session.history(id).unwrap();
    history.iter().map(|entry| session.at_revision(id, entry.revision).unwrap().title).collect()
}

#[test]
fn history_is_complete_until_it_is_purged() {
    let world = World::new();
    let mut session = world.create();
    let id = with_history(&mut session, &world, 6);
    let undo = session.set_favourite(&[id], true).unwrap().undo;
    assert_eq!(
        session.purge_history(&[id], HistoryRetention::Everything, &mut go_on),
        Ok(RemovedHistory::default())
    );
    assert_eq!(session.history(id).unwrap().len(), 7);
    let removed = session.purge_history(&[id], HistoryRetention::Revisions(4), &mut go_on).unwrap();
    assert_eq!(removed, RemovedHistory { revisions: 3, items: 1 });
    assert_eq!(titles_of_history(&session, id), ["5", "5", "4", "3"]);
    assert_eq!(session.get(id).unwrap().revisions, 4);
    world.clock.advance(DAY + Duration::from_secs(1));
    // Removes revisions that were replaced two or more days ago.
    let removed = session.purge_history(&[id], HistoryRetention::Days(2), &mut go_on).unwrap();
    assert_eq!(
        (removed.revisions, titles_of_history(&session, id)),
        (1, ["5", "5", "4"].map(str::to_owned).to_vec())
    );
    assert_eq!(session.items_with_history().unwrap(), [id]);
    session.purge_history(&[id], HistoryRetention::Revisions(1), &mut go_on).unwrap();
    assert_eq!(titles_of_history(&session, id), ["5"]);
    // The revision that undo would restore was purged, so undo skips the item.
    let undone = session.undo(undo.unwrap(), &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(undone, UndoResult { count: 0, left: vec![id] });
    assert!(session.get(id).unwrap().item.flags.favourite);
    let kinds: Vec<_> = session.events(0, 2).unwrap().iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Undone, EventKind::HistoryPurged]);
    session.check_log().unwrap();
    assert!(session.purge_history(&[id], HistoryRetention::Revisions(0), &mut go_on).is_err());
}

/// Runs the retention rules to their end, as the program does after unlocking.
fn run(session: &mut Session) {
    let mut walk = session.apply_retention(None).unwrap();
    while walk.is_some() {
        walk = session.apply_retention(walk).unwrap();
    }
}

#[test]
fn rules_run_once_a_day_and_not_with_an_implausible_clock() {
    let world = World::new();
    let mut session = world.create();
    let trashed = add(&mut session, login("trashed", "", "")).id;
    session.trash(&[trashed]).unwrap();
    let id = with_history(&mut session, &world, 5);
    let is_there = |session: &Session| session.get(trashed).is_ok();

    // Without rules nothing is removed.
    world.clock.advance(DAY * 400);
    run(&mut session);
    assert!(is_there(&session));
    let later = add(&mut session, login("later", "", "")).id;
    session.trash(&[later]).unwrap();
    let rules = RetentionRules { history: HistoryRetention::Revisions(2), trash_days: Some(30) };
    session.set_retention_rules(&rules).unwrap();
    assert_eq!(session.retention_rules(), Ok(rules));
    run(&mut session);
    assert!(is_there(&session), "rules apply from the next day on");

    // A clock ten years ahead, then set back: nothing is removed.
    let now = world.clock.now();
    world.clock.advance(DAY * 3_650);
    run(&mut session);
    assert!(is_there(&session));
    world.clock.set_now(Timestamp(now.0 + 1_000));
    run(&mut session);
    assert!(is_there(&session));

    world.clock.advance(DAY);
    run(&mut session);
    assert!(!is_there(&session) && session.get(later).is_ok());
    assert_eq!(titles_of_history(&session, id), ["4", "3"]);
    world.clock.advance(DAY * 31);
    run(&mut session);
    assert!(session.get(later).is_err());
    session.check_log().unwrap();
    assert!(session.set_retention_rules(&RetentionRules { trash_days: Some(0), ..rules }).is_err());
    // Invalid stored rules keep everything.
    session.set_setting("history.keep", "revisions:0").unwrap();
    assert_eq!(session.retention_rules(), Ok(RetentionRules::default()));
}

#[test]
fn only_revisions_of_one_item_are_compared() {
    let world = World::new();
    let mut session = world.create();
    let first = add(&mut session, login("Mail", "ada", "old"));
    let second = session.put(Put::change(first.id, first.revision, login("Mail", "ada", "new"))).unwrap();
    let other = add(&mut session, login("Other", "", ""));
    let differences = session.compare(first.id, first.revision, second.revision, Secrets::Hide).unwrap();
    assert!(
        matches!(&differences[..], [one] if matches!((&one.before, &one.after), (Side::Hidden, Side::Hidden)))
    );
    let shown = session.compare(first.id, first.revision, second.revision, Secrets::Show).unwrap();
    let [one] = &shown[..] else { panic!("one difference") };
    let (Side::Value(before), Side::Value(after)) = (&one.before, &one.after) else { panic!("values") };
    assert_eq!((before.expose(), after.expose()), ("old", "new"));
    for (id, revision) in [(first.id, other.revision), (other.id, second.revision)] {
        let none = session.compare(id, first.revision, revision, Secrets::Show);
        assert_eq!(none.err(), Some(SessionError::NotFound));
    }
}
