//! Backups: a whole profile in one file, encrypted as it is on the disk.
//!
//! A backup is an uncompressed tar archive of the key file, a copy of the database and the sealed documents, preceded
//! by an authenticated manifest; `docs/formats/backup.md` has the layout, and `docs/decisions/0014-backups.md` the
//! reasons. It is made in two steps: the open profile takes a [`Snapshot`], which is quick; any thread then writes it,
//! without the profile. A backup gets its name only after it was read back and checked.

mod automatic;
mod check;
mod content;
mod error;
mod extract;
mod file;
mod info;
mod log;
mod manifest;
mod open;
mod session;
mod snapshot;
mod tar;

pub use automatic::{BackupPlan, DailySnapshot, KeptBackup, Occasion};
pub use error::BackupError;
pub use extract::{ExtractedItem, Extraction, RestoreAs, RestoredItem};
pub use file::look_at;
pub use info::BackupInfo;
pub use manifest::{OmissionReason, OmittedDocument, reread as reread_manifest};
pub use open::{BackupDocument, BackupReader, CheckedBackup, OpenBackup};
pub use snapshot::{Documents, Snapshot};

pub(crate) use automatic::{BACKUPS as FOLDER, before_migration};
pub(crate) use check::{Member, check, each_member};
pub(crate) use content::is_sealed_as;
pub(crate) use file::BackupFile;
pub(crate) use log::prove;
pub(crate) use snapshot::Source;
