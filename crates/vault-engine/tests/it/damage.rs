use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use vault_crypto::{DatabaseKey, HeaderFile, SecretKey, SecretText};
use vault_engine::profile::UnlockError;
use vault_engine::search::Scope;
use vault_engine::session::Notice;
use vault_engine::session::{Put, ReadOnly, Session, SessionError};
use vault_wire::ProfileId;

use crate::support::{PASSWORD, World, add, login, new_profile, query, rng, titles_in};

fn filled(world: &World) -> ProfileId {
    let mut session = world.create();
    add(&mut session, login("Mail", "ada", "x"));
    session.profile().id
}

fn flip(path: &Path, at: usize) -> Vec<u8> {
    let good = fs::read(path).unwrap();
    let mut bad = good.clone();
    bad[at] ^= 0x01;
    fs::write(path, bad).unwrap();
    good
}

/// Unlocks after waiting for the throttle.
fn unlock(world: &World, id: ProfileId) -> Result<Session, UnlockError> {
    world.clock.advance(Duration::from_secs(60));
    world.unlock(id)
}

/// Every file of a profile except the lock.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let named =
        files.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap()));
    named.filter(|(name, _)| name != "lock").collect()
}

fn assert_same(after: &BTreeMap<String, Vec<u8>>, before: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
    for (name, bytes) in after {
        assert!(*bytes == before[name], "{name} has changed");
    }
}

/// Derives the database key of a profile from its password and Secret Key.
pub fn database_key(world: &World, id: ProfileId) -> DatabaseKey {
    let header = HeaderFile::parse(&fs::read(world.file(id, "profile.keys")).unwrap()).unwrap();
    let text = fs::read_to_string(world.file(id, "secret-key")).unwrap();
    let secret_key = SecretKey::from_text(&text).unwrap();
    let password = SecretText::from(PASSWORD);
    let slot = header.unverified().password_slots().next().unwrap();
    let (root_key, _) = slot.open(&id, &password, &secret_key).unwrap();
    root_key.derive_database_key()
}

pub fn open_database(path: &Path, key: &DatabaseKey) -> Connection {
    let db = Connection::open(path).unwrap();
    let digits: String = key.expose_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    db.execute_batch(&format!("PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'{digits}'\"")).unwrap();
    db
}

#[test]
fn t47_a_key_file_changed_anywhere_is_repaired_from_its_copy() {
    let world = World::new();
    let id = filled(&world);
    let keys = world.file(id, "profile.keys");
    let good = fs::read(&keys).unwrap();
    let mut other_format = 0;
    for at in 0..good.len() {
        flip(&keys, at);
        match unlock(&world, id) {
            Ok(mut session) => {
                assert_eq!(session.read_only(), None, "byte {at}");
                assert!(session.notices().contains(&Notice::HeaderRestored), "byte {at}");
                assert_eq!(titles_in(&mut session, Scope::All), ["Mail"]);
                assert!(fs::read(&keys).unwrap() == good, "byte {at}");
            }
            // The format version: the file seems to be of a newer program and is left alone.
            Err(UnlockError::Newer) => {
                other_format += 1;
                fs::write(&keys, &good).unwrap();
            }
            Err(error) => panic!("byte {at}: {error}"),
        }
    }
    assert_eq!(other_format, 1);
    fs::write(&keys, &good[..100]).unwrap();
    assert_eq!(unlock(&world, id).unwrap().read_only(), None, "a truncated file is repaired");
    fs::remove_file(&keys).unwrap();
    assert_eq!(unlock(&world, id).unwrap().read_only(), None, "gone");
    assert!(fs::read(&keys).unwrap() == good);
    fs::remove_file(world.file(id, "profile.keys.bak")).unwrap();
    drop(unlock(&world, id).unwrap());
    assert!(fs::read(world.file(id, "profile.keys.bak")).unwrap() == good, "the copy is recreated");
}

