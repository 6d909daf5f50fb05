//! Tests that every merge is encodable and that none drops content beyond a limit.

use super::{merged, texts};
use crate::clock::Timestamp;
use crate::item::limits;
use crate::item::{Field, FieldId, FieldKind, Item, ItemType, PastValue, SecretText, Superseded, encode};
use crate::merge::copy;

fn note() -> Item {
    let mut item = Item::new(ItemType::Note, Timestamp(1));
    item.title = "Full".into();
    item
}

/// Asserts that two sides that exceed a limit together are split: the log's item stays, the local side becomes a second
/// one, and both are encodable.
fn assert_split(base: &Item, log: &Item, local: &Item) -> Item {
    assert!(encode(log).is_ok() && encode(local).is_ok(), "each side fits alone");
    let (kept, second) = merged(Some(base), log, local);
    let (kept, second) = (kept.unwrap(), second.expect("the merge was not split"));
    assert!(encode(&kept).unwrap() == encode(log).unwrap());
    assert!(encode(&second).is_ok());
    let lost = texts(local).difference(&texts(&second)).filter(|text| **text != local.title).count();
    assert_eq!(lost, 0);
    second
}

/// Adds `each` list elements per side with `add`, which receives a distinct number for each, and asserts a split.
fn assert_lists_split(each: usize, add: impl Fn(&mut Item, usize)) {
    let base = note();
    let (mut log, mut local) = (note(), note());
    (0..each).for_each(|number| add(&mut log, number));
    (each..2 * each).for_each(|number| add(&mut local, number));
    assert_split(&base, &log, &local);
}

#[test]
fn too_many_list_elements_split_the_item() {
    assert_lists_split(limits::TAGS, |item, number| assert!(item.tags.insert(number.to_string())));
    assert_lists_split(limits::URLS, |item, number| item.urls.push(number.to_string()));
    assert_lists_split(limits::FIELDS, |item, number| {
        let id = FieldId(u64::try_from(number).unwrap().to_be_bytes());
        item.fields.push(Field::new(id, FieldKind::Text, SecretText::new(number.to_string())));
    });
    assert_lists_split(limits::SUPERSEDED, |item, number| {
        item.superseded.push(Superseded {
            field: None,
            label: "title".into(),
            value: SecretText::new(number.to_string()),
            at: Timestamp(1),
        });
    });
    assert_lists_split(200, |item, number| item.unknown.keep(100 + u64::try_from(number).unwrap(), &[0]));
}

#[test]
fn too_many_earlier_values_split_the_item() {
    let mut base = note();
    base.fields.push(Field::new(FieldId([1; 8]), FieldKind::Concealed, SecretText::from("now")));
    let past = |item: &mut Item, range: std::ops::Range<usize>| {
        item.fields[0].history = range
            .map(|at| PastValue { value: SecretText::new(at.to_string()), replaced_at: Timestamp(1) })
            .collect();
    };
    let (mut log, mut local) = (copy::item(&base), copy::item(&base));
    past(&mut log, 0..limits::PAST_VALUES);
    past(&mut local, limits::PAST_VALUES..limits::PAST_VALUES + 1);
    assert_split(&base, &log, &local);
}

#[test]
fn too_many_superseded_values_split_the_item() {
    let mut base = note();
    let superseded = |number: usize| Superseded {
        field: None,
        label: "notes".into(),
        value: SecretText::new(number.to_string()),
        at: Timestamp(1),
    };
    base.superseded = (0..limits::SUPERSEDED).map(superseded).collect();
    let (mut log, mut local) = (copy::item(&base), copy::item(&base));
    log.title = "Log".into();
    local.title = "Local".into();
    let second = assert_split(&base, &log, &local);
    assert_eq!(second.title, "Local (2)");
}

#[test]
fn an_oversized_payload_splits_the_item() {
    let base = note();
    let (mut log, mut local) = (note(), note());
    let add = |item: &mut Item, id: u8, letter: &str| {
        let value = SecretText::new(letter.repeat(limits::VALUE));
        item.fields.push(Field::new(FieldId([id; 8]), FieldKind::Text, value));
    };
    for id in 0..3 {
        add(&mut log, id, "x");
        add(&mut local, id + 10, "y");
    }
    assert_split(&base, &log, &local);
}

#[test]
fn a_second_item_has_no_suffix_without_room() {
    let mut base = note();
    base.unknown.keep(40, &[1]);
    let (mut log, mut local) = (copy::item(&base), copy::item(&base));
    log.unknown.keep(40, &[2]);
    local.unknown.keep(40, &[3]);
    local.title = "t".repeat(limits::TITLE);
    assert_eq!(assert_split(&base, &log, &local).title, local.title);
    // The suffix fits the title, but not the payload.
    local.title = "t".into();
    for id in 0..4 {
        let left = limits::PAYLOAD - encode(&local).unwrap().len();
        let value = "x".repeat(limits::VALUE.min(left.saturating_sub(20)));
        local.fields.push(Field::new(FieldId([id; 8]), FieldKind::Text, SecretText::new(value)));
    }
    let left = limits::PAYLOAD - encode(&local).unwrap().len();
    local.device = "d".repeat(left.saturating_sub(2).min(20));
    assert!(limits::PAYLOAD - encode(&local).unwrap().len() < " (2)".len());
    assert_eq!(assert_split(&base, &log, &local).title, "t");
}
