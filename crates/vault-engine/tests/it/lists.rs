use vault_engine::clock::Timestamp;
use vault_engine::item::{Item, ItemType};
use vault_engine::search::{Scope, Sort};
use vault_engine::session::{Query, Session};

use crate::support::{World, add, login, query, titles, titles_in};

fn item(title: &str, item_type: ItemType, tags: &[&str], folder: Option<&str>, at: u64) -> Item {
    let mut item = Item::new(item_type, Timestamp(at));
    item.title = title.to_owned();
    item.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
    item.folder = folder.map(str::to_owned);
    item
}

fn filled(world: &World) -> Session {
    let mut session = world.create();
    add(&mut session, item("éclair", ItemType::Note, &["food", "work"], Some("Home"), 30));
    add(&mut session, item("Zebra", ItemType::Card, &["work"], Some("Home/Zoo"), 20));
    add(&mut session, item("apple", ItemType::Note, &[], Some("Homework"), 10));
    let archived = add(&mut session, item("attic", ItemType::Note, &["work"], Some("Home"), 40)).id;
    session.set_archived(&[archived], true).unwrap();
    let trashed = add(&mut session, item("tin", ItemType::Card, &["work"], Some("Home"), 50)).id;
    session.trash(&[trashed]).unwrap();
    let liked = session.list(&query(Scope::Type(ItemType::Card))).unwrap().rows[0].id;
    session.set_favourite(&[liked], true).unwrap();
    session.check_log().unwrap();
    session
}

#[test]
fn a_scope_limits_the_list() {
    let world = World::new();
    let mut session = filled(&world);
    let mut in_scope = |scope| titles_in(&mut session, scope);
    assert_eq!(in_scope(Scope::All), ["apple", "éclair", "Zebra"]);
    assert_eq!(in_scope(Scope::Favourites), ["Zebra"]);
    assert_eq!(in_scope(Scope::Type(ItemType::Note)), ["apple", "éclair"]);
    assert_eq!(in_scope(Scope::Type(ItemType::Login)), Vec::<String>::new());
    assert_eq!(in_scope(Scope::Tag("work".into())), ["éclair", "Zebra"]);
    assert_eq!(in_scope(Scope::Tag("none".into())), Vec::<String>::new());
    assert_eq!(in_scope(Scope::Folder("Home".into())), ["éclair", "Zebra"]);
    assert_eq!(in_scope(Scope::Folder("Home/Zoo".into())), ["Zebra"]);
    assert_eq!(in_scope(Scope::Archive), ["attic"]);
    assert_eq!(in_scope(Scope::Trash), ["tin"]);
}

#[test]
fn sidebar_counts_match_the_lists() {
    let world = World::new();
    let mut session = filled(&world);
    let sidebar = session.sidebar().unwrap();
    assert_eq!((sidebar.all, sidebar.favourites, sidebar.archived, sidebar.trash), (3, 1, 1, 1));
    assert_eq!(sidebar.types, [(ItemType::Note, 2), (ItemType::Card, 1)]);
    assert_eq!(sidebar.tags, [("food".to_owned(), 1), ("work".to_owned(), 2)]);
    let folders: Vec<(&str, u32)> =
        sidebar.folders.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    assert_eq!(folders, [("Home", 1), ("Home/Zoo", 1), ("Homework", 1)]);
}

#[test]
fn the_sidebar_counts_items_of_every_type() {
    let world = World::new();
    let mut session = world.create();
    for item_type in ItemType::ALL {
        add(&mut session, item("one", item_type, &[], None, 10));
        session.check_log().unwrap();
    }
    let sidebar = session.sidebar().unwrap();
    assert_eq!(sidebar.types.len(), ItemType::ALL.len());
    assert!(sidebar.types.iter().all(|(_, count)| *count == 1));
}

#[test]
fn a_list_is_sorted_and_paged() {
    let world = World::new();
    let mut session = filled(&world);
    let mut page = |sort, offset, limit| {
        let page = session.list(&Query { sort, offset, limit, ..query(Scope::All) }).unwrap();
        assert_eq!(page.total, 3);
        titles(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(page(Sort::Modified, 0, 10), ["éclair", "Zebra", "apple"]);
    assert_eq!(page(Sort::Created, 1, 1), ["Zebra"]);
    assert_eq!(page(Sort::Title, 2, 10), ["Zebra"]);
    assert_eq!(page(Sort::Title, 3, 10), Vec::<String>::new());
    assert_eq!(page(Sort::Title, 0, 0), Vec::<String>::new());
}

#[test]
fn search_is_limited_to_the_scope_and_sees_every_write() {
    let world = World::new();
    let mut session = filled(&world);
    let profile = session.profile().id;
    let find = |session: &mut Session, text: &str, scope: Scope| {
        let page = session.list(&Query { text: text.into(), ..query(scope) }).unwrap();
        assert_eq!(page.total as usize, page.rows.len());
        page.rows.into_iter().map(|row| row.title).collect::<Vec<_>>()
    };
    assert_eq!(find(&mut session, "ECL", Scope::All), ["éclair"]);
    assert_eq!(find(&mut session, "tag:work zeb", Scope::All), ["Zebra"]);
    assert_eq!(find(&mut session, "tin", Scope::Trash), ["tin"]);
    assert_eq!(find(&mut session, "tag:work", Scope::Archive), ["attic"]);

    let added = add(&mut session, login("Garden", "gardener@example.org", "hush-hush"));
    assert_eq!(find(&mut session, "gardener", Scope::All), ["Garden"]);
    assert_eq!(find(&mut session, "hush-hush", Scope::All), Vec::<String>::new(), "secrets are not searched");
    session.trash(&[added.id]).unwrap();
    assert_eq!(find(&mut session, "gardener", Scope::All), Vec::<String>::new());
    session.purge(&[added.id]).unwrap();
    assert_eq!(find(&mut session, "gardener", Scope::Trash), Vec::<String>::new());

    drop(session);
    let mut session = world.unlock(profile).unwrap();
    assert_eq!(
        find(&mut session, "tag:work", Scope::Archive),
        ["attic"],
        "the index is filled from the database"
    );
    assert!(!session.prepare_search().unwrap());
}

#[test]
fn special_characters_are_treated_as_text() {
    let world = World::new();
    let mut session = world.create();
    let odd = "'; DROP TABLE item; --";
    add(&mut session, item(odd, ItemType::Note, &[odd, "%", "\u{202e}x"], Some("%_'"), 1));
    assert_eq!(titles_in(&mut session, Scope::Tag(odd.into())), [odd]);
    assert_eq!(titles_in(&mut session, Scope::Folder("%_'".into())), [odd]);
    assert_eq!(titles_in(&mut session, Scope::Folder("%".into())), Vec::<String>::new());
    let page = session.list(&Query { text: odd.into(), ..query(Scope::All) }).unwrap();
    assert_eq!(titles(&page), [odd]);
    session.set_setting(odd, odd).unwrap();
    assert_eq!(session.setting(odd).unwrap().as_deref(), Some(odd));
}
