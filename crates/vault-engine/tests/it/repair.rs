//! Repairing damaged profiles: salvage into a new profile, and replacement by a backup.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use rand_core::Rng as _;
use vault_crypto::SecretText;
use vault_engine::backup::{BackupError, BackupPlan};
use vault_engine::clock::Timestamp;
use vault_engine::document::{DocumentError, Existing, NewBlob, open_to_file, seal};
use vault_engine::profile::RestoreError;
use vault_engine::profile::{FileState, SalvageError, UnlockError};
use vault_engine::search::Scope;
use vault_engine::session::{Put, RecoveryAfter, Rotation, Salvaged, SecretKeyAfter, Session, SessionError};
use vault_testkit::FixedRng;
use vault_wire::{ItemId, ProfileId};

use crate::support::{MemoryKeychain, PASSWORD, World, add, login, new_profile, query, rng, titles_in};
use crate::write_paths::copy_all;

fn go_on(_: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn password() -> SecretText {
    SecretText::from(PASSWORD)
}

/// A profile with forty items of two revisions each, two documents, and a backup from before the last item.
struct Fixture {
    world: World,
    id: ProfileId,
    secret_key: SecretText,
    /// The notes of each item, by title.
    content: BTreeMap<String, String>,
}

const DOCUMENT: &str = "Scan 1";

impl Fixture {
    fn new() -> Self {
        let world = World::new();
        let mut session = world.create();
        let mut content = BTreeMap::new();
        for number in 0..40 {
            let title = format!("Item {number:02}");
            let stored = add(&mut session, login(&title, "ada", "x"));
            let mut item = login(&title, "ada", "y");
            item.notes = SecretText::new(format!("notes of {number} {}", "and more ".repeat(100)));
            content.insert(title, item.notes.expose().to_owned());
            session.put(Put::change(stored.id, stored.revision, item)).unwrap();
        }
        for number in 1..=2 {
            let title = format!("Scan {number}");
            let new = NewBlob::make(session.rng());
            let bytes = title.repeat(1000);
            let size = bytes.len() as u64;
            let sealed = seal(bytes.as_bytes(), size, new, session.blobs(), &mut go_on).unwrap();
            let blobs = vec![sealed.blob];
            let mut item = login(&title, "", "");
            item.attachments.push(sealed.into_attachment(format!("{title}.txt"), Timestamp(1)));
            session.put(Put { blobs, ..Put::new(item) }).unwrap();
            content.insert(title, String::new());
        }
        let trashed = add(&mut session, login("Deleted", "", "")).id;
        session.trash(&[trashed]).unwrap();
        session.purge(&[trashed]).unwrap();
        session
            .daily_snapshot(&BackupPlan::default(), &mut go_on)
            .unwrap()
            .unwrap()
            .write(&mut go_on)
            .unwrap();
        add(&mut session, login("After the backup", "", ""));
        content.insert("After the backup".to_owned(), String::new());
        let (id, secret_key) = (session.profile().id, session.secret_key().unwrap().to_text());
        drop(session);
        Self { world, id, secret_key, content }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.world.file(self.id, name)
    }

    fn unlock(&self) -> Result<Session, UnlockError> {
        self.world.clock.advance(Duration::from_secs(3600));
        self.world.unlock(self.id)
    }

    fn flip(&self, name: &str, bits: &[u64]) {
        flip(&self.path(name), bits);
    }
}

/// Flips bits of a file; flipping them again restores it.
fn flip(path: &Path, bits: &[u64]) {
    let mut bytes = fs::read(path).unwrap();
    for bit in bits {
        let at = usize::try_from(bit / 8).unwrap() % bytes.len();
        bytes[at] ^= 1 << (bit % 8);
    }
    fs::write(path, bytes).unwrap();
}

/// Every file of a folder except the lock, with its content.
fn all_files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for path in fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().unwrap() != "lock" {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read(path).unwrap());
            }
        }
    }
    files
}

/// Returns the notes of the items that open, by title, and whether everything did.
fn readable_items(session: &mut Session) -> (BTreeMap<String, String>, bool) {
    let mut opened = BTreeMap::new();
    let Ok(page) = session.list(&query(Scope::All)) else { return (opened, false) };
    let mut whole = page.total as usize == page.rows.len();
    for row in page.rows {
        match session.get(row.id) {
            Ok(found) => {
                whole &= documents_open(session, row.id);
                opened.insert(row.title, found.item.notes.expose().to_owned());
            }
            Err(SessionError::RevisionDamaged | SessionError::DatabaseDamaged) => whole = false,
            Err(other) => panic!("{other}"),
        }
    }
    (opened, whole)
}

