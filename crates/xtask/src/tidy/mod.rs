//! `cargo xtask tidy`: rules of the source tree that no compiler checks.

mod dependencies;
mod direction;
mod licences;
mod network;
mod size;
mod source;
mod sql;
mod threats;
mod words;

use crate::{
    project::{self, Depth},
    shell::{Failure, Outcome},
};
use std::fmt;

/// Something that breaks a rule, and where.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    place: String,
    text: String,
}

impl Finding {
    /// Makes a finding at a place: a path, a path with a line, or a crate.
    fn new(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self { place: place.into(), text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.text)
    }
}

/// Checks every rule and prints all that is found, not only the first.
pub fn tidy() -> Outcome {
    let files = source::files()?;
    let members = project::metadata(Depth::Members)?;
    let everything = project::metadata(Depth::Everything)?;
    for warning in size::long(&files) {
        eprintln!("warning: {warning}");
    }
    let findings: Vec<Finding> = [
        size::too_long(&files),
        words::forbidden(&files, &project::root()),
        sql::formatted(&files),
        threats::unproven(&files)?,
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
