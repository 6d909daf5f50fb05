//! `cargo xtask vectors`: golden vectors of formats that have none yet.

use crate::{interop, prerequisites, process, process::Result, project};

/// Writes missing vectors by the vector tests; existing ones are compared and never overwritten.
pub fn write() -> Result {
    prerequisites::prepare_interop()?;
    interop::write_vectors()?;
    process::run(
        project::cargo(["test", "--workspace", "--lib", "--test", "it", "vectors"])
            .env("COFFER_WRITE_VECTORS", "1"),
    )
}
