//! Unlock methods and keys of a profile: recovery code, PIN, rotation of the root key, Secret Key.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use vault_crypto::{
    HeaderFile, KdfParams, QuickKey, RecoveryCode, RootKey, SecretKey, SecretText, Slot, SlotKey,
};
use vault_engine::profile::{NewProfile, PinError, QuickError, RecoverError, RotateError, UnlockError};
use vault_engine::search::Scope;
use vault_engine::session::{KeysError, RecoveryAfter, Rotation, SecretKeyAfter, Session, UnlockMethod};
use vault_wire::ProfileId;

use crate::support::{PASSWORD, World, add, login, rng, titles_in};
use crate::write_paths::copy_all;

const NEW: &str = "another staple of horses";

fn filled(world: &World) -> Session {
    let mut session = world.create();
    add(&mut session, login("Mail", "ada", "x"));
    session
}

/// Sets the first recovery code and returns its text.
fn with_code(session: &mut Session, password: &str) -> SecretText {
    let pending = session.begin_recovery(&SecretText::from(password)).unwrap();
    assert!(!pending.replaces());
    let text = pending.text();
    session.confirm_recovery(pending).unwrap();
    text
}

fn recover(world: &World, id: ProfileId, code: &SecretText, new: &str) -> Result<Session, RecoverError> {
    world.clock.advance(Duration::from_secs(60));
    world.profiles.recover(id, code, &SecretText::from(new), rng(4))
}

pub fn rotate(world: &World, session: Session, rotation: &Rotation<'_>) -> Session {
    let rotated = world.profiles.rotate(session, rotation, &mut |_| ControlFlow::Continue(()));
    rotated.map_err(|error| error.to_string()).unwrap()
}

pub fn plain<'a>(password: &'a SecretText) -> Rotation<'a> {
    Rotation { password, new_password: None, recovery: RecoveryAfter::None, secret_key: SecretKeyAfter::Same }
}

#[test]
fn a_recovery_code_sets_a_new_password_without_the_secret_key() {
    let world = World::new();
    let mut session = filled(&world);
    let id = session.profile().id;
    assert_eq!(session.has_recovery_code(), Ok(false));
    let code = with_code(&mut session, PASSWORD);
    assert!(code.expose().starts_with("R1-"));
    assert_eq!(session.unlock_methods(), Ok(vec![UnlockMethod::Password, UnlockMethod::Recovery]));
    drop(session);
    drop(world.unlock(id).unwrap());

    fs::remove_file(world.file(id, "secret-key")).unwrap();
    let typed = SecretText::new(code.expose().to_lowercase().replace('-', " "));
    let mut session = recover(&world, id, &typed, NEW).unwrap();
    assert_eq!(titles_in(&mut session, Scope::All), ["Mail"]);
    add(&mut session, login("Post", "ada", "x"));
    drop(session);
    assert!(world.file(id, "secret-key").exists(), "the Secret Key is stored again");
    assert_eq!(world.unlock(id).err(), Some(UnlockError::WrongPassword), "the forgotten password");
    let mut session = world.unlock_with(id, NEW).unwrap();
    assert_eq!(titles_in(&mut session, Scope::All), ["Mail", "Post"]);
    // The root signing key was kept, and the code is still valid.
    session.change_password(&SecretText::from(NEW), &SecretText::from(PASSWORD)).unwrap();
    drop(session);
    drop(recover(&world, id, &code, NEW).unwrap());
}

#[test]
fn a_recovery_code_replaces_the_previous_one_once_confirmed() {
    let world = World::new();
    let mut session = filled(&world);
    let id = session.profile().id;
    let wrong = SecretText::from("wrong");
    assert_eq!(session.begin_recovery(&wrong).err(), Some(KeysError::WrongPassword));
    let first = with_code(&mut session, PASSWORD);
    let password = SecretText::from(PASSWORD);
    let second = session.begin_recovery(&password).unwrap();
    let unconfirmed = second.text();
    // A replacement changes the root key.
    assert_eq!(session.confirm_recovery(second), Err(KeysError::Outdated));
    drop(session);
    let refused = Some(RecoverError::Keys(KeysError::WrongCode));
    assert_eq!(recover(&world, id, &unconfirmed, "x").err(), refused);
    let mut session = recover(&world, id, &first, PASSWORD).unwrap();
    let pending = session.begin_recovery(&password).unwrap();
    assert!(pending.replaces());
    let third = pending.text();
    assert_eq!(session.has_recovery_code(), Ok(true));
    let replace = |password| Rotation { recovery: RecoveryAfter::New(&pending), ..plain(password) };
    let failed = world.profiles.rotate(session, &replace(&wrong), &mut |_| ControlFlow::Continue(())).err();
    let Some(RotateError::Unchanged(session, KeysError::WrongPassword)) = failed else { panic!() };
    drop(rotate(&world, *session, &replace(&password)));
    assert_eq!(recover(&world, id, &first, "x").err(), refused, "the first code was replaced");
    let session = recover(&world, id, &third, PASSWORD).unwrap();
    drop(rotate(&world, session, &plain(&password)));
    assert_eq!(recover(&world, id, &third, "x").err(), Some(RecoverError::Keys(KeysError::NoCode)));
}

