//! The shape of an opened item. Nothing here can be printed: an item holds secrets.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use rand_core::CryptoRng;
use vault_crypto::SecretText;
use vault_wire::{BlobId, IdError, parse_hex, write_hex};

use super::day::Day;
use super::passkey::Passkey;
use super::role::{FieldKind, ItemType, Role};
use super::unknown::Unknown;
use super::url_match::UrlMatch;
use crate::clock::Timestamp;

/// Names a field within its item for as long as the field exists: 8 random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub [u8; 8]);

impl FieldId {
    /// Draws a new one.
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

/// A value that a field once had.
pub struct PastValue {
    /// The value.
    pub value: SecretText,
    /// When another value took its place.
    pub replaced_at: Timestamp,
}

/// One field of an item.
pub struct Field {
    /// Its name within the item.
    pub id: FieldId,
    /// Its meaning, if it is a built-in one.
    pub role: Option<Role>,
    /// The label of a custom field; empty for a built-in field, whose label the interface translates.
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
    /// The value; empty if not filled in.
    pub value: SecretText,
    /// The heading it stands under, if any.
    pub section: Option<String>,
    /// Values it had before, newest first.
    pub history: Vec<PastValue>,
    /// What a newer program wrote and this one does not know.
    pub unknown: Unknown,
}

/// A file kept with an item.
pub struct Attachment {
    /// Names the sealed stream.
    pub blob_id: BlobId,
    /// The stream's key: 32 bytes.
    pub file_key: vault_crypto::FileKey,
    /// Length of the file in bytes.
    pub size: u64,
    /// The file's name as it was given, unchanged; made safe only on export.
    pub name: String,
    /// The media type found from the content.
    pub media_type: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// What a newer program wrote and this one does not know.
    pub unknown: Unknown,
}

/// A value that lost a merge and is kept so that nothing typed is ever lost.
pub struct Superseded {
    /// The field it belonged to; none for a part of the item itself.
    pub field: Option<FieldId>,
    /// What to call it: the field's label, the name of its role, or `title`, `notes`, `folder` or `attachments`.
    pub label: String,
    /// The value.
    pub value: SecretText,
    /// When the side it comes from was changed.
    pub at: Timestamp,
}

/// Marks on an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// Shown among the favourites.
    pub favourite: bool,
    /// A merge set a value aside and nobody has looked yet.
    pub edited_in_two_places: bool,
    /// Put aside: kept, searched, but not listed among all items.
    pub archived: bool,
    /// The master password is asked for before a secret of it is shown or copied.
    pub reprompt: bool,
    /// Not an item to use but a pattern for new ones; see `docs/decisions/0015`.
    pub template: bool,
}

/// An opened item.
pub struct Item {
    /// Its type.
    pub item_type: ItemType,
    /// Its title.
    pub title: String,
    /// Fields in the order shown.
    pub fields: Vec<Field>,
    /// Web addresses, the main one first.
    pub urls: Vec<String>,
    /// When an address is meant for a page, where it is not as [`UrlMatch::Domain`] says. By address, not by place, so
    /// that a program that does not know of rules can move addresses about.
    pub url_rules: BTreeMap<String, UrlMatch>,
    /// Passkeys.
    pub passkeys: Vec<Passkey>,
    /// Free text.
    pub notes: SecretText,
    /// Tags.
    pub tags: BTreeSet<String>,
    /// Folder path, levels separated by `/`.
    pub folder: Option<String>,
    /// Marks.
    pub flags: Flags,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed by a person.
    pub modified_at: Timestamp,
    /// When it was put into the trash, if it lies there.
    pub trashed_at: Option<Timestamp>,
    /// The last day on which it counts, if there is one.
    pub expires: Option<Day>,
    /// The name of the device that wrote this revision.
    pub device: String,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// Values set aside by merges.
    pub superseded: Vec<Superseded>,
    /// What a newer program wrote and this one does not know.
    pub unknown: Unknown,
}

impl Item {
    /// Makes an item of a type with nothing filled in.
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

    /// The first field with a role, filled in or not.
    #[must_use]
    pub fn field(&self, role: Role) -> Option<&Field> {
        self.fields.iter().find(|field| field.role == Some(role))
    }

    /// When an address of the item is meant for a page.
    #[must_use]
    pub fn url_rule(&self, url: &str) -> UrlMatch {
        self.url_rules.get(url).copied().unwrap_or_default()
    }

    /// Sets when an address of the item is meant for a page.
    pub fn set_url_rule(&mut self, url: &str, rule: UrlMatch) {
        if rule == UrlMatch::default() {
            self.url_rules.remove(url);
        } else {
            self.url_rules.insert(url.to_owned(), rule);
        }
    }

    /// The value of the first field with a role, if it is filled in.
    #[must_use]
    pub fn value(&self, role: Role) -> Option<&str> {
        self.field(role).map(|field| field.value.expose()).filter(|value| !value.is_empty())
    }
}

impl Field {
    /// Makes a field with a value and without role, label, heading or past.
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
