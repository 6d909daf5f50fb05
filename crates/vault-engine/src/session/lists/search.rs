//! Search in an open profile: the index is filled from the database step by step and kept in step with every write.

use vault_wire::ItemId;

use super::list;
use super::query::{Page, Query};
use super::search_index::{Known, Update, key};
use crate::search::{Hits, SearchQuery};
use crate::session::error::SessionError;
use crate::session::rows::view;
use crate::session::sharing::cards;
use crate::session::state::Session;

impl Session {
    /// Runs the next step of filling the search index; returns whether there is more to do. A search fills the rest
    /// itself, so calling this only prepares the first search.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn prepare_search(&mut self) -> Result<bool, SessionError> {
        /// Rows per step: a few milliseconds.
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

    /// Runs a query with search text.
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
        // The home vault is called "home" until it has a name.
        for vault in self.vaults.iter() {
            let shown = cards::shown(&self.db, vault)?;
            let name = shown.name.as_str();
            parsed.register_vault(vault.id, if name.is_empty() { "home" } else { name });
        }
        let limit = query.limit.min(Query::MAX_LIMIT) as usize;
        let offset = query.offset as usize;
        let hits = self.search.index.search(&parsed, &query.scope, query.sort, offset, limit, cancelled);
        let Hits { total, keys, approximate, rows_read: _ } = hits.ok_or(SessionError::Cancelled)?;
        Ok(Page {
            total: u32::try_from(total).unwrap_or(u32::MAX),
            rows: list::rows_of(&self.db, &keys)?,
            unknown: parsed.unknown().to_vec(),
            approximate,
        })
    }

    /// Updates the index after the commit of a transaction.
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

    /// Records that an item was used: opened, or a part of it shown or copied. Search ranks by it.
    ///
    /// It is written with the next transaction or at lock, so that a use does not cost a write; a crash may lose it.
    ///
    /// # Errors
    /// Returns [`SessionError::NotFound`] if there is no such item.
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
