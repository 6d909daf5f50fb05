//! The status of the program and its settings.

use crate::coffer::Coffer;
use crate::error::Result;
use crate::views::{AppStatus, SettingsView};

impl Coffer {
    /// Returns the status of the program; the interface asks for it first.
    ///
    /// # Errors
    /// Only `internal`.
    pub async fn app_status(&self) -> Result<AppStatus> {
        self.actor.call(|state| state.status()).await
    }

    /// Notes that the last run ended in a crash; the next status reports it, once.
    ///
    /// # Errors
    /// Only `internal`.
    pub async fn note_crash(&self, code: String) -> Result<()> {
        self.actor
            .call(move |state| {
                state.crashed = Some(code);
                Ok(())
            })
            .await
    }

    /// Returns the settings in force.
    ///
    /// # Errors
    /// If the profile cannot be read.
    pub async fn settings_get(&self) -> Result<SettingsView> {
        self.actor.call(|state| state.settings()).await
    }

    /// Changes settings. While locked only theme, language and density can change.
    ///
    /// # Errors
    /// `invalid_input` for a time out of range; or the disk.
    pub async fn settings_set(&self, settings: SettingsView) -> Result<SettingsView> {
        self.actor.call(move |state| state.set_settings(&settings)).await
    }
}
