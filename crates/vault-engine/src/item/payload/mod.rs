//! The payload of an item: its bytes before padding and sealing.
//!
//! CBOR maps with unsigned keys in ascending order, shortest encoding, definite lengths and no floats. An entry with
//! the default value (empty text, empty list, `false`, nothing) is omitted, so that an item has exactly one payload.
//! Unknown keys are kept and written back.
//!
//! ```text
//! item        1 type  2 title  3 [field]  4 [url]  5 notes  6 [tag]  7 folder  8 favourite  9 edited in two places
//!             10 archived  11 created  12 modified  13 trashed  14 device  15 [attachment]  16 [superseded]
//!             17 re-prompt  18 expires  19 [[url, rule]]  20 [passkey]  21 template
//! field       1 id(8 bytes)  2 role  3 label  4 kind  5 value  6 heading  7 [[value, replaced at]]
//! attachment  1 blob id(16)  2 file key(32)  3 size  4 name  5 media type  7 added
//! passkey     1 credential id  2 rp id  3 rp name  4 user handle  5 user name  6 display name  7 private key
//!             8 algorithm  9 signatures  10 discoverable  11 created
//! superseded  [field id or null, label, value, at]
//! ```
//!
//! An unknown type is shown as a note unless it is one of data of programs, an unknown role as a custom field and an
//! unknown kind as concealed; each keeps its number.

mod cbor;
mod error;
pub(crate) mod key;
pub mod limits;
mod part;
mod read;
mod write;

#[cfg(test)]
mod tests;

use zeroize::Zeroizing;

use super::field_kind::FieldKind;
use super::item_type::{FIRST_OF_PROGRAMS, ItemType};
use super::model::{Field, Item};
use super::role::Role;

pub use error::PayloadError;
pub use part::LimitedPart;

/// Encodes an item.
///
/// # Errors
/// Fails if the item exceeds [`limits`] or two of its fields have the same id.
pub fn encode(item: &Item) -> Result<Zeroizing<Vec<u8>>, PayloadError> {
    let bytes = write::item(item)?;
    if bytes.len() > limits::PAYLOAD { Err(PayloadError::TooLarge(LimitedPart::Content)) } else { Ok(bytes) }
}

/// Decodes an item.
///
/// # Errors
/// Fails unless the bytes are exactly what [`encode`] returns for the decoded item.
pub fn decode(bytes: &[u8]) -> Result<Item, PayloadError> {
    if bytes.len() > limits::PAYLOAD {
        return Err(PayloadError::TooLarge(LimitedPart::Content));
    }
    let item = read::item(bytes)?;
    // Rejects non-canonical input that the reader accepted (order, over-long numbers, explicit defaults).
    if encode(&item)?.as_slice() == bytes { Ok(item) } else { Err(PayloadError::Malformed) }
}

impl Item {
    /// Changes the type of the item and drops an unknown type kept from a newer program.
    pub fn set_type(&mut self, item_type: ItemType) {
        self.item_type = item_type;
        self.unknown.forget(key::item::TYPE);
    }

    /// Returns the number of its type if the item is data of programs, which nothing shows.
    pub(crate) fn type_of_programs(&self) -> Option<u64> {
        let number = minicbor::decode(self.unknown.entry(key::item::TYPE)?).ok()?;
        (number >= FIRST_OF_PROGRAMS).then_some(number)
    }
}

impl Field {
    /// Changes the role and kind of the field and drops unknown ones kept from a newer program.
    pub fn set_meaning(&mut self, role: Option<Role>, kind: FieldKind) {
        (self.role, self.kind) = (role, kind);
        self.unknown.forget(key::field::ROLE);
        self.unknown.forget(key::field::KIND);
    }
}
