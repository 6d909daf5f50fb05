//! Virtual environments of Python.

use crate::{
    process::{Context as _, Result, run, succeeds},
    project,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A virtual environment with the packages of a list, made again when the list changes; its folder.
pub fn environment(name: &str, list: &Path) -> Result<PathBuf> {
    let folder = project::scratch(name)?.join("environment");
    let python = folder.join("bin/python");
    let stamp = folder.join("requirements.txt");
    let wanted = fs::read(list).context(list)?;
    let complete = fs::read(&stamp).is_ok_and(|installed| installed == wanted);
    if complete && succeeds(Command::new(&python).arg("--version")) {
        return Ok(folder);
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    // Packages without a wheel for this machine are refused.
    let options =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"];
    run(Command::new(&python).args(options).arg("--requirement").arg(list))?;
    fs::write(&stamp, wanted).context(&stamp)?;
    Ok(folder)
}
