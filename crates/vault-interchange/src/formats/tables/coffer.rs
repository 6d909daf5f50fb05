//! The table that Coffer itself exports.

use vault_engine::item::{FieldKind, ItemType, SecretText, template};

use super::{Layout, csv, login_or_note};
use crate::{
    builder::ItemBuilder, export::labels::role_label, format::Program, importer::Importer, meaning::Meaning,
    syntax::table::Cells,
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = csv(
    "coffer_csv",
    "Coffer CSV",
    &Program { id: "coffer", name: "Coffer" },
    &[Layout {
        required: &["name", "url", "username", "password", "note", "otp", "type", "folder", "tags", "fields"],
        columns: &[
            ("name", Meaning::Title),
            ("username", Meaning::Field(vault_engine::item::Role::Username)),
            ("password", Meaning::Field(vault_engine::item::Role::Password)),
            ("otp", Meaning::Field(vault_engine::item::Role::Code)),
            ("note", Meaning::Notes),
            ("folder", Meaning::Folder("/")),
            ("favorite", Meaning::Favourite),
            ("archived", Meaning::Archived),
            ("reprompt", Meaning::Reprompt),
            ("expires", Meaning::Expires),
            ("created", Meaning::Created),
            ("modified", Meaning::Modified),
        ],
        item_type: |cells| ItemType::from_name(cells.get("type")).unwrap_or_else(|| login_or_note(cells)),
        special,
        ..Layout::BASE
    }],
);

fn special(item: &mut ItemBuilder<'_, '_>, cells: &mut Cells) {
    let kind = cells.take("type");
    if ItemType::from_name(kind.expose()).is_none() {
        item.put("type", Meaning::Type, kind);
    }
    for url in cells.take("url").expose().lines() {
        item.url("url", SecretText::from(url));
    }
    for tag in cells.take("tags").expose().lines() {
        item.tag("tags", tag);
    }
    fields(item, &cells.take("fields"));
}

/// Reads `name: value` lines; the further lines of a value are indented.
fn fields(item: &mut ItemBuilder<'_, '_>, text: &SecretText) {
    let mut fields: Vec<(&str, String)> = Vec::new();
    for line in text.expose().lines() {
        match (line.strip_prefix("  "), fields.last_mut()) {
            (Some(more), Some((_, value))) => {
                value.push('\n');
                value.push_str(more);
            }
            _ => {
                let (name, value) = line.split_once(": ").unwrap_or((line.trim_end_matches(':'), ""));
                fields.push((name, value.to_owned()));
            }
        }
    }
    for (name, value) in fields {
        let value = SecretText::new(value);
        let roles = template(item.item_type()).iter().map(|(role, _)| *role);
        let role = roles.into_iter().find(|role| role_label(*role) == name && !item.has(*role));
        match role {
            Some(role) => item.put(name, Meaning::Field(role), value),
            // The file does not say which fields are concealed, so all are.
            None => item.custom("fields", name, FieldKind::Concealed, value),
        }
    }
}
