//! Lists of items: what is asked for, their rows, and the counts of the sidebar.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_engine::VaultId;
use vault_engine::item::ItemType;
use vault_engine::search::{Scope, Sort};
use vault_engine::session::{LinkTarget, Page, Query, Row, Sidebar};

use super::kind::ItemTypeView;

/// Which items are listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export)]
pub enum ItemScope {
    /// All that are not in the trash or archive.
    All,
    /// Favourites.
    Favourites,
    /// Items of a type.
    Type {
        /// The type.
        item_type: ItemTypeView,
    },
    /// Items with a tag.
    Tag {
        /// The tag.
        tag: String,
    },
    /// Items in a folder or below it.
    Folder {
        /// Path with `/` between levels.
        folder: String,
    },
    /// Items in a vault.
    Vault {
        /// The vault.
        vault_id: String,
    },
    /// Archived items.
    Archive,
    /// Items in the trash.
    Trash,
    /// Templates for new items; no other list contains them.
    Templates,
}

/// Order of a list without search text; with text the best match comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum ItemSort {
    /// By title.
    #[default]
    Title,
    /// Last changed first.
    Modified,
    /// Newest first.
    Created,
}

/// A request for a page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ItemQuery {
    /// The search text with filters such as `tag:work has:totp`; empty for none.
    pub text: String,
    /// Which items.
    pub scope: ItemScope,
    /// Order.
    pub sort: ItemSort,
    /// First row.
    pub offset: u32,
    /// Number of rows, at most 500.
    pub limit: u32,
}

/// A row of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ItemRow {
    /// 32 hexadecimal digits.
    pub id: String,
    /// The vault it is in.
    pub vault_id: String,
    /// Type.
    pub item_type: ItemTypeView,
    /// Title.
    pub title: String,
    /// User name, last digits, file type and size …
    pub subtitle: String,
    /// Favourite.
    pub favourite: bool,
    /// Has a one-time code.
    pub has_code: bool,
    /// Has files (a document's own content not counted).
    pub has_attachments: bool,
    /// Whether a merge superseded a value.
    pub edited_in_two_places: bool,
    /// Whether the value of a field has a warning.
    pub has_warning: bool,
    /// Whether it is in the archive.
    pub archived: bool,
    /// Last change, Unix milliseconds.
    #[ts(type = "number")]
    pub modified_at: u64,
}

/// A page of a list.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct ItemPage {
    /// Total number of rows.
    pub total: u32,
    /// The requested rows.
    pub rows: Vec<ItemRow>,
    /// Unknown filters in the text, or known ones with an unknown value, as typed.
    pub unknown_filters: Vec<String>,
}

/// The target of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct LinkView {
    /// Its present id, which differs from the link after a move to another vault.
    pub item_id: String,
    /// The vault it is in.
    pub vault_id: String,
    /// Type.
    pub item_type: ItemTypeView,
    /// Title.
    pub title: String,
    /// Whether it is in the trash.
    pub trashed: bool,
}

/// A name with the number of items that have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct NameCount {
    /// Tag or folder path.
    pub name: String,
    /// Items.
    pub count: u32,
}

/// A type with the number of its items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct TypeCount {
    /// Type.
    pub item_type: ItemTypeView,
    /// Items.
    pub count: u32,
}

/// The counts of the sidebar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SidebarView {
    /// Items neither in the trash nor archived.
    pub all: u32,
    /// Favourites.
    pub favourites: u32,
    /// Archived.
    pub archived: u32,
    /// In the trash.
    pub trash: u32,
    /// By type, every type listed.
    pub types: Vec<TypeCount>,
    /// Tags by name.
    pub tags: Vec<NameCount>,
    /// Folders by path.
    pub folders: Vec<NameCount>,
    /// Templates for new items.
    pub templates: u32,
    /// Drafts.
    pub drafts: u32,
}

impl From<ItemQuery> for Query {
    fn from(query: ItemQuery) -> Self {
        let ItemQuery { text, scope, sort, offset, limit } = query;
        Self {
            text,
            scope: scope.into(),
            sort: match sort {
                ItemSort::Title => Sort::Title,
                ItemSort::Modified => Sort::Modified,
                ItemSort::Created => Sort::Created,
            },
            offset,
            limit,
        }
    }
}

impl From<ItemScope> for Scope {
    fn from(scope: ItemScope) -> Self {
        match scope {
            ItemScope::All => Self::All,
            ItemScope::Favourites => Self::Favourites,
            ItemScope::Type { item_type } => Self::Type(item_type.into()),
            ItemScope::Tag { tag } => Self::Tag(tag),
            ItemScope::Folder { folder } => Self::Folder(folder),
            ItemScope::Vault { vault_id } => {
                // No vault has this id, so the list is empty.
                Self::Vault(vault_id.parse().unwrap_or(VaultId::from_bytes([0; 16])))
            }
            ItemScope::Archive => Self::Archive,
            ItemScope::Trash => Self::Trash,
            ItemScope::Templates => Self::Templates,
        }
    }
}

impl From<Page> for ItemPage {
    fn from(page: Page) -> Self {
        let Page { total, rows, unknown, approximate: _ } = page;
        Self { total, rows: rows.into_iter().map(Into::into).collect(), unknown_filters: unknown }
    }
}

impl From<Row> for ItemRow {
    fn from(row: Row) -> Self {
        let Row {
            id,
            vault,
            item_type,
            title,
            subtitle,
            favourite,
            has_code,
            has_attachments,
            edited_in_two_places,
            has_warning,
            archived,
            modified_at,
        } = row;
        Self {
            id: id.to_string(),
            vault_id: vault.to_string(),
            item_type: item_type.into(),
            title,
            subtitle,
            favourite,
            has_code,
            has_attachments,
            edited_in_two_places,
            has_warning,
            archived,
            modified_at: modified_at.0,
        }
    }
}

/// The number of items of every type, in the order of the types.
pub(crate) fn type_counts(counts: &[(ItemType, u32)]) -> Vec<TypeCount> {
    ItemType::ALL
        .into_iter()
        .map(|item_type| {
            let count = counts.iter().find(|(other, _)| *other == item_type).map_or(0, |(_, count)| *count);
            TypeCount { item_type: item_type.into(), count }
        })
        .collect()
}

impl From<Sidebar> for SidebarView {
    fn from(sidebar: Sidebar) -> Self {
        let Sidebar { all, favourites, archived, trash, types, tags, folders, vaults: _, templates, drafts } =
            sidebar;
        let named = |counts: Vec<(String, u32)>| {
            counts.into_iter().map(|(name, count)| NameCount { name, count }).collect()
        };
        Self {
            all,
            favourites,
            archived,
            trash,
            types: type_counts(&types),
            tags: named(tags),
            folders: named(folders),
            templates,
            drafts,
        }
    }
}

impl From<LinkTarget> for LinkView {
    fn from(target: LinkTarget) -> Self {
        let LinkTarget { id, vault, item_type, title, trashed } = target;
        Self {
            item_id: id.to_string(),
            vault_id: vault.to_string(),
            item_type: item_type.into(),
            title,
            trashed,
        }
    }
}
