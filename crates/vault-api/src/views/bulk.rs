//! Changes of many items, their undoing, and transfers to another vault.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::session::{self, Bulk, Changed, Transferred, UndoResult};

use super::count::count;
use super::form::tidy_folder;
use super::kind::ItemTypeView;

/// A change of many items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum BulkChange {
    /// Adds a tag.
    AddTag {
        /// The tag.
        tag: String,
    },
    /// Removes a tag.
    RemoveTag {
        /// The tag.
        tag: String,
    },
    /// Moves them to a folder; out of any folder if it is missing.
    Folder {
        /// The folder.
        #[ts(optional)]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        folder: Option<String>,
    },
    /// Changes their type; documents are not changed.
    Type {
        /// The type.
        item_type: ItemTypeView,
    },
}

/// The result of a change of many items.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ChangedView {
    /// The number of items that were changed.
    pub count: u32,
    /// The id for `undo`, valid until the profile is locked; missing if nothing was changed.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
}

/// The result of undoing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UndoneView {
    /// The number of items that were restored.
    pub count: u32,
    /// The ids of items that were changed since and stay as they are.
    pub left: Vec<String>,
}

/// How items are transferred to another vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum TransferMode {
    /// Moves the item with its whole history; nothing of it stays.
    Move,
    /// Moves the current revision; the original goes to the trash with its history.
    MoveWithoutHistory,
    /// Copies the current revision to a new item; the original stays.
    Copy,
}

/// The result of a transfer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TransferView {
    /// The ids of the items in the other vault.
    pub items: Vec<String>,
    /// The ids of items that were left out: changed meanwhile, damaged, or, unless whole items were moved, in the trash.
    pub left: Vec<String>,
    /// The id for `undo`.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
}

impl From<BulkChange> for Bulk {
    fn from(change: BulkChange) -> Self {
        match change {
            BulkChange::AddTag { tag } => Self::AddTag(tag.trim().to_owned()),
            BulkChange::RemoveTag { tag } => Self::RemoveTag(tag),
            BulkChange::Folder { folder } => Self::Folder(folder.as_deref().and_then(tidy_folder)),
            BulkChange::Type { item_type } => Self::Type(item_type.into()),
        }
    }
}

impl From<Changed> for ChangedView {
    fn from(changed: Changed) -> Self {
        let Changed { count: changed, undo } = changed;
        Self { count: count(changed), undo: undo.map(|undo| undo.to_string()) }
    }
}

impl From<UndoResult> for UndoneView {
    fn from(undone: UndoResult) -> Self {
        let UndoResult { count: undone, left } = undone;
        Self { count: count(undone), left: left.iter().map(ToString::to_string).collect() }
    }
}

impl From<TransferMode> for session::TransferMode {
    fn from(mode: TransferMode) -> Self {
        match mode {
            TransferMode::Move => Self::Move,
            TransferMode::MoveWithoutHistory => Self::MoveWithoutHistory,
            TransferMode::Copy => Self::Copy,
        }
    }
}

impl From<Transferred> for TransferView {
    fn from(done: Transferred) -> Self {
        let Transferred { items, left, undo } = done;
        Self {
            items: items.iter().map(|one| one.to.to_string()).collect(),
            left: left.iter().map(ToString::to_string).collect(),
            undo: undo.map(|undo| undo.to_string()),
        }
    }
}
