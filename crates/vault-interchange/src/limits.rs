//! Limits on files and on what is read from them.
//!
//! Together they keep the memory of an import within a small multiple of the size of the file: at most one item at a time
//! exists as a tree of values, and the values kept of all items together are counted.

pub use vault_engine::item::limits as item;

/// Bytes in a file.
pub const FILE_BYTES: u64 = 256 << 20;
/// Levels of nested lists and objects.
pub const DEPTH: usize = 64;
/// Items or rows in a file.
pub const ITEMS: usize = 1_000_000;
/// Values kept of all items together: fields, previous values, addresses, tags.
pub const VALUES: usize = 4_000_000;
/// Bytes of one item or row in the file.
pub const ITEM_BYTES: usize = 4 << 20;
/// Bytes of the list of folders in a file.
pub const FOLDER_LIST_BYTES: usize = 16 << 20;
/// Members of the outermost object of a JSON file, apart from its items.
pub const TOP_LEVEL_MEMBERS: usize = 1_000;
/// Columns in a table.
pub const COLUMNS: usize = 4_096;
/// Columns of a table whose meaning is asked for.
pub const COLUMNS_SHOWN: usize = 100;
/// Values of unknown meaning that are kept as custom fields of one item.
pub const UNKNOWN_VALUES: usize = 100;
/// Remarks that are listed; further ones are counted.
pub const REMARKS: usize = 20_000;
/// Characters of a title or field name in a remark.
pub const NAME_IN_REMARK: usize = 100;
/// Bytes that a compressed or encrypted file may expand to.
pub const UNPACKED_BYTES: usize = 512 << 20;
/// Times its own size that a compressed content may expand to, above [`UNPACKED_ANYWAY`].
pub const RATIO: usize = 200;
/// Bytes that any compressed content may expand to.
pub const UNPACKED_ANYWAY: usize = 16 << 20;
/// Elements of an XML file.
pub const ELEMENTS: usize = 8_000_000;
/// Bytes of a key file.
pub const KEY_FILE_BYTES: u64 = 16 << 20;
/// Files in an archive.
pub const ARCHIVE_FILES: usize = 100_000;
/// Searches for the entry that a reference names by other than its id.
pub const REFERENCE_SEARCHES: usize = 10_000;
