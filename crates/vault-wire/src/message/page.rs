//! Pages of a log.

use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::message::limits::MAX_ENTRY;
use crate::message::{LogEntry, MAX_BODY, MAX_PAGE_BYTES, MAX_PAGE_ENTRIES, RANGE_ENTRIES};
use crate::{Root, VaultId};

/// Consecutive entries of a vault's log, and the head of the log when they were read.
///
/// Entry `i` of the page has number `after + 1 + i`. More pages follow until `head_seq` is reached; a page
/// may be empty only at the end of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPage {
    /// The vault.
    pub vault_id: VaultId,
    /// Number of the entry before the first one here.
    pub after: u64,
    /// The entries, in order.
    pub entries: Vec<LogEntry>,
    /// Number of entries in the log.
    pub head_seq: u64,
    /// Root after those entries, as stated by the server.
    pub head_root: Root,
}

impl LogPage {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// Returns the `after` of the next page; `None` if this page reaches the head.
    #[must_use]
    pub fn next(&self) -> Option<u64> {
        self.last().filter(|last| *last < self.head_seq)
    }

    fn last(&self) -> Option<u64> {
        self.after.checked_add(self.entries.len() as u64)
    }

    /// A page must make progress and not exceed its head. A head below `after` is well-formed: it shows a
    /// rolled-back log, which the client detects.
    fn consistent(&self) -> bool {
        if self.entries.is_empty() {
            self.after >= self.head_seq
        } else {
            self.last().is_some_and(|last| last <= self.head_seq)
        }
    }
}

impl Canonical for LogPage {
    const MAX_LEN: usize = MAX_PAGE_BYTES;

    fn write(&self) -> Array {
        let Self { vault_id, after, entries, head_seq, head_root } = self;
        let entries = entries.iter().fold(Array::new(), |list, entry| list.array(&entry.write()));
        Array::new()
            .uint(Self::VERSION)
            .bytes(vault_id.as_bytes())
            .uint(*after)
            .array(&entries)
            .uint(*head_seq)
            .bytes(head_root.as_bytes())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(6)?;
        reader.version(Self::VERSION)?;
        let page = Self {
            vault_id: reader.fixed()?,
            after: reader.uint()?,
            entries: reader.list(MAX_PAGE_ENTRIES, LogEntry::read)?,
            head_seq: reader.uint()?,
            head_root: reader.fixed()?,
        };
        if page.consistent() { Ok(page) } else { Err(DecodeError::Malformed) }
    }
}

/// A full range of a log without bodies, which never changes: range `i` has the entries from `100 i + 1` to
/// `100 i + 100`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRange {
    /// The vault.
    pub vault_id: VaultId,
    /// Number of the range, from 0.
    pub index: u64,
    /// Its entries; exactly [`RANGE_ENTRIES`].
    pub entries: Vec<LogEntry>,
}

impl LogRange {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// Returns the number of the entry before the first one; `None` beyond the largest number of an entry.
    #[must_use]
    pub fn after(&self) -> Option<u64> {
        self.index.checked_mul(RANGE_ENTRIES)
    }

    fn consistent(&self) -> bool {
        let without_body = |entry: &LogEntry| !matches!(entry, LogEntry::Revision { body: Some(_), .. });
        let numbered = self.after().and_then(|after| after.checked_add(RANGE_ENTRIES)).is_some();
        numbered && self.entries.len() as u64 == RANGE_ENTRIES && self.entries.iter().all(without_body)
    }
}

impl Canonical for LogRange {
    // Entries without bodies: a revision with the longest header, or a shorter record.
    const MAX_LEN: usize = 2 + 17 + 9 + 2 + 100 * (MAX_ENTRY - MAX_BODY - 4);

    fn write(&self) -> Array {
        let Self { vault_id, index, entries } = self;
        let entries = entries.iter().fold(Array::new(), |list, entry| list.array(&entry.write()));
        Array::new().uint(Self::VERSION).bytes(vault_id.as_bytes()).uint(*index).array(&entries)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(4)?;
        reader.version(Self::VERSION)?;
        let range = Self {
            vault_id: reader.fixed()?,
            index: reader.uint()?,
            entries: reader.list(RANGE_ENTRIES, LogEntry::read)?,
        };
        if range.consistent() { Ok(range) } else { Err(DecodeError::Malformed) }
    }
}
