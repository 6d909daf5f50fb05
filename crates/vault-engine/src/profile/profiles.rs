//! The profiles of one person, as a list.

use std::sync::Arc;

use vault_crypto::{PasswordSlot, RootKey, SecretKey, SecretText, make_id};
use vault_wire::ProfileId;

use super::delay::Delays;
use super::error::RenameError;
use super::keychain::Keychain;
use super::pin::Pins;
use crate::clock::{Clock, Rng};
use crate::costs;
use crate::costs::Calibrated;
use crate::disk::{DiskError, Places, ProfileInfo, UiFile, acceptable_name, hue_of};

/// The profiles of one person on this computer. Calls may come from any thread; unlocking takes about half a second
/// of all cores, on purpose.
pub struct Profiles {
    pub(crate) places: Places,
    pub(crate) keychain: Box<dyn Keychain>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) delays: Delays,
    pub(crate) pins: Pins,
}

impl Profiles {
    /// Looks for profiles in the given places.
    #[must_use]
    pub fn new(places: Places, keychain: Box<dyn Keychain>, clock: Arc<dyn Clock>) -> Self {
        Self { places, keychain, clock, delays: Delays::default(), pins: Pins::default() }
    }

    /// Lists the profiles, the last opened first.
    #[must_use]
    pub fn list(&self) -> Vec<ProfileInfo> {
        self.finish_replacing();
        let ui_file = UiFile::load(&self.places);
        let mut profiles: Vec<_> = ui_file
            .ids(&self.places)
            .into_iter()
            .map(|id| ui_file.profile(id).cloned().unwrap_or_else(|| unnamed(id)))
            .collect();
        profiles.sort_by(|a, b| (b.last_opened, &a.name, a.id).cmp(&(a.last_opened, &b.name, b.id)));
        profiles
    }

    /// Gives a profile another name.
    ///
    /// # Errors
    /// See [`RenameError`].
    pub fn rename(&self, id: ProfileId, name: &str) -> Result<(), RenameError> {
        let name = acceptable_name(name).ok_or(RenameError::NameInvalid)?;
        let info = self.list().into_iter().find(|info| info.id == id).ok_or(RenameError::NotFound)?;
        let mut ui_file = UiFile::load(&self.places);
        ui_file.put_profile(ProfileInfo { name: name.to_owned(), ..info });
        Ok(ui_file.save(&self.places)?)
    }

    /// Finds what trying a password is to cost on this computer; this takes about half a second of all cores.
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

/// A profile whose line in `ui.json` is lost; its name comes back when it is opened.
pub(crate) fn unnamed(id: ProfileId) -> ProfileInfo {
    let short: String = id.to_string().chars().take(4).collect();
    ProfileInfo { id, name: format!("Vault {short}"), hue: hue_of(id), last_opened: None }
}
