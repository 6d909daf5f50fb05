//! Gathers items and remarks of one file.

use std::collections::{BTreeMap, BTreeSet};

use rand_core::Rng;
use vault_engine::clock::Timestamp;
use vault_engine::item::{FieldId, safe_to_show};

use crate::{Format, ImportError, Note, Outcome, Parsed, ParsedItem, limits};

/// The result in the making.
pub(crate) struct Gather<'a> {
    pub(crate) now: Timestamp,
    rng: &'a mut dyn Rng,
    items: Vec<ParsedItem>,
    folders: BTreeSet<String>,
    fields_mapped: u32,
    values: usize,
    notes: Vec<Note>,
    unlisted: u32,
    tallies: BTreeMap<(&'static str, &'static str), u32>,
}

impl<'a> Gather<'a> {
    pub(crate) fn new(now: Timestamp, rng: &'a mut dyn Rng) -> Self {
        Self {
            now,
            rng,
            items: Vec::new(),
            folders: BTreeSet::new(),
            fields_mapped: 0,
            values: 0,
            notes: Vec::new(),
            unlisted: 0,
            tallies: BTreeMap::new(),
        }
    }

    /// A fresh name for a field.
    pub(crate) fn field_id(&mut self) -> FieldId {
        FieldId(self.rng.next_u64().to_le_bytes())
    }

    /// Takes an item.
    pub(crate) fn item(&mut self, item: ParsedItem) -> Result<(), ImportError> {
        let past: usize = item.item.fields.iter().map(|field| field.history.len()).sum();
        self.values += item.item.fields.len() + past + item.item.urls.len() + item.item.tags.len();
        if self.values > limits::VALUES {
            return Err(ImportError::TooManyValues);
        }
        self.items.push(item);
        Ok(())
    }

    /// Counts a value that found its place.
    pub(crate) fn mapped(&mut self) {
        self.fields_mapped = self.fields_mapped.saturating_add(1);
    }

    /// Takes note of a folder that the file names.
    pub(crate) fn folder(&mut self, path: &str) {
        if !self.folders.contains(path) {
            self.folders.insert(path.to_owned());
        }
    }

    /// Remarks on a field of an item, or on the whole file at position 0.
    pub(crate) fn note(&mut self, position: u32, title: &str, field: &str, outcome: Outcome, reason: &str) {
        if self.notes.len() >= limits::NOTES {
            self.unlisted = self.unlisted.saturating_add(1);
            return;
        }
        self.notes.push(Note {
            position,
            title: name(title),
            field: name(field),
            outcome,
            reason: reason.to_owned(),
        });
    }

    /// Remarks on a row that could not be read.
    pub(crate) fn skip(&mut self, position: u32, reason: &str) {
        self.note(position, "", "", Outcome::RowSkipped, reason);
    }

    /// Counts a value that no item keeps, for one remark on the whole file instead of one on each item.
    pub(crate) fn tally(&mut self, field: &'static str, reason: &'static str) {
        let count = self.tallies.entry((field, reason)).or_default();
        *count = count.saturating_add(1);
    }

    /// The result, with the remarks on folders that lie empty and those that were only counted.
    pub(crate) fn finish(mut self, format: Format) -> Parsed {
        let used: BTreeSet<&str> =
            self.items.iter().filter_map(|parsed| parsed.item.folder.as_deref()).collect();
        // A folder above one that is used is there as well.
        let lies_empty = |path: &str| {
            let below = format!("{path}/");
            let first = used.range(path..).next();
            let first_below = used.range(below.as_str()..).next();
            first != Some(&path) && !first_below.is_some_and(|used| used.starts_with(&below))
        };
        let empty: Vec<String> = self.folders.iter().filter(|path| lies_empty(path)).cloned().collect();
        for path in empty {
            let reason = "This folder has no items, and Coffer keeps folders only with items in them.";
            self.note(0, "", &path, Outcome::NotKept, reason);
        }
        for ((field, reason), count) in std::mem::take(&mut self.tallies) {
            let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
            self.notes.push(Note {
                position: 0,
                title: String::new(),
                field: field.to_owned(),
                outcome: Outcome::NotKept,
                reason: format!("{reason} ({times} in this file)"),
            });
        }
        if self.unlisted > 0 {
            self.notes.push(Note {
                position: 0,
                title: String::new(),
                field: String::new(),
                outcome: Outcome::NotKept,
                reason: format!("{} more remarks are not listed.", self.unlisted),
            });
        }
        Parsed {
            format,
            items: self.items,
            folders: self.folders.into_iter().collect(),
            fields_mapped: self.fields_mapped,
            notes: self.notes,
        }
    }
}

/// A name from the file, cut to a length and made safe to show.
fn name(text: &str) -> String {
    let mut name: String = text.chars().take(limits::NAME_IN_NOTE).collect();
    if name.len() < text.len() {
        name.push('…');
    }
    safe_to_show(&name)
}
