//! Kills and full disks while a backup is made or restored.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use vault_engine::disk::DiskError;

use super::*;
use crate::child::{self, OWN_MOUNTS};

/// Replaces a backup and restores it until it is killed, and reports each step.
fn work_until_killed(world: &World) {
    let id = world.profiles.list()[0].id;
    let session = world.unlock(id).unwrap();
    let key = session.secret_key().unwrap().to_text();
    let backup = world.root().join("home.tar");
    let mut report = |_| {
        println!("a step");
        std::io::stdout().flush().unwrap();
        ControlFlow::Continue(())
    };
    loop {
        let snapshot = session.snapshot(&backup, Documents::All, &mut report).unwrap();
        snapshot.write(Existing::Replace, &mut report).unwrap();
        let other = World::at(&world.root().join("other"));
        let password = SecretText::from(PASSWORD);
        drop(other.profiles.restore(&backup, &password, &key, rng(3), &mut report).unwrap());
        fs::remove_dir_all(other.dirs().profile(id)).unwrap();
    }
}

#[test]
fn t52_a_kill_during_backup_or_restore_leaves_the_old_or_the_new() {
    if let Some(folder) = child::folder() {
        return work_until_killed(&World::at(&folder));
    }
    let BackedUp { world, session, backup, secret_key, .. } = BackedUp::new();
    let id = session.profile().id;
    drop(session);
    // A round of backup and restore has nine steps; each kill falls soon after the next one.
    for step in 1..=12 {
        let name = "backup::faults::t52_a_kill_during_backup_or_restore_leaves_the_old_or_the_new";
        let mut worker =
            child::command(name, world.root(), &[], "exec \"$@\"").stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(worker.stdout.take().unwrap()).lines().map(Result::unwrap);
        let seen = lines.filter(|line| line.contains("a step")).take(step).count();
        worker.kill().unwrap();
        worker.wait().unwrap();
        assert_eq!(seen, step, "the worker stopped early");

        let session = world.unlock(id).unwrap();
        session.open_backup(&backup, &mut go_on).unwrap();
        drop(session);
        let other = World::at(&world.root().join("other"));
        match restore(&other, &backup, PASSWORD, &secret_key) {
            // The profile was complete before the kill, so it opens.
            Err(RestoreError::ProfileExists) => other.unlock(id).unwrap().check_log().map(drop).unwrap(),
            restored => drop(restored.unwrap()),
        }
        assert_eq!(files(other.dirs().profiles()), [id.to_string()]);
        fs::remove_dir_all(other.dirs().profile(id)).unwrap();
    }
}

#[test]
fn t52_a_full_disk_keeps_the_old_backup_and_no_partial_profile() {
    let Some(folder) = child::folder() else {
        let folder = tempfile::tempdir().unwrap();
        let script = "mount -t tmpfs -o size=4m,mode=700 tmpfs \"$COFFER_TEST_CHILD_FOLDER\"; exec \"$@\"";
        let name = "backup::faults::t52_a_full_disk_keeps_the_old_backup_and_no_partial_profile";
        return child::run(&mut child::command(name, folder.path(), OWN_MOUNTS, script));
    };
    let home = tempfile::tempdir().unwrap();
    let world = World::at(home.path());
    let mut session = world.create();
    let key = session.secret_key().unwrap().to_text();
    let small = folder.join("home.tar");
    back_up(&session, &small, Documents::All).unwrap();
    let good = fs::read(&small).unwrap();
    add_document(&mut session, "Large", &vec![7; 5 << 20]);
    // Reported before anything is written.
    let refused = session.snapshot(&small, Documents::All, &mut go_on);
    assert_eq!(refused.err(), Some(BackupError::Disk(DiskError::Full)));
    // Reported while writing: the disk fills up after the snapshot was taken.
    let snapshot = session.snapshot(&small, Documents::None, &mut go_on).unwrap();
    let mut filler = fs::File::create(folder.join("filler")).unwrap();
    for size in [4096, 1] {
        while filler.write_all(&vec![0; size]).is_ok() {}
    }
    let refused = snapshot.write(Existing::Replace, &mut go_on);
    assert_eq!(refused.err(), Some(BackupError::Disk(DiskError::Full)));
    assert_eq!(fs::read(&small).unwrap(), good);
    assert_eq!(files(&folder), ["filler", "home.tar"]);
    let other = World::at(&folder.join("other"));
    let refused = restore(&other, &small, PASSWORD, &key);
    assert_eq!(refused.err(), Some(RestoreError::Backup(BackupError::Disk(DiskError::Full))));
    assert!(!other.dirs().profiles().exists() || files(other.dirs().profiles()).is_empty());
    drop(filler);
    fs::remove_file(folder.join("filler")).unwrap();
    restore(&other, &small, PASSWORD, &key).unwrap();
}
