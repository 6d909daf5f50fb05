//! The health check over all items, opening one at a time.

use vault_wire::{ItemId, ProfileId};

use crate::health::{Analyzer, Prefix, Range, Report, Settings};
use crate::session::error::SessionError;
use crate::session::lists::list;
use crate::session::lists::query::Row;
use crate::session::rows::stored::StoredRevision;
use crate::session::state::Session;

/// A health check of all listed items, run in steps so that other calls are served in between.
pub struct HealthWalk {
    /// The profile that it was started for: another one may be open by the next step.
    profile: ProfileId,
    examiner: Analyzer,
    /// The last row that was examined.
    after: i64,
    done: u32,
    total: u32,
}

impl HealthWalk {
    /// Returns the number of items examined so far.
    #[must_use]
    pub const fn done(&self) -> u32 {
        self.done
    }

    /// Returns the number of items when the run began.
    #[must_use]
    pub const fn total(&self) -> u32 {
        self.total
    }

    /// Returns the next prefix to look up among breached passwords, once all items are examined.
    #[must_use]
    pub fn next_prefix(&self) -> Option<Prefix> {
        self.examiner.next_prefix()
    }

    /// Returns the number of prefixes that are still to be looked up.
    #[must_use]
    pub fn prefixes_left(&self) -> usize {
        self.examiner.prefixes_left()
    }

    /// Skips a prefix whose look-up failed; the report counts its items as unanswered.
    pub fn give_up(&mut self, prefix: Prefix) {
        let items = self.examiner.pop_prefix(prefix).len();
        self.examiner.record_unavailable(items);
    }

    /// Ends the run and returns its report.
    #[must_use]
    pub fn finish(self) -> Report {
        self.examiner.finish()
    }
}

impl Session {
    /// Starts a run.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn health_begin(&mut self, settings: Settings) -> Result<HealthWalk, SessionError> {
        let total = self.sidebar()?.all;
        let examiner = Analyzer::new(settings, self.clock.now(), &mut *self.rng);
        Ok(HealthWalk { profile: self.info.id, examiner, after: 0, done: 0, total })
    }

    /// Examines up to `items` more items, and returns whether there may be others. Archived and trashed items are left
    /// out; damaged ones are counted.
    ///
    /// # Errors
    /// Fails if the database cannot be read; returns [`SessionError::Cancelled`] if the run is of another profile.
    pub fn health_step(&self, walk: &mut HealthWalk, items: u32) -> Result<bool, SessionError> {
        self.is_own(walk)?;
        let mut rest = self.db.prepare_cached(&step())?;
        let mut rows = rest.query((walk.after, items))?;
        let mut looked = 0;
        while let Some(row) = rows.next()? {
            let id = ItemId::from_bytes(row.get(StoredRevision::WIDTH)?);
            match StoredRevision::read(row)?.open_quickly(&self.vaults, id) {
                Ok(item) => walk.examiner.look(id, &item),
                Err(_) => walk.examiner.skip(),
            }
            walk.after = row.get(StoredRevision::WIDTH + 1)?;
            looked += 1;
        }
        walk.done = walk.done.saturating_add(looked);
        Ok(looked == items)
    }

    /// Compares passwords with a range of breached ones, opening their items again. Items that are gone or damaged are
    /// left out.
    ///
    /// # Errors
    /// Fails if the database cannot be read; returns [`SessionError::Cancelled`] if the run is of another profile.
    pub fn health_compare(
        &self,
        walk: &mut HealthWalk,
        prefix: Prefix,
        range: &Range,
    ) -> Result<(), SessionError> {
        self.is_own(walk)?;
        for id in walk.examiner.pop_prefix(prefix) {
            match self.get(id) {
                Ok(opened) => walk.examiner.compare(id, &opened.item, prefix, range),
                Err(SessionError::NotFound | SessionError::RevisionDamaged) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    fn is_own(&self, walk: &HealthWalk) -> Result<(), SessionError> {
        if walk.profile == self.info.id { Ok(()) } else { Err(SessionError::Cancelled) }
    }

    /// Reads the rows of items, in the given order. Items that no longer exist are left out.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn rows_of(&self, ids: &[ItemId]) -> Result<Vec<Row>, SessionError> {
        list::rows_of_items(&self.db, ids)
    }
}

/// The query for the next items, by row number. The `+` keeps SQLite from using an index on `place`, with which it
/// would sort all items in each step.
fn step() -> String {
    [
        "SELECT ",
        StoredRevision::COLUMNS,
        ", item.item_id, item.item_key FROM item JOIN entry USING (entry_key)",
        " WHERE +place = 0 AND item_key > ?1 ORDER BY item_key LIMIT ?2",
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use crate::session::lists::list::tests::{database, plan};

    #[test]
    fn step_uses_the_primary_key_without_sorting() {
        let steps = plan(&database(), &[&super::step()]);
        assert!(steps[0].starts_with("SEARCH item USING INTEGER PRIMARY KEY"), "{steps:?}");
        assert!(steps.iter().all(|step| !step.contains("TEMP B-TREE")), "{steps:?}");
    }
}
