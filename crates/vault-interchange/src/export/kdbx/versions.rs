//! The versions of an entry.
//!
//! Coffer keeps earlier values field by field, KDBX whole versions of an entry. Each moment at which a value was replaced ends
//! a version.

use std::collections::BTreeMap;

use vault_engine::clock::Timestamp;
use vault_engine::item::{FieldId, Item};

/// The most versions of an item that are written.
const MOST: usize = 1_000;
/// The most bytes of all versions of an item. Each repeats the whole entry, so a large item with many small changes would
/// otherwise become a file of gigabytes.
const BYTES: usize = 64 << 20;

/// An earlier version of an item.
pub(super) struct Version<'i> {
    /// When it began.
    pub(super) begun: Timestamp,
    /// The values of fields that were others then.
    pub(super) values: BTreeMap<FieldId, &'i str>,
}

/// The earlier versions of an item.
pub(super) struct Versions<'i> {
    /// Oldest first.
    pub(super) list: Vec<Version<'i>>,
    /// Whether the oldest are left out.
    pub(super) cut: bool,
    /// When the present one began: not before the last of these ended, whatever a clock said. Other programs order by times.
    pub(super) present: Timestamp,
}

/// Returns the earlier versions.
pub(super) fn of(item: &Item) -> Versions<'_> {
    let most = (BYTES / size(item).max(1)).clamp(1, MOST);
    // When a value was replaced, of which field, and what it was. Values of one field at the same or an unknown time are in the
    // order in which they were replaced.
    let mut replaced: BTreeMap<(Timestamp, usize), BTreeMap<FieldId, &str>> = BTreeMap::new();
    for field in &item.fields {
        let mut before: Option<(Timestamp, usize)> = None;
        for past in field.history.iter().rev() {
            let at = before.map_or(past.replaced_at, |(before, _)| before.max(past.replaced_at));
            let order = before.map_or(0, |(before, order)| if before == at { order + 1 } else { 0 });
            before = Some((at, order));
            replaced.entry((at, order)).or_default().insert(field.id, past.value.expose());
        }
    }
    // Backwards: a version has the values that were replaced at its end, and else those of the version after it.
    let mut versions: Vec<Version<'_>> = Vec::new();
    let mut values = BTreeMap::new();
    let ends: Vec<_> = replaced.into_iter().collect();
    if let Some(((last, _), _)) = ends.last() {
        // What is current may have been there before the last change of the item.
        if *last < item.modified_at && last.known().is_some() {
            versions.push(Version { begun: *last, values: BTreeMap::new() });
        }
    }
    for (at, (_, ended)) in ends.iter().enumerate().rev() {
        values.extend(ended.iter().map(|(id, value)| (*id, *value)));
        let begun = at.checked_sub(1).and_then(|before| ends.get(before)).map(|((begun, _), _)| *begun);
        let begun = begun.and_then(Timestamp::known).unwrap_or(item.created_at);
        versions.push(Version { begun, values: values.clone() });
        if versions.len() >= most {
            break;
        }
    }
    let cut = versions.len() >= most && versions.len() < ends.len();
    versions.reverse();
    let present = ends.last().map_or(item.modified_at, |((last, _), _)| item.modified_at.max(*last));
    Versions { list: versions, cut, present }
}

/// About what one version takes in bytes.
fn size(item: &Item) -> usize {
    let fields = item.fields.iter().map(|field| field.value.expose().len() + field.label.len() + 64);
    let urls = item.urls.iter().map(|url| url.len() + 64);
    item.title.len() + item.notes.expose().len() + fields.chain(urls).sum::<usize>()
}
