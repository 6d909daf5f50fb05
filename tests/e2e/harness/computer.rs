//! The computer of a journey: home folder, screen, session bus and keychain.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::rc::Rc;

use tempfile::TempDir;

use super::binary::{artefact, binary};
use super::daemon::Daemon;
use super::until;

/// A computer, whose programs and files end with it.
pub struct Computer {
    // In drop order.
    keychain: Option<Daemon>,
    _bus: Daemon,
    _screen: Rc<Daemon>,
    display: String,
    bus_address: String,
    folder: Rc<TempDir>,
}

impl Computer {
    /// A fresh computer with an unlocked keychain.
    pub async fn new() -> Self {
        let mut computer = Self::without_keychain();
        computer.start_keychain().await;
        computer
    }

    /// A fresh computer on which no keychain service runs.
    pub fn without_keychain() -> Self {
        let folder = tempfile::Builder::new().prefix("coffer-e2e-").tempdir().unwrap();
        for name in ["home", "run", "config", "data", "cache", "state", "files"] {
            let path = folder.path().join(name);
            std::fs::create_dir(&path).unwrap();
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o700)).unwrap();
        }
        let (screen, number) = Daemon::start_and_listen(
            Command::new("Xvfb")
                .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"])
                .stderr(Stdio::null()),
        );
        let (bus, bus_address) = start_bus(folder.path());
        Self {
            keychain: None,
            _bus: bus,
            _screen: Rc::new(screen),
            display: format!(":{number}"),
            bus_address,
            folder: Rc::new(folder),
        }
    }

    /// The same computer with another session bus.
    pub fn on_another_bus(&self) -> Self {
        let (bus, bus_address) = start_bus(self.folder.path());
        Self {
            keychain: None,
            _bus: bus,
            _screen: Rc::clone(&self._screen),
            display: self.display.clone(),
            bus_address,
            folder: Rc::clone(&self.folder),
        }
    }

    /// Empties the keychain, as when it is recreated after a forgotten password.
    pub async fn lose_keychain(&mut self) {
        self.keychain = None;
        std::fs::remove_dir_all(self.folder.path().join("data/keyrings")).unwrap();
        self.start_keychain().await;
    }

    /// The name of its screen.
    pub fn display(&self) -> &str {
        &self.display
    }

    async fn start_keychain(&mut self) {
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--unlock", "--components=secrets"]);
        self.settle(&mut command);
        command.env_remove("DISPLAY").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("gnome-keyring-daemon starts");
        child.stdin.take().unwrap().write_all(b"keychain password\n").unwrap();
        self.keychain = Some(Daemon::from(child));
        until("the keychain", async || self.bus_has("org.freedesktop.secrets").then_some(())).await;
    }

    fn bus_has(&self, name: &str) -> bool {
        let question = format!("string:{name}");
        let call = ["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"];
        let answer =
            self.run("dbus-send", &[&call[..], &["org.freedesktop.DBus.NameHasOwner", &question]].concat());
        String::from_utf8_lossy(&answer.stdout).contains("boolean true")
    }

    /// Sets up the environment of a command so that it runs on this computer.
    pub fn settle(&self, command: &mut Command) {
        own_folders(command, self.folder.path());
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus_address)
            .env_remove("WAYLAND_DISPLAY")
            .env("COFFER_TEST_KDF", "1")
            .env("COFFER_TEST_PICK_OPEN", self.pick_open())
            .env("COFFER_TEST_PICK_SAVE", self.pick_save())
            .env("COFFER_TEST_ANSWER", self.answer());
    }

    /// Runs a program on this computer to its end.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(program);
        self.settle(&mut command);
        command.args(arguments).output().unwrap_or_else(|error| panic!("{program} does not start: {error}"))
    }

    /// A path in the folder of the user's own files.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("files").join(name)
    }

    /// Writes a file into the folder of the user.
    pub fn write_file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.file(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Stores a place and size of the main window, as an earlier run did.
    pub fn store_window(&self, state: &str) {
        let folder = self.folder.path().join("config/app.coffer.desktop");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(".window-state.json"), state).unwrap();
    }

    /// The folder that contains the profile folders.
    pub fn profiles(&self) -> PathBuf {
        self.folder.path().join("data/coffer/profiles")
    }

    /// The size of all profiles, in bytes.
    pub fn bytes_of_profiles(&self) -> u64 {
        fn bytes(folder: &Path) -> u64 {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let size = |entry: std::fs::DirEntry| match entry.file_type() {
                Ok(kind) if kind.is_dir() => bytes(&entry.path()),
                _ => entry.metadata().map_or(0, |about| about.len()),
            };
            entries.map(size).sum()
        }
        bytes(&self.profiles())
    }

    /// Writes the marker of a crashed run.
    pub fn leave_crash_marker(&self, code: &str) {
        let folder = self.folder.path().join("data/coffer");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("crash.txt"), code).unwrap();
    }

    /// Starts the application and waits until it has ended by itself.
    pub fn run_application(&self) -> Output {
        self.run(&binary().display().to_string(), &[])
    }

    /// Opens a link with the application, as the system does after a click on it.
    pub fn open_link(&self, link: &str) {
        let opened = self.run(&binary().display().to_string(), &[link]);
        assert!(opened.status.success(), "{opened:?}");
    }

    /// Reports on the session bus that the screen was locked, as a screen saver does.
    pub fn lock_screen(&self) {
        let signal = ["--session", "--type=signal", "/org/freedesktop/ScreenSaver"];
        let sent = self.run(
            "dbus-send",
            &[&signal[..], &["org.freedesktop.ScreenSaver.ActiveChanged", "boolean:true"]].concat(),
        );
        assert!(sent.status.success());
    }

    /// Sets the result of the next dialog for opening files; no paths cancel it.
    pub fn will_open(&self, paths: &[&Path]) {
        let lines: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        std::fs::write(self.pick_open(), lines.join("\n")).unwrap();
    }

    /// Sets the result of the next dialog for saving.
    pub fn will_save(&self, path: &Path) {
        std::fs::write(self.pick_save(), path.display().to_string()).unwrap();
    }

    /// The window of a dialog of the program: a visible one with this in its title that is not the main window.
    pub fn dialog(&self, title: &str) -> Option<String> {
        let visible = |name: &str| {
            let found = self.run("xdotool", &["search", "--onlyvisible", "--name", name]);
            String::from_utf8_lossy(&found.stdout).lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let main = visible("^Coffer$");
        visible(title).into_iter().find(|window| !main.contains(window))
    }

    /// Closes a dialog with Escape.
    pub fn close_dialog(&self, window: &str) {
        self.run("xdotool", &["windowfocus", "--sync", window, "key", "Escape"]);
    }

    /// Saves a picture of the whole screen to the artefacts of the run.
    pub fn picture(&self, name: &str) {
        self.run("import", &["-window", "root", &artefact(&format!("{name}.png")).display().to_string()]);
    }

    /// Sets the answer to the program's questions; at first they are declined.
    pub fn will_answer(&self, yes: bool) {
        std::fs::write(self.answer(), if yes { "yes" } else { "no" }).unwrap();
    }

    fn answer(&self) -> PathBuf {
        self.folder.path().join("answer")
    }

    fn pick_open(&self) -> PathBuf {
        self.folder.path().join("pick-open")
    }

    fn pick_save(&self) -> PathBuf {
        self.folder.path().join("pick-save")
    }

    /// The text on the clipboard, as another program reads it.
    pub fn clipboard(&self) -> Option<String> {
        let answer = self.run("xclip", &["-selection", "clipboard", "-o"]);
        answer
            .status
            .success()
            .then(|| String::from_utf8(answer.stdout).unwrap())
            .filter(|text| !text.is_empty())
    }

    /// Copies a text in another program.
    pub fn copy(&self, text: &str) {
        let mut command = Command::new("xclip");
        self.settle(&mut command);
        command.args(["-selection", "clipboard", "-in"]).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn().expect("xclip starts");
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        // It keeps running in the background until another program owns the clipboard or the screen ends.
        assert!(child.wait().unwrap().success());
    }

    /// The types that the clipboard offers.
    pub fn clipboard_kinds(&self) -> String {
        let answer = self.run("xclip", &["-selection", "clipboard", "-o", "-t", "TARGETS"]);
        String::from_utf8_lossy(&answer.stdout).into_owned()
    }
}

/// Starts a session bus without service activation: activated services would outlive the test.
fn start_bus(folder: &Path) -> (Daemon, String) {
    let mut bus = Command::new("dbus-daemon");
    bus.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]).stderr(Stdio::null());
    own_folders(&mut bus, folder);
    Daemon::start_and_listen(bus.env("XDG_DATA_DIRS", folder))
}

fn own_folders(command: &mut Command, folder: &Path) {
    command
        .env("HOME", folder.join("home"))
        .env("XDG_RUNTIME_DIR", folder.join("run"))
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("XDG_DATA_HOME", folder.join("data"))
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .env("XDG_STATE_HOME", folder.join("state"))
        .env("LC_ALL", "C.UTF-8")
        .env("LANGUAGE", "en")
        .env("GTK_USE_PORTAL", "0")
        .env("NO_AT_BRIDGE", "1");
}
