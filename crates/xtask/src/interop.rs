//! The independent reader of the formats, a Python program.

use crate::{
    prerequisites,
    process::{Result, run},
    project,
    python::environment,
};
use std::{path::PathBuf, process::Command};

/// The reader's folder.
const READER: &str = "tests/interop";

/// Installs what the reader needs, also for the test that lets it sign in to a server; the folder of its Python.
pub fn prepare() -> Result<PathBuf> {
    prerequisites::prepare_interop()?;
    environment("interop", &project::root().join(READER).join("requirements.txt"))
}

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
    run(Command::new(prepare()?.join("bin/python"))
        .arg(project::root().join(READER).join(name))
        .current_dir(project::root())
        .env("PYTHONDONTWRITEBYTECODE", "1"))
}
