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
use super::keychain::{Keychain, KeychainUnavailable};
use super::profiles::Profiles;
use super::relocate::{BackupsAfter, PlaceError};
use crate::clock::{SystemClock, Timestamp, system_rng};
use crate::disk::Places;
use crate::item::{Item, ItemType};
use crate::session::Put;
use crate::steps::tests::{folder, run_until};
use vault_crypto::SecretText;

const PASSWORD: &str = "correct horse battery staple";

/// A keychain that outlives a process.
struct KeychainInFile(PathBuf);

impl Keychain for KeychainInFile {
    fn get(&self, _: ProfileId) -> Result<Option<SecretText>, KeychainUnavailable> {
        Ok(fs::read_to_string(&self.0).ok().map(SecretText::new))
    }

    fn set(&self, _: ProfileId, secret_key: &SecretText) -> Result<(), KeychainUnavailable> {
        fs::write(&self.0, secret_key.expose()).map_err(|_| KeychainUnavailable)
    }

    fn delete(&self, _: ProfileId) -> Result<(), KeychainUnavailable> {
        let _ = fs::remove_file(&self.0);
        Ok(())
    }
}

fn at(root: &Path) -> Profiles {
    let keychain = Box::new(KeychainInFile(root.join("keychain")));
    Profiles::new(Places::portable(root), keychain, Arc::new(SystemClock::new()))
}

/// A computer with a profile that has an item, and a folder `stick` to move it to.
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

/// Every file of a profile that means something, with its length.
fn contents(folder: &Path) -> BTreeMap<PathBuf, u64> {
    let all = super::relocate::listing(folder).unwrap();
    all.into_iter().filter_map(|listed| Some((listed.path, listed.file?))).collect()
}

