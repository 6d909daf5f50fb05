use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a long piece of work does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum JobKind {
    /// A file is being taken in.
    DocumentImport,
    /// A file is being written out.
    DocumentExport,
    /// A file to import from is being read.
    ImportRead,
    /// One-time codes are being written into a file.
    CodeExport,
    /// Items are being imported.
    ItemImport,
    /// Items are being looked at for what is wrong with them.
    HealthCheck,
    /// A backup is being made by hand.
    BackupSave,
    /// The backup of the day is being made.
    BackupDaily,
    /// A backup is being checked.
    BackupCheck,
    /// A backup is being opened.
    BackupOpen,
    /// An item or a document is being taken out of a backup.
    BackupTake,
    /// A backup is becoming a profile.
    ProfileRestore,
    /// A damaged profile is being looked through.
    ProfileExamine,
    /// What still opens of a damaged profile is being saved into a new one.
    ProfileSalvage,
    /// Many items are being changed.
    ItemChange,
    /// Items are being moved or copied to another vault.
    ItemMove,
    /// An item is being duplicated with its files.
    ItemCopy,
    /// Items are being deleted with their vault.
    ItemDelete,
    /// A change of many items is being undone.
    ItemUndo,
    /// Earlier revisions are being removed.
    HistoryPurge,
    /// A key is being made.
    SshKey,
    /// The keys of a profile are being changed.
    KeyChange,
    /// A profile is being moved.
    ProfileMove,
}

/// What a job counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum JobUnit {
    /// Bytes.
    Bytes,
    /// Items.
    Items,
    /// Parts of the whole, which mean nothing by themselves.
    Share,
    /// Nothing: the work cannot be divided.
    Nothing,
}

impl JobKind {
    /// What work of this kind counts to begin with.
    #[must_use]
    pub const fn unit(self) -> JobUnit {
        match self {
            Self::DocumentImport
            | Self::DocumentExport
            | Self::BackupSave
            | Self::BackupDaily
            | Self::BackupCheck
            | Self::BackupOpen
            | Self::BackupTake
            | Self::ProfileRestore
            | Self::ProfileMove => JobUnit::Bytes,
            Self::CodeExport
            | Self::ImportRead
            | Self::ItemImport
            | Self::ItemChange
            | Self::ItemMove
            | Self::ItemCopy
            | Self::ItemDelete
            | Self::ItemUndo
            | Self::HistoryPurge => JobUnit::Items,
            // Its questions are counted as items are; a key is made of so many steps in a hundred.
            Self::HealthCheck | Self::KeyChange | Self::ProfileExamine | Self::ProfileSalvage => {
                JobUnit::Share
            }
            Self::SshKey => JobUnit::Nothing,
        }
    }
}

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum JobState {
    /// Going on.
    Running,
    /// Waiting until the profile is unlocked again.
    Paused,
    /// Done.
    Done,
    /// Cancelled; nothing was changed.
    Cancelled,
    /// Failed; nothing was changed.
    Failed,
}

impl JobState {
    /// Whether nothing more will happen.
    #[must_use]
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Running | Self::Paused)
    }
}

/// How a job ended.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct JobOutcome {
    /// The item made or changed, if any.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// The names of files that belong to it and were not there any more.
    #[serde(default)]
    pub missing: Vec<String>,
    /// The error, if it failed.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<super::ErrorView>,
}

/// A long piece of work, as the event `job` tells it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct JobView {
    /// Its number.
    pub id: u32,
    /// What it does.
    pub kind: JobKind,
    /// The name of the file or item, safe to show; empty where there is none.
    pub name: String,
    /// What is counted; it may change once the work goes on to something else.
    pub unit: JobUnit,
    /// Done so far.
    #[ts(type = "number")]
    pub done: u64,
    /// In all; 0 as long as that is not known.
    #[ts(type = "number")]
    pub total: u64,
    /// How it stands.
    pub state: JobState,
    /// How it ended.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<JobOutcome>,
}
