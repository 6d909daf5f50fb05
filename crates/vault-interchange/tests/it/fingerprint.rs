use std::collections::HashSet;

use vault_engine::clock::Timestamp;
use vault_engine::item::{FieldId, FieldKind, Item, SecretText};
use vault_interchange::{Options, ParsedItem, fingerprint, import_file};
use vault_testkit::FixedRng;

use crate::support::{import, path};

const KEY: [u8; 32] = [7; 32];

fn first() -> Item {
    import("bitwarden-individual.json").unwrap().items.remove(0).item
}

#[test]
fn same_file_read_twice_gives_equal_fingerprints() {
    let again = import_file(
        &path("bitwarden-individual.json"),
        &Options::default(),
        Timestamp(5),
        &mut FixedRng::new(900),
    );
    let once = import("bitwarden-individual.json").unwrap();
    let all = |items: &[ParsedItem]| -> Vec<_> {
        items.iter().map(|parsed| fingerprint(&parsed.item, &KEY)).collect()
    };
    assert_eq!(all(&once.items), all(&again.unwrap().items));
    assert_eq!(all(&once.items).into_iter().collect::<HashSet<_>>().len(), once.items.len());
}

#[test]
fn ids_times_and_device_do_not_change_the_fingerprint() {
    let mut item = first();
    item.device = "Laptop".to_owned();
    item.created_at = Timestamp(1);
    item.modified_at = Timestamp(2);
    for (number, field) in (100..).zip(&mut item.fields) {
        field.id = FieldId([number; 8]);
        field.history.iter_mut().for_each(|past| past.replaced_at = Timestamp(3));
    }
    assert_eq!(fingerprint(&item, &KEY), fingerprint(&first(), &KEY));
}

#[test]
fn every_other_part_changes_the_fingerprint() {
    let changes: [fn(&mut Item); 15] = [
        |item| item.title.push('x'),
        |item| item.fields[0].value = SecretText::from("x"),
        |item| item.fields[0].label.push('x'),
        |item| item.fields[0].kind = FieldKind::Email,
        |item| item.fields[0].role = None,
        |item| item.fields[0].section = Some(String::new()),
        |item| item.fields[1].history[0].value = SecretText::from("x"),
        |item| item.fields.swap(0, 1),
        |item| item.urls.swap(0, 1),
        |item| item.notes = SecretText::from("x"),
        |item| item.tags.extend(["x".to_owned()]),
        |item| item.folder = None,
        |item| item.flags.favourite = false,
        |item| item.flags.archived = true,
        |item| item.trashed_at = Some(Timestamp(1)),
    ];
    let mut seen = HashSet::from([fingerprint(&first(), &KEY)]);
    for (at, change) in changes.into_iter().enumerate() {
        let mut item = first();
        change(&mut item);
        assert!(seen.insert(fingerprint(&item, &KEY)), "change {at} does not count");
    }
    assert!(seen.insert(fingerprint(&first(), &[8; 32])), "the key does not count");
}

#[test]
fn text_moved_between_values_changes_the_fingerprint() {
    let mut one = first();
    let mut other = first();
    one.urls = vec!["ab".to_owned(), "c".to_owned()];
    other.urls = vec!["a".to_owned(), "bc".to_owned()];
    assert_ne!(fingerprint(&one, &KEY), fingerprint(&other, &KEY));
}