#[test]
fn t47_a_key_file_changed_anywhere_without_a_copy_never_opens_for_writing() {
    let world = World::new();
    let id = filled(&world);
    let keys = world.file(id, "profile.keys");
    fs::remove_file(world.file(id, "profile.keys.bak")).unwrap();
    let mut outcomes = BTreeMap::new();
    for at in 0..fs::read(&keys).unwrap().len() {
        let good = flip(&keys, at);
        let before = contents(&world.dirs().profile(id));
        let outcome = match unlock(&world, id) {
            Ok(mut session) => {
                assert_eq!(session.read_only(), Some(ReadOnly::HeaderDamaged), "byte {at}");
                assert_eq!(session.notices(), [Notice::HeaderDamaged]);
                assert_eq!(titles_in(&mut session, Scope::All), ["Mail"]);
                let refused = session.put(Put::new(login("x", "", "")));
                assert_eq!(refused, Err(SessionError::ReadOnly(ReadOnly::HeaderDamaged)));
                "read only"
            }
            Err(UnlockError::HeaderDamaged) => "damaged",
            // A changed slot is indistinguishable from a wrong password.
            Err(UnlockError::WrongPassword) => "wrong password",
            Err(UnlockError::Newer) => "newer",
            // The version, now below the one recorded in the database.
            Err(UnlockError::HeaderOutdated) => "outdated",
            Err(error) => panic!("byte {at}: {error}"),
        };
        assert_same(&contents(&world.dirs().profile(id)), &before);
        *outcomes.entry(outcome).or_insert(0) += 1;
        fs::write(&keys, good).unwrap();
    }
    assert!(outcomes["damaged"] > 20, "{outcomes:?}");
    assert!(outcomes["wrong password"] >= 32 + 73 + 16, "{outcomes:?}");
    assert!(outcomes["read only"] >= 32, "the check value at the end: {outcomes:?}");
    assert_eq!(outcomes["newer"], 1);
}

#[test]
fn t16_a_salt_slot_or_id_of_another_profile_is_refused() {
    let world = World::new();
    let id = filled(&world);
    let other = world.profiles.create(new_profile("Other"), rng(1)).unwrap().profile().id;
    let [keys, copy] = ["profile.keys", "profile.keys.bak"].map(|name| world.file(id, name));
    let (own, foreign) = (fs::read(&keys).unwrap(), fs::read(world.file(other, "profile.keys")).unwrap());
    assert_eq!(own.len(), foreign.len(), "the same parts at the same places");
    let header = HeaderFile::parse(&own).unwrap();
    let find = |part: &[u8]| own.windows(part.len()).position(|window| window == part).unwrap();
    let slot = find(header.unverified().slots()[0].id().as_bytes());
    // After the slot's id: its kind, the number of parameters, the length of the salt.
    let salt = slot + 16 + 3;
    let mac = own.len() - 32;
    let place = find(id.as_bytes());
    for (what, part) in [
        ("profile id", place..place + 16),
        ("slot id", slot..slot + 16),
        ("salt", salt..salt + 16),
        ("sealed root key", salt + 16..mac),
        ("slot", slot..mac),
        ("all but the profile id", slot..own.len()),
    ] {
        let mut exchanged = own.clone();
        exchanged[part.clone()].copy_from_slice(&foreign[part.clone()]);
        assert!(exchanged != own, "{what}");
        for path in [&keys, &copy] {
            fs::write(path, &exchanged).unwrap();
        }
        let before = contents(&world.dirs().profile(id));
        // A key file of another profile is recognised by its id; a changed slot does not differ from a wrong password.
        let error =
            if part.contains(&place) { UnlockError::HeaderDamaged } else { UnlockError::WrongPassword };
        assert_eq!(unlock(&world, id).err(), Some(error), "{what}");
        assert_same(&contents(&world.dirs().profile(id)), &before);
    }
    fs::write(&keys, &own).unwrap();
    assert_eq!(titles_in(&mut unlock(&world, id).unwrap(), Scope::All), ["Mail"]);
}