/// Whether all documents of an item open; panics if one opens with other content.
fn documents_open(session: &Session, id: ItemId) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let attachments = session.get(id).unwrap().item.attachments;
    attachments.iter().all(|attachment| {
        let target = folder.path().join("document");
        let (attachment, blob) = session.attached(id, &attachment.blob_id).unwrap();
        match open_to_file(&attachment, &blob, session.blobs(), &target, Existing::Replace, &mut go_on) {
            Ok(()) => {
                let title = attachment.name.strip_suffix(".txt").unwrap();
                assert_eq!(fs::read_to_string(target).unwrap(), title.repeat(1000));
                true
            }
            Err(DocumentError::Damaged) => false,
            Err(other) => panic!("{other}"),
        }
    })
}

fn blob_names(folder: &Path) -> Vec<String> {
    all_files(&folder.join("blobs")).into_keys().map(|name| format!("blobs/{name}")).collect()
}

#[test]
fn t47_t52_random_bit_flips_are_reported_or_harmless_and_destroy_nothing() {
    let profile = Fixture::new();
    let mut random = FixedRng::new(47);
    let mut files = vec!["vault.db".to_owned(), "vault.db".to_owned(), "profile.keys".to_owned()];
    files.extend(blob_names(&profile.world.dirs().profile(profile.id)));
    let (mut reported, mut opened) = (0, 0);
    for round in 0..60 {
        let name = &files[round % files.len()];
        let bits: Vec<u64> = (0..1 + random.next_u64() % 8).map(|_| random.next_u64()).collect();
        let good = fs::read(profile.path(name)).unwrap();
        profile.flip(name, &bits);
        match profile.unlock() {
            Ok(mut session) => {
                let (found, whole) = readable_items(&mut session);
                for (title, notes) in &found {
                    assert_eq!(Some(notes), profile.content.get(title), "round {round}");
                }
                let whole = whole && session.check_log().is_ok();
                assert!(
                    !whole || found == profile.content,
                    "round {round}: data is missing without an error"
                );
                opened += usize::from(whole);
                reported += usize::from(!whole);
            }
            Err(UnlockError::DatabaseDamaged | UnlockError::HeaderDamaged | UnlockError::Newer) => {
                reported += 1;
            }
            Err(other) => panic!("round {round}: {other}"),
        }
        // A key file was repaired from its copy; any other file still has its flipped bits.
        if fs::read(profile.path(name)).unwrap() != good {
            profile.flip(name, &bits);
        }
        if round % 6 == 0 {
            let (found, whole) = readable_items(&mut profile.unlock().unwrap());
            assert!(whole && found == profile.content, "round {round}: data was destroyed");
        }
    }
    let (found, whole) = readable_items(&mut profile.unlock().unwrap());
    assert!(whole && found == profile.content);
    assert!(reported > 20 && opened > 5, "{reported} reported, {opened} harmless");
}

#[test]
fn t47_readable_items_of_a_damaged_database_are_salvaged() {
    let profile = Fixture::new();
    let (place, clean) = (profile.world.dirs().profile(profile.id), tempfile::tempdir().unwrap());
    copy_all(&place, clean.path());
    let pages = fs::read(profile.path("vault.db")).unwrap().len() as u64 / 4096;
    let mut random = FixedRng::new(52);
    let (mut saved_some, mut items_saved) = (0, 0);
    for round in 0..24 {
        let damaged: Vec<u64> = (0..1 + round % 4).map(|_| random.next_u64() % pages).collect();
        let bits: Vec<u64> =
            damaged.iter().map(|page| (page * 4096 + random.next_u64() % 4096) * 8).collect();
        profile.flip("vault.db", &bits);
        let blob = &blob_names(&place)[0];
        profile.flip(blob, &[80_000]);
        let before = all_files(&place);
        let known = (profile.id, &password(), None);
        let new = || new_profile("Salvaged");
        let salvaged = profile.world.profiles.salvage(known, new(), &|| rng(9), &mut go_on);
        assert_eq!(all_files(&place), before, "round {round}: the damaged profile is unchanged");
        match salvaged {
            Ok((mut session, saved)) => {
                saved_some += 1;
                check_saved(&profile, &mut session, &saved, round);
                items_saved += saved.items;
                let made = session.profile().id;
                assert_ne!(made, profile.id);
                assert_ne!(session.secret_key().unwrap().to_text().expose(), profile.secret_key.expose());
                drop(session);
                fs::remove_dir_all(profile.world.dirs().profile(made)).unwrap();
            }
            Err(SalvageError::NothingReadable) => {}
            Err(other) => panic!("round {round}: {other}"),
        }
        fs::remove_dir_all(&place).unwrap();
        copy_all(clean.path(), &place);
        let left: Vec<_> = fs::read_dir(profile.world.dirs().profiles()).unwrap().collect();
        assert_eq!(left.len(), 1, "no other profile is left behind");
    }
    assert!(saved_some >= 12 && items_saved / saved_some > 25, "{items_saved} items in {saved_some} rounds");
}

