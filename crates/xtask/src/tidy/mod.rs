//! `cargo xtask tidy`: rules of the source tree that no compiler checks.

mod blind;
mod circles;
mod dependencies;
mod finding;
mod layering;
mod licences;
mod network;
mod phrases;
mod reach;
mod size;
mod sql;
mod threats;
mod words;

use crate::{
    modules,
    process::{Error, Result},
    project::{self, Depth},
    source,
};
use finding::Finding;

/// Checks every rule and prints all findings.
pub fn tidy() -> Result {
    let files = source::files()?;
    let members = project::metadata(Depth::Members)?;
    let everything = project::metadata(Depth::Everything)?;
    let crates = modules::crates(&members, &files)?;
    for warning in size::long(&files) {
        eprintln!("warning: {warning}");
    }
    let findings: Vec<Finding> = [
        phrases::used(&files),
        size::too_long(&files),
        words::forbidden(&files, &project::root()),
        sql::formatted(&files),
        threats::unproven(&files)?,
        circles::circles(&crates),
        circles::floors(&crates, &files)?,
        layering::violations(&members)?,
        dependencies::undocumented(&members, &files)?,
        network::clients(&everything)?,
        blind::opening(&everything)?,
        licences::refused(&everything, &files)?,
    ]
    .into_iter()
    .flatten()
    .collect();
    for finding in &findings {
        eprintln!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        count => Err(Error::new(format!("tidy: {count} findings"))),
    }
}
