//! `cargo xtask release-check`: what needs the network and is looked at before each release.

use crate::{project, shell, shell::Outcome};

/// Advisories, licences, bans and sources by cargo-deny, installing it if it is not there.
pub fn check() -> Outcome {
    if !shell::succeeds(&mut project::cargo(["deny", "--version"])) {
        shell::note("installing cargo-deny: advisories and licences");
        shell::run(&mut project::cargo(["install", "--locked", "cargo-deny"]))?;
    }
    shell::run(&mut project::cargo(["deny", "--all-features", "--config", ".cargo/deny.toml", "check"]))
}
