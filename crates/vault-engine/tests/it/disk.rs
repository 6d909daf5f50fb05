use std::fs;

use vault_crypto::SecretText;
use vault_engine::disk::DiskError;
use vault_engine::profile::{CreateError, UnlockError};
use vault_engine::search::Scope;
use vault_engine::session::Notice;
use vault_engine::session::{KeysError, Put, ReadOnly, SessionError};

use crate::child::{self, OWN_MOUNTS};
use crate::compat;
use crate::power_loss::scratch;
use crate::support::{PASSWORD, World, add, login, new_profile, query, rng, titles_in};
use crate::write_paths::{self, WriteError};

/// Runs a test as a child on a tmpfs of the given size.
fn on_own_disk(test: &str, size: &str) {
    let folder = tempfile::tempdir().unwrap();
    let script =
        format!("mount -t tmpfs -o size={size},mode=700 tmpfs \"$COFFER_TEST_CHILD_FOLDER\"; exec \"$@\"");
    child::run(&mut child::command(test, folder.path(), OWN_MOUNTS, &script));
}

/// Enlarges the disk, as deleting other files would.
fn make_room(world: &World) {
    remount(world, "size=16m");
}

fn remount(world: &World, how: &str) {
    let done = std::process::Command::new("mount")
        .args(["-o", &format!("remount,{how}")])
        .arg(world.root())
        .status();
    assert!(done.unwrap().success());
}

