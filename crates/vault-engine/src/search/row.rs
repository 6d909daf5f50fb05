//! Rows of the index, and scopes matched against them.

use vault_wire::VaultId;

use super::arena::Arena;
use super::best::Hit;
use super::fold::fold;
use super::matching::Haystack;
use super::scope::{Scope, Sort};
use super::{ENTRY, ItemState, PART};
use crate::item::ItemType;

/// Bits of [`Facts::marks`].
pub mod marks {
    pub const FAVOURITE: u8 = 1;
    pub const CODE: u8 = 2;
    pub const ATTACHMENTS: u8 = 4;
    pub const CONFLICT: u8 = 8;
    pub const WARNING: u8 = 16;
}

/// The data of a row other than its text.
pub struct Facts {
    /// Start of its text.
    pub start: u32,
    /// End of the title.
    pub title: u32,
    /// Start of the tags.
    pub tags: u32,
    /// End of the text searched for words; the folder follows.
    pub text: u32,
    pub end: u32,
    pub key: u32,
    /// Position of the vault in the index's list.
    pub vault: u16,
    pub created_at: u64,
    pub modified_at: u64,
    pub used_at: u64,
    pub item_type: ItemType,
    pub place: ItemState,
    pub marks: u8,
    pub alive: bool,
}

/// A row with its text.
pub struct Row<'a> {
    pub text: &'a Arena,
    pub vaults: &'a [VaultId],
    pub facts: &'a Facts,
}

impl<'a> Row<'a> {
    pub fn has(&self, mark: u8) -> bool {
        self.facts.marks & mark != 0
    }

    pub fn is_in(&self, vault: &VaultId) -> bool {
        self.vaults.get(usize::from(self.facts.vault)) == Some(vault)
    }

    pub fn haystack(&self) -> Haystack<'a> {
        let Facts { start, title, text, .. } = self.facts;
        Haystack { title: self.text.slice(*start, *title), text: self.text.slice(*start, *text) }
    }

    pub fn title(&self) -> &'a [u8] {
        self.text.slice(self.facts.start, self.facts.title)
    }

    pub fn hosts(&self) -> impl Iterator<Item = &'a [u8]> {
        let whole = self.text.slice(self.facts.start, self.facts.text);
        entries(parts(whole).nth(2).unwrap_or_default())
    }

    pub fn tags(&self) -> impl Iterator<Item = &'a [u8]> {
        entries(parts(self.text.slice(self.facts.tags, self.facts.text)).next().unwrap_or_default())
    }

    pub fn folder(&self) -> &'a [u8] {
        self.text.slice(self.facts.text.saturating_add(1), self.facts.end)
    }

    /// Returns the row as a hit, ordered by the sort.
    pub fn sorted_hit(&self, sort: Sort, row: u32) -> Hit {
        let key = match sort {
            // The first 8 bytes as a number, in the same order: most titles differ there.
            Sort::Title => {
                (0..8).fold(0, |key, at| key << 8 | u64::from(self.title().get(at).copied().unwrap_or(0)))
            }
            Sort::Modified => !self.facts.modified_at,
            Sort::Created => !self.facts.created_at,
        };
        Hit { key: [key, 0], row }
    }

    /// Returns the row as a hit, ordered by rank, favourites, last use and last change.
    pub fn ranked_hit(&self, rank: u8, row: u32) -> Hit {
        /// Over a million years in milliseconds.
        const LATEST: u64 = (1 << 55) - 1;
        let unused = LATEST - self.facts.used_at.min(LATEST);
        let not_favourite = u64::from(!self.has(marks::FAVOURITE));
        Hit::ranked(rank, [not_favourite << 55 | unused, !self.facts.modified_at], row)
    }
}

fn parts(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| char::from(*byte) == PART)
}

fn entries(part: &[u8]) -> impl Iterator<Item = &[u8]> {
    part.split(|byte| char::from(*byte) == ENTRY)
}

/// A scope with folded texts.
pub enum Within {
    Listed,
    Favourites,
    Type(ItemType),
    Tag(Vec<u8>),
    Folder(Vec<u8>),
    Vault(VaultId),
    ItemState(ItemState),
    /// Templates are not in the index.
    Nowhere,
}

impl Within {
    pub fn new(scope: &Scope) -> Self {
        match scope {
            Scope::All => Self::Listed,
            Scope::Favourites => Self::Favourites,
            Scope::Type(item_type) => Self::Type(*item_type),
            Scope::Tag(tag) => Self::Tag(fold(tag)),
            Scope::Folder(folder) => Self::Folder(fold(folder)),
            Scope::Vault(vault) => Self::Vault(*vault),
            Scope::Archive => Self::ItemState(ItemState::Archived),
            Scope::Trash => Self::ItemState(ItemState::Trashed),
            Scope::Templates => Self::Nowhere,
        }
    }

    pub fn holds(&self, row: &Row<'_>) -> bool {
        let listed = row.facts.place == ItemState::Listed;
        match self {
            Self::Listed => listed,
            Self::Favourites => listed && row.has(marks::FAVOURITE),
            Self::Type(item_type) => listed && row.facts.item_type == *item_type,
            Self::Tag(tag) => listed && row.tags().any(|entry| entry == tag),
            Self::Folder(folder) => listed && (row.folder() == folder || is_below(row.folder(), folder)),
            Self::Vault(vault) => listed && row.is_in(vault),
            Self::ItemState(place) => row.facts.place == *place,
            Self::Nowhere => false,
        }
    }

    /// Returns whether the scope has only listed rows.
    pub fn is_listed(&self) -> bool {
        !matches!(self, Self::ItemState(place) if *place != ItemState::Listed)
    }
}

/// Returns whether a folder path is below another.
pub fn is_below(path: &[u8], folder: &[u8]) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.first() == Some(&b'/'))
}
