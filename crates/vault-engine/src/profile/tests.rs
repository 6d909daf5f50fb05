//! Moving and deleting profiles, with a kill at each step.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vault_crypto::KdfParams;
use vault_wire::ProfileId;

use super::create::NewProfile;
use super::error::UnlockError;
use super::keychain::{Keychain, KeychainEntry, KeychainUnavailable};
use super::profiles::Profiles;
use super::relocate::{BackupsAfter, FolderError};
use crate::clock::{SystemClock, Timestamp, system_rng};
use crate::disk::{AppDirs, Registry};
use crate::item::{Item, ItemType};
use crate::session::Put;
use crate::steps::tests::{folder, run_until};
use vault_crypto::SecretText;

const PASSWORD: &str = "correct horse battery staple";

/// A keychain that survives the process.
struct KeychainInFile(PathBuf);

impl Keychain for KeychainInFile {
    fn get(&self, _: ProfileId, entry: KeychainEntry) -> Result<Option<SecretText>, KeychainUnavailable> {
        Ok(fs::read_to_string(self.0.with_extension(entry.name())).ok().map(SecretText::new))
    }

    fn set(&self, _: ProfileId, entry: KeychainEntry, value: &SecretText) -> Result<(), KeychainUnavailable> {
        fs::write(self.0.with_extension(entry.name()), value.expose()).map_err(|_| KeychainUnavailable)
    }

    fn delete(&self, _: ProfileId, entry: KeychainEntry) -> Result<(), KeychainUnavailable> {
        let _ = fs::remove_file(self.0.with_extension(entry.name()));
        Ok(())
    }
}

fn at(root: &Path) -> Profiles {
    let keychain = Box::new(KeychainInFile(root.join("keychain")));
    Profiles::new(AppDirs::portable(root), keychain, Arc::new(SystemClock::new()))
}

/// Creates a profile with an item, and a folder `stick` to move it to.
fn filled(root: &Path) -> (Profiles, ProfileId) {
    let profiles = at(root);
    let (name, device) = ("Home".to_owned(), "desk".to_owned());
    let new = NewProfile { name, password: PASSWORD.into(), device, kdf: KdfParams::TEST };
    let mut session = profiles.create(new, system_rng()).unwrap();
    let mut item = Item::new(ItemType::Login, Timestamp(1));
    item.title = "Mail".to_owned();
    session.put(Put::new(item)).unwrap();
    let id = session.profile().id;
    drop(session);
    let folder = profiles.folder_of(id);
    fs::create_dir_all(folder.join("backups")).unwrap();
    fs::write(folder.join("backups/one.tar"), "a backup").unwrap();
    fs::create_dir_all(folder.join("blobs/ab")).unwrap();
    fs::write(folder.join("blobs/ab/one"), vec![7; 3_000_000]).unwrap();
    fs::create_dir_all(root.join("stick")).unwrap();
    (profiles, id)
}

