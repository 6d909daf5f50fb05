//! The independent reader of the formats, a Python program.

use crate::{
    process::{Context as _, Result, run, succeeds},
    project,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The reader's folder.
const READER: &str = "tests/interop";

/// Runs the reader over every golden vector and every kept profile.
pub fn check() -> Result {
    run_script("check.py")
}

/// Writes the vectors of encodings, logs and messages. They are made by an implementation other than the tested one.
pub fn write_vectors() -> Result {
    run_script("make_item_vectors.py")?;
    run_script("make_wire_vectors.py")?;
    run_script("make_message_vectors.py")
}

fn run_script(name: &str) -> Result {
    let reader = project::root().join(READER);
    let python = environment(&reader.join("requirements.txt"))?;
    run(Command::new(python)
        .arg(reader.join(name))
        .current_dir(project::root())
        .env("PYTHONDONTWRITEBYTECODE", "1"))
}

/// A virtual environment with exactly the packages of the list, made again when the list changes.
fn environment(list: &Path) -> Result<PathBuf> {
    let folder = project::scratch("interop")?.join("environment");
    let python = folder.join("bin/python");
    let stamp = folder.join("requirements.txt");
    let wanted = fs::read(list).context(list)?;
    let complete = fs::read(&stamp).is_ok_and(|installed| installed == wanted);
    if complete && succeeds(Command::new(&python).arg("--version")) {
        return Ok(python);
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    // Packages without a wheel for this machine are refused.
    let options =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"];
    run(Command::new(&python).args(options).arg("--requirement").arg(list))?;
    fs::write(&stamp, wanted).context(&stamp)?;
    Ok(python)
}
