//! Lists, counts and histories, between the engine and the interface.

use vault_engine::VaultId;
use vault_engine::item::ItemType;
use vault_engine::search::{Scope, Sort};
use vault_engine::session::{Change, HistoryEntry, Page, Query, Row, Sidebar};

use crate::views;

impl From<views::ItemQuery> for Query {
    fn from(query: views::ItemQuery) -> Self {
        let views::ItemQuery { text, scope, sort, offset, limit } = query;
        Self {
            text,
            scope: scope.into(),
            sort: match sort {
                views::ItemSort::Title => Sort::Title,
                views::ItemSort::Modified => Sort::Modified,
                views::ItemSort::Created => Sort::Created,
            },
            offset,
            limit,
        }
    }
}

impl From<views::ItemScope> for Scope {
    fn from(scope: views::ItemScope) -> Self {
        match scope {
            views::ItemScope::All => Self::All,
            views::ItemScope::Favourites => Self::Favourites,
            views::ItemScope::Type { item_type } => Self::Type(item_type.into()),
            views::ItemScope::Tag { tag } => Self::Tag(tag),
            views::ItemScope::Folder { folder } => Self::Folder(folder),
            views::ItemScope::Vault { vault_id } => {
                // No vault has this id, so the list is empty.
                Self::Vault(vault_id.parse().unwrap_or(VaultId::from_bytes([0; 16])))
            }
            views::ItemScope::Archive => Self::Archive,
            views::ItemScope::Trash => Self::Trash,
            views::ItemScope::Templates => Self::Templates,
        }
    }
}

impl From<Page> for views::ItemPage {
    fn from(page: Page) -> Self {
        let Page { total, rows, unknown, nearly: _ } = page;
        Self { total, rows: rows.into_iter().map(Into::into).collect(), unknown_filters: unknown }
    }
}

impl From<Row> for views::ItemRow {
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
            doubtful,
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
            doubtful,
            modified_at: modified_at.0,
        }
    }
}

/// Every type with its number of items, in the order of the types.
pub(crate) fn type_counts(counts: &[(ItemType, u32)]) -> Vec<views::TypeCount> {
    ItemType::ALL
        .into_iter()
        .map(|item_type| {
            let count = counts.iter().find(|(other, _)| *other == item_type).map_or(0, |(_, count)| *count);
            views::TypeCount { item_type: item_type.into(), count }
        })
        .collect()
}

impl From<Sidebar> for views::SidebarView {
    fn from(sidebar: Sidebar) -> Self {
        let Sidebar { all, favourites, archived, trash, types, tags, folders, vaults: _, templates, drafts } =
            sidebar;
        let named = |counts: Vec<(String, u32)>| {
            counts.into_iter().map(|(name, count)| views::NameCount { name, count }).collect()
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

impl From<HistoryEntry> for views::HistoryEntry {
    fn from(entry: HistoryEntry) -> Self {
        let HistoryEntry { revision, at, device, changes, current } = entry;
        Self {
            revision: revision.to_string(),
            at: at.0,
            device,
            changes: changes.into_iter().map(change_name).collect(),
            current,
        }
    }
}

/// What the interface calls a change.
pub(crate) fn change_name(change: Change) -> String {
    match change {
        Change::Created => "created".to_owned(),
        Change::Type => "type".to_owned(),
        Change::Title => "title".to_owned(),
        Change::Notes => "notes".to_owned(),
        Change::Tags => "tags".to_owned(),
        Change::Urls => "urls".to_owned(),
        Change::Folder => "folder".to_owned(),
        Change::Favourite => "favourite".to_owned(),
        Change::Archived => "archived".to_owned(),
        Change::Trashed => "trashed".to_owned(),
        Change::Restored => "restored".to_owned(),
        Change::Attachments => "attachments".to_owned(),
        Change::Passkeys => "passkeys".to_owned(),
        Change::Expires => "expires".to_owned(),
        Change::Reprompt => "reprompt".to_owned(),
        Change::Template => "template".to_owned(),
        Change::Unreadable => "unreadable".to_owned(),
        Change::Field { role: Some(role), label: _ } => format!("field:{}", role.name()),
        Change::Field { role: None, label } => format!("field:{label}"),
    }
}
