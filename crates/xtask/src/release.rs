//! `cargo xtask release-check`: checks before a release that need the network.

use crate::{container, process, process::Result, project};

/// Checks advisories, licences, bans and sources with cargo-deny, which is installed if missing, and the container image.
pub fn check() -> Result {
    if !process::succeeds(&mut project::cargo(["deny", "--version"])) {
        process::note("installing cargo-deny: advisories and licences");
        process::run(&mut project::cargo(["install", "--locked", "cargo-deny"]))?;
    }
    process::run(&mut project::cargo(["deny", "--all-features", "--config", ".cargo/deny.toml", "check"]))?;
    container::check()
}
