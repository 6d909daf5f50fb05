//! Vaults of the profile.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::session::{VaultAppearance, VaultInfo};

/// The name, colour and icon of a vault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VaultAppearanceView {
    /// Its name.
    pub name: String,
    /// The hue of its colour, 0 to 359.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hue: Option<u16>,
    /// The name of its icon; empty for none.
    #[serde(default)]
    pub icon: String,
}

/// A vault of the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct VaultView {
    /// 32 hexadecimal digits.
    pub id: String,
    /// Whether it is the home vault, which cannot be deleted. Its name may be empty.
    pub home: bool,
    /// Its name, colour and icon.
    pub appearance: VaultAppearanceView,
    /// Items neither in the trash nor archived.
    pub listed: u32,
    /// Archived items.
    pub archived: u32,
    /// Items in the trash.
    pub trashed: u32,
}

impl From<VaultAppearanceView> for VaultAppearance {
    fn from(appearance: VaultAppearanceView) -> Self {
        let VaultAppearanceView { name, hue, icon } = appearance;
        Self { name, hue, icon }
    }
}

impl From<VaultInfo> for VaultView {
    fn from(info: VaultInfo) -> Self {
        let VaultInfo {
            id,
            home,
            appearance: VaultAppearance { name, hue, icon },
            // Each refused write says why.
            read_only: _,
            listed,
            archived,
            trashed,
        } = info;
        Self {
            id: id.to_string(),
            home,
            appearance: VaultAppearanceView { name, hue, icon },
            listed,
            archived,
            trashed,
        }
    }
}