#[test]
fn t47_an_old_header_does_not_restore_the_old_password() {
    let world = World::new();
    let mut session = world.create();
    let id = session.profile().id;
    let (keys, copy) = (world.file(id, "profile.keys"), world.file(id, "profile.keys.bak"));
    let old_file = fs::read(&keys).unwrap();
    session.change_password(&SecretText::from(PASSWORD), &SecretText::from("another")).unwrap();
    drop(session);
    let new_file = fs::read(&keys).unwrap();

    // Only the file is old: the copy is newer and is used.
    fs::write(&keys, &old_file).unwrap();
    assert_eq!(unlock(&world, id).err(), Some(UnlockError::WrongPassword));
    let session = world.unlock_with(id, "another").unwrap();
    assert!(session.notices().contains(&Notice::HeaderRestored));
    assert!(fs::read(&keys).unwrap() == new_file);
    drop(session);

    // Both are old: the database records the newer version.
    fs::write(&keys, &old_file).unwrap();
    fs::write(&copy, &old_file).unwrap();
    assert_eq!(unlock(&world, id).err(), Some(UnlockError::HeaderOutdated));
    assert!(fs::read(&keys).unwrap() == old_file, "nothing is overwritten");
    assert_eq!(world.unlock_with(id, "another").err(), Some(UnlockError::WrongPassword));

    // With the new file back in place, the profile opens normally.
    fs::write(&keys, &new_file).unwrap();
    assert_eq!(world.unlock_with(id, "another").unwrap().read_only(), None);
}

#[test]
fn t47_a_changed_database_page_is_reported_and_returns_no_false_data() {
    let world = World::new();
    let mut session = world.create();
    let id = session.profile().id;
    for n in 0..40 {
        add(&mut session, login(&format!("n{n:02}"), "ada", "x"));
    }
    let all = titles_in(&mut session, Scope::All);
    drop(session);
    let database = world.file(id, "vault.db");
    let pages = fs::read(&database).unwrap().len() / 4096;
    assert!(pages > 20);
    let mut reported = 0;
    for page in 0..pages {
        let good = flip(&database, page * 4096 + 1000);
        let outcome = unlock(&world, id).map(|mut session| {
            let listed = session.list(&query(Scope::All)).map(|list| {
                let titles: Vec<String> = list.rows.iter().map(|row| row.title.clone()).collect();
                assert_eq!(titles, all, "page {page}");
                list.rows.iter().try_for_each(|row| session.get(row.id).map(|_| ()))
            });
            let whole = session.check_log();
            (listed.and_then(|opened| opened), whole.is_ok())
        });
        match outcome {
            Err(UnlockError::DatabaseDamaged)
            | Ok((Err(SessionError::DatabaseDamaged), _))
            | Ok((_, false)) => reported += 1,
            // A page that nothing here reads: an index of another order, or a free page.
            Ok((Ok(()), true)) => {}
            other => panic!("page {page}: {:?}", other.err()),
        }
        fs::write(&database, good).unwrap();
    }
    assert!(reported * 2 > pages, "{reported} of {pages}");
    assert_eq!(titles_in(&mut unlock(&world, id).unwrap(), Scope::All), all);
}

#[test]
fn a_missing_empty_truncated_or_foreign_database_is_damaged() {
    let world = World::new();
    let id = filled(&world);
    let other = world.profiles.create(new_profile("Other"), rng(1)).unwrap().profile().id;
    let database = world.file(id, "vault.db");
    let good = fs::read(&database).unwrap();
    let damaged = |bytes: Option<&[u8]>| {
        match bytes {
            Some(bytes) => fs::write(&database, bytes).unwrap(),
            None => fs::remove_file(&database).unwrap(),
        }
        assert_eq!(unlock(&world, id).err(), Some(UnlockError::DatabaseDamaged));
        assert!(fs::read(&database).ok().as_deref() == bytes, "the damaged file was replaced");
    };
    damaged(None);
    damaged(Some(b""));
    damaged(Some(b"SQLite format 3\0"));
    damaged(Some(&good[..5000]));
    damaged(Some(&fs::read(world.file(other, "vault.db")).unwrap()));
    fs::write(&database, &good).unwrap();
    assert_eq!(titles_in(&mut unlock(&world, id).unwrap(), Scope::All), ["Mail"]);
}

