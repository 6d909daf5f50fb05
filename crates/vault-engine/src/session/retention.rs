//! How long history and trash are kept: everything, unless the person set a rule.
//!
//! A rule removes the bodies of superseded revisions, and the documents that only they named; headers, signatures and
//! hashes stay, so the log still verifies. The revision that is the item now is never touched, nor are the earlier values
//! that its fields hold. In a vault that a server knows nothing younger than 90 days goes: another device may still
//! need it to merge what it wrote meanwhile.
//!
//! Rules are carried out when the person says so, and by themselves once a day after unlocking. A clock that is suddenly
//! months ahead must not empty the trash: after so long a pause the day is only noted, and rules wait for the next.

use vault_wire::ItemId;

use super::activity::event::EventKind;
use super::error::SessionError;
use super::items::bulk::{ItemProgress, go_on};
use super::rows::view::time;
use super::rows::{blobs, view};
use super::state::Session;
use super::transaction::Writer;
use crate::clock::Timestamp;
use crate::item::PayloadError;

const DAY: u64 = 24 * 60 * 60 * 1_000;
/// What a merge may need, in days.
const MERGE: u64 = 90;
/// A longer pause than this between two days on which rules ran is looked at twice, in days.
const PAUSE: u64 = 60;
/// The longest time a rule may name, in days.
const LONGEST: u32 = 3_650;
/// Most revisions that a rule may name.
const MOST: u32 = 1_000;
/// Items looked at in one step.
const STEP: u32 = 200;

const HISTORY: &str = "history.keep";
const TRASH: &str = "trash.days";
/// When rules last ran by themselves.
const LAST: &str = "rules.last";

/// How much of an item's history is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// All of it.
    #[default]
    Everything,
    /// The newest revisions, the current one included: 1 to 1,000.
    Revisions(u32),
    /// What was current within so many days: 1 to 3,650.
    Days(u32),
}

/// The rules of a profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// For history.
    pub history: Keep,
    /// After how many days an item in the trash is deleted for good, 1 to 3,650; never if there is none.
    pub trash_days: Option<u32>,
}

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Revisions.
    pub revisions: usize,
    /// Items that had them.
    pub items: usize,
}

/// Where the rules stand in a walk over all items.
#[derive(Clone, Copy, Debug)]
pub struct RulesWalk(Stage);

#[derive(Clone, Copy, Debug)]
enum Stage {
    Trash,
    /// Behind the item with this key.
    History(i64),
}

impl Rules {
    fn sound(&self) -> bool {
        let history = match self.history {
            Keep::Everything => true,
            Keep::Revisions(count) => (1..=MOST).contains(&count),
            Keep::Days(days) => (1..=LONGEST).contains(&days),
        };
        history && self.trash_days.is_none_or(|days| (1..=LONGEST).contains(&days))
    }
}

