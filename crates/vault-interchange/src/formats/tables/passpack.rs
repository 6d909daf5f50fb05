//! Passpack: tags and further fields are lists of JSON texts within JSON.

use vault_engine::item::{Role, SecretText};

use super::{Layout, cell, csv};
use crate::{
    builder::ItemBuilder,
    format::Program,
    importer::Importer,
    meaning::Meaning,
    syntax::{json::Object, table::Cells},
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = csv(
    "passpack_csv",
    "Passpack CSV",
    &Program { id: "passpack", name: "Passpack" },
    &[Layout {
        required: &[
            "entry name",
            "url",
            "user id",
            "password",
            "notes",
            "shared notes",
            "tags",
            "extra fields",
        ],
        columns: &[
            ("entry name", Meaning::Title),
            ("user id", Meaning::Field(Role::Username)),
            ("email", Meaning::Field(Role::Username)),
            ("password", Meaning::Field(Role::Password)),
            ("url", Meaning::Addresses),
            ("notes", Meaning::Notes),
            ("shared notes", Meaning::Notes),
        ],
        special,
        ..Layout::BASE
    }],
);

fn special(item: &mut ItemBuilder<'_, '_>, cells: &mut Cells) {
    each(item, "tags", "tags", cells.take("tags"), |item, mut tag| {
        item.tag("tags", tag.take_text("tag").expose());
        item.unknown_members("tags", tag);
    });
    each(item, "extra fields", "extraFields", cells.take("extra fields"), |item, mut field| {
        let (name, value) = (field.take_text("name"), field.take_text("data"));
        let kind = field.take_text("type");
        let meaning = if kind.expose() == "text" { Meaning::Text } else { Meaning::Custom };
        item.put(name.expose(), meaning, value);
        item.unknown_members("extra fields", field);
    });
}

/// Calls a function for each object of a list, which are JSON texts. What is not of that form is kept as it is.
fn each(
    item: &mut ItemBuilder<'_, '_>,
    column: &str,
    member: &str,
    text: SecretText,
    read: impl Fn(&mut ItemBuilder<'_, '_>, Object),
) {
    let Some(mut whole) = cell::object(&text) else { return item.unknown_text(column, text) };
    for entry in whole.take_list(member) {
        let entry = entry.into_text();
        match cell::object(&entry) {
            Some(object) => read(item, object),
            None => item.unknown_text(column, entry),
        }
    }
    item.unknown_members(column, whole);
}