/// SQLite deletes the log of an empty file when it opens it.
#[test]
fn the_log_of_an_emptied_database_is_left_alone() {
    let world = World::new();
    let id = filled(&world);
    let (database, log) = (world.file(id, "vault.db"), world.file(id, "vault.db-wal"));
    let mut session = unlock(&world, id).unwrap();
    add(&mut session, login("Bank", "ada", "x"));
    let (good, kept) = (fs::read(&database).unwrap(), fs::read(&log).unwrap());
    assert!(!kept.is_empty());
    drop(session);
    fs::write(&database, b"").unwrap();
    fs::write(&log, &kept).unwrap();
    assert_eq!(unlock(&world, id).err(), Some(UnlockError::DatabaseDamaged));
    let password = SecretText::from(PASSWORD);
    assert!(world.profiles.examine(id, &password, None, &mut |_| ControlFlow::Continue(())).is_err());
    assert!(fs::read(&log).unwrap() == kept);
    // With the file back, everything is there.
    fs::write(&database, &good).unwrap();
    assert_eq!(titles_in(&mut unlock(&world, id).unwrap(), Scope::All), ["Bank", "Mail"]);
}

#[test]
fn t47_rows_changed_with_the_database_key_are_reported() {
    let world = World::new();
    let id = filled(&world);
    let key = database_key(&world, id);
    let database = world.file(id, "vault.db");
    let good = fs::read(&database).unwrap();
    let after = |sql: &str| {
        fs::write(&database, &good).unwrap();
        open_database(&database, &key).execute_batch(sql).unwrap();
        unlock(&world, id)
    };
    let damaged = [
        "UPDATE meta SET value = zeroblob(200) WHERE name = 'keyset'",
        "UPDATE meta SET value = zeroblob(200) WHERE name = 'certificate'",
        "DELETE FROM meta WHERE name = 'header'",
        "UPDATE epoch_key SET sealed = zeroblob(105)",
        "UPDATE vault SET epoch = 2",
        "UPDATE entry SET header = zeroblob(100) WHERE seq = 1",
    ];
    for sql in damaged {
        assert_eq!(after(sql).err(), Some(UnlockError::DatabaseDamaged), "{sql}");
    }
    for sql in [
        "UPDATE entry SET body = zeroblob(1100) WHERE seq = 2",
        "UPDATE entry SET signature = zeroblob(64)
         WHERE seq = 2",
        "UPDATE entry SET hash = zeroblob(32) WHERE seq = 2",
    ] {
        let mut session = after(sql).unwrap();
        let item = session.list(&query(Scope::All)).unwrap().rows[0].id;
        assert_eq!(session.get(item).err(), Some(SessionError::RevisionDamaged), "{sql}");
        assert!(session.check_log().is_err(), "{sql}");
    }
    for sql in [
        "UPDATE entry SET root = zeroblob(32) WHERE seq = 2",
        "UPDATE item SET revision = zeroblob(32)",
        "UPDATE vault SET head_seq = 3",
    ] {
        assert!(after(sql).unwrap().check_log().is_err(), "{sql}");
    }
}

