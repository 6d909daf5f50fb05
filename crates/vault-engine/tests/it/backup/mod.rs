#[cfg(target_os = "linux")]
mod daily;
mod extract;
mod faults;

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use vault_crypto::SecretText;
use vault_engine::backup::RestoreAs;
use vault_engine::backup::{BackupError, BackupInfo, BackupPlan, Documents, OmissionReason};
use vault_engine::clock::Timestamp;
use vault_engine::document::{Existing, NewBlob, open_to_file, seal};
use vault_engine::profile::RestoreError;
use vault_engine::profile::UnlockError;
use vault_engine::search::Scope;
use vault_engine::session::{Put, Session, Stored};

use crate::support::{PASSWORD, World, add, login, query, rng, titles_in};

const CONTENT: &[u8] = b"a deed of sale";

fn go_on(_: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn add_document(session: &mut Session, title: &str, content: &[u8]) -> Stored {
    let new = NewBlob::make(session.rng());
    let sealed = seal(content, content.len() as u64, new, session.blobs(), &mut go_on).unwrap();
    let blobs = vec![sealed.blob];
    let mut item = login(title, "", "");
    item.attachments.push(sealed.into_attachment("deed.txt".to_owned(), Timestamp(1)));
    session.put(Put { blobs, ..Put::new(item) }).unwrap()
}

fn content(session: &Session, stored: &Stored) -> Vec<u8> {
    let attached = session.get(stored.id).unwrap().item.attachments.remove(0);
    let (attachment, blob) = session.attached(stored.id, &attached.blob_id).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("x");
    open_to_file(&attachment, &blob, session.blobs(), &target, Existing::Keep, &mut go_on).unwrap();
    fs::read(target).unwrap()
}

fn back_up(session: &Session, target: &Path, documents: Documents) -> Result<BackupInfo, BackupError> {
    session.snapshot(target, documents, &mut go_on)?.write(Existing::Keep, &mut go_on)
}

fn restore(world: &World, backup: &Path, password: &str, key: &SecretText) -> Result<Session, RestoreError> {
    world.profiles.restore(backup, &SecretText::from(password), key, rng(3), &mut go_on)
}

fn files(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// A profile with an item and a document, and a backup of it.
struct BackedUp {
    world: World,
    session: Session,
    deed: Stored,
    mail: Stored,
    backup: PathBuf,
    secret_key: SecretText,
}

impl BackedUp {
    fn new() -> Self {
        let world = World::new();
        let mut session = world.create();
        let mail = add(&mut session, login("Mail", "ada", "before"));
        let deed = add_document(&mut session, "Deed", CONTENT);
        let backup = world.root().join("home.tar");
        let info = back_up(&session, &backup, Documents::All).unwrap();
        assert_eq!((info.entries, info.documents, info.left_out.len()), (Some(3), 1, 0));
        let secret_key = session.secret_key().unwrap().to_text();
        Self { world, session, deed, mail, backup, secret_key }
    }
}

#[test]
fn a_backup_of_an_open_profile_restores_on_another_computer() {
    let BackedUp { world: _old, mut session, deed, backup, secret_key, .. } = BackedUp::new();
    add(&mut session, login("after", "", ""));
    let other = World::new();
    let mut restored = restore(&other, &backup, PASSWORD, &secret_key).unwrap();
    assert_eq!(restored.profile().id, session.profile().id);
    assert_eq!(restored.profile().name, "Home");
    assert_eq!(titles_in(&mut restored, Scope::All), ["Deed", "Mail"]);
    assert_eq!(content(&restored, &deed), CONTENT);
    assert_eq!(restored.check_log(), Ok(3));
    add(&mut restored, login("written", "", ""));
    let id = restored.profile().id;
    drop(restored);
    let mut restored = other.unlock(id).unwrap();
    assert_eq!(titles_in(&mut restored, Scope::All), ["Deed", "Mail", "written"]);
    assert_eq!(files(other.dirs().profiles()), [id.to_string()]);
}

#[test]
fn restoring_never_overwrites_an_existing_profile() {
    let BackedUp { world, session, backup, secret_key, .. } = BackedUp::new();
    let refused = restore(&world, &backup, PASSWORD, &secret_key);
    assert_eq!(refused.err(), Some(RestoreError::ProfileExists));
    session.check_log().unwrap();
}

#[test]
fn restoring_needs_the_password_and_secret_key_of_its_day() {
    let BackedUp { world: _old, mut session, backup, secret_key, .. } = BackedUp::new();
    session.change_password(&SecretText::from(PASSWORD), &SecretText::from("another")).unwrap();
    let other = World::new();
    let wrong = World::new().create().secret_key().unwrap().to_text();
    for (password, key, error) in [
        ("another", &secret_key, UnlockError::WrongPassword),
        (PASSWORD, &wrong, UnlockError::WrongPassword),
        (PASSWORD, &SecretText::from("A1-XXXX"), UnlockError::SecretKeyMistyped),
    ] {
        let refused = restore(&other, &backup, password, key);
        assert_eq!(refused.err(), Some(RestoreError::Unlock(error)));
    }
    assert!(!other.dirs().profiles().exists());
    restore(&other, &backup, PASSWORD, &secret_key).unwrap();
}

#[test]
fn t47_a_backup_changed_anywhere_is_refused() {
    let BackedUp { world, session, backup, secret_key, .. } = BackedUp::new();
    let good = fs::read(&backup).unwrap();
    let bad = world.root().join("bad.tar");
    let other = World::new();
    let try_it = |bytes: &[u8], what: &str| {
        fs::write(&bad, bytes).unwrap();
        assert!(session.open_backup(&bad, &mut go_on).is_err(), "{what}");
        assert!(restore(&other, &bad, PASSWORD, &secret_key).is_err(), "{what}");
        let dirs = other.dirs();
        let left = dirs.profiles();
        assert!(!left.exists() || files(left).is_empty(), "{what}");
    };
    // Covers headers, contents and padding: an odd step hits every offset within the blocks.
    for at in (0..good.len()).step_by((good.len() / 150) | 1).chain([100, 124, 156, 300, 511, good.len() - 1])
    {
        let mut bytes = good.clone();
        bytes[at] ^= 0x20;
        try_it(&bytes, &format!("byte {at} changed"));
    }
    for len in [0, 1, 511, 512, 1000, good.len() / 2, good.len() - 1024, good.len() - 1] {
        try_it(&good[..len], &format!("cut to {len}"));
    }
    try_it(&[&good[..], &[0]].concat(), "something after it");
    try_it(&[&good[..], &[0; 512]].concat(), "an empty block after it");
    try_it(&[&good[..good.len() - 1024], &good[..]].concat(), "twice");
    assert!(session.open_backup(&backup, &mut go_on).is_ok());
}

#[test]
fn t47_a_backup_of_parts_of_two_is_refused() {
    let BackedUp { world, mut session, backup, .. } = BackedUp::new();
    let first = fs::read(&backup).unwrap();
    session.change_password(&SecretText::from(PASSWORD), &SecretText::from("another")).unwrap();
    let second = world.root().join("second.tar");
    back_up(&session, &second, Documents::All).unwrap();
    let second = fs::read(second).unwrap();
    assert_eq!(first.len(), second.len());
    // The key file is the second member, after the manifest.
    let at = first.windows(12).position(|bytes| bytes == b"profile.keys").unwrap();
    let mixed = world.root().join("mixed.tar");
    fs::write(&mixed, [&first[..at], &second[at..]].concat()).unwrap();
    assert_eq!(session.open_backup(&mixed, &mut go_on).err(), Some(BackupError::Damaged));
    let stranger = World::new().create();
    assert_eq!(stranger.open_backup(&backup, &mut go_on).err(), Some(BackupError::OtherProfile));
    for other in ["not a backup", &"\0".repeat(4096)] {
        fs::write(&mixed, other).unwrap();
        assert_eq!(session.open_backup(&mixed, &mut go_on).err(), Some(BackupError::NotABackup));
    }
    let folder = session.open_backup(world.root(), &mut go_on);
    assert_eq!(folder.err(), Some(BackupError::NotABackup));
}

#[test]
fn one_item_is_restored_as_a_revision_or_as_a_copy() {
    let BackedUp { world, mut session, deed, mail, backup, .. } = BackedUp::new();
    let now = session.put(Put::change(mail.id, mail.revision, login("Mail", "ada", "after"))).unwrap();
    let opened = session.open_backup(&backup, &mut go_on).unwrap();
    assert_eq!(opened.list(&query(Scope::All)).unwrap().rows.len(), 2);

    let back = session.restore_item(&opened, mail.id, RestoreAs::Revision, &mut go_on).unwrap();
    assert_eq!(back.stored.id, mail.id);
    assert_ne!(back.stored.revision, now.revision);
    assert_eq!(session.get(mail.id).unwrap().item.fields[1].value.expose(), "before");
    assert_eq!(session.history(mail.id).unwrap().len(), 3);

    // A missing document file is restored with the item that names it.
    let blob_id = session.get(deed.id).unwrap().item.attachments[0].blob_id;
    fs::remove_file(session.blobs().path_of(&blob_id)).unwrap();
    session.restore_item(&opened, deed.id, RestoreAs::Revision, &mut go_on).unwrap();
    assert_eq!(content(&session, &deed), CONTENT);

    session.trash(&[deed.id]).unwrap();
    session.purge(&[deed.id]).unwrap();
    let gone = session.restore_item(&opened, deed.id, RestoreAs::Revision, &mut go_on);
    assert_eq!(gone.err(), Some(BackupError::NotFound));
    let copy = session.restore_item(&opened, deed.id, RestoreAs::Copy, &mut go_on).unwrap();
    assert_ne!(copy.stored.id, deed.id);
    assert_eq!(content(&session, &copy.stored), CONTENT);
    assert_ne!(
        session.get(copy.stored.id).unwrap().item.attachments[0].blob_id,
        blob_id,
        "the copy was resealed"
    );

    let target = world.root().join("deed.txt");
    let document = session.document_of_backup(&opened, (deed.id, &blob_id)).unwrap();
    document.save(&target, Existing::Keep, &mut go_on).unwrap();
    assert_eq!(fs::read(target).unwrap(), CONTENT);
    session.check_log().unwrap();
}

#[test]
fn documents_left_out_of_a_backup_are_listed_in_it() {
    let world = World::new();
    let mut session = world.create();
    let deed = add_document(&mut session, "Deed", CONTENT);
    let large = add_document(&mut session, "Large", &[7; 100_000]);
    let damaged = add_document(&mut session, "Damaged", CONTENT);
    let blob = |session: &Session, of: &Stored| session.get(of.id).unwrap().item.attachments[0].blob_id;
    let path = session.blobs().path_of(&blob(&session, &damaged));
    let mut bytes = fs::read(&path).unwrap();
    bytes[17] ^= 1;
    fs::write(&path, bytes).unwrap();
    let target = world.root().join("some.tar");
    let info = back_up(&session, &target, Documents::UpTo(50_000)).unwrap();
    assert_eq!(info.documents, 1);
    let why = |of: &Stored| {
        let id = blob(&session, of);
        info.left_out.iter().find(|left| left.blob.blob_id == id).map(|left| left.why)
    };
    assert_eq!(why(&deed), None);
    assert_eq!(why(&large), Some(OmissionReason::NotRequested));
    assert_eq!(why(&damaged), Some(OmissionReason::Unreadable));

    let opened = session.open_backup(&target, &mut go_on).unwrap();
    let copy = session.restore_item(&opened, damaged.id, RestoreAs::Copy, &mut go_on).unwrap();
    assert_eq!(copy.missing, ["deed.txt"]);
    let copy = session.restore_item(&opened, large.id, RestoreAs::Copy, &mut go_on).unwrap();
    assert_eq!(content(&session, &copy.stored), vec![7; 100_000], "the file is copied from the profile");
}

#[test]
fn cancelling_leaves_nothing_and_keeps_existing_files() {
    let BackedUp { world, session, backup, secret_key, .. } = BackedUp::new();
    let before = files(world.root());
    let new = world.root().join("new.tar");
    for most in [0, 1, 2, 3] {
        let mut calls = 0;
        let mut stop = |_| {
            calls += 1;
            if calls > most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let snapshot = session.snapshot(&new, Documents::All, &mut go_on).unwrap();
        assert_eq!(snapshot.write(Existing::Keep, &mut stop).err(), Some(BackupError::Cancelled));
        let other = World::new();
        let password = SecretText::from(PASSWORD);
        calls = 0;
        let mut stop = |_| {
            calls += 1;
            if calls > most.min(1) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let cancelled = other.profiles.restore(&backup, &password, &secret_key, rng(3), &mut stop);
        assert_eq!(cancelled.err(), Some(RestoreError::Backup(BackupError::Cancelled)));
        assert!(files(other.dirs().profiles()).is_empty());
    }
    assert_eq!(back_up(&session, &backup, Documents::All).err(), Some(BackupError::Exists));
    assert_eq!(files(world.root()), before);
}

#[test]
fn a_backup_of_a_damaged_profile_replaces_no_good_one() {
    let BackedUp { world, session, backup, .. } = BackedUp::new();
    let good = fs::read(&backup).unwrap();
    let id = session.profile().id;
    drop(session);
    // Damage in pages that unlocking does not read.
    let database = world.file(id, "vault.db");
    let clean = fs::read(&database).unwrap();
    let mut refused = 0;
    for page in 2..clean.len() / 4096 {
        let mut bytes = clean.clone();
        bytes[page * 4096 + 100] ^= 1;
        fs::write(&database, bytes).unwrap();
        let Ok(session) = world.unlock(id) else { continue };
        let snapshot = session.snapshot(&backup, Documents::All, &mut go_on);
        let made = snapshot.and_then(|snapshot| snapshot.write(Existing::Replace, &mut go_on));
        assert!(made.is_err(), "page {page}");
        refused += 1;
    }
    assert!(refused > 0);
    assert_eq!(fs::read(&backup).unwrap(), good);
}

#[test]
fn one_backup_is_made_a_day_and_seven_are_kept() {
    let world = World::new();
    let mut session = world.create();
    let folder = world.file(session.profile().id, "backups");
    let day = Duration::from_secs(24 * 60 * 60);
    let daily = |session: &Session| {
        let snapshot = session.daily_snapshot(&BackupPlan::default(), &mut go_on).unwrap();
        snapshot.map(|snapshot| snapshot.write(&mut go_on).unwrap())
    };
    for number in 0..9 {
        add(&mut session, login(&number.to_string(), "", ""));
        assert!(daily(&session).is_some());
        assert!(daily(&session).is_none(), "once a day");
        world.clock.advance(day);
    }
    let kept = files(&folder);
    assert_eq!(kept.len(), 7);

    // With the clock set back, new backups are made and no existing one is deleted.
    world.clock.set_now(Timestamp(1_000_000_000_000));
    for _ in 0..10 {
        assert!(daily(&session).is_some());
        world.clock.advance(day);
    }
    let all = files(&folder);
    assert!(kept.iter().all(|good| all.contains(good)));
    assert_eq!(all.len(), 14);
    for backup in all {
        session.open_backup(&folder.join(backup), &mut go_on).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn symlinks_in_place_of_a_backup_or_folder_are_not_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let BackedUp { world, session, backup, .. } = BackedUp::new();
    let victim = world.root().join("victim");
    fs::write(&victim, "mine").unwrap();
    let link = world.root().join("link.tar");
    symlink(&victim, &link).unwrap();
    assert_eq!(back_up(&session, &link, Documents::All).err(), Some(BackupError::Exists));
    let snapshot = session.snapshot(&link, Documents::All, &mut go_on).unwrap();
    snapshot.write(Existing::Replace, &mut go_on).unwrap();
    assert_eq!(fs::read(&victim).unwrap(), b"mine");
    assert!(link.symlink_metadata().unwrap().is_file());
    assert_eq!(backup.metadata().unwrap().permissions().mode() & 0o777, 0o600);

    let elsewhere = tempfile::tempdir().unwrap();
    symlink(elsewhere.path(), world.file(session.profile().id, "backups")).unwrap();
    assert!(session.daily_snapshot(&BackupPlan::default(), &mut go_on).is_err());
    assert!(files(elsewhere.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn any_tar_extracts_a_backup_into_a_profile_folder() {
    let BackedUp { world: _old, session, backup, deed, .. } = BackedUp::new();
    let id = session.profile().id;
    let other = World::new();
    let folder = other.dirs().profile(id);
    fs::create_dir_all(&folder).unwrap();
    let done = std::process::Command::new("tar").arg("-xf").arg(&backup).arg("-C").arg(&folder).status();
    assert!(done.unwrap().success());
    assert_eq!(files(&folder), ["blobs", "manifest", "profile.keys", "vault.db"]);
    let key = session.secret_key().unwrap().to_text();
    let unlocked = other.profiles.unlock(id, &SecretText::from(PASSWORD), Some(&key), rng(5)).unwrap();
    assert_eq!(content(&unlocked, &deed), CONTENT);
    assert_eq!(unlocked.check_log(), Ok(3));
}
