//! Profiles on this computer: making, finding, unlocking and naming them.

mod error;
mod files;
mod keychain;
mod lock;
mod notice;
mod places;
mod ui_file;

use std::sync::Arc;

use vault_crypto::SecretText;
use vault_wire::ProfileId;

use crate::clock::{Clock, Rng};
use crate::session::Session;

pub use error::{CreateError, DiskError, RenameError, UnlockError};
pub use keychain::{Keychain, KeychainUnavailable, NoKeychain, SystemKeychain};
pub use lock::Holder;
pub use notice::Notice;
pub use places::Places;
pub use ui_file::{ProfileInfo, UiFile};

/// What a new profile is made of.
pub struct NewProfile {
    /// The name shown on the unlock screen.
    pub name: String,
    /// The master password.
    pub password: SecretText,
    /// The name of this computer, written into each revision.
    pub device: String,
}

/// The profiles of one person on this computer. Calls may come from any thread; unlocking takes about half a second
/// of all cores, on purpose.
pub struct Profiles {
    places: Places,
    keychain: Box<dyn Keychain>,
    clock: Arc<dyn Clock>,
}

impl Profiles {
    /// Looks for profiles in the given places.
    #[must_use]
    pub fn new(places: Places, keychain: Box<dyn Keychain>, clock: Arc<dyn Clock>) -> Self {
        Self { places, keychain, clock }
    }

    /// Lists the profiles, the last opened first.
    #[must_use]
    pub fn list(&self) -> Vec<ProfileInfo> {
        Vec::new()
    }

    /// Makes a profile and opens it.
    ///
    /// # Errors
    /// See [`CreateError`]; nothing is left behind.
    pub fn create(&self, new: NewProfile, rng: Rng) -> Result<Session, CreateError> {
        Err(CreateError::Fault)
    }

    /// Opens a profile. The Secret Key is taken from the keychain unless it is handed in.
    ///
    /// # Errors
    /// See [`UnlockError`]; nothing is changed.
    pub fn unlock(
        &self,
        id: ProfileId,
        password: &SecretText,
        secret_key: Option<&SecretText>,
        rng: Rng,
    ) -> Result<Session, UnlockError> {
        Err(UnlockError::NotFound)
    }

    /// Gives a profile another name.
    ///
    /// # Errors
    /// See [`RenameError`].
    pub fn rename(&self, id: ProfileId, name: &str) -> Result<(), RenameError> {
        Err(RenameError::NotFound)
    }

    /// A setting that is known before unlocking.
    #[must_use]
    pub fn setting(&self, key: &str) -> Option<String> {
        UiFile::load(&self.places).setting(key).map(str::to_owned)
    }

    /// Keeps a setting that is known before unlocking.
    ///
    /// # Errors
    /// If the disk does not let it be written.
    pub fn set_setting(&self, key: &str, value: &str) -> Result<(), DiskError> {
        let mut file = UiFile::load(&self.places);
        file.set_setting(key, value);
        file.save(&self.places)
    }
}
