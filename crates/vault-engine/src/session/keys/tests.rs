//! Kills at each step of each change of keys: a child process ends itself there.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vault_crypto::{DeviceSigner, KdfParams, RecoveryCode, SecretKey, SecretText, UnlockSeed};
use vault_wire::ProfileId;
use vault_wire::log::RecoveryRatchet;
use vault_wire::message::{LoginName, Origin, VersionRatchet};

use super::Session;
use super::error::KeysError;
use super::rotate::{RecoveryAfter, Rotation, SecretKeyAfter};
use crate::clock::{SystemClock, Timestamp, system_rng};
use crate::disk::AppDirs;
use crate::item::{Item, ItemType};
use crate::profile::{
    Keychain, KeychainEntry, KeychainUnavailable, NewProfile, Profiles, RecoverError, RotateError,
    UnlockError,
};
use crate::search::{Scope, Sort};
use crate::session::connection::{DeviceLogin, ServerConnection};
use crate::session::items::change::Put;
use crate::session::lists::query::Query;
use crate::steps::tests::{folder, run_until};

const OLD: &str = "correct horse battery staple";
const NEW: &str = "another staple of horses";
const CHANGE: [&str; 4] = ["keys: laid beside", "keys: written", "keys: settled", "keys: copied"];

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

struct World {
    folder: PathBuf,
    profiles: Profiles,
}

impl World {
    fn at(folder: &Path) -> Self {
        let keychain = Box::new(KeychainInFile(folder.join("keychain")));
        let profiles = Profiles::new(AppDirs::portable(folder), keychain, Arc::new(SystemClock::new()));
        Self { folder: folder.to_owned(), profiles }
    }

    /// A world with a profile that has an item, a draft and a recovery code, written to the file `code`.
    fn filled(folder: &Path) -> Self {
        let world = Self::at(folder);
        let (name, device) = ("Home".to_owned(), "desk".to_owned());
        let new = NewProfile { name, password: OLD.into(), device, kdf: KdfParams::TEST };
        let mut session = world.profiles.create(new, system_rng()).unwrap();
        let mut item = Item::new(ItemType::Login, Timestamp(1));
        item.title = "Mail".to_owned();
        session.put(Put::new(item)).unwrap();
        session.draft_save(None, b"half a form").unwrap();
        session.keep_generated("made lately".into()).unwrap();
        session.set_kit_confirmed().unwrap();
        world.give_code(&mut session);
        world
    }

    fn id(&self) -> ProfileId {
        self.profiles.list()[0].id
    }

    fn unlock(&self, password: &str) -> Result<Session, UnlockError> {
        // As by a program that was just started: no wrong passwords are counted.
        Self::at(&self.folder).profiles.unlock(self.id(), &password.into(), None, system_rng())
    }

    fn give_code(&self, session: &mut Session) {
        let pending = session.begin_recovery(&OLD.into()).unwrap();
        fs::write(self.folder.join("code"), pending.text().expose()).unwrap();
        session.confirm_recovery(pending).unwrap();
    }

    fn code(&self) -> SecretText {
        SecretText::new(fs::read_to_string(self.folder.join("code")).unwrap())
    }

    fn recover(&self, password: &str) -> Result<Session, RecoverError> {
        Self::at(&self.folder).profiles.recover(self.id(), &self.code(), &password.into(), system_rng())
    }

