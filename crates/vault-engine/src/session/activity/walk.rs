//! What happened in vaults and on this computer, newest first: changes of items and members by the logs, and events.
//!
//! Each log is read from its end, a few entries at a time, and the newest of what was read is next. So it takes the same memory
//! for any number of entries.

use std::collections::VecDeque;

use super::event::Event;
use super::kinds::{Activity, ActivityFilter, ActivityGroup, ActivityKind};
use super::read::Reader;
use crate::session::error::SessionError;
use crate::session::state::Session;

/// A way through what happened.
pub struct ActivityWalk {
    filter: ActivityFilter,
    sources: Vec<Source>,
}

/// What is left of one log, or of the events.
struct Source {
    reader: Reader,
    read: VecDeque<Activity>,
    is_over: bool,
}

impl ActivityWalk {
    /// Returns whether everything was returned.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.sources.is_empty()
    }
}

impl Session {
    /// Begins to list what happened.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn activity(&self, filter: ActivityFilter) -> Result<ActivityWalk, SessionError> {
        let logs = filter.group != Some(ActivityGroup::Computer);
        let events = filter.group.is_none_or(|group| group == ActivityGroup::Computer)
            && filter.author.is_none_or(|author| author == self.vaults.author.account);
        let vaults = self.vaults.iter().filter(|vault| filter.vault.is_none_or(|id| id == vault.id));
        let mut readers: Vec<Reader> = vaults.filter(|_| logs).map(Reader::of_vault).collect();
        if events {
            readers.push(Reader::of_events());
        }
        let source = |reader| Source { reader, read: VecDeque::new(), is_over: false };
        Ok(ActivityWalk { filter, sources: readers.into_iter().map(source).collect() })
    }

    /// Returns at most `rows` more activities, newest first, after reading at most `batches` parts of logs: with few matches
    /// there may be less, and none, before the walk is over.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn activity_step(
        &self,
        walk: &mut ActivityWalk,
        rows: usize,
        batches: usize,
    ) -> Result<Vec<Activity>, SessionError> {
        let mut found = Vec::new();
        let mut left = batches;
        let ActivityWalk { filter, sources } = walk;
        while found.len() < rows {
            for source in sources.iter_mut() {
                while source.read.is_empty() && !source.is_over {
                    let Some(rest) = left.checked_sub(1) else { return Ok(found) };
                    left = rest;
                    source.is_over = source.reader.read(self, filter, &mut source.read)?;
                }
            }
            sources.retain(|source| !source.read.is_empty());
            let newest = sources.iter_mut().max_by_key(|source| source.read.front().map(|one| one.at));
            match newest.and_then(|source| source.read.pop_front()) {
                Some(activity) => found.push(activity),
                None => break,
            }
        }
        Ok(found)
    }

    /// Returns an event as an activity.
    pub(super) fn activity_of(&self, event: &Event) -> Result<Activity, SessionError> {
        Ok(Activity {
            at: event.at,
            kind: ActivityKind::Event(event.kind),
            author: None,
            device: self.device.clone(),
            vault: event.vault,
            item: event.item,
            title: event.item.map(|item| self.title_of(item)).transpose()?.flatten(),
            member: None,
            role: None,
            count: event.count,
        })
    }
}
