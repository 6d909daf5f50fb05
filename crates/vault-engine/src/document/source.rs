//! Files that are taken in.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::SystemTime;

use super::error::DocumentError;
use super::media::{HEAD, media_type};

/// A plain file that is read once, from its beginning to its end. When it comes to the end, it fails if the file was
/// written to since it was opened: what was read may be half of one content and half of another.
pub struct SourceFile {
    file: File,
    opened: Seen,
}

/// What tells that a file is as it was. Systems that note no time of writing tell by the length alone.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    len: u64,
    written: Option<SystemTime>,
}

impl Seen {
    fn of(metadata: &Metadata) -> Self {
        Self { len: metadata.len(), written: metadata.modified().ok() }
    }
}

/// The file was written to while it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the file was written to while it was read")]
pub(crate) struct SourceChanged;

impl SourceFile {
    /// Opens a file.
    ///
    /// # Errors
    /// [`DocumentError::NotAFile`] for folders, pipes and devices, or the disk.
    pub fn open(path: &Path) -> Result<Self, DocumentError> {
        // Asked before opening too: to open a pipe would wait for its other end.
        if !path.metadata()?.is_file() {
            return Err(DocumentError::NotAFile);
        }
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(DocumentError::NotAFile);
        }
        Ok(Self { file, opened: Seen::of(&metadata) })
    }

    /// Its length in bytes, when it was opened.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.opened.len
    }

    /// What it is, by its first bytes; before anything is taken in.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn media_type(&mut self) -> io::Result<&'static str> {
        let mut head = Vec::new();
        (&self.file).take(HEAD as u64).read_to_end(&mut head)?;
        self.file.seek(SeekFrom::Start(0))?;
        Ok(media_type(&head))
    }
}

impl Read for SourceFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        if read == 0 && !buffer.is_empty() && Seen::of(&self.file.metadata()?) != self.opened {
            return Err(io::Error::other(SourceChanged));
        }
        Ok(read)
    }
}