    /// Returns the password of two that opens the profile; the other must not.
    fn opens_by(&self, passwords: [&'static str; 2]) -> &'static str {
        let [first, second] = passwords.map(|password| match self.unlock(password) {
            Ok(mut session) => {
                assert_whole(&mut session, password);
                true
            }
            Err(UnlockError::WrongPassword) => false,
            Err(other) => panic!("{other}"),
        });
        assert!(first != second, "opened by neither or both");
        if first { passwords[0] } else { passwords[1] }
    }
}

/// Asserts that everything can be opened, the root signing key included, and that nothing is left of the change.
fn assert_whole(session: &mut Session, password: &str) {
    let query = Query { text: String::new(), scope: Scope::All, sort: Sort::Title, offset: 0, limit: 9 };
    let rows = session.list(&query).unwrap().rows;
    assert_eq!(rows.len(), 1);
    assert_eq!(session.get(rows[0].id).unwrap().item.title, "Mail");
    assert_eq!(*session.draft_list().unwrap()[0].content, b"half a form");
    assert_eq!(session.generated().unwrap().entries()[0].text.expose(), "made lately");
    assert_eq!(session.check_log(), Ok(2));
    assert_eq!(session.read_only(), None);
    assert!(session.begin_recovery(&password.into()).is_ok(), "the root signing key");
    let folder = session.folder();
    assert!(!folder.next_database().exists());
    assert_eq!(fs::read(folder.keys()).unwrap(), fs::read(folder.keys_backup()).unwrap());
}

/// The full name of a test below.
fn name(test: &str) -> String {
    format!("session::keys::tests::{test}")
}

/// Runs a test in a process that ends at each of the steps, each time with a new profile, and checks what is left.
fn at_each(steps: &[&str], test: &str, look: impl Fn(&World, usize)) {
    for (number, step) in steps.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let world = World::filled(folder.path());
        run_until(step, &name(test), folder.path());
        look(&world, number);
        // Again, after the first unlock has completed the change.
        look(&world, number);
    }
}

#[test]
fn t52_a_kill_during_password_change_leaves_old_or_new() {
    if let Some(folder) = folder() {
        let changed = World::at(&folder).unlock(OLD).unwrap().change_password(&OLD.into(), &NEW.into());
        panic!("ended: {changed:?}");
    }
    let test = "t52_a_kill_during_password_change_leaves_old_or_new";
    at_each(&CHANGE, test, |world, step| {
        assert_eq!(world.opens_by([OLD, NEW]), if step == 0 { OLD } else { NEW });
    });
}

#[test]
fn t52_a_kill_during_recovery_code_replacement_leaves_old_or_new() {
    if let Some(folder) = folder() {
        let world = World::at(&folder);
        fs::copy(folder.join("code"), folder.join("old code")).unwrap();
        let pending = world.unlock(OLD).unwrap().begin_recovery(&OLD.into()).unwrap();
        fs::write(folder.join("code"), pending.text().expose()).unwrap();
        drop(rotate(&world, (OLD, RecoveryAfter::New(&pending)), SecretKeyAfter::Same));
        panic!("ended");
    }
    let test = "t52_a_kill_during_recovery_code_replacement_leaves_old_or_new";
    for (number, step) in ROTATE.into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let world = World::filled(folder.path());
        run_until(step, &name(test), folder.path());
        assert_whole(&mut world.unlock(OLD).unwrap(), OLD);
        let (new, old) = (folder.path().join("code"), folder.path().join("old code"));
        let (counts, gone) = if number < 2 { (old, new) } else { (new, old) };
        let by = |code: PathBuf| {
            let code = SecretText::new(fs::read_to_string(code).unwrap());
            World::at(folder.path()).profiles.recover(world.id(), &code, &NEW.into(), system_rng())
        };
        assert_eq!(by(gone).err(), Some(RecoverError::Keys(KeysError::WrongCode)), "{step}");
        assert_whole(&mut by(counts).unwrap(), NEW);
        assert_eq!(world.opens_by([OLD, NEW]), NEW);
    }
}

#[test]
fn t52_a_kill_during_recovery_code_removal_keeps_or_removes_it() {
    if let Some(folder) = folder() {
        drop(rotate(&World::at(&folder), (OLD, RecoveryAfter::None), SecretKeyAfter::Same));
        panic!("ended");
    }
    let test = "t52_a_kill_during_recovery_code_removal_keeps_or_removes_it";
    for (number, step) in ROTATE.into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let world = World::filled(folder.path());
        run_until(step, &name(test), folder.path());
        assert_whole(&mut world.unlock(OLD).unwrap(), OLD);
        if number < 2 {
            assert_whole(&mut world.recover(NEW).unwrap(), NEW);
        } else {
            assert_eq!(world.recover(NEW).err(), Some(RecoverError::Keys(KeysError::NoCode)));
            let session = world.unlock(OLD).unwrap();
            let left = crate::session::rows::meta::get(&session.db, crate::session::rows::meta::RECOVERY_BOX);
            assert_eq!(left, Ok(None), "the box of the root signing key is removed with the slot");
        }
    }
}

#[test]
fn t52_a_kill_during_password_reset_by_code_leaves_old_or_new() {
    if let Some(folder) = folder() {
        let recovered = World::at(&folder).recover(NEW).err();
        panic!("ended: {recovered:?}");
    }
    let test = "t52_a_kill_during_password_reset_by_code_leaves_old_or_new";
    at_each(&CHANGE, test, |world, step| {
        assert_eq!(world.opens_by([OLD, NEW]), if step == 0 { OLD } else { NEW });
    });
}

