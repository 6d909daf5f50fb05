//! `cargo xtask bench`: how fast, beside the bare primitive in the same run.

use crate::{project, shell, shell::Outcome};

/// Runs the measurements, all or those whose names are given.
pub fn bench(names: &[&str]) -> Outcome {
    shell::run(project::cargo(["run", "--release", "--package", "vault-bench", "--"]).args(names))
}
