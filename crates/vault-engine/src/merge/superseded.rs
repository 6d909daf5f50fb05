//! The superseded values of an item.

use super::choice::pick;
use super::copy;
use super::order::Lists;
use crate::clock::Timestamp;
use crate::item::{FieldId, Item, SecretText, Superseded};

/// Collects the values superseded by a merge.
pub(super) struct SupersededValues {
    values: Vec<Superseded>,
    /// When the local side was changed, since a merge has no clock.
    at: Timestamp,
}

/// Returns the superseded value without its time, for comparison.
fn what(superseded: &Superseded) -> (Option<FieldId>, &str, &str) {
    (superseded.field, &superseded.label, superseded.value.expose())
}

impl SupersededValues {
    pub(super) fn new(local: &Item) -> Self {
        Self { values: Vec::new(), at: local.modified_at }
    }

    /// Adds a local value.
    pub(super) fn put(&mut self, field: Option<FieldId>, label: &str, value: &str) {
        let label = label.to_owned();
        self.values.push(Superseded { field, label, value: SecretText::from(value), at: self.at });
    }

    /// Merges the lists of both sides, adds the newly superseded values, and returns whether the item is flagged.
    ///
    /// Dismissing values clears the flag only for the values visible at that time; a flag that came with other values
    /// stays.
    pub(super) fn merge(self, base: &Item, log: &Item, local: &Item) -> (Vec<Superseded>, bool) {
        let is_marked = |item: &Item| item.flags.edited_in_two_places;
        let lists = Lists { base: &base.superseded, log: &log.superseded, local: &local.superseded };
        let mut marked = pick(is_marked(base), is_marked(log), is_marked(local)) || !self.values.is_empty();
        let mut merged = Vec::new();
        for found in lists.merge(|superseded| (what(superseded), superseded.at), |_, _| false) {
            let on_marked =
                found.log.is_some() && is_marked(log) || found.local.is_some() && is_marked(local);
            marked |= found.is_added() && on_marked;
            merged.extend(found.log.or(found.local).map(copy::superseded_value));
        }
        for value in self.values {
            if !merged.iter().any(|known| what(known) == what(&value)) {
                merged.push(value);
            }
        }
        (merged, marked)
    }
}
