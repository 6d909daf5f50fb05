//! Compatibility with stored profiles: `tests/profiles` has a folder for each released schema version. Its profiles are
//! never changed, and must open with unchanged content. `tests/interop` reads the same folders.

mod content;
mod interrupted;
pub mod json;
mod members;
mod schema2;
mod shared;

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde_json::Value;
use vault_crypto::{KdfParams, SecretText};
use vault_engine::backup::Documents;
use vault_engine::document::Existing;
use vault_engine::profile::NewProfile;
use vault_engine::session::Session;
use vault_wire::ProfileId;

use crate::support::{World, rng};

pub use json::{contents, open_documents};

/// Not NFKC-normalized: it has a combining mark and a ligature.
pub const PASSWORD: &str = "Ka\u{308}sekuchen, ﬁnished №7";

/// The condition in which a profile was stored.
#[derive(Clone, Copy)]
enum Condition {
    /// Locked.
    Closed,
    /// As after a crash: the newest entries are only in the write-ahead log.
    Open,
    /// As a backup.
    BackedUp,
}

/// The stored profiles of schema version 1, by folder name.
const SCHEMA_1: [(&str, Condition); 3] =
    [("closed", Condition::Closed), ("open", Condition::Open), ("backup", Condition::BackedUp)];
/// Creates a profile with this cost of unlocking and stores it.
type Write = fn(&Path, KdfParams);

/// The stored profiles of each schema version since 3, and what writes them.
const SCHEMA_3: [(&str, Write); 3] =
    [("closed", schema2::write), ("interrupted", interrupted::write), ("shared", shared::write)];
/// The backup file of [`Condition::BackedUp`].
const BACKUP: &str = "backup.tar";

#[test]
fn a_newly_written_profile_passes_the_check() {
    for (name, condition) in SCHEMA_1 {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join(name);
        write(&target, condition, KdfParams::TEST);
        assert_eq!(target.join("vault.db-wal").exists(), matches!(condition, Condition::Open));
        check(&target);
    }
    for (name, write) in SCHEMA_3 {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join(name);
        write(&target, KdfParams::TEST);
        check(&target);
    }
}

/// If `COFFER_WRITE_PROFILES` is set, writes those of the newest schema version first that are missing.
#[test]
fn every_stored_profile_opens_with_unchanged_content() {
    if std::env::var_os("COFFER_WRITE_PROFILES").is_some() {
        for (name, write) in SCHEMA_3 {
            let target = folder_of("v6").join(name);
            if !target.exists() {
                write(&target, KdfParams::new(65_536, 3, 1).unwrap());
            }
        }
    }
    let since = ["v3", "v5", "v6"].map(|schema| (schema, SCHEMA_3.len()));
    for (schema, count) in [("v1", SCHEMA_1.len()), ("v2", 1)].into_iter().chain(since) {
        let kept = fs::read_dir(folder_of(schema)).unwrap().map(|entry| entry.unwrap().path());
        let kept: Vec<PathBuf> = kept.collect();
        assert_eq!(kept.len(), count, "{schema}");
        kept.iter().for_each(|folder| check(folder));
    }
}

/// A profile that is damaged before it was migrated is salvaged as it is.
#[test]
fn profiles_of_older_versions_are_examined_without_a_migration() {
    for folder in ["v1/closed", "v2/closed", "v3/closed", "v5/closed"].map(folder_of) {
        let about: Value = serde_json::from_slice(&fs::read(folder.join("about.json")).unwrap()).unwrap();
        let text = |name: &str| SecretText::from(about[name].as_str().unwrap());
        let id = about["profile_id"].as_str().unwrap().parse().unwrap();
        let world = World::new();
        copy(&folder, &world.dirs().profile(id));
        let (password, secret_key) = (text("password"), text("secret_key"));
        let go_on = &mut |_| ControlFlow::Continue(());
        let found = world.profiles.examine(id, &password, Some(&secret_key), go_on).unwrap();
        assert!(found.is_whole(), "{}: {found:?}", folder.display());
        assert!(found.items > 3);
    }
}

