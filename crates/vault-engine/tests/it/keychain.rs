use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use keyring_core::api::CredentialStoreApi;
use vault_crypto::SecretText;
use vault_engine::profile::KeychainEntry::{SecretKey, WriteState};
use vault_engine::profile::{Keychain, KeychainUnavailable, Moment, SystemKeychain, UnlockError};
use vault_engine::session::Notice;
use vault_wire::ProfileId;
use zbus_secret_service_keyring_store::Store;

use crate::child;
use crate::support::{PASSWORD, World, rng};

/// Gives a command its own home folder and nothing of the surrounding session.
fn isolate<'a>(command: &'a mut Command, home: &Path) -> &'a mut Command {
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

/// Runs a test as a child on a session bus that activates no services.
fn run_without_activation(test: &str) {
    let folder = tempfile::tempdir().unwrap();
    let bus = format!(
        "<busconfig><type>session</type><listen>unix:dir={}/runtime</listen><policy context='default'>\
         <allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/><allow own='*'/>\
         </policy></busconfig>",
        folder.path().display()
    );
    let config = folder.path().join("bus.conf");
    fs::write(&config, bus).unwrap();
    let config = format!("--config-file={}", config.display());
    let mut command =
        child::command(test, folder.path(), &["dbus-run-session", &config, "--"], "exec \"$@\"");
    child::run(isolate(&mut command, folder.path()));
}

/// The daemon of the Secret Service, killed on drop.
struct Daemon {
    process: Child,
    home: PathBuf,
}

impl Daemon {
    const PASSWORD: &str = "keychain password";

    /// Starts it with the keychain unlocked; creates the keychain the first time.
    fn start_unlocked(home: &Path) -> Self {
        let mut daemon = Self::spawn(home, &["--unlock"]);
        daemon.process.stdin.take().unwrap().write_all(Self::PASSWORD.as_bytes()).unwrap();
        daemon.wait_for_name(true);
        daemon
    }

    /// Starts it with the keychain locked.
    fn start_locked(home: &Path) -> Self {
        let daemon = Self::spawn(home, &[]);
        daemon.wait_for_name(true);
        daemon
    }

