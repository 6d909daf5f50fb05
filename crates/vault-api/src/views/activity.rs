//! What happened in vaults and on this computer.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::clock::Timestamp;
use vault_engine::session::{Activity, ActivityFilter, ActivityGroup, ActivityKind};

use super::RoleView;
use super::history::event_name;
use crate::error::{ErrorCode, Result};

/// A group of activities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ActivityGroupView {
    /// Changes of items.
    Items,
    /// Changes of members, invitations and keys.
    Members,
    /// Events of this computer.
    Computer,
}

/// What is asked for; what is left out is not restricted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ActivityQuery {
    /// In this vault, 32 hexadecimal digits.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vault: Option<String>,
    /// By this account, 32 hexadecimal digits.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Of this group.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<ActivityGroupView>,
    /// At this time or later, in milliseconds since 1970.
    #[ts(optional, type = "number")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<u64>,
    /// Before this time, in milliseconds since 1970.
    #[ts(optional, type = "number")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<u64>,
}

/// The form of an exported list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ActivityFormat {
    /// A table for spreadsheets (RFC 4180).
    Csv,
    /// A JSON object in each line.
    JsonLines,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ActivityRow {
    /// When, in milliseconds since 1970.
    #[ts(type = "number")]
    pub at: u64,
    /// What: `item_created`, `item_changed`, `item_deleted`, `founded`, `invited`, `invitation_withdrawn`, `member_added`,
    /// `role_changed`, `member_removed`, `member_left`, `new_key`, `new_identity`, `closed`, `rule_changed`, `share_released`; or an event as in
    /// `EventView`.
    pub what: String,
    /// The name of who did it; none if it was this account.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The name of the device; empty if it is not known.
    pub device: String,
    /// The vault.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vault_id: Option<String>,
    /// The item.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<String>,
    /// Its present title, if it still exists.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The member that it is about.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// The role that was given.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleView>,
    /// The number of items or entries of an event.
    pub count: u32,
}

/// A part of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ActivityPage {
    /// The next rows, newest first.
    pub rows: Vec<ActivityRow>,
    /// Whether there may be others.
    pub more: bool,
}

impl ActivityQuery {
    pub(crate) fn filter(&self) -> Result<ActivityFilter> {
        let Self { vault, author, group, since, until } = self;
        let id = |_| ErrorCode::NotFound;
        Ok(ActivityFilter {
            vault: vault.as_deref().map(str::parse).transpose().map_err(id)?,
            author: author.as_deref().map(str::parse).transpose().map_err(id)?,
            group: group.map(|group| match group {
                ActivityGroupView::Items => ActivityGroup::Items,
                ActivityGroupView::Members => ActivityGroup::Members,
                ActivityGroupView::Computer => ActivityGroup::Computer,
            }),
            since: since.map(Timestamp),
            until: until.map(Timestamp),
        })
    }
}

fn name(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::ItemCreated => "item_created",
        ActivityKind::ItemChanged => "item_changed",
        ActivityKind::ItemDeleted => "item_deleted",
        ActivityKind::Founded => "founded",
        ActivityKind::Invited => "invited",
        ActivityKind::InvitationWithdrawn => "invitation_withdrawn",
        ActivityKind::MemberAdded => "member_added",
        ActivityKind::RoleChanged => "role_changed",
        ActivityKind::MemberRemoved => "member_removed",
        ActivityKind::MemberLeft => "member_left",
        ActivityKind::NewKey => "new_key",
        ActivityKind::NewIdentity => "new_identity",
        ActivityKind::Closed => "closed",
        ActivityKind::RuleChanged => "rule_changed",
        ActivityKind::ShareReleased => "share_released",
        ActivityKind::Event(event) => event_name(event),
    }
}

impl From<Activity> for ActivityRow {
    fn from(activity: Activity) -> Self {
        let Activity { at, kind, author, device, vault, item, title, member, role, count } = activity;
        Self {
            at: at.0,
            what: name(kind).to_owned(),
            author,
            device,
            vault_id: vault.map(|id| id.to_string()),
            item_id: item.map(|id| id.to_string()),
            title,
            member,
            role: role.map(Into::into),
            count,
        }
    }
}
