//! `cargo xtask bench`: how fast, beside the bare primitive in the same run.

use crate::{
    machine, project,
    shell::{self, Outcome, note},
};

/// Runs the measurements, all or those whose names are given.
pub fn bench(names: &[&str]) -> Outcome {
    // Without it there is a comparison less, and the measurement says so.
    if let Err(failure) = machine::prepare_bench() {
        note(&failure.to_string());
    }
    shell::run(project::cargo(["run", "--release", "--package", "vault-bench", "--"]).args(names))
}
