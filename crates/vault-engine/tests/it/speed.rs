//! Costs of operations, counted in pages written and rows read, not in time.

use std::fs;
use std::path::Path;
use std::time::Duration;

use vault_engine::clock::Timestamp;
use vault_engine::item::{Item, ItemType};
use vault_engine::search::{Scope, Sort};
use vault_engine::session::{Put, Query, Session, SessionError};

use crate::support::{World, login, query, titles};

/// Size of a database page in the write-ahead log, with its frame header.
const FRAME: u64 = 4096 + 24;

fn filled(world: &World, count: usize) -> Session {
    let mut session = world.create();
    let puts = (0..count).map(|number| {
        let mut item = login(&format!("Item {number:05}"), &format!("user{}@example.org", number % 97), "x");
        item.tags.insert(format!("tag{}", number % 41));
        item.folder = Some(format!("Folder {}", number % 17));
        item.created_at = Timestamp(u64::try_from(number * 7 % count).unwrap());
        Put::new(item)
    });
    session.put_many(puts.collect(), &mut |_| std::ops::ControlFlow::Continue(())).unwrap();
    session
}

/// The length of the write-ahead log of a profile.
fn log_bytes(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let of = |entry: fs::DirEntry| {
        if entry.file_type().unwrap().is_dir() {
            log_bytes(&entry.path())
        } else if entry.file_name() == "vault.db-wal" {
            entry.metadata().unwrap().len()
        } else {
            0
        }
    };
    entries.map(of).sum()
}

#[test]
fn adding_an_item_writes_few_pages_at_any_profile_size() {
    let most_pages = |count: usize| {
        let world = World::new();
        let session = filled(&world, count);
        let profile = session.profile().id;
        drop(session);
        // The log is empty after unlocking, so that it contains only what the adds wrote.
        let mut session = world.unlock(profile).unwrap();
        let mut most = 0;
        for number in 0..20 {
            let before = log_bytes(world.root());
            session.put(Put::new(login(&format!("New {number}"), "ann@example.org", "x"))).unwrap();
            most = most.max((log_bytes(world.root()) - before) / FRAME);
        }
        most
    };
    for count in [50, 3_000] {
        let most = most_pages(count);
        assert!((1..=24).contains(&most), "{most} pages with {count} items");
    }
}

#[test]
fn any_list_page_equals_the_one_reached_by_walking() {
    let world = World::new();
    let mut session = filled(&world, 2_600);
    for (scope, sort) in
        [(Scope::All, Sort::Title), (Scope::All, Sort::Created), (Scope::All, Sort::Modified)]
    {
        let mut page = |offset, limit| {
            let page = session.list(&Query { sort, offset, limit, ..query(scope.clone()) }).unwrap();
            assert_eq!(page.total, 2_600);
            titles(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let walked: Vec<_> = (0..6).flat_map(|number| page(number * 500, 500)).collect();
        assert_eq!(walked.len(), 2_600);
        assert_eq!(page(1_990, 20), walked[1_990..2_010]);
        assert_eq!(page(2_050, 20), walked[2_050..2_070]);
        assert_eq!(page(2_590, 20), walked[2_590..]);
        assert_eq!(page(2_600, 20), Vec::<String>::new());
        assert_eq!(page(u32::MAX, 20), Vec::<String>::new());
    }
    // Paging sees later writes.
    let deep = Query { offset: 2_600, limit: 5, ..query(Scope::All) };
    assert!(session.list(&deep).unwrap().rows.is_empty());
    session.put(Put::new(login("Zzz", "ann@example.org", "x"))).unwrap();
    assert_eq!(titles(&session.list(&deep).unwrap()), ["Zzz"]);
}

#[test]
fn recently_used_items_rank_first_also_after_a_lock() {
    let world = World::new();
    let mut session = world.create();
    let ids: Vec<_> = ["Mail a", "Mail b", "Mail c"]
        .map(|title| {
            let mut item = Item::new(ItemType::Note, Timestamp(1));
            item.title = title.to_owned();
            session.put(Put::new(item)).unwrap().id
        })
        .into();
    let found = |session: &mut Session| {
        let page = session.list(&Query { text: "mail".into(), ..query(Scope::All) }).unwrap();
        titles(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(found(&mut session), ["Mail a", "Mail b", "Mail c"]);
    world.clock.advance(Duration::from_secs(10));
    session.note_use(ids[1]).unwrap();
    assert_eq!(found(&mut session), ["Mail b", "Mail a", "Mail c"]);
    world.clock.advance(Duration::from_secs(10));
    session.note_use(ids[2]).unwrap();
    // Changing an item keeps its time of use, and so does a lock.
    session.set_favourite(&ids[..1], true).unwrap();
    session.set_favourite(&ids[..1], false).unwrap();
    world.clock.advance(Duration::from_secs(10));
    session.note_use(ids[0]).unwrap();
    assert_eq!(found(&mut session), ["Mail a", "Mail c", "Mail b"]);
    let profile = session.profile().id;
    drop(session);
    let mut session = world.unlock(profile).unwrap();
    assert_eq!(found(&mut session), ["Mail a", "Mail c", "Mail b"]);
    // Purging a used item leaves no time of use to write, and nothing fails.
    session.note_use(ids[2]).unwrap();
    session.trash(&[ids[2]]).unwrap();
    session.note_use(ids[2]).unwrap();
    session.purge(&[ids[2]]).unwrap();
    assert_eq!(session.note_use(ids[2]).unwrap_err(), SessionError::NotFound);
    drop(session);
    assert_eq!(found(&mut world.unlock(profile).unwrap()), ["Mail a", "Mail b"]);
}

#[test]
fn a_cancelled_search_ends() {
    let world = World::new();
    let mut session = filled(&world, 10);
    let text = Query { text: "item".into(), ..query(Scope::All) };
    assert_eq!(session.list_unless(&text, &|| true), Err(SessionError::Cancelled));
    assert_eq!(session.list_unless(&text, &|| false).unwrap().total, 10);
    // A list without a search text is fast and cannot be cancelled.
    assert_eq!(session.list_unless(&query(Scope::All), &|| true).unwrap().total, 10);
}

#[test]
fn a_batch_equals_its_changes_one_by_one() {
    let world = World::new();
    let mut session = world.create();
    let first = session.put(Put::new(login("First", "ann", "x"))).unwrap();
    let item = session.get(first.id).unwrap().item;
    let mut puts: Vec<Put> = (0..70).map(|n| Put::new(login(&format!("New {n}"), "ann", "x"))).collect();
    puts.insert(40, Put::change(first.id, first.revision, item));
    let stored = session.put_many(puts, &mut |_| std::ops::ControlFlow::Continue(())).unwrap();
    assert_eq!(stored.len(), 71);
    assert_eq!(stored[40].id, first.id);
    assert_eq!(session.get(first.id).unwrap().revisions, 2);
    session.check_log().unwrap();
    // The second change of the same item conflicts with the first.
    let change = |title: &str| {
        let now = session.get(first.id).unwrap();
        Put::change(first.id, now.revision, Item { title: title.to_owned(), ..now.item })
    };
    let twice = vec![change("Once"), change("Twice")];
    let refused = session.put_many(twice, &mut |_| std::ops::ControlFlow::Continue(())).unwrap_err();
    assert!(matches!(refused, SessionError::Conflict { .. }), "{refused}");
    assert_eq!(session.get(first.id).unwrap().item.title, "First");
    session.check_log().unwrap();
}
