//! `cargo xtask vectors`: golden vectors of formats that have none yet.

use crate::{interop, process, process::Result, project};

/// Writes missing vectors by the vector tests; existing ones are compared and never overwritten.
pub fn write() -> Result {
    interop::write_vectors()?;
    // One thread: a test that reads the vectors would otherwise find one that another is just writing.
    process::run(
        project::cargo(["test", "--workspace", "--lib", "--test", "it", "vectors", "--", "--test-threads=1"])
            .env("COFFER_WRITE_VECTORS", "1"),
    )
}