#[test]
fn t52_kill_during_secret_key_change_leaves_one_that_opens() {
    let test = "t52_kill_during_secret_key_change_leaves_one_that_opens";
    let seed = UnlockSeed::from_bytes(&[5; 32]);
    if let Some(folder) = folder() {
        let world = World::at(&folder);
        let mut session = world.unlock(OLD).unwrap();
        let root = session.account_parts(&OLD.into()).unwrap().root;
        let made = session.offer_secret_key().unwrap();
        let seeds = (&seed, &seed);
        let changed = world.profiles.adopt_account(&mut session, &OLD.into(), &root, seeds, &made);
        panic!("ended: {changed:?}");
    }
    for (number, step) in CHANGE.into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let world = World::filled(folder.path());
        world.unlock(OLD).unwrap().add_account_slot(&OLD.into(), &seed).unwrap();
        run_until(step, &name(test), folder.path());
        for _ in 0..2 {
            let mut session = world.unlock(OLD).unwrap();
            assert_whole(&mut session, OLD);
            let made = session.offered_secret_key().unwrap().unwrap();
            assert_eq!(session.secret_key().unwrap().is_same_as(&made), number > 0, "{step}");
        }
    }
}

const ROTATE: [&str; 6] = [
    "rotate: beside",
    "rotate: both kept",
    "rotate: keys written",
    "rotate: copied",
    "rotate: log gone",
    "rotate: exchanged",
];

fn rotate(world: &World, (new, recovery): (&str, RecoveryAfter<'_>), secret_key: SecretKeyAfter) -> Session {
    let session = world.unlock(OLD).unwrap();
    let (password, new) = (SecretText::from(OLD), SecretText::from(new));
    let rotation = Rotation { password: &password, new_password: Some(&new), recovery, secret_key };
    match world.profiles.rotate(session, &rotation, &mut |_| ControlFlow::Continue(())) {
        Ok(session) => session,
        Err(RotateError::Unchanged(_, error)) => panic!("{error}"),
        Err(RotateError::Locked(error)) => panic!("{error}"),
    }
}

#[test]
fn t52_a_kill_during_root_key_change_leaves_old_or_new() {
    if let Some(folder) = folder() {
        let world = World::at(&folder);
        drop(rotate(&world, (NEW, RecoveryAfter::Same(&world.code())), SecretKeyAfter::New));
        panic!("ended");
    }
    let test = "t52_a_kill_during_root_key_change_leaves_old_or_new";
    for (number, step) in ROTATE.into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let world = World::filled(folder.path());
        let kept = fs::read_to_string(folder.path().join("keychain.secret-key")).unwrap();
        run_until(step, &name(test), folder.path());
        let is_new = number >= 2;
        // Between key file and copy the old password still opens the complete old profile: the change was not reported
        // yet. The new password is tried first here.
        let password = if is_new { NEW } else { OLD };
        let mut session = world.unlock(password).unwrap();
        assert_whole(&mut session, password);
        assert_eq!(session.kit_confirmed(), Ok(!is_new), "{step}");
        let secret_key = session.secret_key().unwrap();
        drop(session);
        assert_eq!(world.opens_by([OLD, NEW]), password, "{step}");
        let now = fs::read_to_string(folder.path().join("keychain.secret-key")).unwrap();
        assert_eq!(now, secret_key.to_text().expose(), "{step}");
        assert_eq!(now != kept, is_new, "{step}");
        assert_whole(&mut world.recover("a third password").unwrap(), "a third password");
    }
}

/// A connection with a server that is never asked, by the number of the server.
fn server(number: u8) -> ServerConnection {
    let origin = || Origin::new(&format!("https://server{number}.test")).unwrap();
    ServerConnection {
        issuer: origin(),
        address: origin(),
        key: None,
        login: LoginName::new("somebody").unwrap(),
        registration: 1,
        costs: KdfParams::TEST,
        api: VersionRatchet::at(1),
        recovery: RecoveryRatchet::default(),
        unlock_seed: UnlockSeed::from_bytes(&[number; 32]),
    }
}