fn check_saved(profile: &Fixture, session: &mut Session, saved: &Salvaged, round: u64) {
    let Salvaged { items, older, lost, documents_saved, documents, entries_lost, pages, keys_damaged } =
        saved;
    assert!(!keys_damaged, "round {round}");
    let (found, whole) = readable_items(session);
    assert!(whole, "round {round}");
    assert_eq!(found.len(), *items as usize, "round {round}");
    assert!(*pages > 0, "round {round}");
    session.check_log().unwrap();
    let mut changed = 0;
    for (title, notes) in &found {
        let known = profile.content.get(title);
        assert!(known.is_some(), "round {round}: {title} had been purged");
        changed += u32::from(known != Some(notes));
    }
    // Items salvaged in an older revision, or not at all, are reported.
    let missing = u32::try_from(profile.content.len() - found.len()).unwrap();
    assert!(changed <= older.count, "round {round}: {changed} changed, reported {older:?}");
    assert!(
        missing == lost.count || *entries_lost > 0,
        "round {round}: {missing} missing, reported {lost:?}"
    );
    let scans = [DOCUMENT, "Scan 2"].iter().filter(|title| found.contains_key(**title)).count();
    assert!(documents.count <= 1, "{documents:?}");
    assert_eq!((documents_saved + documents.count) as usize, scans, "round {round}");
}

#[test]
fn examining_a_damaged_profile_reports_what_can_be_salvaged() {
    let profile = Fixture::new();
    let place = profile.world.dirs().profile(profile.id);
    let whole = profile.world.profiles.examine(profile.id, &password(), None, &mut go_on).unwrap();
    assert_eq!(whole, Salvaged { items: 43, ..Salvaged::default() });
    let good = fs::read(profile.path("vault.db")).unwrap();
    let mut reported = 0;
    for page in 1..good.len() as u64 / 4096 {
        profile.flip("vault.db", &[page * 4096 * 8 + 4000]);
        let before = all_files(&place);
        let examined = profile.world.profiles.examine(profile.id, &password(), None, &mut go_on);
        assert_eq!(all_files(&place), before);
        if let Ok(found) = examined {
            assert_eq!(found.pages, 1, "page {page}");
            reported += u32::from(found.items < 43 || found.entries_lost > 0);
        }
        fs::write(profile.path("vault.db"), &good).unwrap();
    }
    assert!(reported > 10, "{reported}");
    let wrong = profile.world.profiles.examine(profile.id, &SecretText::from("x"), None, &mut go_on);
    assert_eq!(wrong, Err(SalvageError::Unlock(UnlockError::WrongPassword)));
    let opened = profile.unlock().unwrap();
    let busy = profile.world.profiles.examine(profile.id, &password(), None, &mut go_on);
    assert!(matches!(busy, Err(SalvageError::Unlock(UnlockError::InUse { .. }))));
    drop(opened);
    let stopped = profile.world.profiles.salvage(
        (profile.id, &password(), None),
        new_profile("x"),
        &|| rng(9),
        &mut |_| ControlFlow::Break(()),
    );
    assert_eq!(stopped.err(), Some(SalvageError::Cancelled));
    assert_eq!(fs::read_dir(profile.world.dirs().profiles()).unwrap().count(), 1);
}

