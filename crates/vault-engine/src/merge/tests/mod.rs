//! Tests of merging.

mod chain;
mod counter;
mod devices;
mod limits;
mod properties;
mod random_editor;
mod rules;

use std::collections::BTreeSet;

use super::{Merged, Sides, State, copy, merge};
use crate::item;
use crate::item::{Field, Item, SecretText};

/// Merges two items. Returns the item in the log afterwards, unless deleted, and the second item of a split.
fn merged(base: Option<&Item>, log: &Item, local: &Item) -> (Option<Item>, Option<Item>) {
    match merge(&Sides { base, in_log: State::Put(log), local: State::Put(local) }) {
        Merged::Unchanged => (Some(copy::item(log)), None),
        Merged::Item(item) => (Some(*item), None),
        Merged::Deleted => (None, None),
        Merged::Split(second) => (Some(copy::item(log)), Some(*second)),
    }
}

/// Merges two items that fit into one.
fn into_one(base: Option<&Item>, log: &Item, local: &Item) -> Item {
    let (item, second) = merged(base, log, local);
    assert!(second.is_none(), "split");
    item.unwrap()
}

/// Asserts that two items are equal apart from the time and device of the last change.
fn assert_same(a: &Item, b: &Item, law: &str) {
    let bytes = |item: &Item| {
        let mut item = copy::item(item);
        item.modified_at = Default::default();
        item.device.clear();
        item::encode(&item).unwrap()
    };
    // Not `assert_eq!`, which would print them.
    assert!(bytes(a) == bytes(b), "{law}");
}

/// Returns all texts in an item that the user typed, including earlier and superseded values.
fn texts(item: &Item) -> BTreeSet<String> {
    let of_field = |field: &Field| {
        let past = field.history.iter().map(|past| past.value.expose().to_owned());
        let typed = [field.value.expose().to_owned(), field.label.clone()];
        typed.into_iter().chain(field.section.clone()).chain(past).collect::<Vec<_>>()
    };
    let secret = |text: &SecretText| text.expose().to_owned();
    let superseded = item.superseded.iter().map(|superseded| secret(&superseded.value));
    let files = item.attachments.iter().map(|file| file.name.clone());
    let all =
        [item.title.clone(), secret(&item.notes)].into_iter().chain(item.fields.iter().flat_map(of_field));
    let names =
        item.passkeys.iter().flat_map(|key| [&key.rp_name, &key.user_name, &key.display_name]).cloned();
    let expires = item.expires.map(|day| day.to_string());
    let all = all.chain(names).chain(expires);
    let all = all.chain(item.urls.clone()).chain(item.tags.clone()).chain(item.folder.clone());
    all.chain(superseded).chain(files).chain(unknown(item)).filter(|text| !text.is_empty()).collect()
}

/// Returns the unknown entries as texts.
fn unknown(item: &Item) -> Vec<String> {
    item.unknown.entries().map(|(key, cbor)| format!("{key}: {cbor:?}")).collect()
}