    fn spawn(home: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]).args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        Self { process: command.spawn().unwrap(), home: home.to_owned() }
    }

    /// Kills it and waits until the bus has noticed.
    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.wait_for_name(false);
    }

    fn lock(&self) {
        let keychain = "array:objpath:/org/freedesktop/secrets/collection/login";
        let service = ["org.freedesktop.secrets", "/org/freedesktop/secrets"];
        call_bus(service, "org.freedesktop.Secret.Service.Lock", keychain);
    }

    /// Unlocks the keychain as a login does, without a prompt.
    fn unlock(&self) {
        let mut socket = UnixStream::connect(self.home.join("runtime/keyring/control")).unwrap();
        let number = |number: usize| u32::try_from(number).unwrap().to_be_bytes();
        let password = Self::PASSWORD.as_bytes();
        // A byte that carries credentials, then the length of the message, the operation and the password.
        let message =
            [&[0], &number(12 + password.len())[..], &number(1), &number(password.len()), password].concat();
        socket.write_all(&message).unwrap();
        let mut result = [0; 8];
        socket.read_exact(&mut result).unwrap();
        assert_eq!(result, [0, 0, 0, 8, 0, 0, 0, 0], "the daemon refused to unlock its keychain");
    }

    fn wait_for_name(&self, owned: bool) {
        let bus = ["org.freedesktop.DBus", "/org/freedesktop/DBus"];
        let expected = format!("boolean {owned}");
        let deadline = Instant::now() + Duration::from_secs(30);
        while !call_bus(bus, "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets")
            .contains(&expected)
        {
            assert!(Instant::now() < deadline, "the daemon's name on the bus: {expected}");
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn call_bus([service, object]: [&str; 2], method: &str, argument: &str) -> String {
    let service = format!("--dest={service}");
    let call = ["--session", "--print-reply", &service, object, method, argument];
    output(Command::new("dbus-send").args(call))
}

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat()
}

fn stored(keychain: &SystemKeychain, id: ProfileId) -> Result<Option<String>, KeychainUnavailable> {
    keychain.get(id, SecretKey).map(|found| found.map(|key| key.expose().to_owned()))
}

/// The entry as builds before `keyring` made it: by `keyring-core` and its store.
fn entry_of_older_builds(id: ProfileId) -> keyring_core::Entry {
    Store::new().unwrap().build("coffer", &format!("{id}/secret-key"), None).unwrap()
}

#[test]
fn daemon_start_death_and_lock_need_no_restart() {
    let Some(home) = child::folder() else {
        return run_without_activation("keychain::daemon_start_death_and_lock_need_no_restart");
    };
    let keychain = SystemKeychain::new();
    let id = ProfileId::from_bytes([1; 16]);
    let unavailable = || {
        assert_eq!(stored(&keychain, id), Err(KeychainUnavailable));
        assert_eq!(keychain.set(id, SecretKey, &SecretText::from("lost")), Err(KeychainUnavailable));
        assert_eq!(keychain.delete(id, SecretKey), Err(KeychainUnavailable));
    };
    let found = |text: &str| assert_eq!(stored(&keychain, id), Ok(Some(text.to_owned())));
    unavailable();

    let daemon = Daemon::start_unlocked(&home);
    assert_eq!(stored(&keychain, id), Ok(None));
    keychain.set(id, SecretKey, &SecretText::from("first")).unwrap();
    found("first");
    daemon.kill();
    unavailable();

    let daemon = Daemon::start_locked(&home);
    unavailable();
    daemon.unlock();
    found("first");
    keychain.set(id, SecretKey, &SecretText::from("second")).unwrap();
    daemon.lock();
    unavailable();
    daemon.unlock();
    found("second");
    daemon.kill();
    unavailable();

    let _daemon = Daemon::start_unlocked(&home);
    found("second");
    keychain.delete(id, SecretKey).unwrap();
    assert_eq!(stored(&keychain, id), Ok(None));
}

#[test]
fn profile_follows_the_daemon_without_restart() {
    let Some(home) = child::folder() else {
        return run_without_activation("keychain::profile_follows_the_daemon_without_restart");
    };
    let world = World::at_with(&home, Box::new(SystemKeychain::new()));
    let session = world.create();
    let id = session.profile().id;
    assert_eq!(session.notices(), [Notice::KeychainUnavailable]);
    drop(session);

    let daemon = Daemon::start_unlocked(&home);
    assert!(world.unlock(id).unwrap().notices().is_empty());
    assert!(!world.file(id, "secret-key").exists());
    daemon.kill();
    assert_eq!(world.unlock(id).err(), Some(UnlockError::SecretKeyMissing));

    let daemon = Daemon::start_locked(&home);
    assert_eq!(world.unlock(id).err(), Some(UnlockError::SecretKeyMissing));
    daemon.unlock();
    assert!(world.unlock(id).unwrap().notices().is_empty());
}

/// Why the engine connects itself for each call (docs/decisions/0029-keyring.md). Should this fail with a later version
/// of `keyring`, its own constructor may do.
#[test]
fn constructor_of_keyring_never_finds_a_late_daemon() {
    let Some(home) = child::folder() else {
        return run_without_activation("keychain::constructor_of_keyring_never_finds_a_late_daemon");
    };
    let constructed = || keyring::Entry::new("coffer", "user").err();
    assert!(matches!(constructed(), Some(keyring::Error::NoDefaultStore)));
    let daemon = Daemon::start_unlocked(&home);
    assert!(matches!(constructed(), Some(keyring::Error::NoDefaultStore)));

    let id = ProfileId::from_bytes([1; 16]);
    let kept = entry_of_older_builds(id);
    kept.set_password("key").unwrap();
    daemon.kill();
    let _daemon = Daemon::start_unlocked(&home);
    assert!(kept.get_password().is_err(), "a connection does not outlive its daemon");
    assert_eq!(stored(&SystemKeychain::new(), id), Ok(Some("key".to_owned())));
}

#[test]
fn entries_of_older_and_newer_builds_are_interchangeable() {
    let Some(home) = child::folder() else {
        return run_without_activation("keychain::entries_of_older_and_newer_builds_are_interchangeable");
    };
    let _daemon = Daemon::start_unlocked(&home);
    let keychain = SystemKeychain::new();
    let [older, newer] = [ProfileId::from_bytes([1; 16]), ProfileId::from_bytes([2; 16])];
    entry_of_older_builds(older).set_password("older key").unwrap();
    assert_eq!(stored(&keychain, older), Ok(Some("older key".to_owned())));
    keychain.set(newer, SecretKey, &SecretText::from("newer key")).unwrap();
    assert_eq!(entry_of_older_builds(newer).get_password().unwrap(), "newer key");

    // Both replace what is there: a second entry would make each unfindable.
    keychain.set(older, SecretKey, &SecretText::from("replaced by the newer")).unwrap();
    assert_eq!(entry_of_older_builds(older).get_password().unwrap(), "replaced by the newer");
    entry_of_older_builds(newer).set_password("replaced by the older").unwrap();
    assert_eq!(stored(&keychain, newer), Ok(Some("replaced by the older".to_owned())));

    // Another program sees the attributes by which entries are found.
    for (id, key) in [(older, "replaced by the newer"), (newer, "replaced by the older")] {
        let user = format!("{id}/secret-key");
        let secret_tool = |verb: &[&str]| {
            output(Command::new("secret-tool").args(verb).args(["service", "coffer", "username", &user]))
        };
        assert_eq!(secret_tool(&["lookup"]), key);
        let listed = secret_tool(&["search", "--all"]);
        let mut attributes: Vec<&str> =
            listed.lines().filter(|line| line.starts_with("attribute.")).collect();
        attributes.sort_unstable();
        assert_eq!(attributes, ["attribute.service = coffer", &format!("attribute.username = {user}")]);
    }
}

#[test]
fn a_real_keychain_stores_the_secret_key_instead_of_a_file() {
    let Some(folder) = child::folder() else {
        let folder = tempfile::tempdir().unwrap();
        let script =
            "printf 'pw\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec \"$@\"";
        let test = "keychain::a_real_keychain_stores_the_secret_key_instead_of_a_file";
        let mut command = child::command(test, folder.path(), &["dbus-run-session", "--"], script);
        return child::run(isolate(&mut command, folder.path()));
    };
    let keychain = SystemKeychain::new();
    let world = World::at_with(&folder, Box::new(SystemKeychain::new()));
    let session = world.create();
    let id = session.profile().id;
    let text = session.secret_key().unwrap().to_text();
    assert!(session.notices().is_empty());
    assert!(!world.file(id, "secret-key").exists());
    assert_eq!(keychain.get(id, SecretKey).unwrap().unwrap().expose(), text.expose());
    assert!(keychain.get(ProfileId::from_bytes([1; 16]), SecretKey).unwrap().is_none());
    drop(session);
    drop(world.unlock(id).unwrap());

    // The state of the database has an entry of its own.
    let mut session = world.unlock(id).unwrap();
    assert!(world.profiles.take_write_state(&mut session, Moment::Closing));
    world.profiles.store_write_states();
    assert!(keychain.get(id, WriteState).unwrap().is_some());
    assert_eq!(keychain.get(id, SecretKey).unwrap().unwrap().expose(), text.expose());
    drop(session);
    assert_eq!(world.unlock(id).unwrap().read_only(), None);

    // The keychain lost the key: it must be typed, and is then stored again.
    keychain.delete(id, SecretKey).unwrap();
    keychain.delete(id, SecretKey).unwrap();
    assert_eq!(world.unlock(id).err(), Some(UnlockError::SecretKeyMissing));
    drop(world.profiles.unlock(id, &SecretText::from(PASSWORD), Some(&text), rng(1)).unwrap());
    assert_eq!(keychain.get(id, SecretKey).unwrap().unwrap().expose(), text.expose());

    // A key in a file, from a time without a keychain, moves to the keychain.
    keychain.delete(id, SecretKey).unwrap();
    fs::write(world.file(id, "secret-key"), text.expose()).unwrap();
    assert!(world.unlock(id).unwrap().notices().is_empty());
    assert!(!world.file(id, "secret-key").exists());
    assert_eq!(keychain.get(id, SecretKey).unwrap().unwrap().expose(), text.expose());
}

#[test]
fn an_unresponsive_keychain_times_out() {
    let Some(folder) = child::folder() else {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("bus");
        // Accepts connections and never responds.
        let _listener = UnixListener::bind(&socket).unwrap();
        let test = "keychain::an_unresponsive_keychain_times_out";
        let mut command = child::command(test, folder.path(), &[], "exec \"$@\"");
        isolate(&mut command, folder.path());
        return child::run(
            command.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", socket.display())),
        );
    };
    let hasty = || SystemKeychain::with_timeout(Duration::from_millis(100));
    let id = ProfileId::from_bytes([1; 16]);
    assert_eq!(hasty().get(id, SecretKey).err(), Some(KeychainUnavailable));
    assert_eq!(hasty().delete(id, SecretKey), Err(KeychainUnavailable));
    let world = World::at_with(&folder, Box::new(hasty()));
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
        return child::run(isolate(&mut command, folder.path()));
    };
    let world = World::at_with(&folder, Box::new(SystemKeychain::new()));
    let session = world.create();
    assert_eq!(session.notices(), [Notice::KeychainUnavailable]);
    assert!(world.file(session.profile().id, "secret-key").exists());
}
