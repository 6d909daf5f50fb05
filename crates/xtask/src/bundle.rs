//! `cargo xtask bundle`, and the test that a package installs and its application starts.

use crate::{
    prerequisites,
    process::{self, Context as _, Error, Output, Result, note},
    project, ui,
};
use serde_json::{Map, Value, json};
use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The time until the window must be visible, on the slowest machine.
const WINDOW_TIMEOUT: Duration = Duration::from_secs(90);

/// The packages to make. The bundler would write the type of the package into the built program itself, for an updater;
/// that fails while the program runs.
const PACKAGES: [&str; 3] = ["--no-binary-patching", "--bundles", "deb,rpm"];

/// The completions of the command line: the shell, the name of the file, and its folder in a package.
const COMPLETIONS: [(&str, &str, &str); 3] = [
    ("bash", "coffer", "/usr/share/bash-completion/completions"),
    ("zsh", "_coffer", ZSH),
    ("fish", "coffer.fish", "/usr/share/fish/vendor_completions.d"),
];
/// Completions of zsh in a package for Debian, and in one for Fedora.
const ZSH: &str = "/usr/share/zsh/vendor-completions";
const ZSH_IN_RPM: &str = "/usr/share/zsh/site-functions";
/// The folder of manual pages in a package.
const MANUAL: &str = "/usr/share/man/man1";

/// Makes the release packages.
pub fn release() -> Result {
    prerequisites::prepare_build()?;
    ui::install(Output::Terminal)?;
    ui::build(Output::Terminal)?;
    let folder = empty("release/bundle")?;
    process::run(&mut project::cargo(["build", "--release", "--bin", "coffer"]))?;
    process::run(tauri("build").args(PACKAGES).args(command_line("release")?))?;
    for kind in ["deb", "rpm"] {
        note(&format!("made {}", package(&folder, kind)?.display()));
    }
    Ok(())
}

/// Packages the debug application that is already built, installs it, waits for its window and removes it.
pub fn try_debug() -> Result {
    let folder = empty("debug/bundle")?;
    process::run(tauri("bundle").arg("--debug").args(PACKAGES).args(command_line("debug")?))?;
    process::run(
        Command::new("rpm").args(["--query", "--info", "--list", "--package"]).arg(package(&folder, "rpm")?),
    )?;
    let deb = package(&folder, "deb")?;
    if prerequisites::is_root()? && !installed() {
        process::run(prerequisites::apt()?.args(["install", "--yes", "--no-install-recommends"]).arg(&deb))?;
        let result = start(Path::new("/usr/bin/coffer-desktop"));
        process::run(prerequisites::apt()?.args(["purge", "--yes", "coffer"]))?;
        return result;
    }
    // Without root, or over an installed package, the system stays untouched.
    let folder = project::scratch("installed")?;
    process::run(Command::new("dpkg-deb").arg("--extract").arg(&deb).arg(&folder))?;
    start(&folder.join("usr/bin/coffer-desktop"))
}

/// The command line with its manual pages and completions, as further files of the packages: arguments of the bundler.
fn command_line(profile: &str) -> Result<[String; 2]> {
    let program = project::target()?.join(profile).join("coffer");
    let folder = project::scratch("command-line")?;
    fs::remove_dir_all(&folder).context(&folder)?;
    let pages = project::scratch("command-line/man")?;
    process::run(Command::new(&program).arg("man").arg(&pages))?;
    let mut files = Map::new();
    let mut pack =
        |installed: String, path: &Path| files.insert(installed, path.display().to_string().into());
    pack("/usr/bin/coffer".to_owned(), &program);
    for page in fs::read_dir(&pages).context(&pages)? {
        let page = page.context(&pages)?;
        pack(format!("{MANUAL}/{}", page.file_name().to_string_lossy()), &page.path());
    }
    for (shell, name, installed) in COMPLETIONS {
        let written = Command::new(&program).args(["completion", shell]).output().context(&program)?;
        if !written.status.success() {
            return Err(Error::new(format!("{} completion {shell}: {}", program.display(), written.status)));
        }
        let path = folder.join(name);
        fs::write(&path, written.stdout).context(&path)?;
        pack(format!("{installed}/{name}"), &path);
    }
    // Fedora and its relatives have another folder for completions of zsh.
    let elsewhere = |(installed, path): (&String, &Value)| (installed.replace(ZSH, ZSH_IN_RPM), path.clone());
    let in_rpm: Map<String, Value> = files.iter().map(elsewhere).collect();
    let config = json!({ "bundle": { "linux": { "deb": { "files": files }, "rpm": { "files": in_rpm } } } });
    Ok(["--config".to_owned(), config.to_string()])
}

/// Removes a folder of earlier packages, since a program that runs from it could not be overwritten.
fn empty(folder: &str) -> Result<PathBuf> {
    let folder = project::target()?.join(folder);
    if folder.exists() {
        fs::remove_dir_all(&folder).context(&folder)?;
    }
    Ok(folder)
}