#[test]
fn a_key_change_invalidates_a_pending_recovery_code() {
    let world = World::new();
    let mut session = filled(&world);
    let id = session.profile().id;
    let password = SecretText::from(PASSWORD);
    let pending = session.begin_recovery(&password).unwrap();
    let unconfirmed = pending.text();
    session.change_password(&password, &SecretText::from(NEW)).unwrap();
    assert_eq!(session.confirm_recovery(pending), Err(KeysError::Outdated));
    drop(session);
    assert_eq!(recover(&world, id, &unconfirmed, "x").err(), Some(RecoverError::Keys(KeysError::NoCode)));
}

/// Opens the database of a profile with an older key file and a recovery code, without this program's rules.
fn opens_with(world: &World, id: ProfileId, keys: &[u8], code: &SecretText) -> bool {
    let header = HeaderFile::parse(keys).unwrap();
    let code = RecoveryCode::from_text(code.expose()).unwrap();
    let root_key = header.unverified().slots().iter().find_map(|slot| match slot {
        Slot::Key(slot) => slot.open(&id, SlotKey::Recovery(&code)).ok(),
        Slot::Password(_) => None,
    });
    let key = root_key.expect("the old key file opens by the old code").derive_database_key();
    let copy = tempfile::tempdir().unwrap();
    copy_all(&world.dirs().profile(id), copy.path());
    let db = Connection::open(copy.path().join("vault.db")).unwrap();
    let digits: String = key.expose_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    db.execute_batch(&format!("PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'{digits}'\"")).unwrap();
    db.query_row("SELECT count(*) FROM entry", [], |_| Ok(())).is_ok()
}

#[test]
fn t47_a_removed_or_replaced_recovery_code_does_not_open_the_database() {
    for replaced in [false, true] {
        let world = World::new();
        let mut session = filled(&world);
        let id = session.profile().id;
        let password = SecretText::from(PASSWORD);
        let code = with_code(&mut session, PASSWORD);
        let old = fs::read(world.file(id, "profile.keys")).unwrap();
        drop(session);
        assert!(opens_with(&world, id, &old, &code));
        let mut session = world.unlock(id).unwrap();
        let pending = session.begin_recovery(&password).unwrap();
        let recovery = if replaced { RecoveryAfter::New(&pending) } else { RecoveryAfter::None };
        drop(rotate(&world, session, &Rotation { recovery, ..plain(&password) }));
        assert!(!opens_with(&world, id, &old, &code));
        assert_eq!(world.unlock(id).unwrap().has_recovery_code(), Ok(replaced));
    }
}

#[test]
fn typos_in_a_code_are_distinguished_and_wrong_codes_throttled() {
    let world = World::new();
    let mut session = filled(&world);
    let id = session.profile().id;
    let secret_key = session.secret_key().unwrap().to_text();
    let code = with_code(&mut session, PASSWORD);
    drop(session);
    let mut typo = code.expose().to_owned();
    typo.replace_range(3..4, if typo.as_bytes()[3] == b'A' { "B" } else { "A" });
    for text in [typo.as_str(), "", secret_key.expose()] {
        let outcome = recover(&world, id, &SecretText::from(text), NEW).err();
        assert!(matches!(outcome, Some(RecoverError::Keys(KeysError::CodeMistyped(_)))), "{outcome:?}");
    }
    assert_eq!(recover(&world, id, &code, "").err(), Some(RecoverError::Keys(KeysError::PasswordEmpty)));
    let other = RecoveryCode::from_bytes(&[9; 16]).to_text();
    for _ in 0..3 {
        assert_eq!(recover(&world, id, &other, NEW).err(), Some(RecoverError::Keys(KeysError::WrongCode)));
    }
    let again = world.profiles.recover(id, &code, &SecretText::from(NEW), rng(4)).err();
    assert!(matches!(again, Some(RecoverError::Unlock(UnlockError::RetryLater { .. }))), "{again:?}");
    assert!(recover(&world, id, &code, NEW).is_ok());
}

