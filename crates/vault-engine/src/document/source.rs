//! The source files of documents.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::SystemTime;

use super::error::DocumentError;
use super::media::{HEAD, media_type};

/// A plain file that is read once, sequentially. Reading fails at the end if the file was modified since it was opened,
/// because the data may be a mixture of two contents.
pub struct SourceFile {
    file: File,
    opened: Fingerprint,
}

/// The metadata by which a modification is detected: length and, if the system has it, modification time.
#[derive(Debug, PartialEq, Eq)]
struct Fingerprint {
    len: u64,
    written: Option<SystemTime>,
}

impl Fingerprint {
    fn of(metadata: &Metadata) -> Self {
        Self { len: metadata.len(), written: metadata.modified().ok() }
    }
}

/// The file was modified while it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the file was modified while it was read")]
pub(crate) struct SourceChanged;

impl SourceFile {
    /// Opens a file.
    ///
    /// # Errors
    /// Returns [`DocumentError::NotAFile`] for folders, pipes and devices, or [`DocumentError::Io`].
    pub fn open(path: &Path) -> Result<Self, DocumentError> {
        // Checked before opening too, since opening a pipe would block until its other end is opened.
        if !path.metadata()?.is_file() {
            return Err(DocumentError::NotAFile);
        }
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(DocumentError::NotAFile);
        }
        Ok(Self { file, opened: Fingerprint::of(&metadata) })
    }

    /// Returns the length in bytes at the time of opening.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.opened.len
    }

    /// Returns the media type detected from the first bytes, and rewinds. Must be called before reading.
    ///
    /// # Errors
    /// Fails if the file cannot be read.
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
        if read == 0 && !buffer.is_empty() && Fingerprint::of(&self.file.metadata()?) != self.opened {
            return Err(io::Error::other(SourceChanged));
        }
        Ok(read)
    }
}
