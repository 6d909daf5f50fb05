use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ItemTypeView;

/// How a person wants to see a vault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VaultLookView {
    /// Its name.
    pub name: String,
    /// The hue of its colour, 0 to 359.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hue: Option<u16>,
    /// The name of its icon; empty for none.
    #[serde(default)]
    pub icon: String,
}

/// A vault of the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VaultView {
    /// 32 hexadecimal digits.
    pub id: String,
    /// The account's own vault, which cannot be deleted. It has no name until it is given one.
    pub home: bool,
    /// How it looks.
    pub look: VaultLookView,
    /// Items neither in the trash nor archived.
    pub listed: u32,
    /// Archived items.
    pub archived: u32,
    /// Items in the trash.
    pub trashed: u32,
}

/// What is done to many items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum BulkChange {
    /// Gives them a tag.
    AddTag {
        /// The tag.
        tag: String,
    },
    /// Takes a tag off.
    RemoveTag {
        /// The tag.
        tag: String,
    },
    /// Puts them into a folder; into none if it is missing.
    Folder {
        /// The folder.
        #[ts(optional)]
        #[serde(default)]
        folder: Option<String>,
    },
    /// Makes them items of another type; documents are left alone.
    Type {
        /// The type.
        item_type: ItemTypeView,
    },
}

/// What a change of many items did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ChangedView {
    /// Items that were not so already.
    pub count: u32,
    /// `undo` takes it, until the profile is locked; missing if nothing was changed.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
}

/// What is taken to the other vault, and what stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum CarryView {
    /// The item with its whole history; nothing of it stays.
    Move,
    /// The item as it is now; the original goes to the trash with its history.
    MoveWithoutHistory,
    /// The item as it is now, as a new one; the original stays.
    Copy,
}

/// What was moved or copied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TransferView {
    /// The ids of the items that they became.
    pub items: Vec<String>,
    /// The ids of those that stayed as they are: changed meanwhile, damaged, or, if it was not a whole move, in the trash.
    pub left: Vec<String>,
    /// `undo` takes it.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
}

/// What was undone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct UndoneView {
    /// Items that are again as they were.
    pub count: u32,
    /// The ids of those that were changed since, and are left as they are.
    pub left: Vec<String>,
}

/// A value on one side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum SideView {
    /// There is none.
    None,
    /// It is concealed and was not asked for.
    Hidden,
    /// The value; several, as of tags, are lines.
    Value {
        /// It.
        text: String,
    },
}

/// One thing in which two revisions differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DifferenceView {
    /// What, as `HistoryEntry.changes` names it.
    pub change: String,
    /// In the first of them.
    pub before: SideView,
    /// In the second.
    pub after: SideView,
}

/// How much of an item's history is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum KeepView {
    /// All of it.
    #[default]
    Everything,
    /// The newest revisions, the current one included.
    Revisions {
        /// 1 to 1,000.
        count: u32,
    },
    /// What was current within so many days.
    Days {
        /// 1 to 3,650.
        days: u32,
    },
}

/// How long history and trash are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RulesView {
    /// History.
    pub history: KeepView,
    /// After how many days an item in the trash is deleted for good, 1 to 3,650; never if missing.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trash_days: Option<u32>,
}

/// What a rule removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RemovedView {
    /// Revisions.
    pub revisions: u32,
    /// Items that had them.
    pub items: u32,
}

/// One line of the activity log of this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct EventView {
    /// When, Unix milliseconds.
    #[ts(type = "number")]
    pub at: u64,
    /// What: `unlocked`, `password_changed`, `taken_from_backup`, `vault_created`, `vault_changed`, `vault_deleted`,
    /// `moved`, `copied`, `purged`, `history_purged`, `undone`, `folder_renamed`, `tag_renamed`.
    pub what: String,
    /// The vault it was about.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// The item it was about, if it was one.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// How many items it was about.
    pub count: u32,
}
