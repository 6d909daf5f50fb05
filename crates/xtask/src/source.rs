//! The text files of the project.

use crate::{
    process::{Context as _, Error, Result, read},
    project,
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
    /// Returns whether the file name has one of these extensions, given without the dot.
    pub fn is_any(&self, endings: &[&str]) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
    }

    /// Returns whether the file is generated.
    pub fn is_generated(&self) -> bool {
        self.path.contains("/generated/") || self.path.ends_with("-lock.json") || self.path == "Cargo.lock"
    }
}

/// Reads every text file that git tracks or does not ignore.
pub fn files() -> Result<Vec<File>> {
    let list = read(
        Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
            .current_dir(project::root()),
    )?;
    let mut files = Vec::new();
    for path in list.split_terminator('\0') {
        let full = project::root().join(path);
        // Deleted but not committed, or a link to a folder.
        if !full.is_file() {
            continue;
        }
        // Binary files are skipped.
        if let Ok(text) = String::from_utf8(fs::read(&full).context(&full)?) {
            files.push(File { path: path.to_owned(), text });
        }
    }
    Ok(files)
}

/// The text of a file; fails if it is missing.
pub fn text<'a>(files: &'a [File], path: &str) -> Result<&'a str> {
    files
        .iter()
        .find(|file| file.path == path)
        .map(|file| file.text.as_str())
        .ok_or_else(|| Error::new(format!("{path} is missing")))
}
