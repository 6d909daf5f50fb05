//! Atomic creation of files.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::error::DocumentError;
use crate::disk::files::sync_folder;

/// What happens to an existing file with the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It is kept, and the write fails.
    Keep,
    /// It is replaced.
    Replace,
}

/// Writes a file atomically, readable only by its owner.
///
/// # Errors
/// Returns [`DocumentError::Exists`] if the file exists and must be kept, or [`DocumentError::Io`].
pub fn write_new_file(path: &Path, content: &[u8], existing: Existing) -> Result<(), DocumentError> {
    let mut pending = PendingFile::create(path, existing)?;
    pending.file().write_all(content)?;
    pending.finish()
}

/// A file with a temporary name in its final folder, deleted on drop.
pub struct PendingFile {
    temporary: NamedTempFile,
    target: PathBuf,
    existing: Existing,
}

impl PendingFile {
    /// Creates it.
    ///
    /// # Errors
    /// Returns [`DocumentError::Exists`] if the target exists and must be kept, or [`DocumentError::Io`].
    pub fn create(target: &Path, existing: Existing) -> Result<Self, DocumentError> {
        // An early check; the one in `finish` is authoritative.
        if existing == Existing::Keep && target.symlink_metadata().is_ok() {
            return Err(DocumentError::Exists);
        }
        // A temporary name of fixed length, since the target's name may already have the maximum length.
        let temporary =
            tempfile::Builder::new().prefix(".coffer-").suffix(".part").tempfile_in(folder(target))?;
        Ok(Self { temporary, target: target.to_owned(), existing })
    }

    /// Returns the final folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        folder(&self.target)
    }

    /// Returns the file, to be written.
    pub fn file(&mut self) -> &mut File {
        self.temporary.as_file_mut()
    }

    /// Returns another handle of the file with its own position, for one of several threads.
    pub(crate) fn part(&self) -> io::Result<PositionedWriter> {
        Ok(PositionedWriter(self.temporary.reopen()?))
    }

    /// Syncs the content, then renames the file to its final name.
    ///
    /// # Errors
    /// As [`PendingFile::create`].
    pub fn finish(self) -> Result<(), DocumentError> {
        self.temporary.as_file().sync_all()?;
        let named = match self.existing {
            Existing::Keep => self.temporary.persist_noclobber(&self.target),
            Existing::Replace => self.temporary.persist(&self.target),
        };
        named.map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => DocumentError::Exists,
            _ => DocumentError::Io(error.error),
        })?;
        Ok(sync_folder(folder(&self.target))?)
    }
}

/// A handle for writing parts of a file at given offsets.
pub struct PositionedWriter(File);

impl PositionedWriter {
    pub fn new(file: File) -> Self {
        Self(file)
    }

    pub fn sync(&self) -> io::Result<()> {
        self.0.sync_all()
    }

    pub fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        /// For writes of megabytes Linux may try to allocate page cache in equally large blocks, which are rarely free:
        /// measured several times as expensive as the copying itself. `cp` uses small writes too.
        const PIECE: usize = 128 << 10;
        self.0.seek(SeekFrom::Start(offset))?;
        // Write up to a boundary first, so that no page is touched twice afterwards.
        let begun = usize::try_from(offset % PIECE as u64).unwrap_or(0);
        let (first, rest) = bytes.split_at(bytes.len().min(PIECE - begun));
        self.0.write_all(first)?;
        rest.chunks(PIECE).try_for_each(|piece| self.0.write_all(piece))
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
