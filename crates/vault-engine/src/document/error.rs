use std::io;

use crate::disk::NoRoom;

/// Why a document was not taken in or written out. Nothing is left behind then.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The file cannot be read or written.
    #[error("a file cannot be read or written")]
    Io(#[from] io::Error),
    /// The source is not a plain file.
    #[error("this is not a plain file")]
    NotAFile,
    /// The source was written to while it was read.
    #[error("the file changed while it was read")]
    Changed,
    /// The source is larger than the format allows.
    #[error("the file is too large")]
    TooLarge,
    /// The source is larger than the vault's rules allow.
    #[error("the file is larger than the vault takes")]
    AboveLimit {
        /// The largest that is taken, in bytes.
        largest: u64,
    },
    /// The vault's rules refuse files of this kind.
    #[error("the vault does not take files of this kind")]
    TypeRefused,
    /// The disk has not enough room.
    #[error("the disk has {free} bytes left and {needed} are needed")]
    NoRoom {
        /// Bytes that would be written.
        needed: u64,
        /// Bytes that there is room for.
        free: u64,
    },
    /// The sealed document is missing, was changed, or is another one.
    #[error("the stored document is damaged")]
    Damaged,
    /// A file of that name exists.
    #[error("a file of that name exists")]
    Exists,
    /// The person asked to stop.
    #[error("cancelled")]
    Cancelled,
}

impl DocumentError {
    /// What was wrong when reading a document as a stream failed.
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
