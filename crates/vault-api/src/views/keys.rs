use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The recovery code of the open profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RecoveryView {
    /// Whether one is in force.
    pub active: bool,
}

/// A recovery code that was just made. It is shown this once, and counts once a group of it was typed back.
#[derive(Serialize, TS)]
#[ts(export)]
pub struct RecoveryCodeView {
    /// The code: `R1-` and groups of four characters.
    pub code: String,
    /// Number of groups.
    pub groups: u8,
    /// The group to type back, from 0.
    pub ask_group: u8,
}

/// What is typed where the password is forgotten.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct RecoverRequest {
    /// The profile.
    pub profile_id: String,
    /// The recovery code.
    pub code: String,
    /// The password from now on.
    pub new_password: String,
}

/// What is typed where the keys may have leaked.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct RotateRequest {
    /// The current password.
    pub password: String,
    /// The password from now on, if it is another.
    #[ts(optional)]
    pub new_password: Option<String>,
    /// The recovery code, if it is to go on to count.
    #[ts(optional)]
    pub recovery_code: Option<String>,
    /// Whether there is to be a new Secret Key, and a new Emergency Kit.
    pub new_secret_key: bool,
}

/// How well the open profile is guarded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SecurityView {
    /// Whether a recovery code is in force.
    pub recovery_code: bool,
    /// Whether the Emergency Kit has been confirmed.
    pub kit_confirmed: bool,
    /// Whether a PIN opens the profile now.
    pub pin: bool,
    /// Memory that trying the password takes, in MiB.
    pub memory_mib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes filled side by side.
    pub lanes: u32,
    /// Whether more is due on this computer, which takes the password.
    pub stronger_due: bool,
}
