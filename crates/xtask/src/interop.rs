//! The independent reader of the formats, a Python program.

use crate::{
    process::{Result, run},
    project,
    python::environment,
};
use std::process::Command;

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
    let python = environment("interop", &reader.join("requirements.txt"))?.join("bin/python");
    run(Command::new(python)
        .arg(reader.join(name))
        .current_dir(project::root())
        .env("PYTHONDONTWRITEBYTECODE", "1"))
}
