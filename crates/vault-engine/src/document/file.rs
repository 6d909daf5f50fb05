//! Files that appear whole or not at all.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::error::DocumentError;
use crate::disk::files::sync_folder;

/// What becomes of a file that has the name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and nothing is written.
    Keep,
    /// The new one takes its place.
    Replace,
}

/// Writes a file that only its owner can read: whole, or not at all.
///
/// # Errors
/// [`DocumentError::Exists`] if a file of that name is to be kept, or the disk.
pub fn write_new_file(path: &Path, content: &[u8], existing: Existing) -> Result<(), DocumentError> {
    let mut pending = Pending::beside(path, existing)?;
    pending.file().write_all(content)?;
    pending.finish()
}

/// A file under a temporary name in its final folder; dropped, it is gone.
pub struct Pending {
    temporary: NamedTempFile,
    target: PathBuf,
    existing: Existing,
}

impl Pending {
    pub fn beside(target: &Path, existing: Existing) -> Result<Self, DocumentError> {
        // Told before the work is done; what counts is the check at the end.
        if existing == Existing::Keep && target.symlink_metadata().is_ok() {
            return Err(DocumentError::Exists);
        }
        // A temporary name of fixed length: the target's own may fill what the file system allows.
        let temporary =
            tempfile::Builder::new().prefix(".coffer-").suffix(".part").tempfile_in(folder(target))?;
        Ok(Self { temporary, target: target.to_owned(), existing })
    }

    /// Where it will be.
    pub fn folder(&self) -> &Path {
        folder(&self.target)
    }

    pub fn file(&mut self) -> &mut File {
        self.temporary.as_file_mut()
    }

    /// The same file with a place of its own in it, for one of several threads.
    pub fn part(&self) -> io::Result<Part> {
        Ok(Part(self.temporary.reopen()?))
    }

    /// Makes the content last, then gives it its name.
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

/// A way to write parts of a file, each at its place.
pub struct Part(File);

impl Part {
    pub fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        /// Given megabytes at once, Linux may look for memory in pieces as large, which is seldom at hand: measured
        /// several times dearer than the copying itself. `cp` and others write as little at a time.
        const PIECE: usize = 128 << 10;
        self.0.seek(SeekFrom::Start(offset))?;
        // Up to a boundary first: after it no page is touched twice.
        let begun = usize::try_from(offset % PIECE as u64).unwrap_or(0);
        let (first, rest) = bytes.split_at(bytes.len().min(PIECE - begun));
        self.0.write_all(first)?;
        rest.chunks(PIECE).try_for_each(|piece| self.0.write_all(piece))
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
