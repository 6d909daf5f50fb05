//! The payload of an item: its bytes before padding and sealing.
//!
//! CBOR maps with unsigned keys in ascending order, shortest lengths, nothing indefinite, no floats. An entry that
//! would hold the default (an empty text, an empty list, `false`, nothing) is left out, so that an item has exactly
//! one payload. Keys this program does not know are kept and written back.
//!
//! ```text
//! item        1 type  2 title  3 [field]  4 [url]  5 notes  6 [tag]  7 folder  8 favourite  9 edited in two places
//!             10 archived  11 created  12 modified  13 trashed  14 device  15 [attachment]  16 [superseded]
//!             17 re-prompt  18 expires  19 [[url, rule]]  20 [passkey]  21 template
//! field       1 id(8 bytes)  2 role  3 label  4 kind  5 value  6 heading  7 [[value, replaced at]]
//! attachment  1 blob id(16)  2 file key(32)  3 size  4 name  5 media type  6 SHA-256(32)  7 added
//! passkey     1 credential id  2 rp id  3 rp name  4 user handle  5 user name  6 display name  7 private key
//!             8 algorithm  9 signatures  10 discoverable  11 created
//! superseded  [field id or null, label, value, at]
//! ```
//!
//! A type, role or kind with an unknown number is shown as a note, as a custom field or concealed, and keeps its number.

mod cbor;
pub mod limits;
mod part;
mod read;
mod write;

#[cfg(test)]
mod tests;

use zeroize::Zeroizing;

use super::model::{Field, Item};
use super::role::{FieldKind, ItemType, Role};

pub use part::LimitedPart;

pub(crate) mod key {
    pub mod item {
        pub const TYPE: u64 = 1;
        pub const TITLE: u64 = 2;
        pub const FIELDS: u64 = 3;
        pub const URLS: u64 = 4;
        pub const NOTES: u64 = 5;
        pub const TAGS: u64 = 6;
        pub const FOLDER: u64 = 7;
        pub const FAVOURITE: u64 = 8;
        pub const EDITED_IN_TWO_PLACES: u64 = 9;
        pub const ARCHIVED: u64 = 10;
        pub const CREATED: u64 = 11;
        pub const MODIFIED: u64 = 12;
        pub const TRASHED: u64 = 13;
        pub const DEVICE: u64 = 14;
        pub const ATTACHMENTS: u64 = 15;
        pub const SUPERSEDED: u64 = 16;
        pub const REPROMPT: u64 = 17;
        pub const EXPIRES: u64 = 18;
        pub const URL_RULES: u64 = 19;
        pub const PASSKEYS: u64 = 20;
        pub const TEMPLATE: u64 = 21;
    }
    pub mod field {
        pub const ID: u64 = 1;
        pub const ROLE: u64 = 2;
        pub const LABEL: u64 = 3;
        pub const KIND: u64 = 4;
        pub const VALUE: u64 = 5;
        pub const SECTION: u64 = 6;
        pub const HISTORY: u64 = 7;
    }
    pub mod attachment {
        pub const BLOB_ID: u64 = 1;
        pub const FILE_KEY: u64 = 2;
        pub const SIZE: u64 = 3;
        pub const NAME: u64 = 4;
        pub const MEDIA_TYPE: u64 = 5;
        pub const ADDED: u64 = 7;
    }
    pub mod passkey {
        pub const CREDENTIAL_ID: u64 = 1;
        pub const RP_ID: u64 = 2;
        pub const RP_NAME: u64 = 3;
        pub const USER_HANDLE: u64 = 4;
        pub const USER_NAME: u64 = 5;
        pub const DISPLAY_NAME: u64 = 6;
        pub const PRIVATE_KEY: u64 = 7;
        pub const ALGORITHM: u64 = 8;
        pub const SIGN_COUNTER: u64 = 9;
        pub const DISCOVERABLE: u64 = 10;
        pub const CREATED: u64 = 11;
    }
}

/// Why an item has no payload, or bytes are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// The bytes are not a payload in its one true form.
    #[error("the item's content is malformed")]
    Malformed,
    /// A part exceeds its limit.
    #[error("the {0} exceeds its limit of {limit}", limit = .0.limit())]
    TooLarge(LimitedPart),
    /// Two fields of the item have the same id.
    #[error("two fields of the item have the same id")]
    DuplicateField,
}

/// Writes an item down.
///
/// # Errors
/// If the item exceeds [`limits`] or two of its fields share an id.
pub fn encode(item: &Item) -> Result<Zeroizing<Vec<u8>>, PayloadError> {
    let bytes = write::item(item)?;
    if bytes.len() > limits::PAYLOAD { Err(PayloadError::TooLarge(LimitedPart::Content)) } else { Ok(bytes) }
}

/// Reads an item.
///
/// # Errors
/// If the bytes are not exactly what [`encode`] would write for the item they stand for.
pub fn decode(bytes: &[u8]) -> Result<Item, PayloadError> {
    if bytes.len() > limits::PAYLOAD {
        return Err(PayloadError::TooLarge(LimitedPart::Content));
    }
    let item = read::item(bytes)?;
    // One item, one payload: whatever the reader let pass (order, over-long numbers, defaults) shows here.
    if encode(&item)?.as_slice() == bytes { Ok(item) } else { Err(PayloadError::Malformed) }
}

impl Item {
    /// Gives the item another type; a type from a newer program that was kept until now is given up.
    pub fn set_type(&mut self, item_type: ItemType) {
        self.item_type = item_type;
        self.unknown.forget(key::item::TYPE);
    }
}

impl Field {
    /// Gives the field a role and kind; ones from a newer program that were kept until now are given up.
    pub fn set_meaning(&mut self, role: Option<Role>, kind: FieldKind) {
        (self.role, self.kind) = (role, kind);
        self.unknown.forget(key::field::ROLE);
        self.unknown.forget(key::field::KIND);
    }
}