fn go_on(_: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn opens(profiles: &Profiles, id: ProfileId) {
    let session = profiles.unlock(id, &PASSWORD.into(), None, system_rng()).unwrap();
    assert_eq!((session.check_log(), session.read_only()), (Ok(2), None));
}

/// Returns the files of a profile that a move copies, with their lengths.
fn contents(folder: &Path) -> BTreeMap<PathBuf, u64> {
    let all = super::relocate::listing(folder).unwrap();
    all.into_iter().filter_map(|listed| Some((listed.path, listed.file?))).collect()
}

#[test]
fn moved_profile_is_complete_in_its_new_folder_only() {
    let root = tempfile::tempdir().unwrap();
    let (profiles, id) = filled(root.path());
    let old = profiles.folder_of(id);
    let before = contents(&old);
    let mut told = Vec::new();
    let mut progress = |done| {
        told.push(done);
        ControlFlow::Continue(())
    };
    let all = profiles.size_of(id);
    let new = profiles.relocate(id, &root.path().join("stick"), &mut progress).unwrap();
    assert_eq!(told.last(), Some(&(2 * all)));
    assert!(told.is_sorted());
    assert_eq!(contents(&new), before);
    assert!(!old.exists());
    assert_eq!(profiles.folder_of(id), new);
    opens(&profiles, id);
    // Opened by a program that is started later, then moved back.
    opens(&at(root.path()), id);
    assert_eq!(profiles.list().len(), 1);
    assert_eq!(profiles.list()[0].name, "Home");
    let back = profiles.relocate(id, old.parent().unwrap(), &mut go_on).unwrap();
    assert_eq!(back, old.canonicalize().unwrap());
    opens(&profiles, id);
    let left: Vec<_> = fs::read_dir(root.path().join("stick")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn failed_or_cancelled_move_leaves_the_profile_in_its_folder() {
    let root = tempfile::tempdir().unwrap();
    let (profiles, id) = filled(root.path());
    let (old, stick) = (profiles.folder_of(id), root.path().join("stick"));
    let relocate = |to: &Path| profiles.relocate(id, to, &mut go_on);
    assert_eq!(relocate(&root.path().join("no such folder")), Err(FolderError::Unfit));
    assert_eq!(relocate(&old.join("blobs")), Err(FolderError::Unfit));
    assert_eq!(relocate(&root.path().join("keychain")), Err(FolderError::Unfit));
    let nobody = ProfileId::from_bytes([1; 16]);
    assert_eq!(profiles.relocate(nobody, &stick, &mut go_on), Err(FolderError::NotFound));
    let session = profiles.unlock(id, &PASSWORD.into(), None, system_rng()).unwrap();
    assert!(matches!(relocate(&stick), Err(FolderError::InUse { by: Some(_) })));
    drop(session);
    fs::create_dir(stick.join(id.to_string())).unwrap();
    assert_eq!(relocate(&stick), Err(FolderError::Exists));
    fs::remove_dir(stick.join(id.to_string())).unwrap();
    for until in [1, 4, 8] {
        let mut asked = 0;
        let mut progress = |_| {
            asked += 1;
            if asked >= until { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        assert_eq!(profiles.relocate(id, &stick, &mut progress), Err(FolderError::Cancelled));
        assert_eq!(fs::read_dir(&stick).unwrap().count(), 0, "{until}");
    }
    assert_eq!(profiles.folder_of(id), old);
    opens(&profiles, id);
}

#[test]
fn t52_a_kill_during_profile_move_leaves_one_complete_profile() {
    if let Some(root) = folder() {
        let profiles = at(&root);
        let moved = profiles.relocate(profiles.list()[0].id, &root.join("stick"), &mut go_on);
        panic!("ended: {moved:?}");
    }
    let test = "profile::tests::t52_a_kill_during_profile_move_leaves_one_complete_profile";
    let steps = ["move: noted", "move: copied", "move: placed", "move: switched", "move: removed"];
    for (number, step) in steps.into_iter().enumerate() {
        let root = tempfile::tempdir().unwrap();
        let (profiles, id) = filled(root.path());
        let (old, stick) = (profiles.folder_of(id), root.path().join("stick"));
        let before = contents(&old);
        run_until(step, test, root.path());
        let profiles = at(root.path());
        assert_eq!(profiles.list().len(), 1, "{step}");
        assert_eq!(profiles.folder_of(id) == old, number < 3, "{step}");
        assert_eq!(contents(&profiles.folder_of(id)), before, "{step}");
        opens(&profiles, id);
        // The leftover is removed the next time, and the move can then be completed.
        if number < 3 {
            profiles.relocate(id, &stick, &mut go_on).unwrap();
        } else {
            profiles.clear_leftovers();
        }
        assert!(!old.exists(), "{step}");
        assert_eq!(fs::read_dir(&stick).unwrap().count(), 1, "{step}");
        opens(&profiles, id);
    }
}

#[test]
fn t52_a_kill_during_profile_deletion_keeps_or_removes_all() {
    if let Some(root) = folder() {
        let profiles = at(&root);
        let deleted = profiles.delete(profiles.list()[0].id, BackupsAfter::Deleted);
        panic!("ended: {deleted:?}");
    }
    let test = "profile::tests::t52_a_kill_during_profile_deletion_keeps_or_removes_all";
    for step in ["delete: unlisted", "delete: removed"] {
        let root = tempfile::tempdir().unwrap();
        let (profiles, id) = filled(root.path());
        let old = profiles.folder_of(id);
        run_until(step, test, root.path());
        let profiles = at(root.path());
        assert!(profiles.list().is_empty(), "{step}");
        profiles.clear_leftovers();
        assert!(!old.exists() && !root.path().join("keychain.secret-key").exists(), "{step}");
        assert_eq!(
            profiles.unlock(id, &PASSWORD.into(), None, system_rng()).err(),
            Some(UnlockError::NotFound)
        );
    }
}

#[test]
fn unwanted_backups_of_a_deleted_profile_are_removed_after_thirty_days() {
    let root = tempfile::tempdir().unwrap();
    let (profiles, id) = filled(root.path());
    let aside = profiles.delete(id, BackupsAfter::Deleted).unwrap().unwrap();
    let mut registry = Registry::load(&profiles.dirs);
    let until = registry.leftovers()[0].until.unwrap();
    let days = until.0.saturating_sub(profiles.clock.now().0) / (24 * 3600 * 1000);
    assert_eq!(days, 29, "a little less than thirty");
    assert!(profiles.list().is_empty());
    assert_eq!(fs::read(aside.join("one.tar")).unwrap(), b"a backup");
    // Any program can write the registry: only a folder of backups is removed.
    let other = root.path().join(format!("{id}-backups-of-mine"));
    fs::create_dir(&other).unwrap();
    for path in [&aside, &other] {
        registry.add_leftover(id, path, Some(Timestamp(1)));
    }
    registry.save(&profiles.dirs).unwrap();
    assert!(profiles.list().is_empty());
    assert!(!aside.exists() && other.exists());
}

#[test]
fn deleted_profile_leaves_only_its_backups_if_wanted() {
    let root = tempfile::tempdir().unwrap();
    let (profiles, id) = filled(root.path());
    let folder = profiles.folder_of(id);
    let session = profiles.unlock(id, &PASSWORD.into(), None, system_rng()).unwrap();
    assert!(matches!(profiles.delete(id, BackupsAfter::Kept), Err(FolderError::InUse { .. })));
    drop(session);
    let kept = profiles.delete(id, BackupsAfter::Kept).unwrap().unwrap();
    assert_eq!(fs::read(kept.join("one.tar")).unwrap(), b"a backup");
    assert!(
        !folder.exists() && !root.path().join("keychain.secret-key").exists() && profiles.list().is_empty()
    );
    assert_eq!(profiles.delete(id, BackupsAfter::Kept), Err(FolderError::NotFound));
    let text = fs::read_to_string(profiles.dirs.registry()).unwrap();
    assert!(!text.contains(&id.to_string()), "{text}");
}

#[test]
fn deleted_profile_whose_folder_is_left_does_not_open() {
    let root = tempfile::tempdir().unwrap();
    let (profiles, id) = filled(root.path());
    // As after a crash between the deletion from the list and the removal of the folder.
    let mut registry = Registry::load(&profiles.dirs);
    registry.remove_profile(id);
    registry.add_leftover(id, &profiles.folder_of(id), None);
    registry.save(&profiles.dirs).unwrap();
    let opened = profiles.unlock(id, &PASSWORD.into(), None, system_rng()).err();
    assert_eq!(opened, Some(UnlockError::NotFound), "what is written there would be lost");
    profiles.clear_leftovers();
    assert!(!profiles.folder_of(id).exists());
}

#[test]
fn profile_in_another_folder_is_added_and_removed_again() {
    let root = tempfile::tempdir().unwrap();
    let (profiles, id) = filled(root.path());
    let stick = profiles.relocate(id, &root.path().join("stick"), &mut go_on).unwrap();
    let copy = root.path().join("copy");
    fs::create_dir(&copy).unwrap();
    for name in ["profile.keys", "profile.keys.bak", "vault.db"] {
        fs::copy(stick.join(name), copy.join(name)).unwrap();
    }
    assert_eq!(profiles.add_existing(&stick), Ok(id), "it is known");
    assert_eq!(profiles.add_existing(&copy), Err(FolderError::Exists), "two of one");
    assert_eq!(profiles.add_existing(root.path()), Err(FolderError::NotFound));
    assert_eq!(profiles.add_existing(&root.path().join("nothing")), Err(FolderError::NotFound));
    profiles.forget(id).unwrap();
    assert!(profiles.list().is_empty() && stick.exists());
    assert_eq!(profiles.add_existing(&copy), Ok(id));
    assert_eq!(profiles.list()[0].id, id);
    opens(&profiles, id);
    assert_eq!(profiles.list()[0].name, "Home", "its name comes back when it is opened");
    // The other one is added once this one no longer exists.
    fs::remove_dir_all(&copy).unwrap();
    assert_eq!(profiles.add_existing(&stick), Ok(id));
    opens(&profiles, id);
}

#[test]
fn leftovers_with_foreign_folder_names_are_not_removed() {
    let root = tempfile::tempdir().unwrap();
    let (profiles, id) = filled(root.path());
    let documents = root.path().join("documents");
    fs::create_dir(&documents).unwrap();
    let mut registry = Registry::load(&profiles.dirs);
    registry.add_leftover(id, &documents, None);
    registry.add_leftover(ProfileId::from_bytes([9; 16]), &profiles.folder_of(id), None);
    registry.save(&profiles.dirs).unwrap();
    profiles.clear_leftovers();
    assert!(documents.exists());
    opens(&profiles, id);
}
