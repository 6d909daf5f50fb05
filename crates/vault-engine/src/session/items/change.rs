//! Requests and results of reading and writing items.

use std::fmt;
use std::str::FromStr;

use vault_wire::revision::BlobRef;
use vault_wire::{IdError, ItemId, RevHash, VaultId, parse_hex, write_hex};
use zeroize::Zeroizing;

use super::diff::Change;
use crate::clock::Timestamp;
use crate::item::Item;

/// The id of a draft: 16 random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DraftId(pub [u8; 16]);

impl fmt::Display for DraftId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl FromStr for DraftId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_hex(text).map(Self)
    }
}

/// The item that a write is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// An item that does not exist yet.
    New,
    /// A salvaged item, which keeps its id so that links to it still work.
    Kept {
        /// The item.
        id: ItemId,
    },
    /// An item as the user saw it.
    Existing {
        /// The item.
        id: ItemId,
        /// The revision that the change is based on.
        expected: RevHash,
    },
}

/// An item to write.
pub struct Put {
    /// The item that is written.
    pub target: Target,
    /// The new content. Its times are kept; the device is filled in.
    pub item: Item,
    /// Documents that are named for the first time. Their files are in the profile's folder already.
    pub blobs: Vec<BlobRef>,
    /// The draft that the write deletes.
    pub draft: Option<DraftId>,
    /// The vault of a new item; `None` for the home vault. Ignored for an existing item.
    pub vault: Option<VaultId>,
}

impl Put {
    /// Returns a write of a new item without files or draft.
    #[must_use]
    pub fn new(item: Item) -> Self {
        Self { target: Target::New, item, blobs: Vec::new(), draft: None, vault: None }
    }

    /// Returns a change to an item without new files or draft.
    #[must_use]
    pub fn change(id: ItemId, expected: RevHash, item: Item) -> Self {
        Self { target: Target::Existing { id, expected }, item, blobs: Vec::new(), draft: None, vault: None }
    }
}

/// The result of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The item.
    pub id: ItemId,
    /// Its new revision.
    pub revision: RevHash,
}

/// An item that was read and opened.
pub struct Opened {
    /// The item.
    pub item: Item,
    /// The vault it is in.
    pub vault: VaultId,
    /// Its revision.
    pub revision: RevHash,
    /// Revisions in its history, this one included.
    pub revisions: u32,
    /// When the revision was written or received here. Its content may name a later time, by another device's clock.
    pub received_at: Timestamp,
}

/// One revision in an item's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The revision.
    pub revision: RevHash,
    /// When it was written.
    pub at: Timestamp,
    /// The device that wrote it.
    pub device: String,
    /// The name of the account that wrote it, if that is another one.
    pub author: Option<String>,
    /// The changes from the previous revision.
    pub changes: Vec<Change>,
    /// Whether it is the current one.
    pub current: bool,
}

/// A stored draft: a half-filled form.
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// When it was last saved.
    pub saved_at: Timestamp,
    /// The content, as passed to [`Session::draft_save`](crate::session::Session::draft_save).
    pub content: Zeroizing<Vec<u8>>,
}
