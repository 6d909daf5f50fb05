//! `cargo xtask tidy`: rules of the source tree that no compiler checks.

mod circles;
mod dependencies;
mod direction;
mod finding;
mod licences;
mod network;
mod size;
mod sql;
mod threats;
mod words;

use crate::{
    modules,
    project::{self, Depth},
    shell::{Failure, Outcome},
    source,
};
use finding::Finding;

/// Checks every rule and prints all that is found, not only the first.
pub fn tidy() -> Outcome {
    let files = source::files()?;
    let members = project::metadata(Depth::Members)?;
    let everything = project::metadata(Depth::Everything)?;
    let crates = modules::crates(&members, &files)?;
    for warning in size::long(&files) {
        eprintln!("warning: {warning}");
    }
    let findings: Vec<Finding> = [
        size::too_long(&files),
        words::forbidden(&files, &project::root()),
        sql::formatted(&files),
        threats::unproven(&files)?,
        circles::circles(&crates),
        circles::floors(&crates, &files)?,
        direction::broken(&members)?,
        dependencies::unexplained(&members, &files)?,
        network::clients(&everything)?,
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
        count => Err(Failure::new(format!("tidy found {count}"))),
    }
}
