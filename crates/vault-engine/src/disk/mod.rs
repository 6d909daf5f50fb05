//! The files of a profile: their paths, the lock file and atomic writes.

mod app_dirs;
mod blob_folder;
mod error;
pub(crate) mod files;
mod folder;
mod key_file;
mod lock;
mod registry;
mod space;

pub use app_dirs::AppDirs;
pub use blob_folder::BlobFolder;
pub use error::DiskError;
pub(crate) use folder::Folder;
pub(crate) use key_file::{KeysFile, KeysFileError};
pub use lock::Holder;
pub(crate) use lock::{Lock, LockError};
pub use registry::{ProfileInfo, Registry};
pub(crate) use registry::{acceptable_name, hue_of};
pub(crate) use space::{NoRoom, expect_room};
