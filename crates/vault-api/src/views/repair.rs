use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::profile::FileState;
use vault_engine::session::{Losses, Saved};

use super::AppStatus;

/// What can be told of a file of a profile without its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum FileStateView {
    /// It is not there.
    Missing,
    /// It is there and cannot be what it should be.
    Damaged,
    /// It is of a format that this program does not know.
    OtherFormat,
    /// It can be read. Whether it is as it was written takes the keys.
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

/// A backup that lies with a profile. One with a date that was changed does not open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct NearBackupView {
    /// When it says it was made, in milliseconds since 1970.
    #[ts(type = "number")]
    pub made_at: u64,
    /// Its bytes.
    #[ts(type = "number")]
    pub size: u64,
}

/// What can be told of a profile without its keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct DamageView {
    /// Where it lies.
    pub folder: String,
    /// The key file.
    pub keys: FileStateView,
    /// Its copy, which takes its place by itself where that helps.
    pub keys_copy: FileStateView,
    /// The database.
    pub database: FileStateView,
    /// The backups that lie with it, the newest first; `repair_restore` takes their numbers.
    pub backups: Vec<NearBackupView>,
}

/// Things that are lost: how many, and the names of the first thousand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LossesView {
    /// How many.
    pub count: u32,
    /// Their names, as far as they are known.
    pub names: Vec<String>,
}

impl From<Losses> for LossesView {
    fn from(Losses { count, names }: Losses) -> Self {
        Self { count, names }
    }
}

/// What can be, or was, saved out of a damaged profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SavedView {
    /// Whether nothing at all is damaged or lost.
    pub whole: bool,
    /// Items that open.
    pub items: u32,
    /// Those of them that are as they were before their last change.
    pub older: LossesView,
    /// Items that are lost.
    pub lost: LossesView,
    /// Documents that were copied; none as long as it is only looked at.
    pub documents_saved: u32,
    /// Documents that are lost.
    pub documents: LossesView,
    /// Entries of the log that cannot be read, those of earlier revisions too.
    #[ts(type = "number")]
    pub entries_lost: u64,
    /// Pages of the database that fail their check.
    #[ts(type = "number")]
    pub pages: u64,
    /// Whether the key file is not as it was written, or an old one.
    pub keys_damaged: bool,
}

impl From<Saved> for SavedView {
    fn from(saved: Saved) -> Self {
        let whole = saved.is_whole();
        let Saved { items, older, lost, documents_saved, documents, entries_lost, pages, keys_damaged } =
            saved;
        let (older, lost, documents) = (older.into(), lost.into(), documents.into());
        Self { whole, items, older, lost, documents_saved, documents, entries_lost, pages, keys_damaged }
    }
}

/// A backup took the place of a damaged profile.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RestoredView {
    /// Where the damaged one is kept.
    pub set_aside: String,
    /// How the program stands now: the profile is open.
    pub status: AppStatus,
}

/// A new profile was made of what still opened in a damaged one, which is where it was.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SalvagedView {
    /// What was saved.
    pub saved: SavedView,
    /// How the program stands now: the new profile is open.
    pub status: AppStatus,
}