#[test]
fn t47_an_old_header_does_not_restore_a_removed_recovery_code() {
    let world = World::new();
    let mut session = filled(&world);
    let id = session.profile().id;
    let (keys, copy) = (world.file(id, "profile.keys"), world.file(id, "profile.keys.bak"));
    let code = with_code(&mut session, PASSWORD);
    let with_slot = fs::read(&keys).unwrap();
    let password = SecretText::from(PASSWORD);
    let session = rotate(&world, session, &plain(&password));
    let without = fs::read(&keys).unwrap();
    drop(session);
    // The code opens the old file, whose root key opens nothing any more; nothing is overwritten.
    let damaged = Some(RecoverError::Unlock(UnlockError::DatabaseDamaged));
    fs::write(&keys, &with_slot).unwrap();
    assert_eq!(recover(&world, id, &code, NEW).err(), damaged);
    // With the password the copy opens, which is newer.
    assert_eq!(world.unlock(id).unwrap().has_recovery_code(), Ok(false));
    fs::write(&keys, &with_slot).unwrap();
    fs::write(&copy, &with_slot).unwrap();
    assert_eq!(recover(&world, id, &code, NEW).err(), damaged);
    assert_eq!(world.unlock(id).err(), Some(UnlockError::DatabaseDamaged));
    assert!(fs::read(&keys).unwrap() == with_slot);
    fs::write(&keys, &without).unwrap();
    assert_eq!(world.unlock(id).unwrap().has_recovery_code(), Ok(false));
}

#[test]
fn t47_an_old_header_does_not_restore_the_old_root_key() {
    let world = World::new();
    let session = filled(&world);
    let id = session.profile().id;
    let (keys, copy) = (world.file(id, "profile.keys"), world.file(id, "profile.keys.bak"));
    let old = fs::read(&keys).unwrap();
    let (password, new) = (SecretText::from(PASSWORD), SecretText::from(NEW));
    let rotation = Rotation { new_password: Some(&new), ..plain(&password) };
    drop(rotate(&world, session, &rotation));
    let now = fs::read(&keys).unwrap();
    let attempt = || {
        world.clock.advance(Duration::from_secs(60));
        world.unlock(id).err()
    };
    assert_eq!(attempt(), Some(UnlockError::WrongPassword));
    // The old file, the old password and the Secret Key yield a root key that opens nothing any more.
    for both in [false, true] {
        fs::write(&keys, &old).unwrap();
        if both {
            fs::write(&copy, &old).unwrap();
        }
        assert!(
            matches!(attempt(), Some(UnlockError::DatabaseDamaged | UnlockError::HeaderOutdated)),
            "{:?}",
            attempt()
        );
    }
    fs::write(&keys, &now).unwrap();
    assert_eq!(titles_in(&mut world.unlock_with(id, NEW).unwrap(), Scope::All), ["Mail"]);
}

#[test]
fn a_new_secret_key_replaces_the_old_and_unconfirms_the_kit() {
    let world = World::new();
    let mut session = filled(&world);
    let id = session.profile().id;
    session.set_kit_confirmed().unwrap();
    let old = session.secret_key().unwrap().to_text();
    let password = SecretText::from(PASSWORD);
    let rotation = Rotation { secret_key: SecretKeyAfter::New, ..plain(&password) };
    let session = rotate(&world, session, &rotation);
    let new = session.secret_key().unwrap().to_text();
    assert_ne!(new.expose(), old.expose());
    assert_eq!(session.kit_confirmed(), Ok(false));
    assert_eq!(session.unlock_methods(), Ok(vec![UnlockMethod::Password]));
    drop(session);
    assert_eq!(fs::read_to_string(world.file(id, "secret-key")).unwrap(), new.expose());
    drop(world.unlock(id).unwrap());
    let by_old = world.profiles.unlock(id, &password, Some(&old), rng(1));
    assert_eq!(by_old.err(), Some(UnlockError::WrongPassword));
}

