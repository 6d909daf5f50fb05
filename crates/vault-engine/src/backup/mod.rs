//! Backups: a whole profile in one file, as sealed as it lies on the disk.
//!
//! A backup is an uncompressed tar archive of the key file, a copy of the database and the sealed documents, with an
//! authenticated manifest before them; `docs/formats/backup.md` has the layout. It is made in two steps. [`Snapshot`]s
//! are taken by the open profile and are quick; writing one needs the profile no more, so any thread may do it. A
//! backup gets its name only after it has been read back and checked.

mod archive;
mod check;
mod error;
mod extract;
mod info;
mod log;
mod manifest;
mod open;
mod rotation;
mod snapshot;
mod take;

pub use archive::look_at;
pub use error::BackupError;
pub use extract::{RestoreAs, RestoredItem, TakenOut, Taking};
pub use info::BackupInfo;
pub use manifest::{LeftOut, Why, reread as reread_manifest};
pub use open::{BackupDocument, BackupReader, CheckedBackup, OpenBackup};
pub use rotation::{DailySnapshot, KeptBackup, Occasion, Plan};
pub use snapshot::{Documents, Snapshot};

pub(crate) use archive::BackupFile;
pub(crate) use check::{Member, check, each_member, is_sealed_as};
pub(crate) use log::prove;
pub(crate) use rotation::{BACKUPS as FOLDER, before_migration};
pub(crate) use snapshot::Source;
