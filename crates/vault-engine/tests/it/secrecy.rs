use std::path::Path;

use vault_crypto::SecretText;
use vault_engine::profile::UnlockError;
use vault_engine::search::Scope;
use vault_engine::session::Query;

use crate::support::{PASSWORD, World, add, login, query, rng};

/// Collects the paths and contents of everything below a folder.
fn everything(folder: &Path, into: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        into.extend(path.to_str().unwrap().as_bytes());
        if path.is_dir() { everything(&path, into) } else { into.extend(std::fs::read(path).unwrap()) }
    }
}

#[test]
fn no_file_contains_plaintext_of_an_item() {
    let canaries = [
        "CanaryTitle",
        "canary-user",
        "CanaryPassword",
        "CanaryNote",
        "CanaryTag",
        "CanaryFolder",
        "CanaryDraft",
        "canary.example",
        "CanarySetting",
        PASSWORD,
        "CanaryNewPassword",
    ];
    let world = World::new();
    let mut session = world.create();
    let mut item = login("CanaryTitle", "canary-user", "CanaryPassword");
    item.notes = SecretText::from("CanaryNote");
    item.tags.insert("CanaryTag".to_owned());
    item.folder = Some("CanaryFolder".to_owned());
    item.urls.push("https://canary.example/".to_owned());
    let id = add(&mut session, item).id;
    session.draft_save(None, b"CanaryDraft").unwrap();
    session.set_setting("x", "CanarySetting").unwrap();
    session.list(&Query { text: "canary".into(), ..query(Scope::All) }).unwrap();
    session.history(id).unwrap();
    session.change_password(&SecretText::from(PASSWORD), &SecretText::from("CanaryNewPassword")).unwrap();
    for open in [true, false] {
        let mut bytes = Vec::new();
        everything(world.root(), &mut bytes);
        assert!(bytes.len() > 100_000);
        for canary in canaries {
            let found =
                bytes.windows(canary.len()).any(|window| window.eq_ignore_ascii_case(canary.as_bytes()));
            assert!(!found, "{canary} is on the disk in plaintext");
        }
        assert!(
            bytes.windows(4).any(|window| window == b"Home"),
            "the name of the profile is stored unencrypted"
        );
        if open {
            session.trash(&[id]).unwrap();
        }
    }
    drop(session);
}

#[test]
fn t46_secret_key_and_folder_open_nothing_without_the_password() {
    let world = World::new();
    let session = world.create();
    let id = session.profile().id;
    let secret_key = session.secret_key().unwrap().to_text();
    drop(session);
    // Other software of the same user can read the folder, the key file and the Secret Key.
    for password in ["", " ", "wrong", secret_key.expose(), &PASSWORD[1..], &id.to_string()] {
        world.clock.advance(std::time::Duration::from_secs(60));
        let opened = world.profiles.unlock(id, &SecretText::from(password), Some(&secret_key), rng(1));
        assert_eq!(opened.err(), Some(UnlockError::WrongPassword), "{password}");
    }
    let header =
        vault_crypto::HeaderFile::parse(&std::fs::read(world.file(id, "profile.keys")).unwrap()).unwrap();
    assert_eq!(header.unverified().slots().len(), 1, "the only key slot is the one of the password");
    // The password alone opens nothing either.
    world.clock.advance(std::time::Duration::from_secs(60));
    std::fs::remove_file(world.file(id, "secret-key")).unwrap();
    assert_eq!(world.unlock(id).err(), Some(UnlockError::SecretKeyMissing));
    let other = World::new().create().secret_key().unwrap().to_text();
    let opened = world.profiles.unlock(id, &SecretText::from(PASSWORD), Some(&other), rng(1));
    assert_eq!(opened.err(), Some(UnlockError::WrongPassword));
}
