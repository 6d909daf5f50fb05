//! The search index of an open profile: filled from the database bit by bit, kept in step with every write.

use std::collections::BTreeMap;

use rusqlite::Connection;
use vault_wire::{ItemId, VaultId};

use super::list;
use super::query::{Page, Query};
use crate::clock::Timestamp;
use crate::item::Item;
use crate::search;
use crate::search::{Entry, Hits, Index, SearchQuery};
use crate::session::error::SessionError;
use crate::session::rows::view;
use crate::session::rows::view::{Place, type_of};
use crate::session::state::Session;

/// Between tags; no tag holds a control character that a person typed.
pub(crate) const TAG_END: char = '\u{1e}';

/// The index and how far it is filled.
pub(crate) struct Search {
    index: Index,
    /// The last row that was taken in; none once all are.
    after: Option<i64>,
    /// When items were used, as far as it is not written yet.
    used: Used,
}

/// When items were used, by their rows.
pub(crate) type Used = BTreeMap<i64, Timestamp>;

impl Search {
    pub(crate) fn new() -> Self {
        Self { index: Index::default(), after: Some(0), used: Used::new() }
    }

    /// What was used and is not written yet.
    pub(crate) fn used(&self) -> &Used {
        &self.used
    }

    /// Once a transaction is through, with which that was written.
    pub(crate) fn written(&mut self) {
        self.used.clear();
    }
}

/// What a write means for the index.
pub(crate) enum Update {
    Put(Box<Known>),
    /// By the row that it had.
    Remove(i64),
}

/// What the index knows of an item, owned.
pub(crate) struct Known {
    item_key: i64,
    vault: VaultId,
    item_type: crate::item::ItemType,
    place: search::Place,
    title: String,
    words: String,
    tags: Vec<String>,
    folder: Option<String>,
    favourite: bool,
    has_code: bool,
    has_attachments: bool,
    edited_in_two_places: bool,
    doubtful: bool,
    created_at: Timestamp,
    modified_at: Timestamp,
    used_at: Option<Timestamp>,
}

impl Known {
    /// Takes from an item what may be known outside its sealed body, and writes it beside the view.
    pub(crate) fn store(
        db: &Connection,
        item_key: i64,
        vault: VaultId,
        item: &Item,
        is_new: bool,
    ) -> Result<Self, SessionError> {
        let words = search::words(item);
        let tags: Vec<String> = item.tags.iter().cloned().collect();
        // To replace, SQLite keeps a journal for each row.
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
            place: place_of(Place::of(item).number()),
            title: item.title.clone(),
            words,
            tags,
            folder: item.folder.clone(),
            favourite: item.flags.favourite,
            has_code: view::has_code(item),
            has_attachments: view::has_files(item),
            edited_in_two_places: item.flags.edited_in_two_places,
            doubtful: view::is_doubtful(item),
            created_at: item.created_at,
            modified_at: item.modified_at,
            used_at: None,
        })
    }

    /// Takes back what is kept of an item: templates are not found.
    pub(crate) fn forget(db: &Connection, item_key: i64) -> Result<(), SessionError> {
        db.prepare_cached("DELETE FROM item_search WHERE item_key = ?1")?.execute([item_key])?;
        Ok(())
    }

    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
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
            doubtful: row.get::<_, i64>(14)? & view::DOUBT != 0,
            created_at: Timestamp(row.get(11)?),
            modified_at: Timestamp(row.get(12)?),
            vault: VaultId::from_bytes(row.get(13)?),
        })
    }

    /// What the index is told; none for a row with a number that no index takes.
    fn entry(&self) -> Option<Entry<'_>> {
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
            doubtful,
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
            doubtful: *doubtful,
            created_at: *created_at,
            modified_at: *modified_at,
            used_at: *used_at,
        })
    }
}

/// The index counts rows in 32 bits.
fn key(item_key: i64) -> Option<u32> {
    u32::try_from(item_key).ok()
}

fn place_of(number: i64) -> search::Place {
    match number {
        1 => search::Place::Archived,
        2 => search::Place::Trashed,
        _ => search::Place::Listed,
    }
}