#[test]
fn of_two_secret_keys_left_by_a_crash_the_right_one_stays() {
    let world = World::new();
    let session = filled(&world);
    let id = session.profile().id;
    let right = session.secret_key().unwrap().to_text();
    drop(session);
    let other = SecretKey::from_bytes(&[3; 16]).to_text();
    let file = world.file(id, "secret-key");
    for both in [[&right, &other], [&other, &right]] {
        fs::write(&file, format!("{} {}", both[0].expose(), both[1].expose())).unwrap();
        drop(world.unlock(id).unwrap());
        assert_eq!(fs::read_to_string(&file).unwrap(), right.expose());
    }
    fs::write(&file, format!("{0} {0} {0}", right.expose())).unwrap();
    assert_eq!(world.unlock(id).err(), Some(UnlockError::SecretKeyMissing));
}

/// Reads every file below a folder but the encrypted database.
fn held(folder: &Path, into: &mut Vec<u8>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            held(&path, into);
        } else if !path.file_name().unwrap().to_str().unwrap().starts_with("vault.db") {
            into.extend(fs::read(path).unwrap());
            into.push(b' ');
        }
    }
}

/// Tries every part of what keychain and disk hold as the key of each slot, as a typed code and as the root key itself.
fn opened(header: &HeaderFile, held: &[u8]) -> Vec<String> {
    let id = header.unverified().profile_id();
    let text = String::from_utf8_lossy(held).into_owned();
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || "\":,{}".contains(c)).collect();
    let secret_keys: Vec<SecretKey> =
        words.iter().filter_map(|word| SecretKey::from_text(word).ok()).collect();
    assert!(!secret_keys.is_empty(), "the Secret Key is there");
    let codes: Vec<RecoveryCode> =
        words.iter().filter_map(|word| RecoveryCode::from_text(word).ok()).collect();
    let mut opened = Vec::new();
    for slot in header.unverified().slots() {
        let is_open = match slot {
            Slot::Password(slot) => secret_keys.iter().any(|secret_key| {
                words.iter().any(|word| slot.open(id, &SecretText::from(*word), secret_key).is_ok())
            }),
            Slot::Key(slot) => {
                let opens = |key: SlotKey<'_>| slot.open(id, key).is_ok();
                codes.iter().any(|code| opens(SlotKey::Recovery(code)))
                    || held
                        .array_windows()
                        .any(|key| opens(SlotKey::Recovery(&RecoveryCode::from_bytes(key))))
                    || held.array_windows().any(|key| opens(SlotKey::Quick(&QuickKey::from_bytes(key))))
            }
        };
        opened.extend(is_open.then(|| format!("{:?}", slot.kind())));
    }
    if held.array_windows().any(|key| header.is_authentic(&RootKey::from_bytes(key))) {
        opened.push("the root key".to_owned());
    }
    opened
}

#[test]
fn t46_keychain_and_disk_together_open_no_key_slot() {
    let (password, pin) = (SecretText::from("horses-staple-batteries"), SecretText::from("pin-of-letters"));
    let world = World::new();
    let new = NewProfile { password: password.duplicate(), ..crate::support::new_profile("Home") };
    let mut session = world.profiles.create(new, rng(1)).unwrap();
    let id = session.profile().id;
    let code = with_code(&mut session, password.expose());
    world.profiles.set_pin(&mut session, &password, &pin).unwrap();
    drop(session);
    let session = by_pin(&world, id, pin.expose()).unwrap();
    // Without a keychain, what it would hold lies in a file.
    let mut all = Vec::new();
    held(world.root(), &mut all);
    for name in ["profile.keys", "profile.keys.bak"] {
        let header = HeaderFile::parse(&fs::read(world.file(id, name)).unwrap()).unwrap();
        assert_eq!(opened(&header, &all), [""; 0], "{name}");
        // The same attempts succeed once the disk holds what opens.
        for (more, slot) in [(&password, "Password"), (&code, "Recovery")] {
            assert_eq!(opened(&header, &[&all, more.expose().as_bytes()].concat()), [slot], "{name}");
        }
    }
    drop(rotate(&world, session, &plain(&password)));
    let header = HeaderFile::parse(&fs::read(world.file(id, "profile.keys")).unwrap()).unwrap();
    assert_eq!(header.unverified().slots().len(), 1, "the code was not typed, so its slot was removed");
}

