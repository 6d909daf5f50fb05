use thiserror::Error;

use crate::{cost::Cost, limits};

/// A kind of file that no importer reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A ZIP archive.
    Zip,
    /// A gzip archive.
    Gzip,
    /// A KeePass database.
    KeePass,
    /// An SQLite database.
    Sqlite,
    /// A PDF document.
    Pdf,
    /// An XML file.
    Xml,
    /// A PGP message.
    Pgp,
    /// JSON that no importer recognises.
    OtherJson,
    /// A table whose columns no importer recognises.
    OtherTable,
}

impl FileKind {
    /// Returns the kind with its article, for the middle of a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zip => "a ZIP archive",
            Self::Gzip => "a gzip archive",
            Self::KeePass => "a KeePass database",
            Self::Sqlite => "an SQLite database",
            Self::Pdf => "a PDF document",
            Self::Xml => "an XML file",
            Self::Pgp => "a PGP message",
            Self::OtherJson => "JSON of another program",
            Self::OtherTable => "a table of another program",
        }
    }
}

/// The reason why a file cannot be imported; no item was read from it.
///
/// The messages are for people and contain nothing from the file except line and column numbers.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImportError {
    /// The file cannot be opened or read.
    #[error("the file cannot be read ({0})")]
    Unreadable(std::io::ErrorKind),
    /// The file has no content.
    #[error("the file is empty")]
    Empty,
    /// The file has more bytes than [`limits::FILE_BYTES`].
    #[error("the file is larger than {} MiB", limits::FILE_BYTES >> 20)]
    TooLarge,
    /// The JSON is nested deeper than [`limits::DEPTH`].
    #[error("the file is nested more than {} levels deep", limits::DEPTH)]
    TooDeep,
    /// There are more items than [`limits::ITEMS`].
    #[error("the file contains more than {} items", limits::ITEMS)]
    TooManyItems,
    /// There are more values than [`limits::VALUES`], or a list of folders or members beyond its limit.
    #[error("the file contains more values than can be read safely")]
    TooManyValues,
    /// The bytes are not text.
    #[error("line {line} is not valid text: save the file as UTF-8 and try again")]
    NotText {
        /// The line, from 1.
        line: u64,
    },
    /// No importer recognises the file.
    #[error("this is not an export file that Coffer can import{}", .looks_like.map(|kind| format!("; it looks like {}", kind.name())).unwrap_or_default())]
    UnknownFormat {
        /// The kind of file that it seems to be instead.
        looks_like: Option<FileKind>,
    },
    /// The file as a whole breaks the rules of its format.
    #[error("the file is damaged or cut off at line {line}, column {column}")]
    Malformed {
        /// The line, from 1.
        line: u64,
        /// The column, from 1; 0 if it is not known.
        column: u64,
    },
    /// The file as a whole breaks the rules of its format, which is not text.
    #[error("the file is damaged or cut off")]
    Damaged,
    /// The export is encrypted with the key of a Bitwarden account.
    #[error(
        "this export is encrypted for a Bitwarden account, and only that account can decrypt it: export again as “.json” without encryption"
    )]
    AccountEncrypted,
    /// The file is encrypted: a password, or a key file, is needed.
    #[error("this file is encrypted, and its password is needed")]
    SecretNeeded,
    /// The password or the key file does not open the file.
    #[error("the password or the key file is wrong")]
    WrongSecret,
    /// The key file is of a known kind and is damaged.
    #[error("the key file is damaged")]
    KeyFileDamaged,
    /// The key derivation costs more than runs without asking.
    #[error("opening this file takes {} MiB of memory and about {} seconds", .0.memory_mib, .0.seconds)]
    Costly(Cost),
    /// The key derivation costs more than any real file asks for.
    #[error("opening this file would take more memory or time than any real file needs")]
    CostTooHigh,
    /// There is not enough memory for the key derivation.
    #[error("there is not enough memory to open this file")]
    OutOfMemory,
    /// The file uses a method that is not known.
    #[error("this file is encrypted in a way that Coffer does not know ({0})")]
    UnknownMethod(&'static str),
    /// The content expands to more than [`limits::UNPACKED_BYTES`], or more than [`limits::RATIO`] times its size.
    #[error("the content of the file expands to more than can be read safely")]
    TooLargeUnpacked,
    /// The file is whole, and nothing in it is an item.
    #[error("there are no items in this file")]
    NoItems,
}
