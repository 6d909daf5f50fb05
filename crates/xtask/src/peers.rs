//! The programs that the server's tests speak with.

use crate::{prerequisites, process::Result, project, python};
use std::path::PathBuf;

/// The folder of the lists.
const LISTS: &str = "crates/vault-server/tests/peers";

/// Installs those of ordinary runs, where the tests find them.
pub fn prepare() -> Result {
    prerequisites::prepare_interop()?;
    python::environment("peers", &project::root().join(LISTS).join("requirements.txt")).map(drop)
}

/// Installs all of them and returns their folder.
pub fn prepare_all() -> Result<PathBuf> {
    prerequisites::prepare_interop()?;
    prerequisites::prepare_soak()?;
    python::environment("peers-soak", &project::root().join(LISTS).join("soak.txt"))
}
