//! What the members of a record mean.

use vault_engine::clock::Timestamp;
use vault_engine::item::{FieldKind, ItemType, Role, SecretText, host};

use crate::{
    builder::{ImportBuilder, ItemBuilder},
    error::ImportError,
    syntax::{
        date,
        json::Object,
        xml::{Element, Node, XmlReader},
    },
};

/// What a member means.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Meaning {
    /// The title.
    Title,
    /// An address.
    Url,
    /// Notes.
    Notes,
    /// The folder, with a separator of levels.
    Folder(char),
    /// A built-in field; if the item has none of its kind or it is taken, a custom field with this label.
    Role(Role, &'static str),
    /// A custom field with this label.
    Custom(&'static str, FieldKind),
    /// The key of a one-time code.
    Code,
    /// When the item was made.
    Created,
    /// When it was changed.
    Changed,
    /// Whether it is a favourite.
    Favourite,
    /// Nothing outside of the other program.
    Noise,
}

/// The members of a record, in the order in which they are read.
pub(super) type Layout = &'static [(&'static str, Meaning)];

/// Starts an item and takes the members of a layout out of a record. What is left is up to the caller.
pub(super) fn start<'g, 'a>(
    import: &'g mut ImportBuilder<'a>,
    position: u32,
    item_type: ItemType,
    layout: Layout,
    record: &mut Object,
) -> ItemBuilder<'g, 'a> {
    let mut item = ItemBuilder::new(import, position, item_type);
    let named = |meaning| layout.iter().filter(move |(_, of)| *of == meaning);
    for (name, _) in named(Meaning::Title) {
        let text = record.take_text(name);
        if !item.has_title() {
            item.title(name, text);
        } else if !item.is_titled(text.expose()) {
            item.role_or_custom(name, None, name, FieldKind::Text, text);
        }
    }
    for (name, _) in named(Meaning::Url) {
        let url = record.get_scalar(name).ok().flatten().unwrap_or_default();
        item.default_title(&host(&url).unwrap_or_default());
    }
    let (mut created, mut changed) = (None, None);
    for (name, meaning) in layout {
        match meaning {
            Meaning::Title => {}
            Meaning::Created => created = read_date(&mut item, name, record),
            Meaning::Changed => changed = read_date(&mut item, name, record),
            Meaning::Noise => {
                if !record.take(name).is_blank() {
                    item.count_dropped("id", "This has a meaning in the other program only.");
                }
            }
            meaning => take(&mut item, name, *meaning, record.take_text(name)),
        }
    }
    item.dates(created, changed);
    item
}

/// Adds one value.
pub(super) fn take(item: &mut ItemBuilder<'_, '_>, name: &str, meaning: Meaning, value: SecretText) {
    match meaning {
        Meaning::Url => {
            // Without anything after it this means that there is no address.
            if !matches!(value.expose().trim(), "http://" | "https://") {
                item.url(name, value);
            }
        }
        Meaning::Notes => item.add_notes(name, value),
        Meaning::Folder(separator) => {
            // Another sign separates: a slash is part of a name.
            let path = value.expose();
            let path = if separator == '/' {
                path.to_owned()
            } else {
                path.replace('/', " ").replace(separator, "/")
            };
            item.folder(name, &path);
        }
        Meaning::Role(role, label) => {
            item.role_or_custom(name, Some(role), label, FieldKind::Text, value);
        }
        Meaning::Custom(label, kind) => item.role_or_custom(name, None, label, kind, value),
        Meaning::Code => item.code(name, "One-time code", value),
        Meaning::Favourite => item.put_flag(name, value, ItemBuilder::favourite),
        Meaning::Title | Meaning::Created | Meaning::Changed | Meaning::Noise => {}
    }
}

/// Reads seconds since 1970, or a date of ISO 8601.
fn read_date(item: &mut ItemBuilder<'_, '_>, name: &str, record: &mut Object) -> Option<Timestamp> {
    let value = record.take_text(name);
    let text = value.expose();
    if text.is_empty() || text == "0" {
        return None;
    }
    let seconds = text.parse::<i64>().ok().and_then(date::from_seconds);
    seconds.or_else(|| item.read_date(name, value, date::from_iso))
}

/// Reads the elements of a name as records: the texts of their children. Attributes of these formats are numbers within the file.
pub(super) fn each_element(
    text: &str,
    name: &str,
    mut read: impl FnMut(u32, Object) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let mut reader = XmlReader::new(text);
    let mut position = 0;
    while let Some(node) = reader.next()? {
        let Node::Open(tag) = node else { continue };
        if tag.name == name {
            position += 1;
            let element = reader.whole(tag, &mut |_, _| Ok(()))?;
            read(position, record(element))?;
        }
    }
    Ok(())
}

fn record(element: Element) -> Object {
    let mut record = Object::default();
    flatten(&mut record, "", element.children);
    record
}

/// Adds the texts of elements, with the names of those around them.
fn flatten(record: &mut Object, around: &str, children: Vec<Element>) {
    for mut child in children {
        let name =
            if around.is_empty() { child.tag.name.clone() } else { format!("{around}.{}", child.tag.name) };
        let inner = std::mem::take(&mut child.children);
        let is_leaf = inner.is_empty();
        flatten(record, &name, inner);
        let text = child.into_secret();
        if is_leaf || !text.expose().trim().is_empty() {
            record.put(&name, crate::syntax::json::Json::Text(text));
        }
    }
}
