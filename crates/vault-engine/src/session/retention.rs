//! Retention rules for history and trash. Without a rule everything is kept; see
//! `docs/decisions/0019-undo-and-history-rules.md`.
//!
//! A rule removes the bodies of superseded revisions, and the documents that only they named; headers, signatures and
//! hashes stay, so the log still verifies. The current revision is never touched, nor are the earlier values of its
//! fields. In a vault that a server knows, nothing superseded less than 90 days ago is removed: another device may
//! still need it for a merge.
//!
//! Rules run on request, and automatically once a day after unlocking. A clock that is suddenly months ahead must not
//! empty the trash: after a pause of more than 60 days the first run only records the day, and rules run the next day.

use std::collections::BTreeMap;

use vault_wire::{ItemId, RevHash};

use super::activity::event::EventKind;
use super::error::SessionError;
use super::items::progress::{ItemProgress, go_on};
use super::rows::view::time;
use super::rows::{blobs, view};
use super::sharing::history_purges;
use super::state::Session;
use super::transaction::Transaction;
use crate::clock::Timestamp;
use crate::item::PayloadError;

const DAY: u64 = 24 * 60 * 60 * 1_000;
/// Days for which a merge may need a superseded revision.
const MERGE: u64 = 90;
/// Longest plausible pause between two runs, in days. After a longer one the clock is not trusted.
const PAUSE: u64 = 60;
/// The longest time a rule may name, in days.
const LONGEST: u32 = 3_650;
/// The largest number of revisions that a rule may name.
const MOST: u32 = 1_000;
/// Items per step.
const STEP: u32 = 200;

const HISTORY: &str = "history.keep";
const TRASH: &str = "trash.days";
/// The setting with the time of the last automatic run.
const LAST: &str = "rules.last";

/// How much of an item's history is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HistoryRetention {
    /// All of it.
    #[default]
    Everything,
    /// The newest revisions, the current one included: 1 to 1,000.
    Revisions(u32),
    /// The revisions that were current within this many days: 1 to 3,650.
    Days(u32),
}

/// The retention rules of a profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetentionRules {
    /// For history.
    pub history: HistoryRetention,
    /// Days after which an item in the trash is deleted permanently, 1 to 3,650; `None` for never.
    pub trash_days: Option<u32>,
}

/// The result of removing history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RemovedHistory {
    /// Removed revisions.
    pub revisions: usize,
    /// Items that they belonged to.
    pub items: usize,
}

/// The position of a run over all items.
#[derive(Clone, Copy, Debug)]
pub struct RetentionRun(Stage);

#[derive(Clone, Copy, Debug)]
enum Stage {
    Trash,
    /// After the item with this key.
    History(i64),
}

impl RetentionRules {
    fn sound(&self) -> bool {
        let history = match self.history {
            HistoryRetention::Everything => true,
            HistoryRetention::Revisions(count) => (1..=MOST).contains(&count),
            HistoryRetention::Days(days) => (1..=LONGEST).contains(&days),
        };
        history && self.trash_days.is_none_or(|days| (1..=LONGEST).contains(&days))
    }
}

