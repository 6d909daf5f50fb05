//! Revisions of items, how long they are kept, and the activity log.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::session::{self, Change, Difference, Event, EventKind, RemovedHistory, Side};

use super::count::count;

/// A revision in an item's history.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct HistoryEntry {
    /// 64 hexadecimal digits.
    pub revision: String,
    /// When, Unix milliseconds.
    #[ts(type = "number")]
    pub at: u64,
    /// Device.
    pub device: String,
    /// Who wrote it, if that was another account.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The changes against the previous revision: `created`, `title`, `notes`, `tags`, `urls`, `folder`, `favourite`,
    /// `archived`, `trashed`, `restored`, `attachments`, `passkeys`, `expires`, `reprompt`, `template`,
    /// `field:<label or role>`.
    pub changes: Vec<String>,
    /// Whether this is the current revision.
    pub current: bool,
}

/// An earlier value of a field.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct PastValueView {
    /// Index, newest first, for `item_reveal_past`.
    pub index: u32,
    /// When it was replaced, Unix milliseconds; `None` if that is not known.
    #[ts(optional, type = "number")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaced_at: Option<u64>,
}

/// A value on one side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum ComparedValue {
    /// No value.
    None,
    /// A concealed value that was not requested.
    Hidden,
    /// The value; several values, as of tags, are lines.
    Value {
        /// The text.
        text: String,
    },
}

/// A difference between two revisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DifferenceView {
    /// The change, named as in `HistoryEntry.changes`.
    pub change: String,
    /// In the first revision.
    pub before: ComparedValue,
    /// In the second revision.
    pub after: ComparedValue,
}

/// How much of an item's history is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum HistoryRetention {
    /// All of it.
    #[default]
    Everything,
    /// The newest revisions, the current one included.
    Revisions {
        /// 1 to 1,000.
        count: u32,
    },
    /// The revisions that were current within so many days.
    Days {
        /// 1 to 3,650.
        days: u32,
    },
}

/// The retention rules of history and trash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RetentionRules {
    /// History.
    pub history: HistoryRetention,
    /// Days after which an item in the trash is permanently deleted, 1 to 3,650; never if missing.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trash_days: Option<u32>,
}

/// The result of removing earlier revisions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RemovedView {
    /// Removed revisions.
    pub revisions: u32,
    /// Items that had them.
    pub items: u32,
}

/// An entry of the activity log of this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct EventView {
    /// When, Unix milliseconds.
    #[ts(type = "number")]
    pub at: u64,
    /// The event: `unlocked`, `password_changed`, `taken_from_backup`, `vault_created`, `vault_changed`, `vault_deleted`,
    /// `moved`, `copied`, `purged`, `history_purged`, `undone`, `folder_renamed`, `tag_renamed`.
    pub what: String,
    /// The vault concerned.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// The item concerned, if it was one.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// The number of items concerned.
    pub count: u32,
}

impl From<session::HistoryEntry> for HistoryEntry {
    fn from(entry: session::HistoryEntry) -> Self {
        let session::HistoryEntry { revision, at, device, author, changes, current } = entry;
        Self {
            revision: revision.to_string(),
            at: at.0,
            device,
            author,
            changes: changes.into_iter().map(change_name).collect(),
            current,
        }
    }
}

/// The name by which the interface translates a change.
fn change_name(change: Change) -> String {
    match change {
        Change::Created => "created".to_owned(),
        Change::Type => "type".to_owned(),
        Change::Title => "title".to_owned(),
        Change::Notes => "notes".to_owned(),
        Change::Tags => "tags".to_owned(),
        Change::Urls => "urls".to_owned(),
        Change::Folder => "folder".to_owned(),
        Change::Favourite => "favourite".to_owned(),
        Change::Archived => "archived".to_owned(),
        Change::Trashed => "trashed".to_owned(),
        Change::Restored => "restored".to_owned(),
        Change::Attachments => "attachments".to_owned(),
        Change::Passkeys => "passkeys".to_owned(),
        Change::Expires => "expires".to_owned(),
        Change::Reprompt => "reprompt".to_owned(),
        Change::Template => "template".to_owned(),
        Change::Unreadable => "unreadable".to_owned(),
        Change::Field { role: Some(role), label: _ } => format!("field:{}", role.name()),
        Change::Field { role: None, label } => format!("field:{label}"),
    }
}

impl From<Difference> for DifferenceView {
    fn from(difference: Difference) -> Self {
        let Difference { what, before, after } = difference;
        let side = |side| match side {
            Side::None => ComparedValue::None,
            Side::Hidden => ComparedValue::Hidden,
            Side::Value(text) => ComparedValue::Value { text: text.expose().to_owned() },
        };
        Self { change: change_name(what), before: side(before), after: side(after) }
    }
}

impl From<session::HistoryRetention> for HistoryRetention {
    fn from(keep: session::HistoryRetention) -> Self {
        match keep {
            session::HistoryRetention::Everything => Self::Everything,
            session::HistoryRetention::Revisions(count) => Self::Revisions { count },
            session::HistoryRetention::Days(days) => Self::Days { days },
        }
    }
}

impl From<HistoryRetention> for session::HistoryRetention {
    fn from(keep: HistoryRetention) -> Self {
        match keep {
            HistoryRetention::Everything => Self::Everything,
            HistoryRetention::Revisions { count } => Self::Revisions(count),
            HistoryRetention::Days { days } => Self::Days(days),
        }
    }
}

impl From<session::RetentionRules> for RetentionRules {
    fn from(rules: session::RetentionRules) -> Self {
        let session::RetentionRules { history, trash_days } = rules;
        Self { history: history.into(), trash_days }
    }
}

impl From<RetentionRules> for session::RetentionRules {
    fn from(rules: RetentionRules) -> Self {
        let RetentionRules { history, trash_days } = rules;
        Self { history: history.into(), trash_days }
    }
}

impl From<RemovedHistory> for RemovedView {
    fn from(removed: RemovedHistory) -> Self {
        let RemovedHistory { revisions, items } = removed;
        Self { revisions: count(revisions), items: count(items) }
    }
}

/// The name by which the interface translates an event.
pub(super) fn event_name(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Unlocked => "unlocked",
        EventKind::PasswordChanged => "password_changed",
        EventKind::TakenFromBackup => "taken_from_backup",
        EventKind::VaultCreated => "vault_created",
        EventKind::VaultChanged => "vault_changed",
        EventKind::VaultDeleted => "vault_deleted",
        EventKind::Moved => "moved",
        EventKind::Copied => "copied",
        EventKind::Purged => "purged",
        EventKind::HistoryPurged => "history_purged",
        EventKind::Undone => "undone",
        EventKind::FolderRenamed => "folder_renamed",
        EventKind::TagRenamed => "tag_renamed",
        EventKind::ServerRestored => "server_restored",
        EventKind::ServerComplete => "server_complete",
        EventKind::AlarmRaised => "alarm_raised",
        EventKind::AlarmEnded => "alarm_ended",
        EventKind::HistoryChosen => "history_chosen",
        EventKind::Compared => "compared",
    }
}

impl From<Event> for EventView {
    fn from(event: Event) -> Self {
        let Event { at, kind, vault, item, count } = event;
        Self {
            at: at.0,
            what: event_name(kind).to_owned(),
            vault_id: vault.map(|id| id.to_string()),
            item_id: item.map(|id| id.to_string()),
            count,
        }
    }
}
