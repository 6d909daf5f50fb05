//! The independent reader of the formats, which is a Python program.

use crate::{
    project,
    shell::{About as _, Outcome, run, succeeds},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The reader's folder.
const READER: &str = "tests/interop";

/// Lets the reader check every golden vector and every kept profile.
pub fn check() -> Outcome {
    run_script("check.py")
}

/// Writes the vectors of encodings, logs and messages, which come from another program than the one that they test.
pub fn write_vectors() -> Outcome {
    run_script("make_item_vectors.py")?;
    run_script("make_wire_vectors.py")?;
    run_script("make_message_vectors.py")
}

fn run_script(name: &str) -> Outcome {
    let reader = project::root().join(READER);
    let python = environment(&reader.join("requirements.txt"))?;
    run(Command::new(python)
        .arg(reader.join(name))
        .current_dir(project::root())
        .env("PYTHONDONTWRITEBYTECODE", "1"))
}

/// A Python with exactly the packages of the list, which stays until the list changes.
fn environment(list: &Path) -> Outcome<PathBuf> {
    let folder = project::scratch("interop")?.join("environment");
    let python = folder.join("bin/python");
    let stamp = folder.join("requirements.txt");
    let wanted = fs::read(list).about(list)?;
    let complete = fs::read(&stamp).is_ok_and(|installed| installed == wanted);
    if complete && succeeds(Command::new(&python).arg("--version")) {
        return Ok(python);
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    // Nothing is compiled: what has no package for this machine is refused.
    let options =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"];
    run(Command::new(&python).args(options).arg("--requirement").arg(list))?;
    fs::write(&stamp, wanted).about(&stamp)?;
    Ok(python)
}
