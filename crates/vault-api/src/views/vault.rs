//! Vaults of the profile.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::session::{VaultAppearance, VaultInfo, VaultReadOnly, VaultSharing};

use super::count;
use super::members::RoleView;

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
    /// Whether it stays on this computer: no server gets it.
    pub only_here: bool,
    /// Its name, colour and icon.
    pub appearance: VaultAppearanceView,
    /// Items neither in the trash nor archived.
    pub listed: u32,
    /// Archived items.
    pub archived: u32,
    /// Items in the trash.
    pub trashed: u32,
    /// Why nothing can be written into it, if so.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_only: Option<VaultReadOnlyView>,
    /// Its members, in short.
    pub sharing: SharingView,
    /// The directory of the team that it follows; the vault itself, if it is one.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
}

/// Why nothing can be written into a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum VaultReadOnlyView {
    /// The key of its present epoch was not received yet.
    KeyMissing,
    /// It needs a newer program.
    Newer,
    /// An owner closed it.
    Closed,
    /// The account may only read.
    Viewer,
    /// Its log does not name the account's new identity yet.
    NewIdentity,
    /// The account is no member any more.
    NoMember,
    /// The server is being restored.
    BeingRestored,
    /// The server contradicted itself.
    Alarm,
    /// It is the directory of a team.
    Directory,
}

/// The members of a vault in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SharingView {
    /// The number of members.
    pub members: u32,
    /// This account's role; none if it is no member any more.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleView>,
    /// Whether another account shares it with this one.
    pub from_others: bool,
    /// The name of the owner who shares it, if it is known.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_by: Option<String>,
    /// The number of open invitations.
    pub invitations: u32,
    /// The number of answers that wait for the user.
    pub answers: u32,
    /// The number of changes of members that are not in the log yet.
    pub pending: u32,
    /// Whether a former member still knows the present key.
    pub epoch_due: bool,
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
            only_here,
            appearance: VaultAppearance { name, hue, icon },
            sharing,
            team,
            read_only,
            listed,
            archived,
            trashed,
        } = info;
        Self {
            id: id.to_string(),
            home,
            only_here,
            appearance: VaultAppearanceView { name, hue, icon },
            team: team.map(|team| team.to_string()),
            listed,
            archived,
            trashed,
            read_only: read_only.map(|why| match why {
                VaultReadOnly::KeyMissing => VaultReadOnlyView::KeyMissing,
                VaultReadOnly::Newer => VaultReadOnlyView::Newer,
                VaultReadOnly::Closed => VaultReadOnlyView::Closed,
                VaultReadOnly::NotPermitted if sharing.role.is_none() => VaultReadOnlyView::NoMember,
                VaultReadOnly::NotPermitted => VaultReadOnlyView::Viewer,
                VaultReadOnly::NewIdentity => VaultReadOnlyView::NewIdentity,
                VaultReadOnly::BeingRestored => VaultReadOnlyView::BeingRestored,
                VaultReadOnly::Alarm => VaultReadOnlyView::Alarm,
                VaultReadOnly::Directory => VaultReadOnlyView::Directory,
            }),
            sharing: sharing.into(),
        }
    }
}

impl From<VaultSharing> for SharingView {
    fn from(sharing: VaultSharing) -> Self {
        let VaultSharing { members, role, shared_by, invitations, answers, pending, is_epoch_due } = sharing;
        Self {
            members: count(members),
            role: role.map(Into::into),
            from_others: shared_by.is_some(),
            shared_by: shared_by.and_then(|by| by.name),
            invitations: count(invitations),
            answers: count(answers),
            pending: count(pending),
            epoch_due: is_epoch_due,
        }
    }
}