#[test]
fn t52_a_kill_while_servers_are_exchanged_is_completed() {
    let login =
        || DeviceLogin { device: Arc::new(DeviceSigner::from_seeds(&[1; 32], &[2; 32])), refresh: None };
    if let Some(folder) = folder() {
        let moved = World::at(&folder).unlock(OLD).unwrap().move_server(&server(2), &login());
        panic!("ended: {moved:?}");
    }
    let test = "t52_a_kill_while_servers_are_exchanged_is_completed";
    for step in ["move: server exchanged"].into_iter().chain(CHANGE) {
        let folder = tempfile::tempdir().unwrap();
        let world = World::filled(folder.path());
        let mut session = world.unlock(OLD).unwrap();
        session.set_connection(&server(1)).unwrap();
        session.set_device_login(&login()).unwrap();
        session.add_account_slot(&OLD.into(), &server(1).unlock_seed).unwrap();
        drop(session);
        run_until(step, &name(test), folder.path());
        let mut session = world.unlock(OLD).unwrap();
        assert_eq!(session.connection().unwrap().unwrap().issuer, server(2).issuer, "{step}");
        assert_eq!(session.left_server().unwrap().unwrap().connection.issuer, server(1).issuer, "{step}");
        session.settle_move().unwrap();
        drop(session);
        let mut session = world.unlock(OLD).unwrap();
        assert_whole(&mut session, OLD);
        // The key file follows the new server, and the old one no more.
        let root = session.account_parts(&OLD.into()).unwrap().root;
        let seeds = [server(1).unlock_seed, server(2).unlock_seed];
        let old = session.adopt_account_password(&NEW.into(), &root, (&seeds[0], &seeds[1]));
        assert!(matches!(old, Err(KeysError::WrongCode)), "{step}");
        session.adopt_account_password(&NEW.into(), &root, (&seeds[1], &seeds[1])).unwrap();
        drop(session);
        assert_eq!(world.opens_by([OLD, NEW]), NEW, "{step}");
    }
}

#[test]
fn old_password_opens_the_old_profile_between_key_file_and_copy() {
    if let Some(folder) = folder() {
        drop(rotate(&World::at(&folder), (NEW, RecoveryAfter::None), SecretKeyAfter::Same));
        panic!("ended");
    }
    let folder = tempfile::tempdir().unwrap();
    let world = World::filled(folder.path());
    let test = "old_password_opens_the_old_profile_between_key_file_and_copy";
    run_until("rotate: keys written", &name(test), folder.path());
    assert_eq!(world.opens_by([OLD, NEW]), OLD);
    assert_whole(&mut world.recover(OLD).unwrap(), OLD);
}

#[test]
fn every_kind_of_box_is_sealed_again() {
    // Anything else that is sealed under a key of the root key must be added to the change of the root key and to this
    // list.
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = fs::read_to_string(&path).unwrap();
            let (code, _) = source.split_once("#[cfg(test)]").unwrap_or((&source, ""));
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            for call in [".seal_secret_key(", ".seal_vault_key(", ".seal_draft(", ".seal_local("] {
                if code.contains(call)
                    && !name.ends_with("tests.rs")
                    && path.extension().is_some_and(|e| e == "rs")
                {
                    found.push((name.clone(), call));
                }
            }
        }
    }
    found.retain(|(name, _)| name != "create.rs" && name != "rotate.rs");
    found.sort();
    let known = [
        ("account.rs", ".seal_local("),
        ("account.rs", ".seal_secret_key("),
        ("connection.rs", ".seal_draft("),
        ("drafts.rs", ".seal_draft("),
        ("edit.rs", ".seal_vault_key("),
        // The key of a document that is being added: in memory only; adding it is started again.
        ("files.rs", ".seal_draft("),
        ("generated.rs", ".seal_draft("),
        ("identity.rs", ".seal_local("),
        ("invitations.rs", ".seal_draft("),
        ("join.rs", ".seal_vault_key("),
        ("joining.rs", ".seal_draft("),
        ("keys.rs", ".seal_vault_key("),
        ("moving.rs", ".seal_draft("),
        ("network.rs", ".seal_draft("),
        ("password.rs", ".seal_local("),
        ("record.rs", ".seal_vault_key("),
        ("recovery.rs", ".seal_local("),
        ("reenrolment.rs", ".seal_draft("),
        // Of a computer without a profile: under a key of its own, in a file of its own.
        ("regain.rs", ".seal_draft("),
    ];
    assert_eq!(found, known.map(|(name, call)| (name.to_owned(), call)));
}

