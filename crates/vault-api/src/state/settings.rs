//! The settings: theme, language and density are stored beside the profiles, the others in the open profile.

use super::State;
use crate::error::{ErrorView, InputProblem, Result};
use crate::views::{Density, Language, SettingsView, Theme};

/// Minutes after which a profile locks by default.
const LOCK_AFTER_MINUTES: u32 = 10;
/// Seconds after which the clipboard is cleared by default.
const CLEAR_CLIPBOARD_SECONDS: u32 = 30;

const THEME: &str = "theme";
const LANGUAGE: &str = "language";
const DENSITY: &str = "density";
const LOCK_AFTER: &str = "lock_after_minutes";
const CLEAR_CLIPBOARD: &str = "clear_clipboard_seconds";
const LOCK_ON_SLEEP: &str = "lock_on_sleep";

impl State {
    /// The settings in force.
    pub(crate) fn settings(&self) -> Result<SettingsView> {
        Ok(SettingsView {
            theme: named::<Theme>(self.profiles.setting(THEME)),
            language: named::<Language>(self.profiles.setting(LANGUAGE)),
            density: named::<Density>(self.profiles.setting(DENSITY)),
            lock_after_minutes: self.lock_after()?,
            clear_clipboard_seconds: self.profile_number(CLEAR_CLIPBOARD, CLEAR_CLIPBOARD_SECONDS)?,
            lock_on_sleep: self.profile_number(LOCK_ON_SLEEP, 1)? != 0,
        })
    }

    /// Changes the settings; those of the profile only while it is open for writing.
    pub(crate) fn set_settings(&mut self, settings: &SettingsView) -> Result<SettingsView> {
        let SettingsView {
            theme,
            language,
            density,
            lock_after_minutes,
            clear_clipboard_seconds,
            lock_on_sleep,
        } = settings;
        if *lock_after_minutes > 1440 {
            return Err(ErrorView::invalid(InputProblem::LockMinutes));
        }
        if *clear_clipboard_seconds != 0 && !(5..=600).contains(clear_clipboard_seconds) {
            return Err(ErrorView::invalid(InputProblem::ClipboardSeconds));
        }
        self.profiles.set_setting(THEME, &name_of(theme))?;
        self.profiles.set_setting(LANGUAGE, &name_of(language))?;
        self.profiles.set_setting(DENSITY, &name_of(density))?;
        // A team may ask for less than the user chose, which is kept.
        let in_force = self.lock_after()?;
        if let Some(open) = &mut self.open
            && open.session.read_only().is_none()
        {
            if *lock_after_minutes != in_force {
                open.session.set_setting(LOCK_AFTER, &lock_after_minutes.to_string())?;
            }
            open.session.set_setting(CLEAR_CLIPBOARD, &clear_clipboard_seconds.to_string())?;
            open.session.set_setting(LOCK_ON_SLEEP, &u8::from(*lock_on_sleep).to_string())?;
        }
        self.settings()
    }

    /// The minutes that the user chose; no more than a team asks for.
    fn lock_after(&self) -> Result<u32> {
        let chosen = self.profile_number(LOCK_AFTER, LOCK_AFTER_MINUTES)?;
        let asked = match &self.open {
            Some(open) => open.session.policy()?.lock_minutes,
            None => None,
        };
        Ok(match asked {
            Some(most) if chosen == 0 => most,
            Some(most) => chosen.min(most),
            None => chosen,
        })
    }

    fn profile_number(&self, key: &str, default: u32) -> Result<u32> {
        let Some(open) = &self.open else { return Ok(default) };
        Ok(open.session.setting(key)?.and_then(|value| value.parse().ok()).unwrap_or(default))
    }
}

/// The JSON name of a value, without the quotes.
fn name_of<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// The value with a JSON name; the default for an unknown name.
fn named<T: serde::de::DeserializeOwned + Default>(name: Option<String>) -> T {
    name.and_then(|name| serde_json::from_value(name.into()).ok()).unwrap_or_default()
}
