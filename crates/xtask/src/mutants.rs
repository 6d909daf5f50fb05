//! `cargo xtask mutants`: searches with cargo-mutants for defences that no test holds.

use crate::{
    prerequisites,
    process::{self, Error, Result, note},
    project,
};

/// Removes or changes one part of the verification code at a time and runs the tests of `vault-wire` and `vault-crypto`;
/// fails if they pass for one. The files, and the changes that are without effect, are in `.cargo/mutants.toml`. The
/// arguments are those of cargo-mutants: `--shard 0/40`, `--re roster/rules.rs`, `--list`.
pub fn mutants(arguments: &[&str]) -> Result {
    prerequisites::prepare_mutants()?;
    let output = project::scratch("mutants")?;
    let mut command = project::cargo(["mutants", "--no-shuffle", "--output"]);
    process::run(command.arg(&output).args(arguments)).map_err(|error| {
        note(&format!("the outcomes are in {}", output.join("mutants.out").display()));
        Error::new(format!("{error}; a surviving mutant needs a test, or a reason in .cargo/mutants.toml"))
    })
}