#[test]
fn a_moved_profile_is_whole_in_its_new_folder_and_gone_from_the_old_one() {
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
    // By a program that is started later, and back again.
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
fn a_move_that_cannot_be_made_or_is_broken_off_leaves_the_profile_where_it_was() {
    let root = tempfile::tempdir().unwrap();
    let (profiles, id) = filled(root.path());
    let (old, stick) = (profiles.folder_of(id), root.path().join("stick"));
    let relocate = |to: &Path| profiles.relocate(id, to, &mut go_on);
    assert_eq!(relocate(&root.path().join("no such folder")), Err(PlaceError::Unfit));
    assert_eq!(relocate(&old.join("blobs")), Err(PlaceError::Unfit));
    assert_eq!(relocate(&root.path().join("keychain")), Err(PlaceError::Unfit));
    let nobody = ProfileId::from_bytes([1; 16]);
    assert_eq!(profiles.relocate(nobody, &stick, &mut go_on), Err(PlaceError::NotFound));
    let session = profiles.unlock(id, &PASSWORD.into(), None, system_rng()).unwrap();
    assert!(matches!(relocate(&stick), Err(PlaceError::InUse { by: Some(_) })));
    drop(session);
    fs::create_dir(stick.join(id.to_string())).unwrap();
    assert_eq!(relocate(&stick), Err(PlaceError::Exists));
    fs::remove_dir(stick.join(id.to_string())).unwrap();
    for until in [1, 4, 8] {
        let mut asked = 0;
        let mut progress = |_| {
            asked += 1;
            if asked >= until { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        assert_eq!(profiles.relocate(id, &stick, &mut progress), Err(PlaceError::Cancelled));
        assert_eq!(fs::read_dir(&stick).unwrap().count(), 0, "{until}");
    }
    assert_eq!(profiles.folder_of(id), old);
    opens(&profiles, id);
}

#[test]
fn t52_a_kill_while_a_profile_is_moved_leaves_it_whole_in_one_place() {
    if let Some(root) = folder() {
        let profiles = at(&root);
        let moved = profiles.relocate(profiles.list()[0].id, &root.join("stick"), &mut go_on);
        panic!("ended: {moved:?}");
    }
    let test = "profile::tests::t52_a_kill_while_a_profile_is_moved_leaves_it_whole_in_one_place";
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
        // What is left over goes the next time, and the move can be made after all.
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
fn t52_a_kill_while_a_profile_is_deleted_leaves_it_whole_or_takes_all_of_it() {
    if let Some(root) = folder() {
        let profiles = at(&root);
        let deleted = profiles.delete(profiles.list()[0].id, BackupsAfter::Deleted);
        panic!("ended: {deleted:?}");
    }
    let test = "profile::tests::t52_a_kill_while_a_profile_is_deleted_leaves_it_whole_or_takes_all_of_it";
    for step in ["delete: unlisted", "delete: removed"] {
        let root = tempfile::tempdir().unwrap();
        let (profiles, id) = filled(root.path());
        let old = profiles.folder_of(id);
        run_until(step, test, root.path());
        let profiles = at(root.path());
        assert!(profiles.list().is_empty(), "{step}");
        profiles.clear_leftovers();
        assert!(!old.exists() && !root.path().join("keychain").exists(), "{step}");
        assert_eq!(
            profiles.unlock(id, &PASSWORD.into(), None, system_rng()).err(),
            Some(UnlockError::NotFound)
        );
    }
}

#[test]
fn a_deleted_profile_leaves_its_backups_if_they_are_wanted_and_nothing_else() {
    let root = tempfile::tempdir().unwrap();
    let (profiles, id) = filled(root.path());
    let folder = profiles.folder_of(id);
    let session = profiles.unlock(id, &PASSWORD.into(), None, system_rng()).unwrap();
    assert!(matches!(profiles.delete(id, BackupsAfter::Kept), Err(PlaceError::InUse { .. })));
    drop(session);
    let kept = profiles.delete(id, BackupsAfter::Kept).unwrap().unwrap();
    assert_eq!(fs::read(kept.join("one.tar")).unwrap(), b"a backup");
    assert!(!folder.exists() && !root.path().join("keychain").exists() && profiles.list().is_empty());
    assert_eq!(profiles.delete(id, BackupsAfter::Kept), Err(PlaceError::NotFound));
    let text = fs::read_to_string(profiles.places.ui_file()).unwrap();
    assert!(!text.contains(&id.to_string()), "{text}");
}

#[test]
fn a_profile_from_elsewhere_is_taken_in_where_it_is_and_forgotten_again() {
    let root = tempfile::tempdir().unwrap();
    let (profiles, id) = filled(root.path());
    let stick = profiles.relocate(id, &root.path().join("stick"), &mut go_on).unwrap();
    let copy = root.path().join("copy");
    fs::create_dir(&copy).unwrap();
    for name in ["profile.keys", "profile.keys.bak", "vault.db"] {
        fs::copy(stick.join(name), copy.join(name)).unwrap();
    }
    assert_eq!(profiles.take_in(&stick), Ok(id), "it is known");
    assert_eq!(profiles.take_in(&copy), Err(PlaceError::Exists), "two of one");
    assert_eq!(profiles.take_in(root.path()), Err(PlaceError::NotFound));
    assert_eq!(profiles.take_in(&root.path().join("nothing")), Err(PlaceError::NotFound));
    profiles.forget(id).unwrap();
    assert!(profiles.list().is_empty() && stick.exists());
    assert_eq!(profiles.take_in(&copy), Ok(id));
    assert_eq!(profiles.list()[0].id, id);
    opens(&profiles, id);
    assert_eq!(profiles.list()[0].name, "Home", "its name comes back when it is opened");
    // The other one takes its place once this one is gone.
    fs::remove_dir_all(&copy).unwrap();
    assert_eq!(profiles.take_in(&stick), Ok(id));
    opens(&profiles, id);
}

#[test]
fn what_somebody_wrote_into_the_list_of_leftovers_removes_no_folder_that_is_not_called_so() {
    let root = tempfile::tempdir().unwrap();
    let (profiles, id) = filled(root.path());
    let documents = root.path().join("documents");
    fs::create_dir(&documents).unwrap();
    let mut ui_file = crate::disk::UiFile::load(&profiles.places);
    ui_file.add_leftover(id, &documents);
    ui_file.add_leftover(ProfileId::from_bytes([9; 16]), &profiles.folder_of(id));
    ui_file.save(&profiles.places).unwrap();
    profiles.clear_leftovers();
    assert!(documents.exists());
    opens(&profiles, id);
}
