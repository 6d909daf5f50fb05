//! Reads test files and inspects the result.

use std::path::PathBuf;

use vault_engine::SecretText;
use vault_engine::clock::Timestamp;
use vault_engine::item::{Field, FieldKind, Item, Role};
use vault_interchange::{
    ImportError, Options, Outcome, ParsedFile, Remark, detect, find_importer, import_file,
};
use vault_testkit::FixedRng;

use crate::kdbx_writer::PASSWORD;

/// The time of every import in these tests.
pub const NOW: Timestamp = Timestamp(1_750_000_000_000);

/// Makes the same field ids in every test.
pub fn rng() -> FixedRng {
    FixedRng::new(1)
}

/// The password of every test file that has one.
pub fn options() -> Options {
    Options { password: Some(SecretText::from(PASSWORD)), ..Options::default() }
}

/// Returns the path of a test file.
pub fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name)
}

/// Reads a test file.
pub fn import(name: &str) -> Result<ParsedFile, ImportError> {
    import_file(&path(name), &options(), NOW, &mut rng())
}

/// Reads bytes in the format that is detected.
pub fn read(bytes: &[u8]) -> Result<ParsedFile, ImportError> {
    detect(bytes)?.read(bytes, &options(), NOW, &mut rng())
}

/// Reads bytes in the format with an id.
pub fn read_as(id: &str, bytes: &[u8]) -> Result<ParsedFile, ImportError> {
    find_importer(id).unwrap().read(bytes, &options(), NOW, &mut rng())
}

/// Returns the item with a title.
pub fn titled<'p>(parsed: &'p ParsedFile, title: &str) -> &'p Item {
    let found = parsed.items.iter().find(|parsed| parsed.item.title == title);
    &found.unwrap_or_else(|| panic!("no item {title}")).item
}

/// Returns the value of a built-in field, empty if there is none.
pub fn value(item: &Item, role: Role) -> &str {
    item.value(role).unwrap_or_default()
}

/// Returns the custom field with a label.
pub fn custom<'i>(item: &'i Item, label: &str) -> &'i Field {
    let found = item.fields.iter().find(|field| field.role.is_none() && field.label == label);
    found.unwrap_or_else(|| panic!("no field {label} in {}", item.title))
}

/// Returns kind and value of the custom field with a label.
pub fn kind_and_value<'i>(item: &'i Item, label: &str) -> (FieldKind, &'i str) {
    let field = custom(item, label);
    (field.kind, field.value.expose())
}

/// Returns the remarks on an item, or on the file at position 0, as field and outcome.
pub fn remarks_on(parsed: &ParsedFile, position: u32) -> Vec<(&str, Outcome)> {
    let of_item = |remark: &&Remark| remark.position == position;
    parsed.remarks.iter().filter(of_item).map(|remark| (remark.field.as_str(), remark.outcome)).collect()
}

/// Whether a text is anywhere in an item.
pub fn contains(item: &Item, text: &str) -> bool {
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
