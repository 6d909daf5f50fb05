//! Profiles on this computer: making, finding, unlocking and naming them.

mod candidates;
mod create;
mod delay;
mod error;
mod keychain;
mod pin;
mod profiles;
mod relocate;
mod repair;
mod restore;
mod restore_error;
mod rotate;
mod secret_key;
#[cfg(test)]
mod tests;
mod unlock;
mod warnings;

pub use create::NewProfile;
pub use error::{CreateError, QuickError, RecoverError, RenameError, UnlockError};
pub use keychain::{Keychain, KeychainUnavailable, NoKeychain, SystemKeychain};
pub use pin::PinError;
pub use profiles::Profiles;
pub use relocate::{BackupsAfter, PlaceError};
pub use repair::{FileState, FoundBackup, Inspected, SalvageError};
pub use restore::Replaced;
pub use restore_error::RestoreError;
pub use rotate::RotateError;
pub use unlock::Unsealed;
pub use warnings::{PlaceWarning, Synced, place_warnings};
