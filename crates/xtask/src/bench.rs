//! `cargo xtask bench`: the engine beside the bare primitives in the same run, and the server under load.

use crate::{
    prerequisites,
    process::{self, Result, note},
    project,
};

/// Runs the named measurements, or all.
pub fn bench(names: &[&str]) -> Result {
    if let ["server", names @ ..] = names {
        return server(names);
    }
    // Without the other programs the measurement leaves their comparison out and says so.
    if let Err(error) = prerequisites::prepare_bench() {
        note(&error.to_string());
    }
    // The measurement of synchronization starts it.
    process::run(&mut project::cargo(["build", "--release", "--bin", "coffer-server"]))?;
    process::run(project::cargo(["run", "--release", "--package", "vault-bench", "--"]).args(names))?;
    if names.is_empty() { server(&[]) } else { Ok(()) }
}

/// Runs the named measurements of the server, or all. Both programs are built by one command, with the same dependencies.
fn server(names: &[&str]) -> Result {
    let built = ["--package", "vault-server", "--example", "load"];
    process::run(project::cargo(["build", "--release", "--bin", "coffer-server"]).args(built))?;
    process::run(project::cargo(["run", "--release"]).args(built).arg("--").args(names))
}
