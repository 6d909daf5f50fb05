//! The limits of an item and of the profile around it. User input is checked before it is sealed, untrusted input
//! before anything is allocated. Lengths are in bytes of UTF-8.

/// A whole payload: a power of two, less the minimum padding of one byte.
pub const PAYLOAD: usize = (4 << 20) - 1;
/// The title.
pub const TITLE: usize = 4 << 10;
/// The value of a field, past values included.
pub const VALUE: usize = 1 << 20;
/// The notes.
pub const NOTES: usize = 1 << 20;
/// A label or heading.
pub const LABEL: usize = 4 << 10;
/// A web address.
pub const URL: usize = 16 << 10;
/// A tag.
pub const TAG: usize = 1 << 10;
/// A folder path.
pub const FOLDER: usize = 4 << 10;
/// The name of a device.
pub const DEVICE: usize = 1 << 10;
/// The name of a file.
pub const FILE_NAME: usize = 8 << 10;
/// A media type.
pub const MEDIA_TYPE: usize = 256;
/// Fields of an item.
pub const FIELDS: usize = 1_000;
/// Past values of a field.
pub const PAST_VALUES: usize = 1_000;
/// Web addresses of an item.
pub const URLS: usize = 1_000;
/// Tags of an item.
pub const TAGS: usize = 1_000;
/// Files of an item.
pub const ATTACHMENTS: usize = 1_000;
/// Passkeys of an item.
pub const PASSKEYS: usize = 1_000;
/// The id or the user handle of a passkey, in bytes.
pub const PASSKEY_ID: usize = 1_023;
/// The private key of a passkey, in bytes.
pub const PASSKEY_KEY: usize = 16 << 10;
/// Values superseded by merges.
pub const SUPERSEDED: usize = 1_000;
/// Entries of one map.
pub const ENTRIES: usize = 256;
/// Levels inside an unknown value.
pub const DEPTH: usize = 16;
/// A draft, which is somewhat larger than its item.
pub const DRAFT: usize = 2 * PAYLOAD;
/// Files that a revision refers to.
pub const FILE_REFERENCES: usize = 1_024;
/// Vaults of a profile.
pub const VAULTS: usize = 1_000;
