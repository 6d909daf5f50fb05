//! Profiles that are kept for ever under `tests/profiles`, one folder for each form of the database that was released: they
//! must open, and hold what they held. `tests/interop` reads the same folders.

mod content;
mod form2;
pub mod plain;

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

pub use plain::{contents, open_documents};

/// Not in the form that is hashed: a combining mark and a ligature.
pub const PASSWORD: &str = "Ka\u{308}sekuchen, ﬁnished №7";

/// How a profile was left.
#[derive(Clone, Copy)]
enum Left {
    /// Locked.
    Closed,
    /// As a crash leaves it: the newest entries are in the write-ahead log only.
    Open,
    /// Open; what is kept is a backup of it.
    BackedUp,
}

/// The profiles of the first form that are kept, by the names of their folders.
const KEPT: [(&str, Left); 3] = [("closed", Left::Closed), ("open", Left::Open), ("backup", Left::BackedUp)];
/// The file in the folder of one that is kept as a backup.
const BACKUP: &str = "backup.tar";

#[test]
fn a_profile_holds_what_it_was_made_of() {
    for (name, left) in KEPT {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join(name);
        write(&target, left, KdfParams::TEST);
        assert_eq!(target.join("vault.db-wal").exists(), matches!(left, Left::Open));
        check(&target);
    }
    let folder = tempfile::tempdir().unwrap();
    form2::write(&folder.path().join("closed"), KdfParams::TEST);
    check(&folder.path().join("closed"));
}

/// With `COFFER_WRITE_PROFILES` in the environment, that of the newest form is written first if it is missing.
#[test]
fn every_profile_that_is_kept_opens_and_holds_what_it_held() {
    if std::env::var_os("COFFER_WRITE_PROFILES").is_some() {
        let target = folders("v2").join("closed");
        if !target.exists() {
            form2::write(&target, KdfParams::new(65_536, 3, 1).unwrap());
        }
    }
    for (form, count) in [("v1", KEPT.len()), ("v2", 1)] {
        let kept = fs::read_dir(folders(form)).unwrap().map(|entry| entry.unwrap().path());
        let kept: Vec<PathBuf> = kept.collect();
        assert_eq!(kept.len(), count, "{form}");
        kept.iter().for_each(|folder| check(folder));
    }
}

/// Lays a kept profile of the first form down where profiles are, and answers with what opens it.
pub fn lay_down(name: &str, world: &World) -> (ProfileId, SecretText, SecretText) {
    let kept = folders("v1").join(name);
    let about: Value = serde_json::from_slice(&fs::read(kept.join("about.json")).unwrap()).unwrap();
    let text = |name: &str| SecretText::from(about[name].as_str().unwrap());
    let id = about["profile_id"].as_str().unwrap().parse().unwrap();
    copy(&kept, &world.places().profile(id));
    (id, text("password"), text("secret_key"))
}

/// The folder of the profiles of a form.
fn folders(form: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/profiles").join(form)
}

/// Makes a profile and lays it down with all that is in it.
fn write(target: &Path, left: Left, kdf: KdfParams) {
    let world = World::new();
    let first = SecretText::from("the first password");
    let new = NewProfile {
        name: "Ümläute".to_owned(),
        password: SecretText::from(first.expose()),
        device: "Schreibtisch".to_owned(),
        kdf,
    };
    let mut session = world.profiles.create(new, rng(7)).unwrap();
    content::fill(&mut session, &world.clock, matches!(left, Left::Closed));
    if matches!(left, Left::BackedUp) {
        content::add_small_document(&mut session);
    }
    session.change_password(&first, &SecretText::from(PASSWORD)).unwrap();
    let mut about = contents(&mut session);
    about["password"] = PASSWORD.into();
    about["secret_key"] = session.secret_key().unwrap().to_text().expose().into();
    let folder = world.places().profile(session.profile().id);
    match left {
        Left::Closed => {
            drop(session);
            copy(&folder, target);
        }
        Left::Open => copy(&folder, target),
        Left::BackedUp => {
            fs::create_dir_all(target).unwrap();
            let go_on = &mut |_| ControlFlow::Continue(());
            let snapshot = session.snapshot(&target.join(BACKUP), Documents::All, go_on).unwrap();
            snapshot.write(Existing::Keep, go_on).unwrap();
        }
    }
    fs::write(target.join("about.json"), serde_json::to_string_pretty(&about).unwrap() + "\n").unwrap();
}

/// Opens a copy of a profile and compares it with what is said about it.
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
        copy(kept, &world.places().profile(id));
        world.profiles.unlock(id, &password, Some(&secret_key), rng(8)).unwrap()
    };
    let copied_first = world.file(id, "backups/before-form-2.tar").exists();
    assert_eq!(copied_first, kept.starts_with(folders("v1")) && !backup.exists(), "{}", kept.display());
    assert_eq!(session.profile().id, id);
    assert_eq!(session.read_only(), None);
    assert_eq!(Some(session.check_log().unwrap()), about["entries"].as_u64());
    let contents = contents(&mut session);
    for (name, value) in contents.as_object().unwrap() {
        assert_eq!(*value, about[name], "{}: {name}", kept.display());
    }
    assert!(!open_documents(&mut session).contains(&false));
    if about.get("recovery_code").is_some() {
        form2::check(&mut session, &about);
        form2::check_ways_in(kept, &about);
    }
    // It is not only read: what is written now follows what was written then.
    content::change(&mut session);
    assert_eq!(Some(session.check_log().unwrap()), about["entries"].as_u64().map(|entries| entries + 1));
}

/// Copies what a profile is made of; the lock and the Secret Key belong to a computer.
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
