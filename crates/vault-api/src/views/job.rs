//! Jobs: long work with progress.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::ErrorView;

/// The kind of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum JobKind {
    /// A file is being added.
    DocumentImport,
    /// A document is being exported.
    DocumentExport,
    /// A file to import from is being read.
    ImportRead,
    /// One-time codes are being written into a file.
    CodeExport,
    /// Items are being written into a file of another program.
    ItemExport,
    /// Items are being imported.
    ItemImport,
    /// The health of items is being checked.
    HealthCheck,
    /// A backup is being made on request.
    BackupSave,
    /// The daily backup is being made.
    BackupDaily,
    /// A backup is being checked.
    BackupCheck,
    /// A backup is being opened.
    BackupOpen,
    /// An item or a document is being restored from a backup.
    BackupExtract,
    /// A backup is being restored to a profile.
    ProfileRestore,
    /// A damaged profile is being examined.
    ProfileExamine,
    /// The readable part of a damaged profile is being saved to a new one.
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
    /// A key is being generated.
    SshKey,
    /// The keys of a profile are being changed.
    KeyChange,
    /// A profile is being moved.
    ProfileMove,
    /// Another profile is being compared with the open one.
    ProfileRead,
    /// Another profile is being copied into the open one.
    ProfileCopy,
}

/// The unit of a job's progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum JobUnit {
    /// Bytes.
    Bytes,
    /// Items.
    Items,
    /// Parts of the whole, without a meaning of their own.
    Share,
    /// None: the work has no progress.
    Nothing,
}

impl JobKind {
    /// Returns the unit in which a job of this kind starts.
    #[must_use]
    pub const fn unit(self) -> JobUnit {
        match self {
            Self::DocumentImport
            | Self::DocumentExport
            | Self::BackupSave
            | Self::BackupDaily
            | Self::BackupCheck
            | Self::BackupOpen
            | Self::BackupExtract
            | Self::ProfileRestore
            | Self::ProfileMove => JobUnit::Bytes,
            Self::CodeExport
            | Self::ImportRead
            | Self::ProfileRead
            | Self::ProfileCopy
            | Self::ItemExport
            | Self::ItemImport
            | Self::ItemChange
            | Self::ItemMove
            | Self::ItemCopy
            | Self::ItemDelete
            | Self::ItemUndo
            | Self::HistoryPurge => JobUnit::Items,
            // A health check counts items and requests together; the others count percent.
            Self::HealthCheck | Self::KeyChange | Self::ProfileExamine | Self::ProfileSalvage => {
                JobUnit::Share
            }
            Self::SshKey => JobUnit::Nothing,
        }
    }
}

/// The state of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum JobState {
    /// Running.
    Running,
    /// Paused until the profile is unlocked again.
    Paused,
    /// Done.
    Done,
    /// Cancelled; nothing was changed.
    Cancelled,
    /// Failed; nothing was changed.
    Failed,
}

impl JobState {
    /// Returns whether the job has ended.
    #[must_use]
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Running | Self::Paused)
    }
}

/// The result of a job.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct JobOutcome {
    /// The item made or changed, if any.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// The names of its files that no longer exist.
    #[serde(default)]
    pub missing: Vec<String>,
    /// The error, if it failed.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorView>,
}

/// A job, as the event `job` reports it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct JobView {
    /// Its number.
    pub id: u32,
    /// Its kind.
    pub kind: JobKind,
    /// The name of the file or item, safe to show; empty where there is none.
    pub name: String,
    /// The unit of the progress; it may change during the job.
    pub unit: JobUnit,
    /// Done so far.
    #[ts(type = "number")]
    pub done: u64,
    /// The total; 0 while it is not known.
    #[ts(type = "number")]
    pub total: u64,
    /// Its state.
    pub state: JobState,
    /// Its result, once it has ended.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<JobOutcome>,
}
