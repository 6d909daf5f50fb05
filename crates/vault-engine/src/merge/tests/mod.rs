//! The laws of merging.

mod chain;
mod counter;
mod devices;
mod laws;
mod limits;
mod rules;
mod typist;

use std::collections::BTreeSet;

use super::{Merged, Sides, State, copy, merge};
use crate::item;
use crate::item::{Field, Item, SecretText};

/// Merges two items and gives what the log then holds, and the second item if there is one.
fn merged(base: Option<&Item>, log: &Item, local: &Item) -> (Option<Item>, Option<Item>) {
    match merge(&Sides { base, in_log: State::Put(log), local: State::Put(local) }) {
        Merged::AsLogged => (Some(copy::item(log)), None),
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

/// Whether two items say the same; when and where they were changed is beside the point.
fn assert_same(a: &Item, b: &Item, law: &str) {
    let bytes = |item: &Item| {
        let mut item = copy::item(item);
        item.modified_at = Default::default();
        item.device.clear();
        item::encode(&item).unwrap()
    };
    // Not assert_eq: it would print them.
    assert!(bytes(a) == bytes(b), "{law}");
}

/// All that a person typed into an item and that is still there, wherever it stands.
fn texts(item: &Item) -> BTreeSet<String> {
    let of_field = |field: &Field| {
        let past = field.history.iter().map(|past| past.value.expose().to_owned());
        let typed = [field.value.expose().to_owned(), field.label.clone()];
        typed.into_iter().chain(field.section.clone()).chain(past).collect::<Vec<_>>()
    };
    let secret = |text: &SecretText| text.expose().to_owned();
    let aside = item.superseded.iter().map(|aside| secret(&aside.value));
    let files = item.attachments.iter().map(|file| file.name.clone());
    let all =
        [item.title.clone(), secret(&item.notes)].into_iter().chain(item.fields.iter().flat_map(of_field));
    let names =
        item.passkeys.iter().flat_map(|key| [&key.rp_name, &key.user_name, &key.display_name]).cloned();
    let expires = item.expires.map(|day| day.to_string());
    let all = all.chain(names).chain(expires);
    let all = all.chain(item.urls.clone()).chain(item.tags.clone()).chain(item.folder.clone());
    all.chain(aside).chain(files).chain(unknown(item)).filter(|text| !text.is_empty()).collect()
}

/// What newer programs wrote, as text.
fn unknown(item: &Item) -> Vec<String> {
    item.unknown.entries().map(|(key, cbor)| format!("{key}: {cbor:?}")).collect()
}