impl Session {
    /// Fills the search index a little further, and tells whether there is more to do. A list with search text fills it
    /// to the end, so calling this is only a way to have it done before anybody types.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn prepare_search(&mut self) -> Result<bool, SessionError> {
        /// A few milliseconds' worth.
        const STEP: u32 = 2_000;
        let Some(after) = self.search.after else { return Ok(false) };
        let mut rest = self.db.prepare_cached(
            "SELECT item_key, used_at, item_type, title, words, tags, place, folder, favourite, has_code, has_files,
                 created_at, modified_at, vault_id, edited_twice
             FROM item JOIN item_search USING (item_key) JOIN vault USING (vault_key)
                 LEFT JOIN item_use USING (item_key)
             WHERE item_key > ?1 ORDER BY item_key LIMIT ?2",
        )?;
        let mut rows = rest.query((after, STEP))?;
        let mut last = None;
        while let Some(row) = rows.next()? {
            let mut known = Known::read(row)?;
            known.used_at = self.search.used.get(&known.item_key).copied().or(known.used_at);
            if let Some(entry) = known.entry() {
                self.search.index.put(&entry);
            }
            last = Some(row.get(0)?);
        }
        self.search.after = last;
        Ok(last.is_some())
    }

    /// Answers a query that has search text.
    pub(crate) fn find(
        &mut self,
        query: &Query,
        cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Result<Page, SessionError> {
        while self.prepare_search()? {
            if cancelled() {
                return Err(SessionError::Cancelled);
            }
        }
        let mut parsed = SearchQuery::parse(&query.text);
        // The home vault goes by that name until it has one.
        for vault in self.vaults.iter() {
            let name = vault.look.name.as_str();
            parsed.know_vault(vault.id, if name.is_empty() { "home" } else { name });
        }
        let limit = query.limit.min(Query::MAX_LIMIT) as usize;
        let offset = query.offset as usize;
        let hits = self.search.index.search(&parsed, &query.scope, query.sort, offset, limit, cancelled);
        let Hits { total, keys, nearly, looked_at: _ } = hits.ok_or(SessionError::Cancelled)?;
        Ok(Page {
            total: u32::try_from(total).unwrap_or(u32::MAX),
            rows: list::rows_of(&self.db, &keys)?,
            unknown: parsed.unknown().to_vec(),
            nearly,
        })
    }

    /// Brings the index in step with a transaction that is through.
    pub(crate) fn update_search(&mut self, updates: Vec<Update>) {
        for update in updates {
            match update {
                Update::Put(mut known) => {
                    if let Some(entry_key) = key(known.item_key) {
                        known.used_at = self.search.index.used_at(entry_key);
                    }
                    if let Some(entry) = known.entry() {
                        self.search.index.put(&entry);
                    }
                }
                Update::Remove(item_key) => {
                    self.search.used.remove(&item_key);
                    if let Some(key) = key(item_key) {
                        self.search.index.remove(key);
                    }
                }
            }
        }
    }

    /// Takes down that an item was used: opened, or something of it shown or copied. Search ranks by it.
    ///
    /// It is written with whatever is written next, or at lock: no use costs a write of its own, and one that a crash
    /// loses is no loss.
    ///
    /// # Errors
    /// [`SessionError::NotFound`] if there is no such item.
    pub fn note_use(&mut self, id: ItemId) -> Result<(), SessionError> {
        let current = view::current(&self.db, id)?.ok_or(SessionError::NotFound)?;
        let now = self.clock.now();
        self.search.used.insert(current.item_key, now);
        if let Some(key) = key(current.item_key) {
            self.search.index.used(key, now);
        }
        Ok(())
    }
}

/// Writes when items were used, of those that are still there.
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

impl Drop for Session {
    /// What was used goes to the disk with the last write before the lock. If it cannot, only the order of hits knows.
    fn drop(&mut self) {
        if self.writable().is_ok() && !self.search.used.is_empty() {
            let _ = self.db.unchecked_transaction().map_err(SessionError::from).and_then(|tx| {
                write_used(&tx, &self.search.used)?;
                Ok(tx.commit()?)
            });
        }
    }
}
