//! `cargo xtask samples DIR`: imports real exports of other programs.

use crate::{
    process::{self, Error, Result},
    project,
};
use std::path::Path;

/// Imports every export file of a folder and compares the counts with the expected ones.
pub fn import(folder: &Path) -> Result {
    let folder = folder
        .canonicalize()
        .map_err(|error| Error::new(format!("folder of samples {}: {error}", folder.display())))?;
    process::run(project::samples()?.arg(folder))
}
