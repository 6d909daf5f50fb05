//! `cargo xtask bench`: the engine beside the bare primitives in the same run.

use crate::{
    prerequisites,
    process::{self, Result, note},
    project,
};

/// Runs the named measurements, or all.
pub fn bench(names: &[&str]) -> Result {
    // Without the other programs the measurement leaves their comparison out and says so.
    if let Err(error) = prerequisites::prepare_bench() {
        note(&error.to_string());
    }
    process::run(project::cargo(["run", "--release", "--package", "vault-bench", "--"]).args(names))
}
