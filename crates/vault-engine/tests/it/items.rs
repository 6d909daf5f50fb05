use std::ops::ControlFlow;

use vault_crypto::SecretText;
use vault_engine::clock::Timestamp;
use vault_engine::item::Role;
use vault_engine::search::Scope;
use vault_engine::session::{Change, Put, SessionError, Target};
use vault_wire::{ItemId, RevHash};

use crate::support::{World, add, login, query, titles, titles_in};

#[test]
fn a_stored_item_reads_back_before_and_after_a_lock() {
    let world = World::new();
    let mut session = world.create();
    let id = session.profile().id;
    let stored = add(&mut session, login("Mail", "ada", "s3cret"));
    drop(session);

    let session = world.unlock(id).unwrap();
    let opened = session.get(stored.id).unwrap();
    assert_eq!((opened.revision, opened.revisions), (stored.revision, 1));
    assert_eq!(opened.item.title, "Mail");
    assert_eq!(opened.item.value(Role::Password), Some("s3cret"));
    assert_eq!(opened.item.device, "desk");
    assert_eq!(opened.item.created_at, Timestamp(1_700_000_000_000));
}

#[test]
fn a_change_from_a_stale_revision_is_a_conflict_and_changes_nothing() {
    let world = World::new();
    let mut session = world.create();
    let first = add(&mut session, login("Mail", "ada", "one"));
    let second = session.put(Put::change(first.id, first.revision, login("Mail", "ada", "two"))).unwrap();

    let stale = session.put(Put::change(first.id, first.revision, login("Mail", "ada", "three")));
    assert_eq!(stale, Err(SessionError::Conflict { current: second.revision }));
    assert_eq!(session.get(first.id).unwrap().item.value(Role::Password), Some("two"));
}

#[test]
fn missing_items_are_not_found() {
    let world = World::new();
    let mut session = world.create();
    let missing = ItemId::from_bytes([9; 16]);
    let target = Target::Existing { id: missing, expected: RevHash::from_bytes([0; 32]) };
    let put = Put { target, ..Put::new(login("x", "", "")) };
    assert_eq!(session.put(put), Err(SessionError::NotFound));
    assert_eq!(session.get(missing).err(), Some(SessionError::NotFound));
    assert_eq!(session.history(missing), Err(SessionError::NotFound));
    let known = add(&mut session, login("Mail", "", ""));
    assert_eq!(session.trash(&[known.id, missing]), Err(SessionError::NotFound));
    assert!(session.get(known.id).unwrap().item.trashed_at.is_none(), "all or none");
}

#[test]
fn changes_of_flags_and_trash_are_revisions() {
    let world = World::new();
    let mut session = world.create();
    let id = add(&mut session, login("Mail", "ada", "x")).id;
    session.set_favourite(&[id], true).unwrap();
    session.set_favourite(&[id], true).unwrap();
    session.set_archived(&[id], true).unwrap();
    assert_eq!(titles_in(&mut session, Scope::Archive), ["Mail"]);
    session.set_archived(&[id], false).unwrap();
    session.trash(&[id]).unwrap();
    assert_eq!(titles_in(&mut session, Scope::Trash), ["Mail"]);
    session.restore(&[id]).unwrap();
    assert_eq!(titles_in(&mut session, Scope::Favourites), ["Mail"]);

    let history = session.history(id).unwrap();
    let changes: Vec<&Change> = history.iter().flat_map(|entry| &entry.changes).collect();
    let expected = [
        Change::Restored,
        Change::Trashed,
        Change::Archived,
        Change::Archived,
        Change::Favourite,
        Change::Created,
    ];
    assert_eq!(changes, expected.iter().collect::<Vec<_>>());
    assert!(history[0].current && history[1..].iter().all(|entry| !entry.current));
    assert_eq!(session.check_log(), Ok(7), "genesis and six revisions");
}

#[test]
fn an_older_revision_opens_and_can_be_restored() {
    let world = World::new();
    let mut session = world.create();
    let first = add(&mut session, login("Mail", "ada", "one"));
    session.put(Put::change(first.id, first.revision, login("Post", "ada", "two"))).unwrap();
    session.set_favourite(&[first.id], true).unwrap();

    assert_eq!(session.at_revision(first.id, first.revision).unwrap().title, "Mail");
    let restored = session.restore_revision(first.id, first.revision).unwrap();
    let opened = session.get(first.id).unwrap();
    assert_eq!(opened.revision, restored.revision);
    assert_eq!((opened.item.title.as_str(), opened.item.value(Role::Password)), ("Mail", Some("one")));
    assert!(opened.item.flags.favourite, "flags are not restored");
    assert_eq!(opened.revisions, 4);
    let history = session.history(first.id).unwrap();
    assert!(history[0].changes.contains(&Change::Title));
    assert!(
        history[0]
            .changes
            .iter()
            .any(|change| matches!(change, Change::Field { role: Some(Role::Password), .. }))
    );
}

