use thiserror::Error;

use crate::limits;

/// Why a file cannot be imported; nothing was taken from it.
///
/// The messages are whole sentences for people and hold nothing from the file but line and column numbers.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImportError {
    /// The file cannot be opened or read.
    #[error("the file cannot be read ({0})")]
    Unreadable(std::io::ErrorKind),
    /// There is nothing in the file.
    #[error("the file is empty")]
    Empty,
    /// The file has more bytes than [`limits::FILE_BYTES`].
    #[error("the file is larger than {} MiB", limits::FILE_BYTES >> 20)]
    TooLarge,
    /// JSON is nested deeper than [`limits::DEPTH`].
    #[error("the file is nested more than {} levels deep", limits::DEPTH)]
    TooDeep,
    /// There are more items than [`limits::ITEMS`].
    #[error("the file holds more than {} items", limits::ITEMS)]
    TooManyItems,
    /// There are more values than [`limits::VALUES`], or more in one place than any export has.
    #[error("the file holds more values than can be read safely")]
    TooManyValues,
    /// The bytes are not text.
    #[error("line {line} is not valid text: save the file as UTF-8 and try again")]
    NotText {
        /// The line, from 1.
        line: u64,
    },
    /// The file is none of the known kinds.
    #[error("this is not an export file that Coffer knows{}", .looks_like.map(|kind| format!("; it looks like {kind}")).unwrap_or_default())]
    UnknownFormat {
        /// What it seems to be instead, if that can be told.
        looks_like: Option<&'static str>,
    },
    /// The file breaks the rules of its format as a whole.
    #[error("the file is damaged or cut off at line {line}, column {column}")]
    Malformed {
        /// The line, from 1.
        line: u64,
        /// The column, from 1; 0 if it is not known.
        column: u64,
    },
    /// The export is encrypted with the key of the account it came from.
    #[error(
        "this export is encrypted for the Bitwarden account it came from, and only that account can open it: export again as “.json” without encryption"
    )]
    AccountEncrypted,
    /// The export is encrypted with a password of its own.
    #[error(
        "this export is protected by a password, which is not supported yet: export again as “.json” without encryption"
    )]
    PasswordProtected,
}