impl Session {
    /// The rules; what cannot be understood means that everything is kept.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn rules(&self) -> Result<Rules, SessionError> {
        let number = |text: &str| text.parse::<u32>().ok();
        let history = match self.setting(HISTORY)?.as_deref().and_then(|text| text.split_once(':')) {
            Some(("revisions", count)) => number(count).map_or(Keep::Everything, Keep::Revisions),
            Some(("days", days)) => number(days).map_or(Keep::Everything, Keep::Days),
            _ => Keep::Everything,
        };
        let rules = Rules { history, trash_days: self.setting(TRASH)?.as_deref().and_then(number) };
        Ok(if rules.sound() { rules } else { Rules::default() })
    }

    /// Sets the rules. They run by themselves from the next day on.
    ///
    /// # Errors
    /// [`SessionError::Invalid`] for a number out of range; or the disk.
    pub fn set_rules(&mut self, rules: &Rules) -> Result<(), SessionError> {
        if !rules.sound() {
            return Err(SessionError::Invalid(PayloadError::Malformed));
        }
        let history = match rules.history {
            Keep::Everything => "all".to_owned(),
            Keep::Revisions(count) => format!("revisions:{count}"),
            Keep::Days(days) => format!("days:{days}"),
        };
        let trash = rules.trash_days.map_or_else(|| "never".to_owned(), |days| days.to_string());
        let now = self.clock.now().0.to_string();
        self.write(|writer| {
            let mut put =
                writer.tx.prepare_cached("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)")?;
            for (name, value) in [(HISTORY, &history), (TRASH, &trash), (LAST, &now)] {
                put.execute((name, value))?;
            }
            Ok(())
        })
    }

    /// Removes superseded revisions of items by a rule, all at once or none.
    ///
    /// # Errors
    /// If one of the items does not exist; [`SessionError::Cancelled`].
    pub fn purge_history(
        &mut self,
        ids: &[ItemId],
        keep: Keep,
        progress: ItemProgress<'_>,
    ) -> Result<Removed, SessionError> {
        if !(Rules { history: keep, trash_days: None }).sound() {
            return Err(SessionError::Invalid(PayloadError::Malformed));
        }
        self.write(|writer| writer.purge_history(ids, keep, progress))
    }

    /// Names the items that have more than one revision.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn items_with_history(&self) -> Result<Vec<ItemId>, SessionError> {
        let mut find = self.db.prepare_cached("SELECT item_id FROM item WHERE revisions > 1")?;
        let ids = find.query_map([], |row| Ok(ItemId::from_bytes(row.get(0)?)))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Carries the rules out a little further, if it is the day for it, and tells where to go on. To be called after
    /// unlocking until there is nothing left.
    ///
    /// # Errors
    /// If the profile cannot be written.
    pub fn run_rules(&mut self, walk: Option<RulesWalk>) -> Result<Option<RulesWalk>, SessionError> {
        let rules = self.rules()?;
        if self.read_only.is_some() || rules == Rules::default() {
            return Ok(None);
        }
        let after = match walk {
            None if !self.rules_are_due()? => return Ok(None),
            None => return Ok(Some(RulesWalk(Stage::Trash))),
            Some(RulesWalk(Stage::Trash)) => {
                let more = match rules.trash_days {
                    Some(days) => self.purge_old_trash(days)?,
                    None => false,
                };
                return Ok(Some(RulesWalk(if more { Stage::Trash } else { Stage::History(0) })));
            }
            Some(RulesWalk(Stage::History(after))) => after,
        };
        if rules.history == Keep::Everything {
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
            self.write(|writer| writer.purge_history(&ids, rules.history, &mut go_on))?;
        }
        Ok(items.last().map(|(key, _)| RulesWalk(Stage::History(*key))))
    }

    /// Whether a day has passed since rules ran, and not so long that the clock is in doubt.
    fn rules_are_due(&mut self) -> Result<bool, SessionError> {
        let now = self.clock.now().0;
        let last = self.setting(LAST)?.and_then(|text| text.parse::<u64>().ok());
        let since = last.and_then(|last| now.checked_sub(last));
        if since.is_some_and(|since| since < DAY) {
            return Ok(false);
        }
        self.set_setting(LAST, &now.to_string())?;
        Ok(since.is_some_and(|since| since <= PAUSE * DAY))
    }

    /// Deletes for good what has lain in the trash for so many days, a step of it; tells whether there may be more.
    fn purge_old_trash(&mut self, days: u32) -> Result<bool, SessionError> {
        let before = self.clock.now().0.saturating_sub(u64::from(days) * DAY);
        self.write(|writer| {
            // An item is in the trash since its current revision was written, or longer.
            let ids = {
                let mut find = writer.tx.prepare_cached(
                    "SELECT item.item_id FROM item JOIN entry USING (entry_key) WHERE place = 2 AND written_at < ?1
                     LIMIT ?2",
                )?;
                let ids = find.query_map((time(before), STEP), |row| Ok(ItemId::from_bytes(row.get(0)?)))?;
                ids.collect::<Result<Vec<_>, _>>()?
            };
            writer.purge_all(&ids, &mut go_on)?;
            Ok(u32::try_from(ids.len()).is_ok_and(|count| count == STEP))
        })
    }
}