#[test]
fn leftovers_of_an_interrupted_rotation_are_removed() {
    let world = World::new();
    let id = filled(&world).profile().id;
    let stray = world.file(id, "vault.db.next");
    // Under another key, truncated, or empty: none of these is the database.
    let other = world.profiles.create(crate::support::new_profile("Other"), rng(1)).unwrap().profile().id;
    let database = fs::read(world.file(other, "vault.db")).unwrap();
    for bytes in [database.as_slice(), &database[..5000], b""] {
        fs::write(&stray, bytes).unwrap();
        assert_eq!(titles_in(&mut world.unlock(id).unwrap(), Scope::All), ["Mail"]);
        assert!(!stray.exists());
    }
    // An older copy of the database opens with the key, but does not match the current key file.
    let mut session = world.unlock(id).unwrap();
    fs::copy(world.file(id, "vault.db"), world.root().join("older.db")).unwrap();
    with_code(&mut session, PASSWORD);
    add(&mut session, login("Post", "ada", "x"));
    drop(session);
    fs::rename(world.root().join("older.db"), &stray).unwrap();
    assert_eq!(titles_in(&mut world.unlock(id).unwrap(), Scope::All), ["Mail", "Post"]);
    assert!(!stray.exists());
}

#[test]
fn t47_a_planted_older_copy_does_not_replace_the_database() {
    let world = World::new();
    let id = filled(&world).profile().id;
    let stray = world.file(id, "vault.db.next");
    drop(world.unlock(id).unwrap());
    // The copy opens by the key in force and pins the key file in force; only items are missing from it.
    fs::copy(world.file(id, "vault.db"), &stray).unwrap();
    let mut session = world.unlock(id).unwrap();
    assert!(!stray.exists());
    let older = world.root().join("older.db");
    drop(session);
    fs::copy(world.file(id, "vault.db"), &older).unwrap();
    session = world.unlock(id).unwrap();
    add(&mut session, login("Post", "ada", "x"));
    drop(session);
    // Read-only, such as for a salvage, and for writing.
    fs::copy(&older, &stray).unwrap();
    let (_, salvaged) = {
        let new = crate::support::new_profile("Salvaged");
        let of = (id, &SecretText::from(PASSWORD), None);
        world.profiles.salvage(of, new, &|| rng(9), &mut |_| ControlFlow::Continue(())).unwrap()
    };
    assert_eq!(salvaged.items, 2);
    fs::copy(&older, &stray).unwrap();
    assert_eq!(titles_in(&mut world.unlock(id).unwrap(), Scope::All), ["Mail", "Post"]);
    assert!(!stray.exists());
}

fn with_pin(world: &World, session: &mut Session, pin: &str) {
    let (password, pin) = (SecretText::from(PASSWORD), SecretText::from(pin));
    world.profiles.set_pin(session, &password, &pin).unwrap();
}

fn by_pin(world: &World, id: ProfileId, pin: &str) -> Result<Session, QuickError> {
    world.profiles.unlock_by_pin(id, &SecretText::from(pin), rng(5))
}

#[test]
fn a_pin_is_removed_after_five_wrong_tries_in_a_row() {
    let world = World::new();
    let mut session = filled(&world);
    let id = session.profile().id;
    let (password, wrong) = (SecretText::from(PASSWORD), SecretText::from("wrong"));
    let short = world.profiles.set_pin(&mut session, &password, &SecretText::from("12345"));
    assert_eq!(short, Err(QuickError::Pin(PinError::TooShort)));
    let refused = world.profiles.set_pin(&mut session, &wrong, &SecretText::from("123456"));
    assert_eq!(refused, Err(QuickError::Keys(KeysError::WrongPassword)));
    assert!(!world.profiles.has_pin(id));
    with_pin(&world, &mut session, "123456");
    let in_use = by_pin(&world, id, "123456").err();
    assert!(matches!(in_use, Some(QuickError::Unlock(UnlockError::InUse { .. }))), "{in_use:?}");
    drop(session);
    assert!(world.profiles.has_pin(id));
    for left in [4, 3, 2, 1] {
        let refused = Some(QuickError::Pin(PinError::Wrong { left }));
        assert_eq!(by_pin(&world, id, "654321").err(), refused);
    }
    let mut session = by_pin(&world, id, "123456").unwrap();
    assert_eq!(titles_in(&mut session, Scope::All), ["Mail"]);
    add(&mut session, login("Post", "ada", "x"));
    drop(session);
    for left in [4, 3, 2, 1] {
        let refused = Some(QuickError::Pin(PinError::Wrong { left }));
        assert_eq!(by_pin(&world, id, "654321").err(), refused, "the count restarts after a success");
    }
    assert_eq!(by_pin(&world, id, "654321").err(), Some(QuickError::Pin(PinError::Gone)));
    assert_eq!(by_pin(&world, id, "123456").err(), Some(QuickError::Pin(PinError::Gone)));
    assert!(!world.profiles.has_pin(id));
    assert!(world.unlock(id).is_ok(), "the password opens it without delay");
}