#[test]
fn t18_a_newer_format_is_refused_untouched() {
    let world = World::new();
    let id = filled(&world);
    let folder = world.dirs().profile(id);
    let key = database_key(&world, id);
    let newer = open_database(&world.file(id, "vault.db"), &key);
    newer.pragma_update(None, "user_version", 99).unwrap();
    newer.execute_batch("CREATE TABLE later (x); INSERT INTO later VALUES (1)").unwrap();
    newer.close().unwrap();
    let before = contents(&folder);
    assert_eq!(unlock(&world, id).err(), Some(UnlockError::Newer));
    assert_same(&contents(&folder), &before);

    let newer = open_database(&world.file(id, "vault.db"), &key);
    newer.execute_batch("INSERT INTO later VALUES (2)").unwrap();
    // As after a kill of the newer program: with a write-ahead log.
    let left = contents(&folder);
    assert!(left.contains_key("vault.db-wal"));
    drop(newer);
    for (name, bytes) in &left {
        fs::write(folder.join(name), bytes).unwrap();
    }
    fs::remove_file(folder.join("vault.db-shm")).ok();
    let before = contents(&folder);
    assert_eq!(unlock(&world, id).err(), Some(UnlockError::Newer));
    assert_same(&contents(&folder), &before);

    // A newer key file is refused before the password is tried.
    let keys = world.file(id, "profile.keys");
    let mut bytes = fs::read(&keys).unwrap();
    let at = 1 + bytes.windows(14).position(|window| window == b"coffer profile").unwrap() + 13;
    assert_eq!(bytes[at], 1, "the format version");
    // Version 0 was used while the format was developed.
    for other in [0, 2] {
        bytes[at] = other;
        fs::write(&keys, &bytes).unwrap();
        assert_eq!(world.unlock_with(id, "wrong").err(), Some(UnlockError::Newer));
        assert!(fs::read(&keys).unwrap() == bytes);
    }
}

#[test]
fn a_password_change_interrupted_by_a_crash_is_completed() {
    let world = World::new();
    let mut session = world.create();
    let id = session.profile().id;
    let (database, keys) = (world.file(id, "vault.db"), world.file(id, "profile.keys"));
    drop(session);
    let old_keys = fs::read(&keys).unwrap();
    session = world.unlock(id).unwrap();
    session.change_password(&SecretText::from(PASSWORD), &SecretText::from("two")).unwrap();
    drop(session);
    let new_keys = fs::read(&keys).unwrap();
    let key = {
        fs::write(&keys, &old_keys).unwrap();
        let key = database_key(&world, id);
        fs::write(&keys, &new_keys).unwrap();
        key
    };
    // State right after the key file was replaced: the boxes of the old and the new password both exist.
    let db = open_database(&database, &key);
    let pin = HeaderFile::parse(&old_keys).unwrap().pin().to_bytes();
    db.execute("UPDATE meta SET value = ?1 WHERE name = 'header'", [pin]).unwrap();
    db.execute_batch(
        "INSERT INTO meta SELECT 'next_root_box', value FROM meta WHERE name = 'root_box';
         UPDATE meta SET value = zeroblob(100) WHERE name = 'root_box';",
    )
    .unwrap();
    db.close().unwrap();
    fs::write(world.file(id, "profile.keys.bak"), &old_keys).unwrap();
    let mut session = world.unlock_with(id, "two").unwrap();
    session.change_password(&SecretText::from("two"), &SecretText::from("three")).unwrap();
    drop(session);
    drop(world.unlock_with(id, "three").unwrap());

    // State right before: the old password is still valid, and the prepared box is dropped.
    let mut session = world.unlock_with(id, "three").unwrap();
    session.set_setting("a", "b").unwrap();
    drop(session);
    let db = open_database(&database, &key);
    db.execute_batch("INSERT INTO meta VALUES ('next_root_box', zeroblob(100))").unwrap();
    db.close().unwrap();
    let mut session = world.unlock_with(id, "three").unwrap();
    session.change_password(&SecretText::from("three"), &SecretText::from("four")).unwrap();
    drop(session);
    assert!(world.unlock_with(id, "four").is_ok());
}
