//! Looking at all items for what is wrong with them, one opened at a time.

use vault_wire::{ItemId, ProfileId};

use crate::health::{Examiner, Prefix, Range, Report, Settings};
use crate::session::error::SessionError;
use crate::session::lists::list;
use crate::session::lists::query::Row;
use crate::session::rows::stored::StoredRevision;
use crate::session::state::Session;

/// A run over all items that are listed, made in steps so that others are served in between.
pub struct HealthWalk {
    /// Whose items it looks at: a profile may be locked and another opened in between.
    profile: ProfileId,
    examiner: Examiner,
    /// The last row that was looked at.
    after: i64,
    done: u32,
    total: u32,
}

impl HealthWalk {
    /// How many items were looked at.
    #[must_use]
    pub const fn done(&self) -> u32 {
        self.done
    }

    /// How many there were when the run began.
    #[must_use]
    pub const fn total(&self) -> u32 {
        self.total
    }

    /// What to ask for next about stolen passwords, once all items were looked at.
    #[must_use]
    pub fn next_prefix(&self) -> Option<Prefix> {
        self.examiner.next_prefix()
    }

    /// How many questions about stolen passwords are left.
    #[must_use]
    pub fn prefixes_left(&self) -> usize {
        self.examiner.prefixes_left()
    }

    /// Goes on without an answer to a question; the report says so.
    pub fn give_up(&mut self, prefix: Prefix) {
        let items = self.examiner.take_prefix(prefix).len();
        self.examiner.unanswered(items);
    }

    /// Ends the run.
    #[must_use]
    pub fn finish(self) -> Report {
        self.examiner.finish()
    }
}

impl Session {
    /// Begins a run.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn health_begin(&mut self, settings: Settings) -> Result<HealthWalk, SessionError> {
        let total = self.sidebar()?.all;
        let examiner = Examiner::new(settings, self.clock.now(), &mut *self.rng);
        Ok(HealthWalk { profile: self.info.id, examiner, after: 0, done: 0, total })
    }

    /// Looks at up to so many more items, and tells whether there may be others. What lies in the archive or the trash
    /// is left out.
    ///
    /// # Errors
    /// If the database cannot be read, or the run is of another profile. An item that is damaged is counted.
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

    /// Looks passwords up in an answer about stolen ones; their items are opened once more for it.
    ///
    /// # Errors
    /// If the database cannot be read, or the run is of another profile. Items that are gone or damaged are left out.
    pub fn health_compare(
        &self,
        walk: &mut HealthWalk,
        prefix: Prefix,
        range: &Range,
    ) -> Result<(), SessionError> {
        self.is_own(walk)?;
        for id in walk.examiner.take_prefix(prefix) {
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

    /// The rows of items, in the order given. Items gone meanwhile are left out.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn rows_of(&self, ids: &[ItemId]) -> Result<Vec<Row>, SessionError> {
        list::rows_of_items(&self.db, ids)
    }
}

/// The next items, by their rows. By the plus no index of places is taken, which would sort all of them in each step.
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
    fn a_step_reads_its_own_rows_and_sorts_nothing() {
        let steps = plan(&database(), &[&super::step()]);
        assert!(steps[0].starts_with("SEARCH item USING INTEGER PRIMARY KEY"), "{steps:?}");
        assert!(steps.iter().all(|step| !step.contains("TEMP B-TREE")), "{steps:?}");
    }
}
