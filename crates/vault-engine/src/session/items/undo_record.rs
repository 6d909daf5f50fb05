//! The record of a change of several items, from which it can be undone.

use std::fmt;
use std::str::FromStr;

use vault_wire::{IdError, ItemId, parse_hex, write_hex};

/// The id of a change that can be undone. It is random, so that an id from before a lock is invalid after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UndoId(pub(super) [u8; 8]);

impl fmt::Display for UndoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl FromStr for UndoId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_hex(text).map(Self)
    }
}

/// The change of one item. Row numbers of the log never change.
#[derive(Clone, Copy, Debug)]
pub(crate) enum UndoStep {
    /// It got a new revision.
    Changed { id: ItemId, before: i64, after: i64 },
    /// It was moved here from another vault, with its history.
    Moved { id: ItemId, after: i64, from: i64 },
    /// It was created, as a copy or new.
    Copied { id: ItemId, after: i64 },
}

/// A change that can be undone.
pub(crate) struct UndoRecord {
    pub(super) id: UndoId,
    pub(super) steps: Vec<UndoStep>,
    /// The rows of vaults that were created, which are deleted if they are empty then.
    pub(super) vaults: Vec<i64>,
}

impl UndoStep {
    pub(crate) fn id(&self) -> ItemId {
        match self {
            Self::Changed { id, .. } | Self::Moved { id, .. } | Self::Copied { id, .. } => *id,
        }
    }

    pub(super) fn after(&self) -> i64 {
        match self {
            Self::Changed { after, .. } | Self::Moved { after, .. } | Self::Copied { after, .. } => *after,
        }
    }

    /// A later change was undone: what the step left is the content of another row now.
    pub(super) fn set_after(&mut self, row: i64) {
        match self {
            Self::Changed { after, .. } | Self::Moved { after, .. } | Self::Copied { after, .. } => {
                *after = row;
            }
        }
    }
}

/// The result of a change to many items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Items that were changed.
    pub count: usize,
    /// Undoes the change; `None` if nothing was changed.
    pub undo: Option<UndoId>,
}
