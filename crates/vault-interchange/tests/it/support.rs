//! Reading test files and looking into what came out.

use std::{convert::Infallible, path::PathBuf};

use rand_core::TryRng;
use vault_engine::item::{Field, FieldKind, Item, Role, Timestamp};
use vault_interchange::{ImportError, Note, Outcome, Parsed, detect, import_file, parse};

/// The time of all imports in these tests.
pub const NOW: Timestamp = Timestamp(1_750_000_000_000);

/// Counts up, so that every field gets another id.
pub struct Counter(pub u64);

impl TryRng for Counter {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.0 += 1;
        Ok(self.0 as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0 += 1;
        Ok(self.0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for byte in bytes {
            self.0 += 1;
            *byte = self.0 as u8;
        }
        Ok(())
    }
}

/// Where a test file lies.
pub fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata").join(name)
}

/// Reads a test file.
pub fn import(name: &str) -> Result<Parsed, ImportError> {
    import_file(&path(name), NOW, &mut Counter(0))
}

/// Finds the format of bytes and parses them.
pub fn read(bytes: &[u8]) -> Result<Parsed, ImportError> {
    parse(detect(bytes)?, bytes, NOW, &mut Counter(0))
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
