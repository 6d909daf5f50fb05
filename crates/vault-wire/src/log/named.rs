//! What entries name of the log before them.

use std::collections::BTreeSet;

use super::Entry;
use crate::ItemId;
use crate::cbor::Canonical;
use crate::revision::RevisionHeader;
use crate::roster::{Op, Record};

/// The roots and items that entries name: all that rule V depends on besides roster and head. They are
/// loaded from a stored log before the entries are validated.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// Numbers of entries whose roots are named.
    pub roots: BTreeSet<u64>,
    /// Items whose current revisions are named.
    pub items: BTreeSet<ItemId>,
}

impl Named {
    /// Adds what an entry names; nothing if it is malformed.
    pub fn add(&mut self, entry: Entry<'_>) {
        match entry {
            Entry::Revision(revision) => {
                if let Ok(header) = RevisionHeader::decode(&revision.header) {
                    self.roots.insert(header.base_seq);
                    self.items.insert(header.item_id);
                }
            }
            Entry::Record(record) => {
                if let Ok(record) = Record::decode(&record.bytes) {
                    self.add_record(&record);
                }
            }
        }
    }

    /// Adds what a record names.
    pub fn add_record(&mut self, record: &Record) {
        self.roots.insert(record.base_seq);
        for op in &record.ops {
            match op {
                Op::Purge { item_id, .. } => drop(self.items.insert(*item_id)),
                Op::Adopt { seq, .. } => drop(self.roots.insert(*seq)),
                _ => {}
            }
        }
    }
}