#[test]
fn t52_a_full_disk_is_reported_and_nothing_is_lost() {
    let Some(folder) = child::folder() else {
        return on_own_disk("disk::t52_a_full_disk_is_reported_and_nothing_is_lost", "3m");
    };
    let world = World::at(&folder);
    let mut session = world.create();
    let id = session.profile().id;
    let mut stored = 0;
    let refused = loop {
        let mut item = login(&format!("n{stored:04}"), "ada", "x");
        item.notes = SecretText::new("x".repeat(20_000));
        match session.put(Put::new(item)) {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(refused, SessionError::Disk(DiskError::Full));
    assert!(stored > 10);
    assert_eq!(session.check_log(), Ok(stored + 1));

    fill_up(&world);
    let (old, new) = (SecretText::from(PASSWORD), SecretText::from("another"));
    let changed = session.change_password(&old, &new);
    assert_eq!(changed, Err(KeysError::Session(SessionError::Disk(DiskError::Full))));
    drop(session);
    let another = world.profiles.create(new_profile("Other"), rng(1));
    assert_eq!(another.err(), Some(CreateError::Disk(DiskError::Full)));
    assert_eq!(fs::read_dir(world.dirs().profiles()).unwrap().count(), 1, "no files are left behind");

    let mut session = world.unlock(id).unwrap();
    assert_eq!(
        u64::from(session.list(&query(Scope::All)).unwrap().total),
        stored,
        "a profile can be read on a full disk"
    );
    assert_eq!(session.check_log(), Ok(stored + 1));
    drop(session);

    make_room(&world);
    let mut session = world.unlock(id).unwrap();
    session.change_password(&old, &new).unwrap();
    add(&mut session, login("room again", "", ""));
    drop(session);
    let mut session = world.unlock_with(id, "another").unwrap();
    assert_eq!(session.read_only(), None);
    assert_eq!(session.check_log(), Ok(stored + 2));
    assert_eq!(u64::from(session.list(&query(Scope::All)).unwrap().total), stored + 1);
}

/// Fills the disk to the last byte.
fn fill_up(world: &World) {
    use std::io::Write;

    let mut filler = fs::File::create(world.root().join("filler")).unwrap();
    for size in [4096, 1] {
        while filler.write_all(&vec![0; size]).is_ok() {}
    }
}

#[test]
fn t52_a_profile_on_a_read_only_disk_opens_read_only() {
    let Some(folder) = child::folder() else {
        return on_own_disk("disk::t52_a_profile_on_a_read_only_disk_opens_read_only", "16m");
    };
    let world = World::at(&folder);
    let mut session = world.create();
    let id = session.profile().id;
    add(&mut session, login("Mail", "ada", "x"));
    // As after a power cut: the last change is only in the write-ahead log.
    let profile = world.dirs().profile(id);
    let cut = |name: &str| fs::copy(profile.join(name), world.root().join(name)).unwrap();
    add(&mut session, login("Post", "ada", "y"));
    cut("vault.db");
    assert!(cut("vault.db-wal") > 0);
    drop(session);

    remount(&world, "ro");
    let mut session = world.unlock(id).unwrap();
    assert_eq!(session.read_only(), Some(ReadOnly::Disk));
    assert_eq!(session.notices(), [Notice::DiskReadOnly]);
    assert_eq!(titles_in(&mut session, Scope::All), ["Mail", "Post"]);
    let refused = session.put(Put::new(login("x", "", "")));
    assert_eq!(refused, Err(SessionError::ReadOnly(ReadOnly::Disk)));
    assert_eq!(session.draft_save(None, b"x").err(), Some(SessionError::ReadOnly(ReadOnly::Disk)));
    assert_eq!(session.set_setting("a", "b"), Err(SessionError::ReadOnly(ReadOnly::Disk)));
    drop(session);
    assert_eq!(world.unlock_with(id, "wrong").err(), Some(UnlockError::WrongPassword));
    let another = world.profiles.create(new_profile("Other"), rng(1));
    assert_eq!(another.err(), Some(CreateError::Disk(DiskError::ReadOnly)));

    remount(&world, "rw");
    for name in ["vault.db", "vault.db-wal"] {
        fs::copy(world.root().join(name), profile.join(name)).unwrap();
    }
    remount(&world, "ro");
    let mut session = world.unlock(id).unwrap();
    assert_eq!(titles_in(&mut session, Scope::All), ["Mail", "Post"], "the write-ahead log is read as well");
    drop(session);

    remount(&world, "rw");
    let mut session = world.unlock(id).unwrap();
    assert_eq!(session.read_only(), None);
    add(&mut session, login("Tele", "ada", "z"));
    session.check_log().unwrap();
}

#[test]
fn t52_an_older_schema_on_a_read_only_disk_opens_read_only() {
    let Some(folder) = child::folder() else {
        let name = "disk::t52_an_older_schema_on_a_read_only_disk_opens_read_only";
        return on_own_disk(name, "32m");
    };
    let world = World::at(&folder);
    for name in ["closed", "open"] {
        let (id, password, secret_key) = compat::install(name, &world);
        remount(&world, "ro");
        let mut session = world.profiles.unlock(id, &password, Some(&secret_key), rng(3)).unwrap();
        assert_eq!(session.read_only(), Some(ReadOnly::Disk));
        assert!(!titles_in(&mut session, Scope::All).is_empty());
        session.check_log().unwrap();
        let refused = session.put(Put::new(login("x", "", "")));
        assert_eq!(refused, Err(SessionError::ReadOnly(ReadOnly::Disk)));
        drop(session);

        // On a writable disk it is migrated, after a backup.
        remount(&world, "rw");
        assert!(!world.file(id, "backups").exists());
        let session = world.profiles.unlock(id, &password, Some(&secret_key), rng(3)).unwrap();
        assert_eq!(session.read_only(), None);
        assert!(world.file(id, "backups/before-form-2.tar").exists());
    }
}

/// Describes a copy of a folder, made on another disk.
fn describe_copy(root: &std::path::Path) -> Vec<String> {
    let copy = scratch();
    write_paths::copy_all(root, copy.path());
    write_paths::rebase_paths(copy.path(), root);
    write_paths::describe(copy.path())
}

#[test]
fn t52_every_write_path_reports_a_full_disk_and_changes_nothing() {
    let Some(folder) = child::folder() else {
        return on_own_disk("disk::t52_every_write_path_reports_a_full_disk_and_changes_nothing", "32m");
    };
    for path in write_paths::all() {
        let root = folder.join("disk");
        fs::create_dir(&root).unwrap();
        write_paths::set_up(path, &root);
        let (kept, before) = (scratch(), describe_copy(&root));
        write_paths::copy_all(&root, kept.path());
        let filler = folder.join("filler");
        let mut reported = 0;
        for room in [0, 16, 256, 1 << 20] {
            fs::remove_dir_all(&root).unwrap();
            write_paths::copy_all(kept.path(), &root);
            fill_up_but(&filler, room * 1024);
            let mut known = before.clone();
            let done = write_paths::run(path, &root, &mut || known = describe_copy(&root));
            fs::remove_file(&filler).unwrap();
            let after = describe_copy(&root);
            match done {
                Ok(()) => break,
                Err(error) => {
                    assert_eq!(error, WriteError::Disk(DiskError::Full), "{}, {room} KiB", path.name);
                    assert_eq!(after, known, "{}, {room} KiB", path.name);
                    reported += 1;
                }
            }
        }
        println!("{}: refused {reported} times", path.name);
        assert!(reported < 4, "{}: it must succeed with enough room", path.name);
        fs::remove_dir_all(&root).unwrap();
    }
}

/// Fills the disk except for `room` bytes.
fn fill_up_but(filler: &std::path::Path, room: u64) {
    use std::io::Write;

    let mut file = fs::File::create(filler).unwrap();
    for size in [1 << 16, 4096, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
    let length = file.metadata().unwrap().len();
    file.set_len(length.saturating_sub(room)).unwrap();
}

#[test]
fn t52_an_unmounted_disk_is_reported_and_nothing_written_beneath() {
    let Some(folder) = child::folder() else {
        return on_own_disk("disk::t52_an_unmounted_disk_is_reported_and_nothing_written_beneath", "16m");
    };
    let world = World::at(&folder);
    let mut session = world.create();
    add(&mut session, login("Mail", "ada", "x"));
    let pulled = std::process::Command::new("umount").arg("--lazy").arg(&folder).status();
    assert!(pulled.unwrap().success());
    let gone = SessionError::Disk(DiskError::Unreadable);
    assert_eq!(session.put(Put::new(login("Post", "", ""))), Err(gone));
    assert_eq!(session.draft_save(None, b"x"), Err(SessionError::Disk(DiskError::Unreadable)));
    assert_eq!(session.set_setting("a", "b"), Err(SessionError::Disk(DiskError::Unreadable)));
    let (old, new) = (SecretText::from(PASSWORD), SecretText::from("another"));
    let changed = session.change_password(&old, &new);
    assert_eq!(changed, Err(KeysError::Session(SessionError::Disk(DiskError::Unreadable))));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "nothing is created in the mount point");
}

#[test]
fn t52_files_removed_from_an_open_profile_are_reported() {
    let world = World::new();
    let mut session = world.create();
    let id = session.profile().id;
    add(&mut session, login("Mail", "ada", "x"));
    let (database, aside) = (world.file(id, "vault.db"), world.root().join("aside"));
    let gone = || Err(SessionError::Disk(DiskError::Unreadable));
    fs::rename(&database, &aside).unwrap();
    assert_eq!(session.put(Put::new(login("Post", "", ""))).map(drop), gone());
    // Another file in its place, as a program that synchronises folders may leave it.
    fs::copy(&aside, &database).unwrap();
    assert_eq!(session.put(Put::new(login("Post", "", ""))).map(drop), gone());
    // Once the original file is back, writing works again.
    fs::rename(&aside, &database).unwrap();
    add(&mut session, login("Post", "", ""));
    drop(session);
    let mut session = world.unlock(id).unwrap();
    assert_eq!(titles_in(&mut session, Scope::All), ["Mail", "Post"]);
    // The same with the whole folder.
    let place = world.dirs().profile(id);
    fs::rename(&place, &aside).unwrap();
    assert_eq!(session.set_setting("a", "b"), gone());
    drop(session);
    assert_eq!(world.unlock(id).err(), Some(UnlockError::NotFound));
    fs::rename(&aside, &place).unwrap();
    world.unlock(id).unwrap().check_log().unwrap();
}

#[test]
fn t52_a_clock_set_ten_years_back_or_forward_loses_nothing() {
    const YEARS: u64 = 10 * 365 * 24 * 60 * 60 * 1000;
    let world = World::new();
    let mut session = world.create();
    let id = session.profile().id;
    let now = vault_engine::clock::Clock::now(&*world.clock).0;
    for (title, time) in [("Now", now), ("Back", now - YEARS), ("Forward", now + YEARS), ("Again", now)] {
        world.clock.set_now(vault_engine::clock::Timestamp(time));
        let stored = add(&mut session, login(title, "ada", "x"));
        session.put(Put::change(stored.id, stored.revision, login(title, "ada", "y"))).unwrap();
        assert_eq!(session.history(stored.id).unwrap().len(), 2);
        drop(session);
        session = world.unlock(id).unwrap();
        session.check_log().unwrap();
    }
    assert_eq!(titles_in(&mut session, Scope::All), ["Again", "Back", "Forward", "Now"]);
}
