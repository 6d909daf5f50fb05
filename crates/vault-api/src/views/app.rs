//! The status of the program and its settings.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::ErrorView;

/// The theme of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Theme {
    /// The system's.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// The language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Language {
    /// The system's.
    #[default]
    System,
    /// English.
    En,
    /// German.
    De,
}

/// The density of lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Density {
    /// Larger rows.
    #[default]
    Comfortable,
    /// More rows on a screen.
    Compact,
}

/// The settings. Theme, language and density are readable before unlocking; the others belong to the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SettingsView {
    /// Theme.
    pub theme: Theme,
    /// Language.
    pub language: Language,
    /// List density.
    pub density: Density,
    /// Minutes without input after which the profile locks; 0 is never, 1 to 1440.
    pub lock_after_minutes: u32,
    /// Seconds after which a copied secret is cleared; 0 is never, 5 to 600.
    pub clear_clipboard_seconds: u32,
    /// Whether the profile locks when the screen locks or the computer sleeps.
    pub lock_on_sleep: bool,
}

/// A profile as the unlock screen shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ProfileSummary {
    /// 32 hexadecimal digits.
    pub id: String,
    /// The name the user gave it.
    pub name: String,
    /// Hue of its badge, 0 to 359.
    pub hue: u16,
    /// Whether a PIN opens it now.
    pub pin: bool,
}

/// The state of the session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
#[ts(export)]
pub enum SessionState {
    /// No profile exists on this computer.
    FirstRun,
    /// Profiles exist, none is open.
    Locked,
    /// A profile is open.
    Unlocked {
        /// The profile.
        profile: ProfileSummary,
        /// Whether the Emergency Kit has been confirmed.
        kit_confirmed: bool,
        /// Why the profile is read-only, if it is.
        #[ts(optional)]
        #[serde(skip_serializing_if = "Option::is_none")]
        read_only: Option<ErrorView>,
        /// Names of notices to show once: `keychain_unavailable`, `header_restored`, `header_damaged`, `disk_read_only`,
        /// `rolled_back`, `short_of_memory`.
        notices: Vec<String>,
    },
}

/// The status of the program; the interface asks for it first.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct AppStatus {
    /// Version of the program.
    pub version: String,
    /// Profiles on this computer, the last opened first.
    pub profiles: Vec<ProfileSummary>,
    /// The session.
    pub session: SessionState,
    /// Settings in force.
    pub settings: SettingsView,
    /// Two-letter language of the system, for `Language::System`.
    pub system_language: String,
    /// The code of the crash that ended the last run.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crashed: Option<String>,
    /// Whether the system opened an invitation with the program, which `invitation_read` reads without a text.
    pub invitation: bool,
}

/// The input of the unlock screen. The password is zeroized after use.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct UnlockRequest {
    /// The profile.
    pub profile_id: String,
    /// The master password.
    pub password: String,
    /// The Secret Key, if it is not in the keychain.
    #[ts(optional)]
    pub secret_key: Option<String>,
}
