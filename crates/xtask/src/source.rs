//! The files that belong to the project.

use crate::{
    project,
    shell::{About as _, Failure, Outcome, read},
};
use std::{fs, process::Command};

/// A text file of the project.
pub struct File {
    /// Path from the root, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl File {
    /// Tells whether the name ends in one of these, without the dot.
    pub fn is_any(&self, endings: &[&str]) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
    }

    /// Tells whether a program wrote it.
    pub fn is_generated(&self) -> bool {
        self.path.contains("/generated/") || self.path.ends_with("-lock.json") || self.path == "Cargo.lock"
    }
}

/// Every text file that is committed or about to be; git knows what is ignored.
pub fn files() -> Outcome<Vec<File>> {
    let list = read(
        Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
            .current_dir(project::root()),
    )?;
    let mut files = Vec::new();
    for path in list.split_terminator('\0') {
        let full = project::root().join(path);
        // Removed and not committed yet, or a link.
        if !full.is_file() {
            continue;
        }
        // Pictures and the like are not text.
        if let Ok(text) = String::from_utf8(fs::read(&full).about(&full)?) {
            files.push(File { path: path.to_owned(), text });
        }
    }
    Ok(files)
}

/// The text of one file that has to be there.
pub fn text<'a>(files: &'a [File], path: &str) -> Outcome<&'a str> {
    files
        .iter()
        .find(|file| file.path == path)
        .map(|file| file.text.as_str())
        .ok_or_else(|| Failure::new(format!("{path} is missing")))
}