impl Session {
    /// Returns the rules. Settings that do not parse mean that everything is kept.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn retention_rules(&self) -> Result<RetentionRules, SessionError> {
        let number = |text: &str| text.parse::<u32>().ok();
        let history = match self.setting(HISTORY)?.as_deref().and_then(|text| text.split_once(':')) {
            Some(("revisions", count)) => {
                number(count).map_or(HistoryRetention::Everything, HistoryRetention::Revisions)
            }
            Some(("days", days)) => number(days).map_or(HistoryRetention::Everything, HistoryRetention::Days),
            _ => HistoryRetention::Everything,
        };
        let rules = RetentionRules { history, trash_days: self.setting(TRASH)?.as_deref().and_then(number) };
        Ok(if rules.sound() { rules } else { RetentionRules::default() })
    }

    /// Sets the rules. They run automatically from the next day on.
    ///
    /// # Errors
    /// Returns [`SessionError::Invalid`] for a number out of range. Fails if the profile cannot be written.
    pub fn set_retention_rules(&mut self, rules: &RetentionRules) -> Result<(), SessionError> {
        if !rules.sound() {
            return Err(SessionError::Invalid(PayloadError::Malformed));
        }
        let history = match rules.history {
            HistoryRetention::Everything => "all".to_owned(),
            HistoryRetention::Revisions(count) => format!("revisions:{count}"),
            HistoryRetention::Days(days) => format!("days:{days}"),
        };
        let trash = rules.trash_days.map_or_else(|| "never".to_owned(), |days| days.to_string());
        let now = self.clock.now().0.to_string();
        self.write(|tx| {
            let mut put =
                tx.db.prepare_cached("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)")?;
            for (name, value) in [(HISTORY, &history), (TRASH, &trash), (LAST, &now)] {
                put.execute((name, value))?;
            }
            Ok(())
        })
    }

    /// Removes superseded revisions of items by a rule, in one transaction.
    ///
    /// # Errors
    /// Returns [`SessionError::Invalid`] for a number out of range, [`SessionError::NotFound`] if an item does not
    /// exist, and [`SessionError::Cancelled`] if `progress` cancelled.
    pub fn purge_history(
        &mut self,
        ids: &[ItemId],
        keep: HistoryRetention,
        progress: ItemProgress<'_>,
    ) -> Result<RemovedHistory, SessionError> {
        if !(RetentionRules { history: keep, trash_days: None }).sound() {
            return Err(SessionError::Invalid(PayloadError::Malformed));
        }
        self.write(|tx| tx.purge_history(ids, keep, progress))
    }

    /// Lists the items that have more than one revision.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn items_with_history(&self) -> Result<Vec<ItemId>, SessionError> {
        let mut find = self.db.prepare_cached("SELECT item_id FROM item WHERE revisions > 1")?;
        let ids = find.query_map([], |row| Ok(ItemId::from_bytes(row.get(0)?)))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Runs the next step of the rules, if they are due, and returns where to continue. Call it after unlocking until
    /// it returns `None`.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn apply_retention(
        &mut self,
        walk: Option<RetentionRun>,
    ) -> Result<Option<RetentionRun>, SessionError> {
        let rules = self.retention_rules()?;
        let asked = self.policy()?.trash_days.is_some();
        if self.read_only.is_some() || (rules == RetentionRules::default() && !asked) {
            return Ok(None);
        }
        let after = match walk {
            None if !self.retention_is_due()? => return Ok(None),
            None => return Ok(Some(RetentionRun(Stage::Trash))),
            Some(RetentionRun(Stage::Trash)) => {
                let more = self.purge_old_trash(rules.trash_days)?;
                return Ok(Some(RetentionRun(if more { Stage::Trash } else { Stage::History(0) })));
            }
            Some(RetentionRun(Stage::History(after))) => after,
        };
        if rules.history == HistoryRetention::Everything {
            return Ok(None);
        }
        let mut rest = self.db.prepare_cached(
            "SELECT item_key, item_id FROM item WHERE item_key > ?1 AND revisions > 1 ORDER BY item_key LIMIT ?2",
        )?;
        let rows = rest.query_map((after, STEP), |row| Ok((row.get(0)?, ItemId::from_bytes(row.get(1)?))))?;
        let items: Vec<(i64, ItemId)> = rows.collect::<Result<_, _>>()?;
        drop(rest);
        let ids: Vec<ItemId> = items.iter().map(|(_, id)| *id).collect();
        if !ids.is_empty() {
            self.write(|tx| tx.purge_history(&ids, rules.history, &mut go_on))?;
        }
        Ok(items.last().map(|(key, _)| RetentionRun(Stage::History(*key))))
    }

    /// Returns whether rules are due: the last run is a day ago, and not so long ago that the clock is not trusted.
    /// Records the time of this run.
    fn retention_is_due(&mut self) -> Result<bool, SessionError> {
        let now = self.clock.now().0;
        let last = self.setting(LAST)?.and_then(|text| text.parse::<u64>().ok());
        let since = last.and_then(|last| now.checked_sub(last));
        if since.is_some_and(|since| since < DAY) {
            return Ok(false);
        }
        self.set_setting(LAST, &now.to_string())?;
        Ok(since.is_some_and(|since| since <= PAUSE * DAY))
    }

    /// Permanently deletes a step of the items that have been in the trash for this many days, or for as many as the team of
    /// their vault asks for. Returns whether there may be more.
    fn purge_old_trash(&mut self, days: Option<u32>) -> Result<bool, SessionError> {
        let now = self.clock.now().0;
        let mut before = Vec::new();
        for vault in self.vaults.iter().filter(|vault| vault.writable().is_ok()) {
            let asked = self.policy_for(vault)?.trash_days;
            if let Some(days) = days.into_iter().chain(asked).min() {
                before.push((vault.vault_key, now.saturating_sub(u64::from(days) * DAY)));
            }
        }
        if before.is_empty() {
            return Ok(false);
        }
        self.write(|tx| {
            // An item has been in the trash at least since its current revision was written.
            let mut ids = Vec::new();
            let mut find = tx.db.prepare_cached(
                "SELECT item.item_id FROM item JOIN entry USING (entry_key)
                 WHERE place = 2 AND item.vault_key = ?1 AND written_at < ?2 LIMIT ?3",
            )?;
            for (vault_key, before) in &before {
                let rows = find
                    .query_map((vault_key, time(*before), STEP), |row| Ok(ItemId::from_bytes(row.get(0)?)))?;
                ids.extend(rows.collect::<Result<Vec<_>, _>>()?);
            }
            drop(find);
            let more = ids.len() >= STEP as usize;
            ids.truncate(STEP as usize);
            tx.purge_all(&ids, &mut go_on)?;
            Ok(more)
        })
    }
}

