//! `cargo xtask samples DIR`: real exports of other programs, counted.

use crate::{
    project::{self, Features},
    shell::{self, Failure, Outcome},
};
use std::path::Path;

/// Imports every export file of a folder and compares with what is expected of it.
pub fn import(folder: &Path, features: Features) -> Outcome {
    let folder = folder
        .canonicalize()
        .map_err(|error| Failure::new(format!("folder of samples {}: {error}", folder.display())))?;
    shell::run(project::example("vault-interchange", "samples", features)?.arg(folder))
}
