//! The interface's tools, run by npm.

use crate::{
    prerequisites,
    process::{Context as _, Output, Result, find, run, run_to},
    project,
};
use std::{fs, process::Command};

/// Installs the packages of the lock file unless they are installed.
pub fn install(output: Output<'_>) -> Result {
    let folder = project::root().join("ui");
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).context(&lock)?;
    let stamp = folder.join("node_modules/.coffer-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    run_to(output, npm("ci").args(["--no-audit", "--no-fund"]))?;
    fs::write(&stamp, wanted).context(&stamp)
}

/// Builds the pages that the application embeds.
pub fn build(output: Output<'_>) -> Result {
    run_to(output, npm("run").arg("build"))
}

/// Checks format, types and lint, and runs the unit tests.
pub fn check(output: Output<'_>) -> Result {
    ["format:check", "check", "lint", "test"]
        .into_iter()
        .try_for_each(|script| run_to(output, npm("run").arg(script)))
}

/// Tests every screen in Chromium on the fake backend.
pub fn screens() -> Result {
    let browser = prerequisites::BROWSERS.iter().find_map(|name| find(name));
    let mut screens = npm("run");
    screens.arg("test:screens").envs(browser.map(|path| ("CHROMIUM", path)));
    run(&mut screens)
}

/// An npm command in the interface's folder.
fn npm(command: &str) -> Command {
    let mut npm = Command::new("npm");
    npm.arg(command).current_dir(project::root().join("ui")).env("NO_UPDATE_NOTIFIER", "1");
    npm
}