#[test]
fn t47_with_both_key_files_damaged_a_backup_replaces_the_profile() {
    let profile = Fixture::new();
    let place = profile.world.dirs().profile(profile.id);
    for name in ["profile.keys", "profile.keys.bak"] {
        fs::write(profile.path(name), "gone").unwrap();
    }
    assert_eq!(profile.unlock().err(), Some(UnlockError::HeaderDamaged));
    let before = all_files(&place);
    let backups = profile.world.profiles.find_backups(profile.id);
    assert_eq!(backups.len(), 1);
    let restore = |password: &str| {
        let password = SecretText::from(password);
        let from = &backups[0].path;
        profile.world.profiles.restore_in_place(from, &password, &profile.secret_key, rng(5), &mut go_on)
    };
    // A failed restore changes nothing.
    let wrong = restore("wrong").err();
    assert_eq!(wrong, Some(RestoreError::Unlock(UnlockError::WrongPassword)));
    assert_eq!(all_files(&place), before);

    let replaced = restore(PASSWORD).unwrap();
    let mut session = replaced.session;
    assert_eq!(session.profile().id, profile.id);
    let titles = titles_in(&mut session, Scope::All);
    assert_eq!(titles.len(), profile.content.len() - 1, "all items except the one added after the backup");
    session.check_log().unwrap();
    drop(session);
    assert_eq!(all_files(&replaced.replaced_folder), before);
    assert_eq!(profile.world.profiles.list().len(), 1, "the damaged copy is not listed as a profile");
    // The backups in its folder are still found.
    assert_eq!(
        profile.world.profiles.find_backups(profile.id)[0].path.parent(),
        Some(replaced.replaced_folder.join("backups").as_path())
    );
    let again = profile.world.profiles.find_backups(profile.id)[0].path.clone();
    let held = profile.unlock().unwrap();
    let busy =
        profile.world.profiles.restore_in_place(&again, &password(), &profile.secret_key, rng(6), &mut go_on);
    assert!(matches!(busy.err(), Some(RestoreError::Unlock(UnlockError::InUse { .. }))));
    drop(held);
    let twice =
        profile.world.profiles.restore_in_place(&again, &password(), &profile.secret_key, rng(6), &mut go_on);
    assert!(twice.unwrap().replaced_folder.to_str().unwrap().ends_with(".damaged-2"));
    assert_eq!(all_files(&replaced.replaced_folder), before);
    // A damaged backup replaces nothing.
    let damaged = all_files(&place);
    flip(&again, &[8 * 20_000]);
    let refused =
        profile.world.profiles.restore_in_place(&again, &password(), &profile.secret_key, rng(7), &mut go_on);
    assert_eq!(refused.err(), Some(RestoreError::Backup(BackupError::Damaged)));
    assert_eq!(all_files(&place), damaged);
}

#[test]
fn a_backup_replaces_only_a_damaged_profile() {
    let profile = Fixture::new();
    let place = profile.world.dirs().profile(profile.id);
    let elsewhere = tempfile::tempdir().unwrap();
    let backup = elsewhere.path().join("home.tar");
    fs::copy(&profile.world.profiles.find_backups(profile.id)[0].path, &backup).unwrap();
    let restore = || {
        profile.world.profiles.restore_or_replace(
            &backup,
            &password(),
            &profile.secret_key,
            rng(8),
            &mut go_on,
        )
    };
    let before = all_files(&place);
    assert_eq!(restore().err(), Some(RestoreError::ProfileExists));
    assert_eq!(all_files(&place), before);
    let last = fs::read(profile.path("vault.db")).unwrap().len() as u64 / 4096 - 1;
    let damage: [&dyn Fn(); 3] = [
        &|| profile.flip("vault.db", &[last * 4096 * 8 + 77]),
        &|| fs::write(profile.path("vault.db"), "").unwrap(),
        &|| ["profile.keys", "profile.keys.bak"].iter().for_each(|name| profile.flip(name, &[9])),
    ];
    for (damage, number) in damage.into_iter().zip(1..) {
        damage();
        let damaged = all_files(&place);
        restore().unwrap().check_log().unwrap();
        assert_eq!(all_files(&place.with_extension(format!("damaged-{number}"))), damaged);
    }
    assert_eq!(restore().err(), Some(RestoreError::ProfileExists), "the profile is intact again");
}

#[test]
fn a_replacement_interrupted_before_its_rename_is_completed_by_list() {
    let profile = Fixture::new();
    let place = profile.world.dirs().profile(profile.id);
    let waiting = place.with_extension("restored");
    // Interrupted before the damaged profile was moved aside: the restored one is deleted.
    copy_all(&place, &waiting);
    assert_eq!(profile.world.profiles.list().len(), 1);
    assert!(!waiting.exists() && place.exists());
    // While the profile is open, nothing is deleted.
    let held = profile.unlock().unwrap();
    copy_all(&place, &waiting);
    assert_eq!(profile.world.profiles.list().len(), 1);
    assert!(waiting.exists());
    drop(held);
    // Interrupted after that: the restored one is renamed.
    fs::rename(&place, place.with_extension("damaged-1")).unwrap();
    assert_eq!(profile.world.profiles.list()[0].id, profile.id);
    assert!(place.exists() && !waiting.exists());
    assert!(profile.unlock().is_ok());
}

