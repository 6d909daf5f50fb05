//! The error of encoding and decoding a payload.

use super::part::LimitedPart;

/// Why an item cannot be encoded, or bytes cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// The bytes are not a payload in canonical form.
    #[error("the item's content is malformed")]
    Malformed,
    /// A part exceeds its limit.
    #[error("the {0} exceeds its limit of {limit}", limit = .0.limit())]
    TooLarge(LimitedPart),
    /// Two fields of the item have the same id.
    #[error("two fields of the item have the same id")]
    DuplicateField,
}