#[test]
fn only_trashed_items_are_purged_with_their_history() {
    let world = World::new();
    let mut session = world.create();
    let stored = add(&mut session, login("Mail", "ada", "x"));
    assert_eq!(session.purge(&[stored.id]), Err(SessionError::NotFound));
    session.trash(&[stored.id]).unwrap();
    session.purge(&[stored.id]).unwrap();
    assert_eq!(session.get(stored.id).err(), Some(SessionError::NotFound));
    assert_eq!(session.at_revision(stored.id, stored.revision).err(), Some(SessionError::NotFound));
    assert_eq!(session.check_log(), Ok(4), "revision, trash and tombstone stay in the log");

    for title in ["a", "b", "c"] {
        let id = add(&mut session, login(title, "", "")).id;
        session.trash(&[id]).unwrap();
    }
    add(&mut session, login("kept", "", ""));
    assert_eq!(session.empty_trash(&mut |_| ControlFlow::Continue(())), Ok(3));
    assert_eq!(titles_in(&mut session, Scope::All), ["kept"]);
    assert_eq!(titles_in(&mut session, Scope::Trash), Vec::<String>::new());
    session.check_log().unwrap();
}

#[test]
fn many_items_are_written_all_or_none() {
    let world = World::new();
    let mut session = world.create();
    let puts =
        |count: usize| (0..count).map(|n| Put::new(login(&format!("n{n:03}"), "", ""))).collect::<Vec<_>>();
    let mut seen = 0;
    let broken_off = session.put_many(puts(50), &mut |done| {
        seen = done;
        if done == 20 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!((broken_off, seen), (Err(SessionError::Cancelled), 20));
    assert_eq!(titles_in(&mut session, Scope::All), Vec::<String>::new());

    let mut bad = puts(50);
    bad[30].item.title = "x".repeat(1 << 20);
    assert!(matches!(
        session.put_many(bad, &mut |_| ControlFlow::Continue(())),
        Err(SessionError::Invalid(_))
    ));
    assert_eq!(session.check_log(), Ok(1));

    let stored = session.put_many(puts(50), &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(stored.len(), 50);
    assert_eq!(session.check_log(), Ok(51));
    let page = session.list(&query(Scope::All)).unwrap();
    assert_eq!((page.total, titles(&page)[49]), (50, "n049"));
}

#[test]
fn a_draft_survives_a_lock_and_is_removed_by_saving() {
    let world = World::new();
    let mut session = world.create();
    let id = session.profile().id;
    let draft = session.draft_save(None, b"half-fil").unwrap();
    assert_eq!(session.draft_save(Some(draft), b"half-filled").unwrap(), draft);
    drop(session);

    let mut session = world.unlock(id).unwrap();
    assert_eq!(session.sidebar().unwrap().drafts, 1);
    let drafts = session.draft_list().unwrap();
    assert_eq!((drafts.len(), drafts[0].id, drafts[0].content.as_slice()), (1, draft, &b"half-filled"[..]));
    assert_eq!(session.draft_get(draft).unwrap().content.as_slice(), b"half-filled");
    session.put(Put { draft: Some(draft), ..Put::new(login("Mail", "", "")) }).unwrap();
    assert!(session.draft_list().unwrap().is_empty());
    assert_eq!(session.draft_get(draft).err(), Some(SessionError::NotFound));
    assert_eq!(session.draft_save(Some(draft), b"again").err(), Some(SessionError::NotFound));
    let other = session.draft_save(None, b"other").unwrap();
    session.draft_discard(other).unwrap();
    session.draft_discard(other).unwrap();
    assert_eq!(session.sidebar().unwrap().drafts, 0);
}

#[test]
fn a_failed_save_keeps_the_draft() {
    let world = World::new();
    let mut session = world.create();
    let draft = session.draft_save(None, b"half-filled").unwrap();
    let mut item = login("Mail", "", "");
    item.notes = SecretText::new("x".repeat(8 << 20));
    assert!(matches!(
        session.put(Put { draft: Some(draft), ..Put::new(item) }),
        Err(SessionError::Invalid(_))
    ));
    assert_eq!(session.draft_list().unwrap().len(), 1);
}

#[test]
fn settings_and_kit_confirmation_are_stored() {
    let world = World::new();
    let mut session = world.create();
    let id = session.profile().id;
    assert_eq!((session.setting("lock"), session.kit_confirmed()), (Ok(None), Ok(false)));
    session.set_setting("lock", "5").unwrap();
    session.set_setting("lock", "10").unwrap();
    session.set_kit_confirmed().unwrap();
    drop(session);
    let session = world.unlock(id).unwrap();
    assert_eq!((session.setting("lock"), session.kit_confirmed()), (Ok(Some("10".into())), Ok(true)));
}

#[test]
fn every_item_outside_the_trash_is_visited() {
    let world = World::new();
    let mut session = world.create();
    for title in ["a", "b", "c"] {
        add(&mut session, login(title, "", title));
    }
    let gone = add(&mut session, login("gone", "", "")).id;
    session.trash(&[gone]).unwrap();
    let mut seen = Vec::new();
    session
        .each_item(&mut |_, item| {
            seen.push(item.value(Role::Password).unwrap_or_default().to_owned());
            ControlFlow::Continue(())
        })
        .unwrap();
    seen.sort();
    assert_eq!(seen, ["a", "b", "c"]);
}
