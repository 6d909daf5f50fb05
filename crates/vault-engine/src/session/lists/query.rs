//! Requests and results of lists, and the counts of the sidebar.

use vault_wire::{ItemId, VaultId};

use crate::clock::Timestamp;
use crate::item::ItemType;
use crate::search::{Scope, Sort};

/// A request for a page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Search text with filters; may be empty. With text the best match comes first.
    pub text: String,
    /// The items to list.
    pub scope: Scope,
    /// Order.
    pub sort: Sort,
    /// The first row.
    pub offset: u32,
    /// The number of rows, at most [`Query::MAX_LIMIT`].
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
    /// Distinguishes it from others of the same title; never a secret.
    pub subtitle: String,
    /// Among the favourites.
    pub favourite: bool,
    /// Has a one-time code.
    pub has_code: bool,
    /// Has files; a document's own content is not counted.
    pub has_attachments: bool,
    /// A merge left superseded values.
    pub edited_in_two_places: bool,
    /// A field has a value warning. Set for items written since the program checks values.
    pub has_warning: bool,
    /// In the archive.
    pub archived: bool,
    /// The time of the last change of its content.
    pub modified_at: Timestamp,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The number of rows in the whole list.
    pub total: u32,
    /// The rows asked for.
    pub rows: Vec<Row>,
    /// Filters in the search text, as typed, that do not exist or have an unknown value.
    pub unknown: Vec<String>,
    /// Whether there were hardly any exact matches, so that near matches are included.
    pub approximate: bool,
}

/// The counts that the sidebar shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sidebar {
    /// Items neither in the trash nor archived.
    pub all: u32,
    /// Of these, favourites.
    pub favourites: u32,
    /// Archived items.
    pub archived: u32,
    /// Items in the trash.
    pub trash: u32,
    /// The types among `all`, with their counts.
    pub types: Vec<(ItemType, u32)>,
    /// Tags among `all`, by name.
    pub tags: Vec<(String, u32)>,
    /// Folders among `all`, by path; each count is of the items directly in it.
    pub folders: Vec<(String, u32)>,
    /// The vaults that have items among `all`, with their counts.
    pub vaults: Vec<(VaultId, u32)>,
    /// Templates for new items.
    pub templates: u32,
    /// Drafts.
    pub drafts: u32,
}
