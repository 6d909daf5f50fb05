use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The theme of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Theme {
    /// As the system.
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
    /// As the system.
    #[default]
    System,
    /// English.
    En,
    /// German.
    De,
}

/// How tightly lists are set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum Density {
    /// With air.
    #[default]
    Comfortable,
    /// More rows on a screen.
    Compact,
}

/// The paper the Emergency Kit is set on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum PaperSize {
    /// ISO A4, 210 × 297 mm.
    #[default]
    A4,
    /// US Letter, 8.5 × 11 in.
    Letter,
}

/// Settings. Theme, language and density are known before unlocking; the others belong to the profile.
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
    /// The name the person gave it.
    pub name: String,
    /// Hue of its badge, 0 to 359.
    pub hue: u16,
    /// Whether a PIN opens it now.
    pub pin: bool,
}

/// Whether something is open.
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
        /// Why the profile can only be read, if so.
        #[ts(optional)]
        #[serde(skip_serializing_if = "Option::is_none")]
        read_only: Option<super::ErrorView>,
        /// Things to tell once, by name: `keychain_unavailable`, `header_restored`, `header_damaged`, `disk_read_only`,
        /// `short_of_memory`.
        notices: Vec<String>,
    },
}

/// What the interface asks first.
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
    /// Set when the program was started after a crash: its code, to be told in one sentence.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crashed: Option<String>,
}

/// What is typed on the unlock screen. Passwords pass through once and are wiped.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct UnlockRequest {
    /// The profile.
    pub profile_id: String,
    /// The master password.
    pub password: String,
    /// The Secret Key, when it was asked for.
    #[ts(optional)]
    pub secret_key: Option<String>,
}
