//! The shape of an opened item. Nothing here can be printed: an item holds secrets.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use rand_core::CryptoRng;
use vault_crypto::SecretText;
use vault_wire::{BlobId, IdError, parse_hex, write_hex};

use super::Unknown;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub u64);

/// The type of an item; the number is the one written in the payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ItemType {
    /// A user name and password for a site or program.
    Login = 1,
    /// A text.
    Note = 2,
    /// A payment card.
    Card = 3,
    /// A person's particulars.
    Identity = 4,
    /// A file; its content is the first attachment.
    Document = 5,
}

/// What a field holds, which decides how it is shown, checked and copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum FieldKind {
    /// Plain text.
    Text = 1,
    /// Text hidden until revealed.
    Concealed = 2,
    /// A web address.
    Url = 3,
    /// An e-mail address.
    Email = 4,
    /// A calendar day, `YYYY-MM-DD`.
    Date = 5,
    /// A month, `YYYY-MM`.
    Month = 6,
    /// A telephone number.
    Phone = 7,
    /// A one-time code: an `otpauth://` address; concealed as well.
    Code = 8,
}

/// The meaning of a built-in field of an item type; custom fields have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Role {
    /// Login: the name or e-mail one signs in with.
    Username = 1,
    /// Login: the password.
    Password = 2,
    /// Login: the one-time code.
    Code = 3,
    /// Card: the name on it.
    CardHolder = 10,
    /// Card: the number.
    CardNumber = 11,
    /// Card: the month it expires.
    CardExpiry = 12,
    /// Card: the verification code.
    CardVerification = 13,
    /// Card: the PIN.
    CardPin = 14,
    /// Card: the brand or bank.
    CardBrand = 15,
    /// Identity: title or form of address.
    Salutation = 20,
    /// Identity: first name.
    FirstName = 21,
    /// Identity: middle name.
    MiddleName = 22,
    /// Identity: last name.
    LastName = 23,
    /// Identity: e-mail address.
    Email = 24,
    /// Identity: telephone number.
    Phone = 25,
    /// Identity: company.
    Company = 26,
    /// Identity: street and number, one or more lines.
    Street = 27,
    /// Identity: town.
    City = 28,
    /// Identity: state or province.
    Region = 29,
    /// Identity: post code.
    PostalCode = 30,
    /// Identity: country.
    Country = 31,
    /// Identity: date of birth.
    BirthDate = 32,
    /// Identity: national or social security number.
    NationalId = 33,
    /// Identity: passport number.
    Passport = 34,
    /// Identity: driving licence number.
    DrivingLicence = 35,
}

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
            notes: SecretText::new(String::new()),
            tags: BTreeSet::new(),
            folder: None,
            flags: Flags::default(),
            created_at: now,
            modified_at: now,
            trashed_at: None,
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
