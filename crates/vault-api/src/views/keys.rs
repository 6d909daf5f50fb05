//! Everything that opens a profile: Emergency Kit, recovery code, PIN and keys.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::kit::Paper;

/// The paper size of the Emergency Kit.
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

/// The progress of the Emergency Kit.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct KitView {
    /// Number of groups of the Secret Key after `C1-`.
    pub groups: u8,
    /// The group to type for confirmation, from 0.
    pub ask_group: u8,
    /// Whether the PDF has been saved in this session.
    pub saved: bool,
    /// Whether it is confirmed.
    pub confirmed: bool,
}

/// The recovery code of the open profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct RecoveryView {
    /// Whether it is active.
    pub active: bool,
}

/// A new recovery code. It is shown once, and becomes active when a group of it is typed for confirmation.
#[derive(Serialize, TS)]
#[ts(export)]
pub struct RecoveryCodeView {
    /// The code: `R1-` and groups of four characters.
    pub code: String,
    /// Number of groups.
    pub groups: u8,
    /// The group to type for confirmation, from 0.
    pub ask_group: u8,
    /// Whether it replaces another code. Its confirmation needs the password and changes the root key, as a job.
    pub replaces: bool,
}

/// The input for unlocking with a recovery code.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct RecoverRequest {
    /// The profile.
    pub profile_id: String,
    /// The recovery code.
    pub code: String,
    /// The new password.
    pub new_password: String,
}

/// The input for changing the root key.
#[derive(Deserialize, TS)]
#[ts(export)]
pub struct RotateRequest {
    /// The current password.
    pub password: String,
    /// The new password, if it changes.
    #[ts(optional)]
    pub new_password: Option<String>,
    /// The recovery code, if it should stay active.
    #[ts(optional)]
    pub recovery_code: Option<String>,
    /// Whether to make a new Secret Key, and with it a new Emergency Kit.
    pub new_secret_key: bool,
    /// The code of a second factor, if the account of the profile has one and gets another password or Secret Key.
    #[ts(optional)]
    pub code: Option<String>,
}

/// The protection of the open profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SecurityView {
    /// Whether a recovery code is active.
    pub recovery_code: bool,
    /// Whether the Emergency Kit has been confirmed.
    pub kit_confirmed: bool,
    /// Whether a PIN opens the profile now.
    pub pin: bool,
    /// Memory for checking the password, in MiB.
    pub memory_mib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Parallel lanes.
    pub lanes: u32,
    /// Whether a higher cost is recommended on this computer; raising it needs the password.
    pub stronger_due: bool,
}

impl From<PaperSize> for Paper {
    fn from(paper: PaperSize) -> Self {
        match paper {
            PaperSize::A4 => Self::A4,
            PaperSize::Letter => Self::Letter,
        }
    }
}
