//! The search index of an open profile, and the search rows in the database that it is filled from. The index itself is
//! never written; see `docs/decisions/0001-search-index-in-memory.md`.

use crate::clock::Timestamp;
use crate::item::Item;
use crate::search;
use crate::search::{Entry, Index};
use crate::session::error::SessionError;
use crate::session::rows::view;
use crate::session::rows::view::{ItemState, type_of};
use rusqlite::Connection;
use std::collections::BTreeMap;
use vault_wire::VaultId;

/// Separates tags, which have no control characters.
pub(crate) const TAG_END: char = '\u{1e}';

/// The search index, and how far it is filled.
pub(crate) struct Search {
    pub(super) index: Index,
    /// The last row that was added; `None` once all are.
    pub(super) after: Option<i64>,
    /// Times of use that are not written yet.
    pub(crate) used: Used,
}

/// Times of use, by row number.
pub(crate) type Used = BTreeMap<i64, Timestamp>;

impl Search {
    pub(crate) fn new() -> Self {
        Self { index: Index::default(), after: Some(0), used: Used::new() }
    }

    /// Returns the times of use that are not written yet.
    pub(crate) fn used(&self) -> &Used {
        &self.used
    }

    /// Clears them after the commit of a transaction that wrote them.
    pub(crate) fn written(&mut self) {
        self.used.clear();
    }
}

/// A change of the index by a write.
pub(crate) enum Update {
    Put(Box<Known>),
    /// By row number.
    Remove(i64),
}

/// The data of an item in the index, owned.
pub(crate) struct Known {
    pub(super) item_key: i64,
    vault: VaultId,
    item_type: crate::item::ItemType,
    place: search::ItemState,
    title: String,
    words: String,
    tags: Vec<String>,
    folder: Option<String>,
    favourite: bool,
    has_code: bool,
    has_attachments: bool,
    edited_in_two_places: bool,
    has_warning: bool,
    created_at: Timestamp,
    modified_at: Timestamp,
    pub(super) used_at: Option<Timestamp>,
}

impl Known {
    /// Extracts from an item what may be stored outside its sealed body, and writes the search row.
    pub(crate) fn store(
        db: &Connection,
        item_key: i64,
        vault: VaultId,
        (item, times): (&Item, view::ShownTimes),
        is_new: bool,
    ) -> Result<Self, SessionError> {
        let words = search::words(item);
        let tags: Vec<String> = item.tags.iter().cloned().collect();
        // INSERT OR REPLACE makes SQLite keep a journal for each row.
        let sql = if is_new {
            "INSERT INTO item_search (item_key, words, tags) VALUES (?1, ?2, ?3)"
        } else {
            "INSERT OR REPLACE INTO item_search (item_key, words, tags) VALUES (?1, ?2, ?3)"
        };
        db.prepare_cached(sql)?.execute((item_key, &words, tags.join(&TAG_END.to_string())))?;
        Ok(Self {
            item_key,
            vault,
            item_type: item.item_type,
            place: place_of(ItemState::of(item).number()),
            title: item.title.clone(),
            words,
            tags,
            folder: item.folder.clone(),
            favourite: item.flags.favourite,
            has_code: view::has_code(item),
            has_attachments: view::has_files(item),
            edited_in_two_places: item.flags.edited_in_two_places,
            has_warning: view::has_warning(item),
            created_at: times.created_at,
            modified_at: times.modified_at,
            used_at: None,
        })
    }

    /// Deletes the search row of an item: templates are not searched.
    pub(crate) fn forget(db: &Connection, item_key: i64) -> Result<(), SessionError> {
        db.prepare_cached("DELETE FROM item_search WHERE item_key = ?1")?.execute([item_key])?;
        Ok(())
    }

    pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let tags: String = row.get(5)?;
        Ok(Self {
            item_key: row.get(0)?,
            used_at: row.get::<_, Option<u64>>(1)?.map(Timestamp),
            item_type: type_of(row.get(2)?),
            title: row.get(3)?,
            words: row.get(4)?,
            tags: tags.split(TAG_END).filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
            place: place_of(row.get(6)?),
            folder: row.get(7)?,
            favourite: row.get(8)?,
            has_code: row.get(9)?,
            has_attachments: row.get(10)?,
            edited_in_two_places: row.get::<_, i64>(14)? & view::CONFLICT != 0,
            has_warning: row.get::<_, i64>(14)? & view::WARNING != 0,
            created_at: Timestamp(row.get(11)?),
            modified_at: Timestamp(row.get(12)?),
            vault: VaultId::from_bytes(row.get(13)?),
        })
    }

    /// Returns the entry for the index; `None` for a row number that the index cannot have.
    pub(super) fn entry(&self) -> Option<Entry<'_>> {
        let Self {
            item_key,
            vault,
            item_type,
            place,
            title,
            words,
            tags,
            folder,
            favourite,
            has_code,
            has_attachments,
            edited_in_two_places,
            has_warning,
            created_at,
            modified_at,
            used_at,
        } = self;
        Some(Entry {
            key: key(*item_key)?,
            vault: *vault,
            item_type: *item_type,
            place: *place,
            title,
            words,
            tags,
            folder: folder.as_deref(),
            favourite: *favourite,
            has_code: *has_code,
            has_attachments: *has_attachments,
            edited_in_two_places: *edited_in_two_places,
            has_warning: *has_warning,
            created_at: *created_at,
            modified_at: *modified_at,
            used_at: *used_at,
        })
    }
}

/// Returns the key of a row in the index, which has 32 bits.
pub(super) fn key(item_key: i64) -> Option<u32> {
    u32::try_from(item_key).ok()
}

fn place_of(number: i64) -> search::ItemState {
    match number {
        1 => search::ItemState::Archived,
        2 => search::ItemState::Trashed,
        _ => search::ItemState::Listed,
    }
}

/// Writes the times of use of items that still exist.
pub(crate) fn write_used(db: &Connection, used: &Used) -> Result<(), SessionError> {
    let mut put = db.prepare_cached(
        "INSERT INTO item_use (item_key, used_at) SELECT item_key, ?2 FROM item WHERE item_key = ?1
         ON CONFLICT (item_key) DO UPDATE SET used_at = excluded.used_at",
    )?;
    for (item_key, at) in used {
        put.execute((item_key, view::time(at.0)))?;
    }
    Ok(())
}