/// Copies a stored profile of schema version 1 into a world, and returns its id, password and Secret Key.
pub fn install(name: &str, world: &World) -> (ProfileId, SecretText, SecretText) {
    let kept = folder_of("v1").join(name);
    let about: Value = serde_json::from_slice(&fs::read(kept.join("about.json")).unwrap()).unwrap();
    let text = |name: &str| SecretText::from(about[name].as_str().unwrap());
    let id = about["profile_id"].as_str().unwrap().parse().unwrap();
    copy(&kept, &world.dirs().profile(id));
    (id, text("password"), text("secret_key"))
}

/// The folder of the stored profiles of a schema version.
fn folder_of(schema: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/profiles").join(schema)
}

/// Creates a profile and stores it with a description of its content.
fn write(target: &Path, condition: Condition, kdf: KdfParams) {
    let world = World::new();
    let first = SecretText::from("the first password");
    let new = NewProfile {
        name: "Ümläute".to_owned(),
        password: SecretText::from(first.expose()),
        device: "Schreibtisch".to_owned(),
        kdf,
    };
    let mut session = world.profiles.create(new, rng(7)).unwrap();
    content::fill(&mut session, &world.clock, matches!(condition, Condition::Closed));
    if matches!(condition, Condition::BackedUp) {
        content::add_small_document(&mut session);
    }
    session.change_password(&first, &SecretText::from(PASSWORD)).unwrap();
    let mut about = contents(&mut session);
    about["password"] = PASSWORD.into();
    about["secret_key"] = session.secret_key().unwrap().to_text().expose().into();
    let folder = world.dirs().profile(session.profile().id);
    match condition {
        Condition::Closed => {
            drop(session);
            copy(&folder, target);
        }
        Condition::Open => copy(&folder, target),
        Condition::BackedUp => {
            fs::create_dir_all(target).unwrap();
            let go_on = &mut |_| ControlFlow::Continue(());
            let snapshot = session.snapshot(&target.join(BACKUP), Documents::All, go_on).unwrap();
            snapshot.write(Existing::Keep, go_on).unwrap();
        }
    }
    fs::write(target.join("about.json"), serde_json::to_string_pretty(&about).unwrap() + "\n").unwrap();
}

/// Opens a copy of a stored profile and compares it with its description.
fn check(kept: &Path) {
    let about: Value = serde_json::from_slice(&fs::read(kept.join("about.json")).unwrap()).unwrap();
    let text = |name: &str| SecretText::from(about[name].as_str().unwrap());
    let id: ProfileId = about["profile_id"].as_str().unwrap().parse().unwrap();
    let world = World::new();
    let backup = kept.join(BACKUP);
    let (password, secret_key) = (text("password"), text("secret_key"));
    let mut session: Session = if backup.exists() {
        let go_on = &mut |_| ControlFlow::Continue(());
        world.profiles.restore(&backup, &password, &secret_key, rng(8), go_on).unwrap()
    } else {
        copy(kept, &world.dirs().profile(id));
        world.profiles.unlock(id, &password, Some(&secret_key), rng(8)).unwrap()
    };
    for (schema, copied) in [("v1", "backups/before-form-2.tar"), ("v2", "backups/before-form-3.tar")] {
        let migrated = kept.starts_with(folder_of(schema)) && !backup.exists();
        assert_eq!(world.file(id, copied).exists(), migrated, "{}: {copied}", kept.display());
    }
    assert_eq!(session.profile().id, id);
    assert_eq!(session.read_only(), None);
    assert_eq!(Some(session.check_log().unwrap()), about["entries"].as_u64());
    let contents = contents(&mut session);
    for (name, value) in contents.as_object().unwrap() {
        // Written since schema version 3.
        if name == "documents" && about.get(name).is_none() {
            continue;
        }
        assert_eq!(*value, about[name], "{}: {name}", kept.display());
    }
    assert!(!open_documents(&mut session).contains(&false));
    if about.get("backup").is_some() {
        schema2::check(&mut session, &about);
        schema2::check_unlock_methods(kept, &about);
    }
    if kept.join("vault.db.next").exists() {
        interrupted::check(kept, &about);
    }
    if about.get("read_only").is_some() {
        shared::check(kept, &about);
    }
    // The profile can be written as well, and its log continues.
    content::change(&mut session);
    assert_eq!(Some(session.check_log().unwrap()), about["entries"].as_u64().map(|entries| entries + 1));
}

/// Copies the files of a profile except those of one computer, such as the lock and the Secret Key.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else if !["lock", "secret-key", "about.json", "vault.db-shm"].contains(&name.as_str()) {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
