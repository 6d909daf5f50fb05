use vault_wire::{ItemId, VaultId};

use crate::clock::Timestamp;
use crate::item::ItemType;
use crate::search::{Scope, Sort};

/// Asks for a page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Search text with filters; empty for none. With text the best match comes first.
    pub text: String,
    /// Which items.
    pub scope: Scope,
    /// Order.
    pub sort: Sort,
    /// First row.
    pub offset: u32,
    /// Rows wanted; more than [`Query::MAX_LIMIT`] are not given.
    pub limit: u32,
}

impl Query {
    /// The longest page.
    pub const MAX_LIMIT: u32 = 500;
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The item.
    pub id: ItemId,
    /// The vault it is in.
    pub vault: VaultId,
    /// Its type.
    pub item_type: ItemType,
    /// Its title.
    pub title: String,
    /// What tells it from others of the same title; never a secret.
    pub subtitle: String,
    /// Among the favourites.
    pub favourite: bool,
    /// Has a one-time code.
    pub has_code: bool,
    /// Has files; a document's own content is not counted.
    pub has_attachments: bool,
    /// A merge set a value aside.
    pub edited_in_two_places: bool,
    /// The value of a field looks wrong. Known of what was written since the program looks at it.
    pub doubtful: bool,
    /// Last change.
    pub modified_at: Timestamp,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Rows in all.
    pub total: u32,
    /// The rows asked for.
    pub rows: Vec<Row>,
    /// Filters in the search text that there are not, or whose value there is not, as typed.
    pub unknown: Vec<String>,
    /// Whether hardly anything fit, so that what nearly fits was looked for.
    pub nearly: bool,
}

/// Numbers for the sidebar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sidebar {
    /// Neither in the trash nor archived.
    pub all: u32,
    /// Of these, favourites.
    pub favourites: u32,
    /// Archived.
    pub archived: u32,
    /// In the trash.
    pub trash: u32,
    /// Types that occur among `all`.
    pub types: Vec<(ItemType, u32)>,
    /// Tags among `all`, by name.
    pub tags: Vec<(String, u32)>,
    /// Folders among `all`, by path; each counts what lies directly in it.
    pub folders: Vec<(String, u32)>,
    /// How many of `all` each vault has that has any.
    pub vaults: Vec<(VaultId, u32)>,
    /// Templates for new items.
    pub templates: u32,
    /// Drafts waiting.
    pub drafts: u32,
}
