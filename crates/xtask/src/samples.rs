//! `cargo xtask samples DIR`: real exports of other programs, counted.

use crate::{
    project,
    shell::{self, Failure, Outcome},
};
use std::path::Path;

/// Imports every export file of a folder and compares with what is expected of it.
pub fn import(folder: &Path) -> Outcome {
    let folder = folder
        .canonicalize()
        .map_err(|error| Failure::new(format!("folder of samples {}: {error}", folder.display())))?;
    shell::run(project::samples()?.arg(folder))
}
