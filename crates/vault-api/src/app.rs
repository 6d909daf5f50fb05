//! The state of the program as a whole, and its settings.

use vault_engine::disk::ProfileInfo;
use vault_engine::profile::Profiles;
use vault_engine::session::Notice;

use crate::coffer::{Coffer, State};
use crate::error::Outcome;
use crate::views::{
    AppStatus, Density, ErrorView, InputProblem, Language, ProfileSummary, SessionState, SettingsView, Theme,
};

/// Minutes after which a profile locks unless set otherwise.
const LOCK_AFTER_MINUTES: u32 = 10;
/// Seconds after which the clipboard is cleared unless set otherwise.
const CLEAR_CLIPBOARD_SECONDS: u32 = 30;

const THEME: &str = "theme";
const LANGUAGE: &str = "language";
const DENSITY: &str = "density";
const LOCK_AFTER: &str = "lock_after_minutes";
const CLEAR_CLIPBOARD: &str = "clear_clipboard_seconds";
const LOCK_ON_SLEEP: &str = "lock_on_sleep";

impl Coffer {
    /// What the interface asks first.
    ///
    /// # Errors
    /// Only `internal`.
    pub async fn app_status(&self) -> Outcome<AppStatus> {
        self.owner.call(|state| state.status()).await
    }

    /// Notes that the last run ended in a crash; told once, by the next status.
    ///
    /// # Errors
    /// Only `internal`.
    pub async fn note_crash(&self, code: String) -> Outcome<()> {
        self.owner
            .call(move |state| {
                state.crashed = Some(code);
                Ok(())
            })
            .await
    }

    /// Settings in force.
    ///
    /// # Errors
    /// If the profile cannot be read.
    pub async fn settings_get(&self) -> Outcome<SettingsView> {
        self.owner.call(|state| state.settings()).await
    }

    /// Changes settings. While locked only theme, language and density can change.
    ///
    /// # Errors
    /// `invalid_input` for a time out of range; or the disk.
    pub async fn settings_set(&self, settings: SettingsView) -> Outcome<SettingsView> {
        self.owner.call(move |state| state.set_settings(&settings)).await
    }
}

/// A value as its name in JSON, without the quotes.
fn name_of<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// The value with a name; the default if there is no such name.
fn named<T: serde::de::DeserializeOwned + Default>(name: Option<String>) -> T {
    name.and_then(|name| serde_json::from_value(name.into()).ok()).unwrap_or_default()
}

fn summary(profiles: &Profiles, info: &ProfileInfo) -> ProfileSummary {
    let pin = profiles.has_pin(info.id);
    ProfileSummary { id: info.id.to_string(), name: info.name.clone(), hue: info.hue, pin }
}

/// The name under which the interface finds the sentence.
fn notice_name(notice: Notice) -> &'static str {
    match notice {
        Notice::KeychainUnavailable => "keychain_unavailable",
        Notice::HeaderRestored => "header_restored",
        Notice::HeaderDamaged => "header_damaged",
        Notice::DiskReadOnly => "disk_read_only",
    }
}

impl State {
    /// How the program stands.
    pub(crate) fn status(&mut self) -> Outcome<AppStatus> {
        let settings = self.settings()?;
        let profiles: Vec<ProfileSummary> =
            self.profiles.list().iter().map(|info| summary(&self.profiles, info)).collect();
        let session = match &self.open {
            Some(open) => SessionState::Unlocked {
                profile: self.current_summary(open.session.profile()),
                kit_confirmed: open.session.kit_confirmed()?,
                read_only: open.session.read_only().map(Into::into),
                notices: open
                    .session
                    .notices()
                    .iter()
                    .map(|notice| notice_name(*notice))
                    .chain(open.short_of_memory.then_some("short_of_memory"))
                    .map(str::to_owned)
                    .collect(),
            },
            None if profiles.is_empty() => SessionState::FirstRun,
            None => SessionState::Locked,
        };
        Ok(AppStatus {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            profiles,
            session,
            settings,
            system_language: self.system_language.clone(),
            crashed: self.crashed.take(),
        })
    }

    /// The profile as it is called now; it may have been renamed since it was opened.
    fn current_summary(&self, info: &ProfileInfo) -> ProfileSummary {
        let listed = self.profiles.list().into_iter().find(|listed| listed.id == info.id);
        summary(&self.profiles, listed.as_ref().unwrap_or(info))
    }

    fn profile_number(&self, key: &str, default: u32) -> Outcome<u32> {
        let Some(open) = &self.open else { return Ok(default) };
        Ok(open.session.setting(key)?.and_then(|value| value.parse().ok()).unwrap_or(default))
    }

    fn settings(&self) -> Outcome<SettingsView> {
        Ok(SettingsView {
            theme: named::<Theme>(self.profiles.setting(THEME)),
            language: named::<Language>(self.profiles.setting(LANGUAGE)),
            density: named::<Density>(self.profiles.setting(DENSITY)),
            lock_after_minutes: self.profile_number(LOCK_AFTER, LOCK_AFTER_MINUTES)?,
            clear_clipboard_seconds: self.profile_number(CLEAR_CLIPBOARD, CLEAR_CLIPBOARD_SECONDS)?,
            lock_on_sleep: self.profile_number(LOCK_ON_SLEEP, 1)? != 0,
        })
    }

    fn set_settings(&mut self, settings: &SettingsView) -> Outcome<SettingsView> {
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
        if let Some(open) = &mut self.open
            && open.session.read_only().is_none()
        {
            open.session.set_setting(LOCK_AFTER, &lock_after_minutes.to_string())?;
            open.session.set_setting(CLEAR_CLIPBOARD, &clear_clipboard_seconds.to_string())?;
            open.session.set_setting(LOCK_ON_SLEEP, &u8::from(*lock_on_sleep).to_string())?;
        }
        self.settings()
    }
}