#[test]
fn a_pin_ends_with_the_program_and_with_a_key_change() {
    let world = World::new();
    let mut session = filled(&world);
    let id = session.profile().id;
    with_pin(&world, &mut session, "123456");
    session.change_password(&SecretText::from(PASSWORD), &SecretText::from(NEW)).unwrap();
    session.change_password(&SecretText::from(NEW), &SecretText::from(PASSWORD)).unwrap();
    drop(session);
    assert_eq!(by_pin(&world, id, "123456").err(), Some(QuickError::Pin(PinError::Gone)));
    let mut session = world.unlock(id).unwrap();
    with_pin(&world, &mut session, "123456");
    let password = SecretText::from(PASSWORD);
    let mut session = rotate(&world, session, &plain(&password));
    assert!(!world.profiles.has_pin(id));
    with_pin(&world, &mut session, "123456");
    world.profiles.forget_pin(id);
    assert!(!world.profiles.has_pin(id));
    with_pin(&world, &mut session, "123456");
    drop(session);
    // A new process on the same disk.
    let later = World::at(world.root());
    assert_eq!(by_pin(&later, id, "123456").err(), Some(QuickError::Pin(PinError::Gone)));
    assert!(by_pin(&world, id, "123456").is_ok());
}

#[test]
fn t46_a_pin_leaves_nothing_on_the_disk_or_in_the_keychain() {
    let world = World::new();
    let mut session = filled(&world);
    let id = session.profile().id;
    let read = |name: &str| fs::read(world.file(id, name)).unwrap();
    let before = [read("profile.keys"), read("profile.keys.bak"), read("secret-key")];
    with_pin(&world, &mut session, "CanaryPin");
    drop(session);
    drop(by_pin(&world, id, "CanaryPin").unwrap());
    assert!(before == [read("profile.keys"), read("profile.keys.bak"), read("secret-key")]);
    let header = HeaderFile::parse(&read("profile.keys")).unwrap();
    assert_eq!(header.unverified().slots().len(), 1, "quick unlock has no key slot");
    let mut all = Vec::new();
    held(world.root(), &mut all);
    assert!(!all.windows(9).any(|window| window == b"CanaryPin"));
    // A new process has the disk, the keychain and even the PIN.
    let later = World::at(world.root());
    assert_eq!(by_pin(&later, id, "CanaryPin").err(), Some(QuickError::Pin(PinError::Gone)));
}

#[test]
fn a_kit_is_confirmed_only_by_its_own_secret_key() {
    let world = World::new();
    let mut session = filled(&world);
    let text = session.secret_key().unwrap().to_text();
    let other = SecretKey::from_bytes(&[1; 16]).to_text();
    assert_eq!(session.check_kit(&other), Err(KeysError::WrongCode));
    let mistyped = session.check_kit(&SecretText::from("C1-XXXX"));
    assert!(matches!(mistyped, Err(KeysError::CodeMistyped(_))));
    assert_eq!(session.kit_confirmed(), Ok(false));
    session.check_kit(&SecretText::new(text.expose().to_lowercase())).unwrap();
    assert_eq!(session.kit_confirmed(), Ok(true));
}

#[test]
fn raising_costs_needs_the_password_and_never_lowers_them() {
    let world = World::new();
    let mut session = filled(&world);
    let id = session.profile().id;
    let (password, wrong) = (SecretText::from(PASSWORD), SecretText::from("wrong"));
    assert_eq!(session.costs_are_low(), Ok(true), "tests use low costs");
    assert_eq!(session.strengthen(&wrong, KdfParams::FLOOR), Err(KeysError::WrongPassword));
    session.strengthen(&password, KdfParams::FLOOR).unwrap();
    assert_eq!(session.password_costs(), Ok(KdfParams::FLOOR));
    session.strengthen(&password, KdfParams::TEST).unwrap();
    assert_eq!(session.password_costs(), Ok(KdfParams::FLOOR));
    drop(session);
    assert!(world.unlock(id).is_ok());
}
