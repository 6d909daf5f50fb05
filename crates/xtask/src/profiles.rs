//! `cargo xtask profiles`: profiles that every later version must open.

use crate::{process, process::Result, project};

/// Writes missing profiles by the engine's tests; existing ones are opened and never overwritten.
pub fn write() -> Result {
    process::run(
        project::cargo(["test", "--workspace", "--test", "it", "compat::"]).env("COFFER_WRITE_PROFILES", "1"),
    )
}
