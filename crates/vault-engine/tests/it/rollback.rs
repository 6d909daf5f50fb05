//! A database that is replaced as a whole by an older copy of itself, together with its key file.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use vault_crypto::SecretText;
use vault_engine::backup::BackupPlan;
use vault_engine::profile::KeychainEntry::WriteState;
use vault_engine::profile::{Keychain, Moment};
use vault_engine::search::Scope;
use vault_engine::session::{Notice, ReadOnly, Session, SessionError};
use vault_wire::ProfileId;

use crate::support::{MemoryKeychain, PASSWORD, World, add, login, titles_in};
use crate::write_paths::copy_all;

/// A computer with a keychain, and a profile in it.
struct Computer {
    world: World,
    keychain: MemoryKeychain,
    id: ProfileId,
    _folder: tempfile::TempDir,
}

impl Computer {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keychain = MemoryKeychain::default();
        let world = World::at_with(folder.path(), Box::new(keychain.clone()));
        let mut session = world.create();
        let id = session.profile().id;
        add(&mut session, login("Mail", "ada", "x"));
        let computer = Self { world, keychain, id, _folder: folder };
        computer.lock(session);
        computer
    }

    /// Locks as the program does.
    fn lock(&self, mut session: Session) {
        self.world.profiles.take_write_state(&mut session, Moment::Closing);
        drop(session);
        self.world.profiles.store_write_states();
    }

    fn unlock(&self) -> Session {
        self.world.unlock(self.id).unwrap()
    }

    fn folder(&self) -> std::path::PathBuf {
        self.world.dirs().profile(self.id)
    }

    /// Copies the profile's folder.
    fn copy(&self) -> tempfile::TempDir {
        let copy = tempfile::tempdir().unwrap();
        copy_all(&self.folder(), copy.path());
        copy
    }

    /// Replaces the profile's folder by a copy of it.
    fn put_back(&self, copy: &Path) {
        fs::remove_dir_all(self.folder()).unwrap();
        copy_all(copy, &self.folder());
    }

    fn add_and_lock(&self, title: &str) {
        let mut session = self.unlock();
        add(&mut session, login(title, "ada", "x"));
        self.lock(session);
    }
}

#[test]
fn t47_an_older_copy_of_the_whole_profile_is_reported_until_accepted() {
    let computer = Computer::new();
    let older = computer.copy();
    computer.add_and_lock("Bank");
    computer.put_back(older.path());

    for _ in 0..2 {
        let mut session = computer.unlock();
        assert_eq!(session.read_only(), Some(ReadOnly::RolledBack));
        assert_eq!(session.notices(), [Notice::RolledBack]);
        assert_eq!(titles_in(&mut session, Scope::All), ["Mail"]);
        let refused = session.set_setting("theme", "dark");
        assert_eq!(refused, Err(SessionError::ReadOnly(ReadOnly::RolledBack)));
        // Locking is no decision.
        computer.lock(session);
    }
    let mut session = computer.unlock();
    computer.world.profiles.accept_rollback(&mut session).unwrap();
    assert_eq!((session.read_only(), session.notices()), (None, &[][..]));
    add(&mut session, login("Shop", "ada", "x"));
    computer.lock(session);
    assert_eq!(titles_in(&mut computer.unlock(), Scope::All), ["Mail", "Shop"]);
    assert_eq!(computer.unlock().read_only(), None);
}

#[test]
fn t47_an_older_copy_is_accepted_without_any_later_write() {
    let computer = Computer::new();
    let older = computer.copy();
    computer.add_and_lock("Bank");
    computer.put_back(older.path());
    let mut session = computer.unlock();
    computer.world.profiles.accept_rollback(&mut session).unwrap();
    computer.lock(session);
    assert_eq!(computer.unlock().read_only(), None);
}

