use std::io;

/// Why a document was not taken in or written out. Nothing is left behind then.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The file cannot be read or written.
    #[error("a file cannot be read or written")]
    Io(#[from] io::Error),
    /// The source is not a plain file.
    #[error("this is not a plain file")]
    NotAFile,
    /// The source became longer or shorter while it was read.
    #[error("the file changed while it was read")]
    Changed,
    /// The source is larger than the format allows.
    #[error("the file is too large")]
    TooLarge,
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
