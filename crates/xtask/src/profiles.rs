//! `cargo xtask profiles`: profiles to be kept for ever, which later programs must open.

use crate::{project, shell, shell::Outcome};

/// Lets the engine's tests write what is missing; what is there is opened and never overwritten.
pub fn write() -> Outcome {
    shell::run(
        project::cargo(["test", "--workspace", "--test", "it", "kept::"]).env("COFFER_WRITE_PROFILES", "1"),
    )
}
