//! Repair of a damaged profile.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::profile::FileState;
use vault_engine::session::{Losses, Salvaged};

use super::app::AppStatus;

/// The state of a file of a profile, as far as it shows without the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FileStateView {
    /// It does not exist.
    Missing,
    /// It exists and is not valid.
    Damaged,
    /// Its format is unknown to this version.
    OtherFormat,
    /// It can be read. Only the keys can verify its integrity.
    Readable,
}

impl From<FileState> for FileStateView {
    fn from(state: FileState) -> Self {
        match state {
            FileState::Missing => Self::Missing,
            FileState::Damaged => Self::Damaged,
            FileState::OtherFormat => Self::OtherFormat,
            FileState::Readable => Self::Readable,
        }
    }
}

/// A backup beside a profile. Its date is verified when it is opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct FoundBackupView {
    /// When it was made, as the backup states, in milliseconds since 1970.
    #[ts(type = "number")]
    pub made_at: u64,
    /// Its size in bytes.
    #[ts(type = "number")]
    pub size: u64,
}

/// The state of a profile, as far as it shows without the keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ProfileDiagnosis {
    /// Its folder.
    pub folder: String,
    /// The key file.
    pub keys: FileStateView,
    /// The copy of the key file, which replaces it automatically where possible.
    pub keys_copy: FileStateView,
    /// The database.
    pub database: FileStateView,
    /// The backups beside it, newest first; `repair_restore` takes their indices.
    pub backups: Vec<FoundBackupView>,
}

/// Lost items or documents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LossesView {
    /// Their number.
    pub count: u32,
    /// The known names among the first thousand.
    pub names: Vec<String>,
}

impl From<Losses> for LossesView {
    fn from(Losses { count, names }: Losses) -> Self {
        Self { count, names }
    }
}

/// The part of a damaged profile that can be, or was, saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SalvageReport {
    /// Whether nothing at all is damaged or lost.
    pub whole: bool,
    /// Readable items.
    pub items: u32,
    /// Readable items whose last change is lost.
    pub older: LossesView,
    /// Lost items.
    pub lost: LossesView,
    /// Documents that were copied; 0 for an examination.
    pub documents_saved: u32,
    /// Lost documents.
    pub documents: LossesView,
    /// Unreadable entries of the log, those of earlier revisions included.
    #[ts(type = "number")]
    pub entries_lost: u64,
    /// Pages of the database that fail their check.
    #[ts(type = "number")]
    pub pages: u64,
    /// Whether the key file is damaged or outdated.
    pub keys_damaged: bool,
}

impl From<Salvaged> for SalvageReport {
    fn from(saved: Salvaged) -> Self {
        let whole = saved.is_whole();
        let Salvaged { items, older, lost, documents_saved, documents, entries_lost, pages, keys_damaged } =
            saved;
        let (older, lost, documents) = (older.into(), lost.into(), documents.into());
        Self { whole, items, older, lost, documents_saved, documents, entries_lost, pages, keys_damaged }
    }
}

/// A damaged profile was replaced by a backup.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RestoredView {
    /// The folder of the damaged profile.
    pub replaced_folder: String,
    /// The status of the program now: the profile is open.
    pub status: AppStatus,
}

/// A new profile was made from the readable part of a damaged one, which stays unchanged.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SalvagedView {
    /// What was saved.
    pub saved: SalvageReport,
    /// The status of the program now: the new profile is open.
    pub status: AppStatus,
}