#[test]
fn old_root_key_opens_nothing_after_a_change() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::filled(folder.path());
    let mut session = world.unlock(OLD).unwrap();
    let old = session.typed(&OLD.into()).ok().unwrap();
    let (old_local, old_file) = (old.root_key.derive_local_key(), session.keys_file().unwrap());
    drop(session);
    session = rotate(&world, (OLD, RecoveryAfter::None), SecretKeyAfter::Same);
    assert_whole(&mut session, OLD);
    assert_eq!(session.has_recovery_code(), Ok(false), "it was not typed");
    assert_eq!(session.kit_confirmed(), Ok(true), "the Secret Key is the same");
    let new = session.typed(&OLD.into()).ok().unwrap();
    assert!(!new.root_key.is_same_as(&old.root_key) && new.secret_key.is_same_as(&old.secret_key));
    assert_eq!(session.keys_file().unwrap().pin().version(), old_file.pin().version() + 1);
    let sealed: Vec<Vec<u8>> = ["SELECT sealed FROM draft", "SELECT sealed FROM epoch_key"]
        .map(|sql| session.db.query_row(sql, [], |row| row.get(0)).unwrap())
        .into();
    let id = session.profile().id;
    let vault: [u8; 16] = session.db.query_row("SELECT vault_id FROM vault", [], |row| row.get(0)).unwrap();
    assert!(old_local.open_vault_key(&vault.into(), 1, &sealed[1]).is_err());
    let name: [u8; 16] = session.db.query_row("SELECT draft_id FROM draft", [], |row| row.get(0)).unwrap();
    assert!(old_local.open_draft(&id, &name, &sealed[0]).is_err());
    assert_eq!(session.rotate_again(&world), Ok(()));
}

impl Session {
    /// Refused and cancelled changes change nothing.
    fn rotate_again(self, world: &World) -> Result<(), KeysError> {
        let (wrong, right) = (SecretText::from("wrong"), SecretText::from(OLD));
        let (code, mistyped) = (RecoveryCode::from_bytes(&[7; 16]).to_text(), SecretText::from("R1-X"));
        let secret_key = SecretKey::from_bytes(&[7; 16]).to_text();
        let mut session = self;
        for (password, new, code) in [
            (&wrong, None, None),
            (&right, Some(SecretText::from("")), None),
            (&right, None, Some(&code)),
            (&right, None, Some(&mistyped)),
            (&right, None, Some(&secret_key)),
        ] {
            let rotation = Rotation {
                password,
                new_password: new.as_ref(),
                recovery: code.map_or(RecoveryAfter::None, RecoveryAfter::Same),
                secret_key: SecretKeyAfter::New,
            };
            let outcome = world.profiles.rotate(session, &rotation, &mut |_| ControlFlow::Continue(()));
            let Err(RotateError::Unchanged(same, _)) = outcome else { panic!("not refused") };
            session = *same;
            assert_whole(&mut session, OLD);
        }
        // Cancelled at every possible point.
        let mut until = 0;
        loop {
            let mut asked = 0;
            let mut progress = |_| {
                asked += 1;
                if asked > until { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            let rotation = Rotation {
                password: &right,
                new_password: None,
                recovery: RecoveryAfter::None,
                secret_key: SecretKeyAfter::Same,
            };
            session = match world.profiles.rotate(session, &rotation, &mut progress) {
                Ok(_) => break,
                Err(RotateError::Unchanged(mut same, error)) => {
                    assert_eq!(error, KeysError::Session(crate::session::error::SessionError::Cancelled));
                    assert_whole(&mut same, OLD);
                    *same
                }
                Err(RotateError::Locked(error)) => panic!("{error}"),
            };
            until += 1;
        }
        assert!(until >= 3, "{until}");
        Ok(())
    }
}

#[test]
fn t52_kill_during_account_password_keeps_its_seed() {
    let test = "t52_kill_during_account_password_keeps_its_seed";
    let seeds = [server(1).unlock_seed, server(2).unlock_seed];
    if let Some(folder) = folder() {
        let mut session = World::at(&folder).unlock(OLD).unwrap();
        let root = session.account_parts(&OLD.into()).unwrap().root;
        let changed = session.adopt_account_password(&NEW.into(), &root, (&seeds[0], &seeds[1]));
        panic!("ended: {changed:?}");
    }
    for (number, step) in CHANGE.into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let world = World::filled(folder.path());
        let mut session = world.unlock(OLD).unwrap();
        session.set_connection(&server(1)).unwrap();
        session.add_account_slot(&OLD.into(), &seeds[0]).unwrap();
        drop(session);
        run_until(step, &name(test), folder.path());
        let password = if number > 0 { NEW } else { OLD };
        assert_eq!(world.opens_by([OLD, NEW]), password, "{step}");
        // Another device changes the password once more before this one has signed in.
        let mut session = world.unlock(password).unwrap();
        let known = session.connection().unwrap().unwrap().unlock_seed;
        let root = session.account_parts(&password.into()).unwrap().root;
        let third = server(3).unlock_seed;
        session.adopt_account_password(&"a third password".into(), &root, (&known, &third)).unwrap();
        assert_whole(&mut session, "a third password");
    }
}
