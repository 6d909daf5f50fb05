use std::fs;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use vault_crypto::SecretText;
use vault_engine::profile::{Keychain, KeychainUnavailable, SystemKeychain, UnlockError};
use vault_engine::session::Notice;
use vault_wire::ProfileId;

use crate::child;
use crate::support::{PASSWORD, World, rng};

/// The command with its own home and nothing of the session around it.
fn alone<'a>(command: &'a mut Command, home: &Path) -> &'a mut Command {
    let runtime = home.join("runtime");
    fs::create_dir_all(&runtime).unwrap();
    command
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", runtime)
        .env_remove("XDG_DATA_HOME")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
}

#[test]
fn a_real_keychain_keeps_the_secret_key_and_no_file_does() {
    let Some(folder) = child::folder() else {
        let folder = tempfile::tempdir().unwrap();
        let script =
            "printf 'pw\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec \"$@\"";
        let test = "keychain::a_real_keychain_keeps_the_secret_key_and_no_file_does";
        let mut command = child::command(test, folder.path(), &["dbus-run-session", "--"], script);
        return child::run(alone(&mut command, folder.path()));
    };
    let keychain = SystemKeychain::new();
    let world = World::at_with(&folder, Box::new(SystemKeychain::new()));
    let session = world.create();
    let id = session.profile().id;
    let text = session.secret_key().unwrap().to_text();
    assert!(session.notices().is_empty());
    assert!(!world.file(id, "secret-key").exists());
    assert_eq!(keychain.get(id).unwrap().unwrap().expose(), text.expose());
    assert!(keychain.get(ProfileId::from_bytes([1; 16])).unwrap().is_none());
    drop(session);
    drop(world.unlock(id).unwrap());

    // A keychain that lost the key: it is asked for, and then put back.
    keychain.delete(id).unwrap();
    keychain.delete(id).unwrap();
    assert_eq!(world.unlock(id).err(), Some(UnlockError::SecretKeyMissing));
    drop(world.profiles.unlock(id, &SecretText::from(PASSWORD), Some(&text), rng(1)).unwrap());
    assert_eq!(keychain.get(id).unwrap().unwrap().expose(), text.expose());

    // A key that lies in the file from a time without a keychain moves over.
    keychain.delete(id).unwrap();
    fs::write(world.file(id, "secret-key"), text.expose()).unwrap();
    assert!(world.unlock(id).unwrap().notices().is_empty());
    assert!(!world.file(id, "secret-key").exists());
    assert_eq!(keychain.get(id).unwrap().unwrap().expose(), text.expose());
}

#[test]
fn a_keychain_that_never_answers_is_given_up() {
    let Some(folder) = child::folder() else {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("bus");
        // It lets everybody in and says nothing.
        let _listener = UnixListener::bind(&socket).unwrap();
        let test = "keychain::a_keychain_that_never_answers_is_given_up";
        let mut command = child::command(test, folder.path(), &[], "exec \"$@\"");
        alone(&mut command, folder.path());
        return child::run(
            command.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", socket.display())),
        );
    };
    let impatient = || SystemKeychain::with_patience(Duration::from_millis(100));
    let id = ProfileId::from_bytes([1; 16]);
    assert_eq!(impatient().get(id).err(), Some(KeychainUnavailable));
    assert_eq!(impatient().delete(id), Err(KeychainUnavailable));
    let world = World::at_with(&folder, Box::new(impatient()));
    let session = world.create();
    let id = session.profile().id;
    assert_eq!(session.notices(), [Notice::KeychainUnavailable]);
    drop(session);
    assert_eq!(world.unlock(id).unwrap().notices(), [Notice::KeychainUnavailable]);
}

#[test]
fn without_a_bus_there_is_no_keychain() {
    let Some(folder) = child::folder() else {
        let folder = tempfile::tempdir().unwrap();
        let mut command =
            child::command("keychain::without_a_bus_there_is_no_keychain", folder.path(), &[], "exec \"$@\"");
        return child::run(alone(&mut command, folder.path()));
    };
    let world = World::at_with(&folder, Box::new(SystemKeychain::new()));
    let session = world.create();
    assert_eq!(session.notices(), [Notice::KeychainUnavailable]);
    assert!(world.file(session.profile().id, "secret-key").exists());
}
