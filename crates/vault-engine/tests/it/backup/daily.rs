//! Daily backups, and changing a profile while a backup is written.

use vault_engine::backup::Occasion;

use super::*;

/// Writes several changes, each larger than the write-ahead log grows before a checkpoint.
fn change_much(session: &mut Session, what: &str) {
    for change in 0..3 {
        let title = |number| format!("{what} {change} {number} {}", "x".repeat(4000));
        let puts = (0..80).map(|number| Put::new(login(&title(number), "", ""))).collect();
        session.put_many(puts, &mut |_| ControlFlow::Continue(())).unwrap();
    }
}

#[test]
fn a_backup_is_a_snapshot_although_the_profile_changes_meanwhile() {
    let world = World::new();
    let mut session = world.create();
    for number in 0..5 {
        add(&mut session, login(&format!("before {number}"), "", ""));
    }
    let (target, later) = (world.root().join("home.tar"), world.root().join("later.tar"));
    let snapshot = session.snapshot(&target, Documents::All, &mut go_on).unwrap();
    change_much(&mut session, "after");
    // A second backup meanwhile cannot copy the file directly, and is correct as well.
    let second = session.snapshot(&later, Documents::All, &mut go_on).unwrap();
    let reader = session.backup_reader();
    let checked = std::thread::spawn(move || {
        let made = snapshot.write(Existing::Keep, &mut go_on).unwrap();
        second.write(Existing::Keep, &mut go_on).unwrap();
        (made.entries, reader.check(&target, &mut go_on).unwrap().entries, reader)
    });
    let (made, read, reader) = checked.join().unwrap();
    assert_eq!((made, read), (Some(6), Some(6)));
    assert_eq!(reader.check(&later, &mut go_on).unwrap().entries, Some(246));

    // Checkpoints resume with the next change.
    let log = world.file(session.profile().id, "vault.db-wal");
    let before = fs::metadata(&log).unwrap().len();
    assert!(before > 2 << 20, "only {before} bytes were kept in the log");
    for _ in 0..3 {
        change_much(&mut session, "last");
    }
    assert!(fs::metadata(&log).unwrap().len() < 2 * before, "the log kept growing");
    session.check_log().unwrap();
    let id = session.profile().id;
    drop(session);
    assert_eq!(world.unlock(id).unwrap().check_log(), Ok(966));
}

#[test]
fn a_chosen_folder_is_used_but_never_created() {
    let world = World::new();
    let mut session = world.create();
    add(&mut session, login("Mail", "", ""));
    let disk = tempfile::tempdir().unwrap();
    let chosen = disk.path().join("backups");
    let plan = BackupPlan { folder: Some(chosen.clone()), days: 2, documents: Documents::All };
    let missing = session.daily_snapshot(&plan, &mut go_on);
    assert_eq!(missing.err(), Some(BackupError::FolderMissing));
    assert!(!chosen.exists());

    fs::create_dir(&chosen).unwrap();
    fs::write(chosen.join("2026-01-01T00-00-00Z.tar"), "somebody else's").unwrap();
    for _ in 0..4 {
        let snapshot = session.daily_snapshot(&plan, &mut go_on).unwrap().unwrap();
        snapshot.write(&mut go_on).unwrap();
        world.clock.advance(Duration::from_secs(24 * 60 * 60));
    }
    let kept = session.kept_backups(&plan);
    assert_eq!(kept.len(), 2, "backups of two days");
    assert!(kept[0].made_at > kept[1].made_at);
    for backup in &kept {
        assert_eq!(backup.occasion, Occasion::Daily);
        assert_eq!(backup.path.metadata().unwrap().len(), backup.size);
        assert!(backup.path.starts_with(&chosen));
        session.open_backup(&backup.path, &mut go_on).unwrap();
    }
    assert!(chosen.join("2026-01-01T00-00-00Z.tar").exists(), "a file of another origin is left alone");

    // Backups in the profile's own folder are listed as well; other files there are ignored.
    let own = world.file(session.profile().id, "backups");
    fs::create_dir(&own).unwrap();
    fs::copy(&kept[0].path, own.join("before-form-7.tar")).unwrap();
    fs::create_dir(own.join("2026-01-01T00-00-00Z.tar")).unwrap();
    fs::write(own.join("notes.txt"), "x").unwrap();
    let all = session.kept_backups(&plan);
    assert_eq!(all.len(), 3);
    assert_eq!(all.iter().filter(|one| one.occasion == Occasion::BeforeForm(7)).count(), 1);
}
