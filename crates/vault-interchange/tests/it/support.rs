//! Reading test files and looking into what came out.

use std::path::PathBuf;

use vault_engine::clock::Timestamp;
use vault_engine::item::{Field, FieldKind, Item, Role};
use vault_interchange::{ImportError, Note, Outcome, Parsed, detect, import_file, parse};
use vault_testkit::FixedRng;

/// The time of all imports in these tests.
pub const NOW: Timestamp = Timestamp(1_750_000_000_000);

/// The same field ids each time.
pub fn rng() -> FixedRng {
    FixedRng::new(1)
}

/// Where a test file lies.
pub fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name)
}

/// Reads a test file.
pub fn import(name: &str) -> Result<Parsed, ImportError> {
    import_file(&path(name), NOW, &mut rng())
}

/// Finds the format of bytes and parses them.
pub fn read(bytes: &[u8]) -> Result<Parsed, ImportError> {
    parse(detect(bytes)?, bytes, NOW, &mut rng())
}

/// The item with a title.
pub fn titled<'p>(parsed: &'p Parsed, title: &str) -> &'p Item {
    let found = parsed.items.iter().find(|parsed| parsed.item.title == title);
    &found.unwrap_or_else(|| panic!("no item {title}")).item
}

/// The value of a built-in field, empty if there is none.
pub fn value(item: &Item, role: Role) -> &str {
    item.value(role).unwrap_or_default()
}

/// The custom field with a label.
pub fn custom<'i>(item: &'i Item, label: &str) -> &'i Field {
    let found = item.fields.iter().find(|field| field.role.is_none() && field.label == label);
    found.unwrap_or_else(|| panic!("no field {label} in {}", item.title))
}

/// Kind and value of the custom field with a label.
pub fn kind_and_value<'i>(item: &'i Item, label: &str) -> (FieldKind, &'i str) {
    let field = custom(item, label);
    (field.kind, field.value.expose())
}

/// The remarks on an item, or on the whole file at 0, as field and outcome.
pub fn notes_on(parsed: &Parsed, position: u32) -> Vec<(&str, Outcome)> {
    let of_item = |note: &&Note| note.position == position;
    parsed.notes.iter().filter(of_item).map(|note| (note.field.as_str(), note.outcome)).collect()
}

/// Whether a text stands anywhere in an item.
pub fn holds(item: &Item, text: &str) -> bool {
    let in_field = |field: &Field| {
        field.value.expose().contains(text)
            || field.label.contains(text)
            || field.history.iter().any(|past| past.value.expose().contains(text))
    };
    item.title.contains(text)
        || item.notes.expose().contains(text)
        || item.folder.as_deref().is_some_and(|folder| folder.contains(text))
        || item.urls.iter().any(|url| url.contains(text))
        || item.tags.iter().any(|tag| tag.contains(text))
        || item.fields.iter().any(in_field)
}
