//! `cargo xtask bundle`, and the test that a package installs and starts.

use crate::{
    machine, project,
    shell::{self, About as _, Failure, Outcome, Output, note},
    ui,
};
use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long an application may take until its window is there, on the slowest of machines.
const PATIENCE: Duration = Duration::from_secs(90);

/// Makes the packages that are handed out.
pub fn release() -> Outcome {
    machine::prepare_build()?;
    ui::install(Output::Terminal)?;
    ui::build(Output::Terminal)?;
    shell::run(tauri("build").args(["--bundles", "deb,rpm"]))?;
    let folder = project::target()?.join("release/bundle");
    for kind in ["deb", "rpm"] {
        note(&format!("made {}", package(&folder, kind)?.display()));
    }
    Ok(())
}

/// Packs the debug application that is built already, installs it, sees its window and removes it.
pub fn try_debug() -> Outcome {
    let folder = project::target()?.join("debug/bundle");
    if folder.exists() {
        fs::remove_dir_all(&folder).about(&folder)?;
    }
    shell::run(tauri("bundle").args(["--debug", "--no-binary-patching", "--bundles", "deb,rpm"]))?;
    shell::run(
        Command::new("rpm").args(["--query", "--info", "--list", "--package"]).arg(package(&folder, "rpm")?),
    )?;
    let deb = package(&folder, "deb")?;
    if machine::is_root()? && !installed() {
        shell::run(machine::apt()?.args(["install", "--yes", "--no-install-recommends"]).arg(&deb))?;
        let outcome = start(Path::new("/usr/bin/coffer"));
        shell::run(machine::apt()?.args(["purge", "--yes", "coffer"]))?;
        return outcome;
    }
    // Never into the system of somebody who is at work on it.
    let place = project::scratch("installed")?;
    shell::run(Command::new("dpkg-deb").arg("--extract").arg(&deb).arg(&place))?;
    start(&place.join("usr/bin/coffer"))
}

/// The bundler, from the root of the project.
fn tauri(command: &str) -> Command {
    let mut tauri = Command::new(project::root().join("ui/node_modules/.bin/tauri"));
    tauri.arg(command).arg("--ci").current_dir(project::root());
    tauri
}

/// The one package of a kind in the bundle folder.
fn package(folder: &Path, kind: &str) -> Outcome<PathBuf> {
    let folder = folder.join(kind);
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).about(&folder)? {
        let path = entry.about(&folder)?.path();
        if path.extension().is_some_and(|extension| extension == kind) {
            found.push(path);
        }
    }
    match (found.pop(), found.is_empty()) {
        (Some(path), true) => Ok(path),
        _ => Err(Failure::new(format!("{}: one .{kind} was expected", folder.display()))),
    }
}

/// Fails if the program that draws documents was not packed beside the application.
fn expect_renderer(application: &Path) -> Outcome {
    let renderer = application.with_file_name("coffer-preview");
    // It is given no job, and ends.
    let ended =
        Command::new(&renderer).stdin(Stdio::null()).stdout(Stdio::null()).status().about(&renderer)?;
    match ended.code() {
        Some(_) => Ok(()),
        None => Err(Failure::new(format!("{}: {ended}", renderer.display()))),
    }
}

/// Tells whether the system has the package already.
fn installed() -> bool {
    shell::succeeds(Command::new("dpkg-query").args(["--status", "coffer"]))
}

/// Starts the program on a screen and a session bus of its own, waits for its window and ends it.
fn start(program: &Path) -> Outcome {
    expect_renderer(program)?;
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
            .about(program)?,
    );
    let outcome = wait_for_window(&mut bus.0, &display);
    bus.end_session();
    drop(screen);
    outcome
}

/// Waits until a visible window carries the application's name.
fn wait_for_window(bus: &mut Child, display: &str) -> Outcome {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Ok(Some(status)) = bus.try_wait() {
            return Err(Failure::new(format!(
                "the application ended before its window was there ({status})"
            )));
        }
        let mut search = Command::new("xdotool");
        search.args(["search", "--onlyvisible", "--name", "^Coffer$"]).env("DISPLAY", display);
        if shell::succeeds(&mut search) {
            note(&format!("window after {:.1}s", start.elapsed().as_secs_f64()));
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    Err(Failure::new(format!("no window after {} seconds", PATIENCE.as_secs())))
}

/// Starts a screen that chooses its own number, and waits until it takes calls.
fn screen() -> Outcome<(Running, String)> {
    let mut child = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .about(Path::new("Xvfb"))?;
    let mut number = String::new();
    if let Some(output) = child.stdout.take() {
        BufReader::new(output).read_line(&mut number).about(Path::new("Xvfb"))?;
    }
    let running = Running(child);
    if number.trim().is_empty() {
        Err(Failure::new("Xvfb did not start"))
    } else {
        Ok((running, format!(":{}", number.trim())))
    }
}

/// A program that ends when we are done with it, however that comes.
struct Running(Child);

impl Running {
    /// Ends the program of a bus session; the session ends by itself after it.
    fn end_session(&mut self) {
        let id = self.0.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
        for child in children.split_whitespace() {
            // The bus is a child too: it has to outlive the program, which would lose its way otherwise.
            let name = fs::read_to_string(format!("/proc/{child}/comm")).unwrap_or_default();
            if name.trim() != "dbus-daemon" {
                shell::succeeds(Command::new("kill").arg(child));
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
        // Asked, not forced: Xvfb removes its lock file, the bus its socket. One that has ended needs neither.
        if matches!(self.0.try_wait(), Ok(None)) {
            shell::succeeds(Command::new("kill").arg(self.0.id().to_string()));
            let _ = self.0.wait();
        }
    }
}
