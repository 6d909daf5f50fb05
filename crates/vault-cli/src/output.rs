//! The standard output, and files that are written.

use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Map, Value};
use vault_api::{Existing, PendingFile};

use crate::failure::{Exit, Failure};

/// The version of the form of all JSON.
const SCHEMA: u32 = 1;

/// Writes bytes as they are.
pub fn bytes(bytes: &[u8]) -> Result<Exit, Failure> {
    let mut output = io::stdout().lock();
    output.write_all(bytes).and_then(|()| output.flush()).map_err(Failure::output)?;
    Ok(Exit::Done)
}

/// Writes exactly a value, with the end of a line on a terminal only.
pub fn value(text: &str) -> Result<Exit, Failure> {
    bytes(text.as_bytes())?;
    if io::stdout().is_terminal() { bytes(b"\n") } else { Ok(Exit::Done) }
}

/// Writes a line.
pub fn line(text: &str) -> Result<Exit, Failure> {
    bytes(text.as_bytes())?;
    bytes(b"\n")
}

/// Writes a JSON object with one member beside the version.
pub fn json(name: &str, value: &impl Serialize) -> Result<Exit, Failure> {
    let failed = |_| Failure::new(Exit::General, "the output cannot be written as JSON");
    let mut object = Map::new();
    object.insert("schema".to_owned(), SCHEMA.into());
    object.insert(name.to_owned(), serde_json::to_value(value).map_err(failed)?);
    line(&serde_json::to_string(&Value::Object(object)).map_err(failed)?)
}

/// A file that only its owner can read, and that has its name once it is complete. Dropped before, nothing of it is left.
pub struct PrivateFile {
    file: PendingFile,
    path: PathBuf,
}

impl PrivateFile {
    /// Begins a file; an existing one of the name is replaced at the end.
    pub fn create(path: &Path) -> Result<Self, Failure> {
        // A device, a pipe or a link is not what a file should take the place of.
        if path.symlink_metadata().is_ok_and(|meta| !meta.is_file()) {
            return Err(Failure::new(Exit::Usage, format!("{} is no regular file", path.display())));
        }
        let file =
            PendingFile::create(path, Existing::Replace).map_err(|error| cannot_write(path, &error))?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Why it cannot be written.
    pub fn failed(&self, error: &io::Error) -> Failure {
        cannot_write(&self.path, error)
    }

    /// Gives it its name.
    pub fn finish(self) -> Result<Exit, Failure> {
        let Self { file, path } = self;
        file.finish().map_err(|error| cannot_write(&path, &error))?;
        Ok(Exit::Done)
    }
}

impl Write for PrivateFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.file().flush()
    }
}

fn cannot_write(path: &Path, error: &dyn std::error::Error) -> Failure {
    Failure::new(Exit::General, format!("{} cannot be written: {error}", path.display()))
}
