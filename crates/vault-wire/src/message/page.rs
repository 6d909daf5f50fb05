//! Pages of a log, as a server hands them out.

use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::message::{LogEntry, MAX_PAGE_BYTES, MAX_PAGE_ENTRIES, list};
use crate::{Root, VaultId};

/// Entries that follow one another in a vault's log, and where the log stood when they were read.
///
/// Entry `i` of the page is number `after + 1 + i`. There is more to ask for until that reaches `head_seq`; so a page
/// without entries stands only where there are none left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPage {
    /// The vault.
    pub vault_id: VaultId,
    /// The number of the entry before the first one here.
    pub after: u64,
    /// The entries, in order.
    pub entries: Vec<LogEntry>,
    /// How many entries the log has.
    pub head_seq: u64,
    /// The root after those, by the server's word.
    pub head_root: Root,
}

impl LogPage {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// From where the next page is asked for; none if this one reaches the head.
    #[must_use]
    pub fn next(&self) -> Option<u64> {
        self.last().filter(|last| *last < self.head_seq)
    }

    fn last(&self) -> Option<u64> {
        self.after.checked_add(self.entries.len() as u64)
    }

    /// A page must not lead on without end, nor beyond the head it states. A head below `after` is well formed: it is
    /// how a log that was rolled back shows, and the client's to judge.
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
            entries: list(reader, MAX_PAGE_ENTRIES, LogEntry::read)?,
            head_seq: reader.uint()?,
            head_root: reader.fixed()?,
        };
        if page.consistent() { Ok(page) } else { Err(DecodeError::Malformed) }
    }
}
