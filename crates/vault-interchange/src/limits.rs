//! The bounds within which a file is read.
//!
//! Together they keep the memory of an import within a small multiple of the file: at most one item at a time exists as
//! a tree of values, and what is kept of all items together is counted.

pub use vault_engine::item::limits as item;

/// Bytes of a file.
pub const FILE_BYTES: u64 = 256 << 20;
/// Levels of nested lists and objects.
pub const DEPTH: usize = 64;
/// Items or rows in a file.
pub const ITEMS: usize = 1_000_000;
/// Values kept of all items together: fields, earlier values, addresses, tags.
pub const VALUES: usize = 4_000_000;
/// Bytes that one item or row may take in the file.
pub const ITEM_BYTES: usize = 4 << 20;
/// Bytes of the part of a file that lists its folders.
pub const FOLDER_LIST_BYTES: usize = 16 << 20;
/// Parts of a file at its top level.
pub const TOP_LEVEL_PARTS: usize = 1_000;
/// Columns of a table.
pub const COLUMNS: usize = 4_096;
/// Values without a place that are kept as custom fields, for each item.
pub const EXTRA_FIELDS: usize = 100;
/// Notes listed one by one; further ones are counted.
pub const NOTES: usize = 20_000;
/// Characters of a title or field name repeated in a note.
pub const NAME_IN_NOTE: usize = 100;