impl Transaction<'_> {
    /// Removes superseded revisions of items by a rule.
    fn purge_history(
        &mut self,
        ids: &[ItemId],
        keep: HistoryRetention,
        progress: ItemProgress<'_>,
    ) -> Result<RemovedHistory, SessionError> {
        let mut removed = RemovedHistory::default();
        let mut purged = Vec::new();
        let mut at_servers = BTreeMap::<i64, Vec<(ItemId, RevHash)>>::new();
        for (&id, done) in ids.iter().zip(1..) {
            let current = self.current(id)?;
            let kept = self.kept_revisions(id, &current)?;
            let floor = self.floor(&current)?;
            let surplus = surplus(&kept, keep, floor, self.now);
            if !surplus.is_empty() {
                self.unnamed.extend(blobs::drop_revisions(&self.db, &surplus)?);
                self.db
                    .prepare_cached("UPDATE item SET revisions = revisions - ?2 WHERE item_key = ?1")?
                    .execute((current.item_key, time(surplus.len() as u64)))?;
                removed.revisions += surplus.len();
                // What a server has of it, it drops up to the first revision that is kept.
                let first = kept.iter().find(|(entry_key, _)| !surplus.contains(entry_key));
                if let (Some((entry_key, _)), true) = (first, floor.is_some()) {
                    let mut find = self.db.prepare_cached("SELECT hash FROM entry WHERE entry_key = ?1")?;
                    let hash = find.query_row([entry_key], |row| Ok(RevHash::from_bytes(row.get(0)?)))?;
                    at_servers.entry(current.vault_key).or_default().push((id, hash));
                }
                purged.push(id);
            }
            if progress(done).is_break() {
                return Err(SessionError::Cancelled);
            }
        }
        for (vault_key, kept) in &at_servers {
            history_purges::note(&self.db, &self.vaults.get(*vault_key)?.id, kept)?;
        }
        removed.items = purged.len();
        if !purged.is_empty() {
            self.note(EventKind::HistoryPurged, None, &purged)?;
        }
        Ok(removed)
    }

    /// Returns the revisions of an item that have bodies, oldest first, each with the time at which the next one
    /// replaced it; `None` for the current one. Those that a server has not confirmed yet are still to be sent, and left
    /// out.
    fn kept_revisions(
        &self,
        id: ItemId,
        current: &view::Current,
    ) -> Result<Vec<(i64, Option<Timestamp>)>, SessionError> {
        let mut find = self.db.prepare_cached(
            "SELECT entry_key, written_at FROM entry INDEXED BY entry_of_item JOIN vault USING (vault_key)
             WHERE item_id = ?1 AND vault_key = ?2 AND body IS NOT NULL AND (confirmed = 0 OR seq <= confirmed)
             ORDER BY seq",
        )?;
        let rows = find
            .query_map((id.as_bytes(), current.vault_key), |row| Ok((row.get(0)?, Timestamp(row.get(1)?))))?;
        let rows: Vec<(i64, Timestamp)> = rows.collect::<Result<_, _>>()?;
        let next = rows.iter().skip(1).map(|(_, at)| Some(*at)).chain([None]);
        Ok(rows.iter().map(|(entry_key, _)| *entry_key).zip(next).collect())
    }

    /// In a vault that a server knows, returns the time since which superseded revisions are kept.
    fn floor(&self, current: &view::Current) -> Result<Option<Timestamp>, SessionError> {
        let mut find = self.db.prepare_cached("SELECT confirmed > 0 FROM vault WHERE vault_key = ?1")?;
        let shared: bool = find.query_row([current.vault_key], |row| row.get(0))?;
        Ok(shared.then(|| Timestamp(self.now.0.saturating_sub(MERGE * DAY))))
    }
}

