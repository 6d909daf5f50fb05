//! The data model of a decrypted item. It contains secrets, so [`Item`] and [`Field`] do not implement `Debug`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use rand_core::CryptoRng;
use vault_crypto::SecretText;
use vault_wire::{BlobId, IdError, parse_hex, write_hex};

use super::day::Day;
use super::field_kind::FieldKind;
use super::item_type::ItemType;
use super::passkey::Passkey;
use super::role::Role;
use super::unknown::Unknown;
use super::url_match::UrlMatch;
use crate::clock::Timestamp;

/// The permanent id of a field within its item: 8 random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub [u8; 8]);

impl FieldId {
    /// Generates a new id.
    #[must_use]
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; 8];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }
}

impl fmt::Display for FieldId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl FromStr for FieldId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_hex(text).map(Self)
    }
}

/// An earlier value of a field.
pub struct PastValue {
    /// The value.
    pub value: SecretText,
    /// When it was replaced; [`Timestamp::UNKNOWN`] if an import did not say.
    pub replaced_at: Timestamp,
}

/// One field of an item.
pub struct Field {
    /// The id within the item.
    pub id: FieldId,
    /// The role, if it is a built-in field.
    pub role: Option<Role>,
    /// The label of a custom field; empty for a built-in field, whose label the interface translates.
    pub label: String,
    /// The kind of the value.
    pub kind: FieldKind,
    /// The value; empty if not filled in.
    pub value: SecretText,
    /// The heading of its section, if any.
    pub section: Option<String>,
    /// Earlier values, newest first.
    pub history: Vec<PastValue>,
    /// Entries written by a newer version of the program.
    pub unknown: Unknown,
}

/// A file attached to an item.
pub struct Attachment {
    /// The id of the sealed stream.
    pub blob_id: BlobId,
    /// The stream's key: 32 bytes.
    pub file_key: vault_crypto::FileKey,
    /// Length of the file in bytes.
    pub size: u64,
    /// The original file name; made safe only on export.
    pub name: String,
    /// The media type detected from the content.
    pub media_type: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// Entries written by a newer version of the program.
    pub unknown: Unknown,
}

/// A value that lost a merge and is kept, so that no user input is lost.
pub struct Superseded {
    /// The field; `None` for a part of the item itself.
    pub field: Option<FieldId>,
    /// The label for display: the field's label, the name of its role, or `title`, `notes`, `folder` or `attachments`.
    pub label: String,
    /// The value.
    pub value: SecretText,
    /// When the losing side was changed.
    pub at: Timestamp,
}

/// Flags of an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// Shown among the favourites.
    pub favourite: bool,
    /// A merge kept a superseded value that the user has not reviewed yet.
    pub edited_in_two_places: bool,
    /// Archived: found by search, but not listed among all items.
    pub archived: bool,
    /// The master password is required before a secret of the item is shown or copied.
    pub reprompt: bool,
    /// The item is a template for new items; see `docs/decisions/0015`.
    pub template: bool,
}

/// A decrypted item.
pub struct Item {
    /// The type.
    pub item_type: ItemType,
    /// The title.
    pub title: String,
    /// Fields in display order.
    pub fields: Vec<Field>,
    /// Web addresses, the main one first.
    pub urls: Vec<String>,
    /// How an address matches a page, where it differs from [`UrlMatch::Domain`]. Keyed by address, not by index, so
    /// that a program that does not know the rules can reorder addresses.
    pub url_rules: BTreeMap<String, UrlMatch>,
    /// Passkeys.
    pub passkeys: Vec<Passkey>,
    /// Free text.
    pub notes: SecretText,
    /// Tags.
    pub tags: BTreeSet<String>,
    /// Folder path, levels separated by `/`.
    pub folder: Option<String>,
    /// Flags.
    pub flags: Flags,
    /// When it was created.
    pub created_at: Timestamp,
    /// When the user last changed it.
    pub modified_at: Timestamp,
    /// When it was moved to the trash, if it is there.
    pub trashed_at: Option<Timestamp>,
    /// The last day on which it is valid, if there is one.
    pub expires: Option<Day>,
    /// The name of the device that wrote this revision.
    pub device: String,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// Values superseded by merges.
    pub superseded: Vec<Superseded>,
    /// Entries written by a newer version of the program.
    pub unknown: Unknown,
}

impl Item {
    /// Creates an empty item of a type.
    #[must_use]
    pub fn new(item_type: ItemType, now: Timestamp) -> Self {
        Self {
            item_type,
            title: String::new(),
            fields: Vec::new(),
            urls: Vec::new(),
            url_rules: BTreeMap::new(),
            passkeys: Vec::new(),
            notes: SecretText::new(String::new()),
            tags: BTreeSet::new(),
            folder: None,
            flags: Flags::default(),
            created_at: now,
            modified_at: now,
            trashed_at: None,
            expires: None,
            device: String::new(),
            attachments: Vec::new(),
            superseded: Vec::new(),
            unknown: Unknown::default(),
        }
    }

    /// Returns the first field with a role, even if its value is empty.
    #[must_use]
    pub fn field(&self, role: Role) -> Option<&Field> {
        self.fields.iter().find(|field| field.role == Some(role))
    }

    /// Returns how an address of the item matches a page.
    #[must_use]
    pub fn url_rule(&self, url: &str) -> UrlMatch {
        self.url_rules.get(url).copied().unwrap_or_default()
    }

    /// Sets how an address of the item matches a page.
    pub fn set_url_rule(&mut self, url: &str, rule: UrlMatch) {
        if rule == UrlMatch::default() {
            self.url_rules.remove(url);
        } else {
            self.url_rules.insert(url.to_owned(), rule);
        }
    }

    /// Returns the value of the first field with a role, unless it is empty.
    #[must_use]
    pub fn value(&self, role: Role) -> Option<&str> {
        self.field(role).map(|field| field.value.expose()).filter(|value| !value.is_empty())
    }
}

impl Field {
    /// Creates a field with a value and without role, label, heading or earlier values.
    #[must_use]
    pub fn new(id: FieldId, kind: FieldKind, value: SecretText) -> Self {
        Self {
            id,
            role: None,
            label: String::new(),
            kind,
            value,
            section: None,
            history: Vec::new(),
            unknown: Unknown::default(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Returns an item with a text field for each role.
    pub fn item_with(item_type: ItemType, values: &[(Role, &str)]) -> Item {
        let mut item = Item::new(item_type, Timestamp(0));
        for (number, (role, value)) in (0_u8..).zip(values) {
            let mut field = Field::new(FieldId([number; 8]), FieldKind::Text, SecretText::from(*value));
            field.role = Some(*role);
            item.fields.push(field);
        }
        item
    }
}