/// A command of the bundler at the root of the project.
fn tauri(command: &str) -> Command {
    let mut tauri = Command::new(project::root().join("ui/node_modules/.bin/tauri"));
    tauri.arg(command).arg("--ci").current_dir(project::root());
    tauri
}

/// The only package of a kind in the bundle folder; fails if there is none or more than one.
fn package(folder: &Path, kind: &str) -> Result<PathBuf> {
    let folder = folder.join(kind);
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).context(&folder)? {
        let path = entry.context(&folder)?.path();
        if path.extension().is_some_and(|extension| extension == kind) {
            found.push(path);
        }
    }
    match (found.pop(), found.is_empty()) {
        (Some(path), true) => Ok(path),
        _ => Err(Error::new(format!("{}: one .{kind} was expected", folder.display()))),
    }
}

/// Fails if the command line and what belongs to it are not packaged beside the application.
fn expect_command_line(application: &Path) -> Result {
    let program = application.with_file_name("coffer");
    process::run(Command::new(&program).arg("--version"))?;
    // The folder above `usr/bin`.
    let root = application.ancestors().nth(3).unwrap_or(application);
    let completions = COMPLETIONS.map(|(_, name, installed)| (installed, name));
    for (installed, name) in completions.into_iter().chain([(MANUAL, "coffer.1"), (MANUAL, "coffer-read.1")])
    {
        let path = root.join(installed.trim_start_matches('/')).join(name);
        if !path.is_file() {
            return Err(Error::new(format!("{} is missing in the package", path.display())));
        }
    }
    Ok(())
}

/// Fails if the preview worker is not packaged beside the application.
fn expect_renderer(application: &Path) -> Result {
    let renderer = application.with_file_name("coffer-preview");
    // Without a job it ends at once.
    let ended =
        Command::new(&renderer).stdin(Stdio::null()).stdout(Stdio::null()).status().context(&renderer)?;
    match ended.code() {
        Some(_) => Ok(()),
        None => Err(Error::new(format!("{}: {ended}", renderer.display()))),
    }
}

/// Returns whether the package is installed on the system.
fn installed() -> bool {
    process::succeeds(Command::new("dpkg-query").args(["--status", "coffer"]))
}

/// Starts the program on its own screen and session bus, waits for its window and ends it.
fn start(program: &Path) -> Result {
    expect_renderer(program)?;
    expect_command_line(program)?;
    let home = project::scratch("home")?;
    let (screen, display) = screen()?;
    let mut bus = Running(
        Command::new("dbus-run-session")
            .arg("--")
            .arg(program)
            .env("DISPLAY", &display)
            .env("HOME", &home)
            .env("COFFER_DATA_DIR", home.join("data"))
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null())
            .spawn()
            .context(program)?,
    );
    let result = wait_for_window(&mut bus.0, &display);
    bus.end_session();
    drop(screen);
    result
}

/// Waits until a visible window has the application's name.
fn wait_for_window(bus: &mut Child, display: &str) -> Result {
    let start = Instant::now();
    while start.elapsed() < WINDOW_TIMEOUT {
        if let Ok(Some(status)) = bus.try_wait() {
            return Err(Error::new(format!(
                "the application ended before its window was visible ({status})"
            )));
        }
        let mut search = Command::new("xdotool");
        search.args(["search", "--onlyvisible", "--name", "^Coffer$"]).env("DISPLAY", display);
        if process::succeeds(&mut search) {
            note(&format!("window after {:.1}s", start.elapsed().as_secs_f64()));
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    Err(Error::new(format!("no window after {} seconds", WINDOW_TIMEOUT.as_secs())))
}

/// Starts a virtual screen with a free number and waits until it accepts connections.
fn screen() -> Result<(Running, String)> {
    let mut child = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context(Path::new("Xvfb"))?;
    let mut number = String::new();
    if let Some(output) = child.stdout.take() {
        BufReader::new(output).read_line(&mut number).context(Path::new("Xvfb"))?;
    }
    let running = Running(child);
    if number.trim().is_empty() {
        Err(Error::new("Xvfb did not start"))
    } else {
        Ok((running, format!(":{}", number.trim())))
    }
}

/// A child process that is ended when dropped.
struct Running(Child);

impl Running {
    /// Ends the program of a bus session; the session then ends by itself.
    fn end_session(&mut self) {
        let id = self.0.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        for child in children.split_whitespace() {
            // The bus is a child too, and must outlive the program.
            let name = fs::read_to_string(format!("/proc/{child}/comm")).unwrap_or_default();
            if name.trim() != "dbus-daemon" {
                process::succeeds(Command::new("kill").arg(child));
            }
        }
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(10) && matches!(self.0.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // SIGTERM, so that Xvfb removes its lock file and the bus its socket.
        if matches!(self.0.try_wait(), Ok(None)) {
            process::succeeds(Command::new("kill").arg(self.0.id().to_string()));
            let _ = self.0.wait();
        }
    }
}
