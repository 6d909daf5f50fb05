//! Collects the items and remarks of one file.

use std::collections::{BTreeMap, BTreeSet};

use rand_core::Rng;
use vault_engine::clock::Timestamp;
use vault_engine::item::FieldId;

use crate::{
    error::ImportError,
    format::Format,
    limits,
    report::{Outcome, ParsedFile, ParsedItem, Remark, name_in_remark},
};

/// Builds a [`ParsedFile`].
pub(crate) struct ImportBuilder<'a> {
    format: Format,
    pub(super) now: Timestamp,
    rng: &'a mut dyn Rng,
    items: Vec<ParsedItem>,
    folders: BTreeSet<String>,
    fields_mapped: u32,
    values: usize,
    remarks: Vec<Remark>,
    unlisted: u32,
    dropped: BTreeMap<(&'static str, &'static str), (Outcome, u32)>,
}

impl<'a> ImportBuilder<'a> {
    pub(crate) fn new(format: Format, now: Timestamp, rng: &'a mut dyn Rng) -> Self {
        Self {
            format,
            now,
            rng,
            items: Vec::new(),
            folders: BTreeSet::new(),
            fields_mapped: 0,
            values: 0,
            remarks: Vec::new(),
            unlisted: 0,
            dropped: BTreeMap::new(),
        }
    }

    /// Returns a new random id for a field.
    pub(crate) fn new_field_id(&mut self) -> FieldId {
        FieldId(self.rng.next_u64().to_le_bytes())
    }

    /// Adds an item; fails beyond [`limits::VALUES`].
    pub(crate) fn push(&mut self, item: ParsedItem) -> Result<(), ImportError> {
        let past: usize = item.item.fields.iter().map(|field| field.history.len()).sum();
        self.values += item.item.fields.len() + past + item.item.urls.len() + item.item.tags.len();
        if self.values > limits::VALUES {
            return Err(ImportError::TooManyValues);
        }
        self.items.push(item);
        Ok(())
    }

    /// Counts a value that is mapped to a field of the same meaning.
    pub(crate) fn count_mapped(&mut self) {
        self.fields_mapped = self.fields_mapped.saturating_add(1);
    }

    /// Adds a folder that the file names.
    pub(crate) fn add_folder(&mut self, path: &str) {
        if !self.folders.contains(path) {
            self.folders.insert(path.to_owned());
        }
    }

    /// Adds a remark on a field of an item, or on the file at position 0.
    pub(crate) fn remark(&mut self, position: u32, title: &str, field: &str, outcome: Outcome, reason: &str) {
        if self.remarks.len() >= limits::REMARKS {
            self.unlisted = self.unlisted.saturating_add(1);
            return;
        }
        self.remarks.push(Remark {
            position,
            title: name_in_remark(title),
            field: name_in_remark(field),
            outcome,
            reason: reason.to_owned(),
        });
    }

    /// Adds a remark on a row that cannot be read.
    pub(crate) fn skip_row(&mut self, position: u32, reason: &str) {
        self.remark(position, "", "", Outcome::RowSkipped, reason);
    }

    /// Counts a value that has a meaning in the other program only, for one remark on the file instead of one on each item.
    pub(crate) fn count_dropped(&mut self, field: &'static str, reason: &'static str) {
        self.count(Outcome::NotNeeded, field, reason, 1);
    }

    /// Counts a value that is lost in many items, which may be none.
    pub(crate) fn count_lost(&mut self, field: &'static str, reason: &'static str, times: u32) {
        self.count(Outcome::NotKept, field, reason, times);
    }

    fn count(&mut self, outcome: Outcome, field: &'static str, reason: &'static str, times: u32) {
        if times > 0 {
            let (_, count) = self.dropped.entry((field, reason)).or_insert((outcome, 0));
            *count = count.saturating_add(times);
        }
    }

    /// Whether no item was added.
    pub(crate) const fn has_no_items(&self) -> bool {
        self.items.is_empty()
    }

    /// Returns the result, with remarks on empty folders, on counted values and on the number of unlisted remarks.
    pub(crate) fn finish(mut self) -> ParsedFile {
        // A group of the file that became a tag is not lost either.
        let items = self.items.iter().map(|parsed| &parsed.item);
        let named = items.flat_map(|item| item.folder.iter().chain(&item.tags)).map(String::as_str);
        let used: BTreeSet<&str> = named.collect();
        // A folder with a used one below it is not empty.
        let is_empty = |path: &str| {
            let below = format!("{path}/");
            let first = used.range(path..).next();
            let first_below = used.range(below.as_str()..).next();
            first != Some(&path) && !first_below.is_some_and(|used| used.starts_with(&below))
        };
        let empty: Vec<String> = self.folders.iter().filter(|path| is_empty(path)).cloned().collect();
        for path in empty {
            let reason = "This folder has no items, and Coffer keeps folders only with items in them.";
            self.remark(0, "", &path, Outcome::NotKept, reason);
        }
        for ((field, reason), (outcome, count)) in std::mem::take(&mut self.dropped) {
            let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
            self.remarks.push(Remark {
                position: 0,
                title: String::new(),
                field: field.to_owned(),
                outcome,
                reason: format!("{reason} ({times} in this file)"),
            });
        }
        if self.unlisted > 0 {
            self.remarks.push(Remark {
                position: 0,
                title: String::new(),
                field: String::new(),
                outcome: Outcome::NotKept,
                reason: format!("{} more remarks are not listed.", self.unlisted),
            });
        }
        ParsedFile {
            format: self.format,
            items: self.items,
            folders: self.folders.into_iter().collect(),
            fields_mapped: self.fields_mapped,
            remarks: self.remarks,
        }
    }
}
