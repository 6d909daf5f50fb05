//! The list of profiles, their names and their settings.

use std::sync::Arc;

use vault_crypto::{PasswordSlot, RootKey, SecretKey, SecretText, make_id};
use vault_wire::ProfileId;

use super::error::RenameError;
use super::keychain::Keychain;
use super::pending_states::PendingStates;
use super::pin::Pins;
use super::throttle::Throttle;
use crate::clock::{Clock, Rng};
use crate::costs;
use crate::costs::Calibrated;
use crate::disk::{AppDirs, DiskError, ProfileInfo, Registry, acceptable_name, hue_of};

/// The profiles on this computer. May be used from any thread. Unlocking takes about half a second on all cores, by
/// design.
pub struct Profiles {
    pub(crate) dirs: AppDirs,
    pub(crate) keychain: Box<dyn Keychain>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) throttle: Throttle,
    pub(crate) pins: Pins,
    pub(crate) pending: PendingStates,
}

impl Profiles {
    /// Returns the profiles in the given places.
    #[must_use]
    pub fn new(dirs: AppDirs, keychain: Box<dyn Keychain>, clock: Arc<dyn Clock>) -> Self {
        let (throttle, pins, pending) = (Throttle::default(), Pins::default(), PendingStates::default());
        Self { dirs, keychain, clock, throttle, pins, pending }
    }

    /// Lists the profiles, last opened first. Completes an interrupted [`Profiles::restore_in_place`], and
    /// removes backups of deleted profiles whose time is over.
    #[must_use]
    pub fn list(&self) -> Vec<ProfileInfo> {
        self.finish_replacing();
        let mut registry = Registry::load(&self.dirs);
        let now = self.clock.now();
        if registry.leftovers().iter().any(|left| left.until.is_some_and(|until| until <= now)) {
            self.clear_leftovers();
            registry = Registry::load(&self.dirs);
        }
        let mut profiles: Vec<_> = registry
            .ids(&self.dirs)
            .into_iter()
            .map(|id| registry.profile(id).cloned().unwrap_or_else(|| unnamed(id)))
            .collect();
        profiles.sort_by(|a, b| (b.last_opened, &a.name, a.id).cmp(&(a.last_opened, &b.name, b.id)));
        profiles
    }

    /// Renames a profile.
    ///
    /// # Errors
    /// See [`RenameError`].
    pub fn rename(&self, id: ProfileId, name: &str) -> Result<(), RenameError> {
        let name = acceptable_name(name).ok_or(RenameError::NameInvalid)?;
        let info = self.list().into_iter().find(|info| info.id == id).ok_or(RenameError::NotFound)?;
        let mut registry = Registry::load(&self.dirs);
        registry.put_profile(ProfileInfo { name: name.to_owned(), ..info });
        Ok(registry.save(&self.dirs)?)
    }

    /// Calibrates the KDF parameters for this computer. Takes about half a second on all cores.
    #[must_use]
    pub fn calibrate(&self, mut rng: Rng) -> Calibrated {
        let (id, root_key) = (make_id(&mut rng), RootKey::make(&mut rng));
        let (password, secret_key) = (SecretText::from("trial"), SecretKey::make(&mut rng));
        costs::calibrate(costs::free_memory(), &mut |costs| {
            let begun = self.clock.steady();
            let made = PasswordSlot::make(&id, &root_key, &password, &secret_key, costs, &mut rng);
            made.ok().map(|_| self.clock.steady().saturating_sub(begun))
        })
    }

    /// Returns a setting that applies before unlocking.
    #[must_use]
    pub fn setting(&self, key: &str) -> Option<String> {
        Registry::load(&self.dirs).setting(key).map(str::to_owned)
    }

    /// Stores a setting that applies before unlocking.
    ///
    /// # Errors
    /// Fails if the registry cannot be written.
    pub fn set_setting(&self, key: &str, value: &str) -> Result<(), DiskError> {
        let mut file = Registry::load(&self.dirs);
        file.set_setting(key, value);
        file.save(&self.dirs)
    }
}

/// Returns an entry for a profile that the registry does not have; its name is restored when it is opened.
pub(crate) fn unnamed(id: ProfileId) -> ProfileInfo {
    let short: String = id.to_string().chars().take(4).collect();
    ProfileInfo { id, name: format!("Vault {short}"), hue: hue_of(id), last_opened: None }
}