#[test]
fn t47_a_planted_replacement_is_not_renamed_into_place() {
    let profile = Fixture::new();
    let place = profile.world.dirs().profile(profile.id);
    let waiting = place.with_extension("restored");
    copy_all(&place, &waiting);
    // The profile is elsewhere, such as on a USB stick that is not plugged in.
    let elsewhere = place.with_extension("elsewhere");
    fs::rename(&place, &elsewhere).unwrap();
    assert!(profile.world.profiles.list().is_empty());
    assert!(waiting.exists() && !place.exists());
}

#[test]
fn a_damaged_profile_elsewhere_is_restored_to_the_default_folder() {
    let profile = Fixture::new();
    let stick = tempfile::tempdir().unwrap();
    let there = profile.world.profiles.relocate(profile.id, stick.path(), &mut go_on).unwrap();
    fs::write(there.join("vault.db"), "").unwrap();
    let before = all_files(&there);
    let found = profile.world.profiles.inspect(profile.id).unwrap();
    assert_eq!((found.folder.as_path(), found.database), (there.as_path(), FileState::Damaged));
    assert_eq!([found.keys, found.keys_copy], [FileState::Readable; 2]);
    let backup = profile.world.profiles.find_backups(profile.id).remove(0).path;
    // Leftovers of an earlier try in the default folder are not overwritten.
    let usual = profile.world.dirs().profile(profile.id);
    fs::create_dir(&usual).unwrap();
    fs::write(usual.join("something"), "there").unwrap();
    let of = (profile.id, &password(), None);
    let replaced = profile.world.profiles.replace_damaged(of, &backup, &|| rng(3), &mut go_on).unwrap();
    assert_eq!(replaced.replaced_folder, there);
    assert_eq!(all_files(&there), before);
    assert_eq!(fs::read(usual.with_extension("damaged-1").join("something")).unwrap(), b"there");
    drop(replaced);
    assert_eq!(profile.world.profiles.folder_of(profile.id), usual);
    profile.unlock().unwrap().check_log().unwrap();
}

#[test]
fn replacing_by_a_backup_of_an_older_secret_key_keeps_the_newer() {
    let keychain = MemoryKeychain::default();
    let folder = tempfile::tempdir().unwrap();
    let world = World::at_with(folder.path(), Box::new(keychain.clone()));
    let mut session = world.create();
    let id = session.profile().id;
    add(&mut session, login("Mail", "ada", "x"));
    let old = session.secret_key().unwrap().to_text();
    session.daily_snapshot(&BackupPlan::default(), &mut go_on).unwrap().unwrap().write(&mut go_on).unwrap();
    let rotation = Rotation {
        password: &password(),
        new_password: None,
        recovery: RecoveryAfter::None,
        secret_key: SecretKeyAfter::New,
    };
    let session = world.profiles.rotate(session, &rotation, &mut go_on).map_err(|error| error.to_string());
    let new = session.unwrap().secret_key().unwrap().to_text();
    fs::write(world.file(id, "vault.db"), "").unwrap();
    let backup = world.profiles.find_backups(id).remove(0).path;
    // The keychain has only the current Secret Key, but the backup was made under the one before.
    let of = (id, &password(), None);
    let wrong = world.profiles.replace_damaged(of, &backup, &|| rng(3), &mut go_on).err();
    assert_eq!(wrong, Some(RestoreError::Unlock(UnlockError::WrongPassword)));

    assert_eq!(world.unlock(id).err(), Some(UnlockError::DatabaseDamaged));

    let of = (id, &password(), Some(&old));
    let replaced = world.profiles.replace_damaged(of, &backup, &|| rng(3), &mut go_on).unwrap();
    // Both keys are stored until the next unlock: a failure in between must not lose the newer one.
    let both = keychain.secret_key(id);
    assert_eq!(both.split(' ').collect::<Vec<_>>(), [old.expose(), new.expose()]);
    drop(replaced);
    drop(world.unlock(id).unwrap());
    assert_eq!(keychain.secret_key(id), old.expose(), "only the key that opens the profile is kept");
}
