//! `cargo xtask bench`: how fast, beside the bare primitive in the same run.

use crate::{project, shell, shell::Outcome};

/// Runs the measurements of the engine, all or those that a word names.
pub fn bench(filter: &[&str]) -> Outcome {
    shell::run(project::cargo(["bench", "--package", "vault-engine", "--bench", "engine", "--"]).args(filter))
}
