use std::io;

use crate::disk::NoRoom;

/// Why a document was not sealed or opened. No file is left behind.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The file cannot be read or written.
    #[error("a file cannot be read or written")]
    Io(#[from] io::Error),
    /// The source is not a plain file.
    #[error("this is not a plain file")]
    NotAFile,
    /// The source was modified while it was read.
    #[error("the file changed while it was read")]
    Changed,
    /// The source is larger than the format allows.
    #[error("the file is too large")]
    TooLarge,
    /// The source is larger than the vault's rules allow.
    #[error("the file is larger than the vault allows")]
    AboveLimit {
        /// The maximum size in bytes.
        largest: u64,
    },
    /// The vault's rules refuse files of this kind.
    #[error("the vault does not allow files of this kind")]
    TypeRefused,
    /// The disk has not enough free space.
    #[error("the disk has {free} bytes left and {needed} are needed")]
    NoRoom {
        /// Bytes that would be written.
        needed: u64,
        /// Bytes free.
        free: u64,
    },
    /// The document is on the server and was not downloaded to this computer yet.
    #[error("the document was not downloaded yet")]
    NotHere,
    /// The sealed document is missing, modified or replaced by another one.
    #[error("the stored document is damaged")]
    Damaged,
    /// A file with that name exists.
    #[error("a file of that name exists")]
    Exists,
    /// Cancelled by the user.
    #[error("cancelled")]
    Cancelled,
}

impl DocumentError {
    /// Converts an error of reading a document through [`io::Read`].
    #[must_use]
    pub fn from_read(error: io::Error) -> Self {
        error.downcast::<Self>().unwrap_or_else(Self::Io)
    }
}

impl From<NoRoom> for DocumentError {
    fn from(NoRoom { needed, free }: NoRoom) -> Self {
        Self::NoRoom { needed, free }
    }
}
