//! What happened, and what is asked for of it.

use vault_wire::roster::MemberRole;
use vault_wire::{AccountId, ItemId, VaultId};

use super::event::EventKind;
use crate::clock::Timestamp;

/// Entries that are read of one log at once.
pub(super) const BATCH: usize = 32;

/// What is asked for. `None` is all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityFilter {
    /// In this vault.
    pub vault: Option<VaultId>,
    /// By this account.
    pub author: Option<AccountId>,
    /// Of this group.
    pub group: Option<ActivityGroup>,
    /// At this time or later.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
}

/// A group of activities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivityGroup {
    /// Changes of items.
    Items,
    /// Changes of members, invitations and keys.
    Members,
    /// Events of this computer.
    Computer,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivityKind {
    /// An item was made.
    ItemCreated,
    /// An item was changed.
    ItemChanged,
    /// An item was deleted permanently.
    ItemDeleted,
    /// The vault was created.
    Founded,
    /// Somebody was invited.
    Invited,
    /// An invitation was withdrawn.
    InvitationWithdrawn,
    /// A member was added.
    MemberAdded,
    /// A member got another role.
    RoleChanged,
    /// A member was removed.
    MemberRemoved,
    /// The author left.
    MemberLeft,
    /// The vault got a new key.
    NewKey,
    /// The author got a new identity.
    NewIdentity,
    /// The vault was closed.
    Closed,
    /// A rule of the vault was changed.
    RuleChanged,
    /// A guardian released a share for a recovery.
    ShareReleased,
    /// An event of this computer.
    Event(EventKind),
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// When: by the clock of the author, or when it was received if that is earlier.
    pub at: Timestamp,
    /// What.
    pub kind: ActivityKind,
    /// The name of who did it; `None` if it was this account.
    pub author: Option<String>,
    /// The name of the device, if it is known.
    pub device: String,
    /// The vault.
    pub vault: Option<VaultId>,
    /// The item.
    pub item: Option<ItemId>,
    /// Its present title, if it exists.
    pub title: Option<String>,
    /// The member that it is about.
    pub member: Option<String>,
    /// The role that was given.
    pub role: Option<MemberRole>,
    /// The number of items or entries of an event.
    pub count: u32,
}
