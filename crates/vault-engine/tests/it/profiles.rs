use std::time::Duration;

use vault_crypto::SecretText;
use vault_engine::clock::Timestamp;
use vault_engine::disk::{AppDirs, Holder};
use vault_engine::profile::{CreateError, NoKeychain, Profiles, RenameError, UnlockError};
use vault_engine::search::Scope;
use vault_engine::session::KeysError;
use vault_engine::session::Notice;
use vault_wire::ProfileId;

use crate::support::{PASSWORD, World, add, login, new_profile, rng, titles_in};

#[test]
fn profiles_are_listed_with_the_last_opened_first() {
    let world = World::new();
    let home = world.create().profile().id;
    world.clock.advance(Duration::from_secs(1));
    let work = world.profiles.create(new_profile(" Work "), rng(1)).unwrap().profile().id;
    let names = || world.profiles.list().into_iter().map(|info| info.name).collect::<Vec<_>>();
    assert_eq!(names(), ["Work", "Home"]);
    world.clock.advance(Duration::from_secs(1));
    drop(world.unlock(home).unwrap());
    assert_eq!(names(), ["Home", "Work"]);
    world.profiles.rename(work, "Büro").unwrap();
    assert_eq!(names(), ["Home", "Büro"]);
    assert_eq!(world.profiles.rename(work, " "), Err(RenameError::NameInvalid));
    assert_eq!(world.profiles.rename(ProfileId::from_bytes([1; 16]), "x"), Err(RenameError::NotFound));
}

#[test]
fn names_survive_the_loss_of_the_registry() {
    let world = World::new();
    let id = world.create().profile().id;
    world.profiles.rename(id, "Mine").unwrap();
    drop(world.unlock(id).unwrap());
    std::fs::write(world.dirs().registry(), "{").unwrap();
    assert_eq!(world.profiles.list()[0].id, id, "the profile is still listed");
    assert_eq!(world.unlock(id).unwrap().profile().name, "Mine");
    assert_eq!(world.profiles.list()[0].name, "Mine");
}

#[test]
fn a_failed_creation_leaves_nothing_behind() {
    let world = World::new();
    let mut new = new_profile("");
    assert_eq!(world.profiles.create(new, rng(1)).err(), Some(CreateError::NameInvalid));
    new = new_profile("x");
    new.password = SecretText::from("");
    assert_eq!(world.profiles.create(new, rng(1)).err(), Some(CreateError::PasswordEmpty));
    new = new_profile("x");
    new.password = SecretText::new("x".repeat(5000));
    assert_eq!(world.profiles.create(new, rng(1)).err(), Some(CreateError::PasswordTooLong));
    assert!(world.profiles.list().is_empty());
    assert!(!world.dirs().profiles().exists());
}

