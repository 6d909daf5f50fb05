use std::fmt;
use std::str::FromStr;

use vault_wire::revision::BlobRef;
use vault_wire::{IdError, ItemId, RevHash, VaultId, parse_hex, write_hex};
use zeroize::Zeroizing;

use super::diff::Change;
use crate::clock::Timestamp;
use crate::item::Item;

/// Names a draft: 16 random bytes.
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

/// What a change is made to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// An item that does not exist yet.
    New,
    /// An item that was saved out of a damaged profile and keeps its id, so that other items still find it.
    Kept {
        /// The item.
        id: ItemId,
    },
    /// An item as the person saw it.
    Existing {
        /// The item.
        id: ItemId,
        /// The revision the change was made from.
        expected: RevHash,
    },
}

/// One item to be written.
pub struct Put {
    /// What is changed.
    pub target: Target,
    /// The item as it shall be. Its times are kept as they are; the device is filled in.
    pub item: Item,
    /// Documents that the item's attachments name for the first time; their files lie in the profile's folder.
    pub blobs: Vec<BlobRef>,
    /// The draft that this makes unnecessary.
    pub draft: Option<DraftId>,
    /// The vault of a new item; none is the home vault. An item that is there stays where it is.
    pub vault: Option<VaultId>,
}

impl Put {
    /// A new item without files or draft.
    #[must_use]
    pub fn new(item: Item) -> Self {
        Self { target: Target::New, item, blobs: Vec::new(), draft: None, vault: None }
    }

    /// A change to an item without files or draft.
    #[must_use]
    pub fn change(id: ItemId, expected: RevHash, item: Item) -> Self {
        Self { target: Target::Existing { id, expected }, item, blobs: Vec::new(), draft: None, vault: None }
    }
}

/// What a write made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The item.
    pub id: ItemId,
    /// Its revision now.
    pub revision: RevHash,
}

/// An item taken out of the store.
pub struct Opened {
    /// The item.
    pub item: Item,
    /// The vault it is in.
    pub vault: VaultId,
    /// Its revision.
    pub revision: RevHash,
    /// Revisions in its history, this one included.
    pub revisions: u32,
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
    /// What it changed against the one before.
    pub changes: Vec<Change>,
    /// Whether it is the current one.
    pub current: bool,
}

/// A half-filled form that was kept.
pub struct Draft {
    /// Its name.
    pub id: DraftId,
    /// When it was last kept.
    pub saved_at: Timestamp,
    /// What the caller handed in.
    pub content: Zeroizing<Vec<u8>>,
}
