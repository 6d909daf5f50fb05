//! `cargo xtask vectors`: golden vectors for formats that have none yet.

use crate::{interop, machine, project, shell, shell::Outcome};

/// Lets the vector tests write what is missing; what is there is compared and never overwritten.
pub fn write() -> Outcome {
    machine::prepare_interop()?;
    interop::write_vectors()?;
    shell::run(
        project::cargo(["test", "--workspace", "--lib", "--test", "it", "vectors"])
            .env("COFFER_WRITE_VECTORS", "1"),
    )
}
