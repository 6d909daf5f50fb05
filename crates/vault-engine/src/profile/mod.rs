//! Profiles on this computer: create, unlock, move, repair, restore, delete.

mod adopt;
mod archive;
mod candidates;
mod create;
mod error;
mod keychain;
mod pending_states;
mod pin;
mod profiles;
mod regain;
mod relocate;
mod repair;
mod restore;
mod restore_error;
mod rollback;
mod rotate;
mod salvage_error;
mod secret_key;
#[cfg(test)]
mod tests;
mod throttle;
mod unlock;
mod unsealed;
mod warnings;

pub use archive::{Archived, NewArchive, OpenArchive};
pub use create::{ExistingAccount, NewProfile};
pub use error::{CreateError, QuickError, RecoverError, RenameError, UnlockError};
pub use keychain::{Keychain, KeychainEntry, KeychainUnavailable, NoKeychain, SystemKeychain};
pub use pin::PinError;
pub use profiles::Profiles;
pub use regain::{OpenedRegain, Regain, RegainError};
pub use relocate::{BackupsAfter, FolderError};
pub use repair::{FileState, FoundBackup, Inspected};
pub use restore::Replaced;
pub use restore_error::RestoreError;
pub use rollback::Moment;
pub use rotate::RotateError;
pub use salvage_error::SalvageError;
pub use unsealed::Unsealed;
pub use warnings::{FolderWarning, Synced, folder_warnings};