#[test]
fn t47_a_copy_that_was_written_separately_is_reported() {
    let computer = Computer::new();
    let fork = computer.copy();
    computer.add_and_lock("Bank");
    let here = computer.keychain.get(computer.id, WriteState).unwrap().unwrap();
    // The same number of commits, on another computer.
    let elsewhere = Computer { keychain: MemoryKeychain::default(), ..Computer::new() };
    let world = World::at_with(elsewhere.world.root(), Box::new(elsewhere.keychain.clone()));
    copy_all(fork.path(), &world.dirs().profile(computer.id));
    let key = SecretText::from(computer.keychain.secret_key(computer.id).as_str());
    let password = SecretText::from(PASSWORD);
    let mut session =
        world.profiles.unlock(computer.id, &password, Some(&key), crate::support::rng(5)).unwrap();
    add(&mut session, login("Casino", "eve", "x"));
    world.profiles.take_write_state(&mut session, Moment::Closing);
    drop(session);
    world.profiles.store_write_states();
    let there = elsewhere.keychain.get(computer.id, WriteState).unwrap().unwrap();
    let commits = |state: &SecretText| state.expose().split(' ').nth(1).unwrap().to_owned();
    assert_eq!(commits(&here), commits(&there), "the copies were written equally often");
    computer.put_back(&world.dirs().profile(computer.id));
    assert_eq!(computer.unlock().read_only(), Some(ReadOnly::RolledBack));
}

#[test]
fn t47_drafts_and_settings_count_as_writes_of_a_session() {
    let computer = Computer::new();
    let older = computer.copy();
    let mut session = computer.unlock();
    session.set_setting("theme", "dark").unwrap();
    computer.lock(session);
    computer.put_back(older.path());
    assert_eq!(computer.unlock().read_only(), Some(ReadOnly::RolledBack));
}

#[test]
fn a_database_that_is_ahead_of_the_keychain_opens_normally() {
    let computer = Computer::new();
    let mut session = computer.unlock();
    add(&mut session, login("Bank", "ada", "x"));
    // The program was killed.
    drop(session);
    let mut session = computer.unlock();
    assert_eq!(session.read_only(), None);
    assert_eq!(titles_in(&mut session, Scope::All), ["Bank", "Mail"]);
}

#[test]
fn the_keychain_is_written_at_most_once_a_minute_while_open() {
    let computer = Computer::new();
    let profiles = &computer.world.profiles;
    let mut session = computer.unlock();
    let mut write = |title: &str| {
        add(&mut session, login(title, "ada", "x"));
        profiles.take_write_state(&mut session, Moment::Open)
    };
    assert!(!write("1"));
    computer.world.clock.advance(Duration::from_secs(60));
    assert!(write("2"));
    assert!(!write("3"));
    computer.world.clock.advance(Duration::from_secs(59));
    assert!(!write("4"));
    computer.world.clock.advance(Duration::from_secs(1));
    assert!(write("5"));
    computer.world.clock.advance(Duration::from_secs(60));
    assert!(!profiles.take_write_state(&mut session, Moment::Open), "nothing has changed");
}

#[test]
fn a_backup_that_the_user_restores_is_not_reported() {
    let computer = Computer::new();
    let go_on = &mut |_| ControlFlow::Continue(());
    let session = computer.unlock();
    session.daily_snapshot(&BackupPlan::default(), go_on).unwrap().unwrap().write(go_on).unwrap();
    let key = session.secret_key().unwrap().to_text();
    computer.lock(session);
    computer.add_and_lock("Bank");
    fs::write(computer.world.file(computer.id, "vault.db"), "").unwrap();
    let backup = computer.world.profiles.find_backups(computer.id).remove(0).path;
    let of = (computer.id, &SecretText::from(PASSWORD), Some(&key));
    let make_rng = || crate::support::rng(3);
    let replaced = computer.world.profiles.replace_damaged(of, &backup, &make_rng, go_on).unwrap();
    assert_eq!(replaced.session.read_only(), None);
    computer.lock(replaced.session);
    assert_eq!(computer.unlock().read_only(), None);
}

#[test]
fn without_a_keychain_an_older_copy_opens() {
    let world = World::new();
    let mut session = world.create();
    let id = session.profile().id;
    let older = tempfile::tempdir().unwrap();
    copy_all(&world.dirs().profile(id), older.path());
    add(&mut session, login("Mail", "ada", "x"));
    world.profiles.take_write_state(&mut session, Moment::Closing);
    drop(session);
    world.profiles.store_write_states();
    fs::remove_dir_all(world.dirs().profile(id)).unwrap();
    copy_all(older.path(), &world.dirs().profile(id));
    assert_eq!(world.unlock(id).unwrap().read_only(), None);
}
