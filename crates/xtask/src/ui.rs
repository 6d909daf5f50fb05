//! The interface's own tools, by npm.

use crate::{
    machine, project,
    shell::{About as _, Outcome, Output, find, run, run_to},
};
use std::{fs, process::Command};

/// Installs the packages of the lock file, unless they are those already.
pub fn install(output: Output<'_>) -> Outcome {
    let folder = project::root().join("ui");
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).about(&lock)?;
    let stamp = folder.join("node_modules/.coffer-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    run_to(output, npm("ci").args(["--no-audit", "--no-fund"]))?;
    fs::write(&stamp, wanted).about(&stamp)
}

/// Builds the pages that the application embeds.
pub fn build(output: Output<'_>) -> Outcome {
    run_to(output, npm("run").arg("build"))
}

/// Types, lint, format and unit tests.
pub fn check(output: Output<'_>) -> Outcome {
    ["format:check", "check", "lint", "test"]
        .into_iter()
        .try_for_each(|script| run_to(output, npm("run").arg(script)))
}

/// Every screen in Chromium on the fake backend.
pub fn screens() -> Outcome {
    let browser = machine::BROWSERS.iter().find_map(|name| find(name));
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