#[cfg(unix)]
#[test]
fn files_are_accessible_only_to_their_owner() {
    use std::os::unix::fs::PermissionsExt;

    let world = World::new();
    let mut session = world.create();
    add(&mut session, login("Mail", "ada", "x"));
    let folder = world.dirs().profile(session.profile().id);
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(names.len() >= 6, "{names:?}");
    for path in names {
        assert_eq!(mode(&path), if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
    assert_eq!(mode(world.dirs().registry()), 0o600);
}

#[test]
fn a_wrong_password_is_refused_and_throttles_the_next_try() {
    let world = World::new();
    let id = world.create().profile().id;
    for _ in 0..3 {
        assert_eq!(world.unlock_with(id, "wrong").err(), Some(UnlockError::WrongPassword));
    }
    let wait = Duration::from_secs(1);
    assert_eq!(
        world.unlock(id).err(),
        Some(UnlockError::RetryLater { wait }),
        "the right password is delayed too"
    );
    world.clock.set_now(Timestamp(0));
    world.clock.advance(Duration::from_millis(400));
    let wait = Duration::from_millis(600);
    assert_eq!(
        world.unlock(id).err(),
        Some(UnlockError::RetryLater { wait }),
        "setting the clock does not shorten the delay"
    );
    world.clock.advance(wait);
    assert_eq!(world.unlock_with(id, "wrong").err(), Some(UnlockError::WrongPassword));
    world.clock.advance(Duration::from_millis(1999));
    assert!(matches!(world.unlock(id), Err(UnlockError::RetryLater { .. })));
    world.clock.advance(Duration::from_millis(1));
    drop(world.unlock(id).unwrap());
    assert_eq!(
        world.unlock_with(id, "wrong").err(),
        Some(UnlockError::WrongPassword),
        "the count restarts after a success"
    );
}

#[test]
fn opening_twice_reports_the_first_holder() {
    let world = World::new();
    let session = world.create();
    let id = session.profile().id;
    let Err(UnlockError::InUse { by: Some(Holder { process, .. }) }) = world.unlock(id) else {
        panic!("opened twice")
    };
    assert_eq!(process, std::process::id());
    drop(session);
    assert!(world.unlock(id).is_ok());
}

#[test]
fn a_profile_without_a_folder_is_not_found() {
    let world = World::new();
    assert_eq!(world.unlock(ProfileId::from_bytes([3; 16])).err(), Some(UnlockError::NotFound));
}

#[test]
fn without_a_keychain_the_secret_key_is_in_a_file_with_a_notice() {
    let world = World::new();
    let session = world.create();
    let id = session.profile().id;
    assert_eq!(session.notices(), [Notice::KeychainUnavailable]);
    let text = session.secret_key().unwrap().to_text();
    assert_eq!(std::fs::read_to_string(world.file(id, "secret-key")).unwrap(), text.expose());
    drop(session);

    std::fs::remove_file(world.file(id, "secret-key")).unwrap();
    assert_eq!(world.unlock(id).err(), Some(UnlockError::SecretKeyMissing));
    let unlock = |typed: &str| {
        let password = SecretText::from(PASSWORD);
        world.profiles.unlock(id, &password, Some(&SecretText::from(typed)), rng(3))
    };
    let mut typo = text.expose().to_owned();
    typo.replace_range(3..4, if typo.as_bytes()[3] == b'A' { "B" } else { "A" });
    assert_eq!(unlock(&typo).err(), Some(UnlockError::SecretKeyMistyped));
    assert_eq!(unlock("").err(), Some(UnlockError::SecretKeyMistyped));
    drop(unlock(&text.expose().to_lowercase()).unwrap());
    drop(world.unlock(id).unwrap());
}

#[test]
fn a_changed_password_opens_and_the_old_one_does_not() {
    let world = World::new();
    let mut session = world.create();
    let id = session.profile().id;
    add(&mut session, login("Mail", "ada", "x"));
    let (old, new) = (SecretText::from(PASSWORD), SecretText::from("another"));
    assert_eq!(session.change_password(&new, &old), Err(KeysError::WrongPassword));
    assert_eq!(session.change_password(&old, &SecretText::from("")), Err(KeysError::PasswordEmpty));
    session.change_password(&old, &new).unwrap();
    add(&mut session, login("Post", "ada", "x"));
    drop(session);

    assert_eq!(world.unlock(id).err(), Some(UnlockError::WrongPassword));
    let mut session = world.unlock_with(id, "another").unwrap();
    assert_eq!(titles_in(&mut session, Scope::All), ["Mail", "Post"]);
    session.change_password(&new, &old).unwrap();
    drop(session);
    assert!(world.unlock(id).is_ok(), "the first password opens it again");
    let keys = std::fs::read(world.file(id, "profile.keys")).unwrap();
    assert_eq!(keys, std::fs::read(world.file(id, "profile.keys.bak")).unwrap());
}

#[test]
fn settings_known_before_unlocking_are_kept() {
    let world = World::new();
    assert_eq!(world.profiles.setting("theme"), None);
    world.profiles.set_setting("theme", "dark").unwrap();
    let again = Profiles::new(AppDirs::portable(world.root()), Box::new(NoKeychain), world.clock.clone());
    assert_eq!(again.setting("theme").as_deref(), Some("dark"));
}

#[test]
fn leftovers_of_an_unfinished_profile_are_removed() {
    let world = World::new();
    let left = world.dirs().profiles().join(format!("{}.new", ProfileId::from_bytes([7; 16])));
    let other = world.dirs().profiles().join("something else");
    for folder in [&left, &other] {
        std::fs::create_dir_all(folder).unwrap();
    }
    assert!(world.profiles.list().is_empty());
    world.create();
    assert!(!left.exists() && other.exists());
}