/// Returns the revisions of an item that a rule removes.
fn surplus(
    kept: &[(i64, Option<Timestamp>)],
    keep: HistoryRetention,
    floor: Option<Timestamp>,
    now: Timestamp,
) -> Vec<i64> {
    let (newest, before) = match keep {
        HistoryRetention::Everything => return Vec::new(),
        HistoryRetention::Revisions(count) => (count as usize, None),
        HistoryRetention::Days(days) => (1, Some(Timestamp(now.0.saturating_sub(u64::from(days) * DAY)))),
    };
    let older = kept.len().saturating_sub(newest.max(1));
    let gone = |replaced: Timestamp, limit: Option<Timestamp>| limit.is_none_or(|limit| replaced < limit);
    let surplus = kept.iter().take(older).filter_map(|(entry_key, replaced)| {
        let replaced = (*replaced)?;
        (gone(replaced, before) && gone(replaced, floor)).then_some(*entry_key)
    });
    surplus.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(days: u64) -> Timestamp {
        Timestamp(days * DAY)
    }

    #[test]
    fn rule_keeps_the_current_revision_and_those_a_merge_may_need() {
        // Replaced on days 10, 20, 195 and not at all.
        let kept = [(1, Some(at(10))), (2, Some(at(20))), (3, Some(at(195))), (4, None)];
        let removed = |keep, floor| surplus(&kept, keep, floor, at(200));
        assert!(removed(HistoryRetention::Everything, None).is_empty());
        assert_eq!(removed(HistoryRetention::Revisions(1), None), [1, 2, 3]);
        assert_eq!(removed(HistoryRetention::Revisions(3), None), [1]);
        assert!(removed(HistoryRetention::Revisions(9), None).is_empty());
        assert_eq!(removed(HistoryRetention::Days(30), None), [1, 2]);
        assert_eq!(removed(HistoryRetention::Days(185), None), [1]);
        assert!(removed(HistoryRetention::Days(3_650), None).is_empty());
        // Nothing superseded in the last 90 days, where a server knows the vault.
        let floor = Some(at(110));
        assert_eq!(removed(HistoryRetention::Revisions(1), floor), [1, 2]);
        assert_eq!(removed(HistoryRetention::Days(1), floor), [1, 2]);
    }

    #[test]
    fn rule_out_of_range_is_invalid() {
        for history in [
            HistoryRetention::Revisions(0),
            HistoryRetention::Revisions(1_001),
            HistoryRetention::Days(0),
            HistoryRetention::Days(3_651),
        ] {
            assert!(!RetentionRules { history, trash_days: None }.sound(), "{history:?}");
        }
        assert!(!RetentionRules { history: HistoryRetention::Everything, trash_days: Some(0) }.sound());
        assert!(RetentionRules { history: HistoryRetention::Days(30), trash_days: Some(30) }.sound());
    }
}
