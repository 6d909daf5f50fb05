//! Data of programs: items of the types from 64 up, which nothing shows.

use std::ops::ControlFlow;

use vault_crypto::SecretText;
use vault_engine::VaultId;
use vault_engine::health::Settings;
use vault_engine::item::{Item, ItemType, decode, encode};
use vault_engine::search::Scope;
use vault_engine::session::{Contents, Put, Query, Salvaged, Session, SessionError, Sidebar};
use vault_wire::{ItemId, ProfileId};

use crate::damage::{database_key, open_database};
use crate::support::{PASSWORD, World, add, login, new_profile, query, rng};
use crate::vaults::{add_to, look};

/// Vault metadata, member card, group, policy, client state, one of a later program, and the highest number.
const TYPES: [u64; 7] = [64, 65, 66, 67, 68, 69, u64::MAX];

fn go_on<T>(_: T) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// A favourite with title, tag, folder, and an entry of its type, as a program that knows the type writes it.
pub fn item_of_type(number: u64) -> Item {
    let number = match u8::try_from(number) {
        Ok(number) => vec![0x18, number],
        Err(_) => [[0x1b].as_slice(), &number.to_be_bytes()].concat(),
    };
    let rest = b"\x02\x67planted\x06\x81\x63tag\x07\x66folder\x08\xf5\x0b\x01\x0c\x02\x18\x40\x41\x07";
    let bytes = [b"\xa8\x01".as_slice(), &number, rest].concat();
    let item = decode(&bytes).unwrap();
    assert_eq!(encode(&item).unwrap().as_slice(), bytes);
    item
}

/// Everything that shows items: their titles, the counts, and the number of items that a health check examines.
fn shown(session: &mut Session) -> (Vec<String>, Sidebar, u32) {
    let vaults: Vec<VaultId> = session.vaults().unwrap().into_iter().map(|vault| vault.id).collect();
    let mut scopes = vec![Scope::All, Scope::Favourites, Scope::Archive, Scope::Trash, Scope::Templates];
    scopes.extend([
        Scope::Type(ItemType::Note),
        Scope::Tag("tag".to_owned()),
        Scope::Folder("folder".to_owned()),
    ]);
    scopes.extend(vaults.iter().copied().map(Scope::Vault));
    let mut titles = Vec::new();
    for scope in scopes {
        for text in ["", "planted", "tag:tag"] {
            let page = session.list(&Query { text: text.to_owned(), ..query(scope.clone()) }).unwrap();
            assert_eq!(page.total as usize, page.rows.len());
            titles.extend(page.rows.into_iter().map(|row| row.title));
        }
    }
    // What exports read.
    let mut export = |_, item: &Item| {
        titles.push(item.title.clone());
        ControlFlow::Continue(())
    };
    session.each_item(&mut export).unwrap();
    for vault in vaults {
        let ids = session.items_of_vault(vault).unwrap();
        titles.extend(ids.into_iter().map(|id| session.get(id).unwrap().item.title));
    }
    let mut walk = session.health_begin(Settings::default()).unwrap();
    while session.health_step(&mut walk, 10).unwrap() {}
    (titles, session.sidebar().unwrap(), walk.done())
}

/// Returns for each entry of an item, oldest first, whether it has its body.
fn bodies(world: &World, profile: ProfileId, id: ItemId) -> Vec<bool> {
    let db = open_database(&world.file(profile, "vault.db"), &database_key(world, profile));
    let mut all = db.prepare("SELECT body IS NOT NULL FROM entry WHERE item_id = ?1 ORDER BY seq").unwrap();
    all.query_map([id.as_bytes()], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn data_of_programs_appears_nowhere() {
    let world = World::new();
    let mut session = world.create();
    let profile = session.profile().id;
    let office = session.create_vault(&look("Office")).unwrap();
    add(&mut session, login("Mail", "ada", "x"));
    add_to(&mut session, office, "Printer");
    let before = shown(&mut session);
    assert_eq!((before.1.all, before.2), (2, 2));

    let mut planted = Vec::new();
    for number in TYPES {
        for vault in [None, Some(office)] {
            let stored = session.put(Put { vault, ..Put::new(item_of_type(number)) }).unwrap();
            assert_eq!(shown(&mut session), before, "type {number}");
            assert_eq!(session.get(stored.id).err(), Some(SessionError::NotFound));
            assert_eq!(session.history(stored.id).err(), Some(SessionError::NotFound));
            planted.push(stored.id);
        }
    }
    session.check_log().unwrap();
    drop(session);
    let mut session = world.unlock(profile).unwrap();
    assert_eq!(shown(&mut session), before);
    session.check_log().unwrap();
    drop(session);
    assert!(planted.iter().all(|id| bodies(&world, profile, *id) == [true]), "it is kept");
}

#[test]
fn types_below_those_of_programs_are_shown_as_notes() {
    let world = World::new();
    let mut session = world.create();
    let id = add(&mut session, item_of_type(63)).id;
    assert_eq!(session.get(id).unwrap().item.item_type, ItemType::Note);
    let (titles, sidebar, examined) = shown(&mut session);
    assert!(titles.iter().all(|title| title == "planted") && !titles.is_empty());
    assert_eq!((sidebar.all, sidebar.favourites, sidebar.tags.len(), examined), (1, 1, 1, 1));
}

#[test]
fn item_that_becomes_data_of_programs_disappears() {
    let world = World::new();
    let mut session = world.create();
    let before = shown(&mut session);
    let stored = add(&mut session, item_of_type(63));
    assert_ne!(shown(&mut session), before);
    session.put(Put::change(stored.id, stored.revision, item_of_type(65))).unwrap();
    assert_eq!(shown(&mut session), before);
    session.check_log().unwrap();
}

#[test]
fn data_of_programs_ends_with_its_vault() {
    let world = World::new();
    let mut session = world.create();
    let profile = session.profile().id;
    let office = session.create_vault(&look("Office")).unwrap();
    let in_office = session.put(Put { vault: Some(office), ..Put::new(item_of_type(65)) }).unwrap().id;
    let at_home = add(&mut session, item_of_type(68)).id;
    session.delete_vault(office, Contents::None, &mut go_on).unwrap();
    session.check_log().unwrap();
    drop(session);
    assert_eq!(bodies(&world, profile, in_office), [false, true], "the tombstone has a body, the card none");
    assert_eq!(bodies(&world, profile, at_home), [true]);
}

#[test]
fn data_of_programs_is_salvaged_without_being_counted() {
    let world = World::new();
    let mut session = world.create();
    let profile = session.profile().id;
    let office = session.create_vault(&look("Office")).unwrap();
    add_to(&mut session, office, "Printer");
    let planted: Vec<(u64, ItemId)> =
        TYPES.into_iter().map(|number| (number, add(&mut session, item_of_type(number)).id)).collect();
    drop(session);
    let known = (profile, &SecretText::from(PASSWORD), None);
    let (mut session, saved) =
        world.profiles.salvage(known, new_profile("Salvaged"), &|| rng(9), &mut go_on).unwrap();
    assert_eq!(saved, Salvaged { items: 1, ..Salvaged::default() });
    let (titles, sidebar, examined) = shown(&mut session);
    assert!(titles.iter().all(|title| title == "Printer"));
    assert_eq!((sidebar.all, examined), (1, 1));
    let made = session.profile().id;
    drop(session);
    for (number, id) in planted {
        // Each profile writes metadata of its own vaults.
        let kept: &[bool] = if number == 64 { &[] } else { &[true] };
        assert_eq!(bodies(&world, made, id), kept, "type {number}");
    }
}