impl Writer<'_> {
    /// Removes superseded revisions of items by a rule.
    fn purge_history(
        &mut self,
        ids: &[ItemId],
        keep: Keep,
        progress: ItemProgress<'_>,
    ) -> Result<Removed, SessionError> {
        let mut removed = Removed::default();
        let mut purged = Vec::new();
        for (&id, done) in ids.iter().zip(1..) {
            let current = self.current(id)?;
            let kept = self.kept_revisions(id, &current)?;
            let surplus = surplus(&kept, keep, self.floor(&current)?, self.now);
            if !surplus.is_empty() {
                self.unnamed.extend(blobs::drop_revisions(&self.tx, &surplus)?);
                let left = kept.len().saturating_sub(surplus.len());
                self.tx
                    .prepare_cached("UPDATE item SET revisions = ?2 WHERE item_key = ?1")?
                    .execute((current.item_key, time(left as u64)))?;
                removed.revisions += surplus.len();
                purged.push(id);
            }
            if progress(done).is_break() {
                return Err(SessionError::Cancelled);
            }
        }
        removed.items = purged.len();
        if !purged.is_empty() {
            self.note(EventKind::HistoryPurged, None, &purged)?;
        }
        Ok(removed)
    }

    /// The revisions of an item that have their bodies, oldest first, each with the time when the next one took its place;
    /// the current one has none.
    fn kept_revisions(
        &self,
        id: ItemId,
        current: &view::Current,
    ) -> Result<Vec<(i64, Option<Timestamp>)>, SessionError> {
        let mut find = self.tx.prepare_cached(
            "SELECT entry_key, written_at FROM entry
             WHERE item_id = ?1 AND vault_key = ?2 AND body IS NOT NULL ORDER BY seq",
        )?;
        let rows = find
            .query_map((id.as_bytes(), current.vault_key), |row| Ok((row.get(0)?, Timestamp(row.get(1)?))))?;
        let rows: Vec<(i64, Timestamp)> = rows.collect::<Result<_, _>>()?;
        let next = rows.iter().skip(1).map(|(_, at)| Some(*at)).chain([None]);
        Ok(rows.iter().map(|(entry_key, _)| *entry_key).zip(next).collect())
    }

    /// The time after which nothing is removed, in a vault that a server knows.
    fn floor(&self, current: &view::Current) -> Result<Option<Timestamp>, SessionError> {
        let mut find = self.tx.prepare_cached("SELECT confirmed > 0 FROM vault WHERE vault_key = ?1")?;
        let shared: bool = find.query_row([current.vault_key], |row| row.get(0))?;
        Ok(shared.then(|| Timestamp(self.now.0.saturating_sub(MERGE * DAY))))
    }
}

/// Which of an item's revisions a rule removes.
fn surplus(
    kept: &[(i64, Option<Timestamp>)],
    keep: Keep,
    floor: Option<Timestamp>,
    now: Timestamp,
) -> Vec<i64> {
    let (newest, before) = match keep {
        Keep::Everything => return Vec::new(),
        Keep::Revisions(count) => (count as usize, None),
        Keep::Days(days) => (1, Some(Timestamp(now.0.saturating_sub(u64::from(days) * DAY)))),
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
    fn a_rule_never_removes_the_current_revision_nor_what_a_merge_may_need() {
        // Replaced on days 10, 20, 195 and not at all.
        let kept = [(1, Some(at(10))), (2, Some(at(20))), (3, Some(at(195))), (4, None)];
        let removed = |keep, floor| surplus(&kept, keep, floor, at(200));
        assert!(removed(Keep::Everything, None).is_empty());
        assert_eq!(removed(Keep::Revisions(1), None), [1, 2, 3]);
        assert_eq!(removed(Keep::Revisions(3), None), [1]);
        assert!(removed(Keep::Revisions(9), None).is_empty());
        assert_eq!(removed(Keep::Days(30), None), [1, 2]);
        assert_eq!(removed(Keep::Days(185), None), [1]);
        assert!(removed(Keep::Days(3_650), None).is_empty());
        // Nothing younger than 90 days where a server knows the vault.
        let floor = Some(at(110));
        assert_eq!(removed(Keep::Revisions(1), floor), [1, 2]);
        assert_eq!(removed(Keep::Days(1), floor), [1, 2]);
    }

    #[test]
    fn a_rule_out_of_range_is_none() {
        for history in [Keep::Revisions(0), Keep::Revisions(1_001), Keep::Days(0), Keep::Days(3_651)] {
            assert!(!Rules { history, trash_days: None }.sound(), "{history:?}");
        }
        assert!(!Rules { history: Keep::Everything, trash_days: Some(0) }.sound());
        assert!(Rules { history: Keep::Days(30), trash_days: Some(30) }.sound());
    }
}
