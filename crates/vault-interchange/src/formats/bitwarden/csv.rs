//! Bitwarden's CSV, of a person (`folder,favorite,…`) or an organisation (`collections,…`).
//!
//! Then `type,name,notes,fields,reprompt,[archivedDate,]login_uri,login_username,login_password,login_totp`. All custom
//! fields are one value with a line `name: value` for each; all addresses are one value, separated by commas.

use vault_engine::item::{FieldKind, ItemType, Role, SecretText, host};

use crate::{
    builder::{ImportBuilder, ItemBuilder},
    error::ImportError,
    format::{Format, Secret},
    importer::{Importer, Reader},
    syntax::{
        addresses::addresses,
        date,
        table::{self, Cells},
    },
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "bitwarden_csv",
        name: "Bitwarden CSV",
        program: &super::PROGRAM,
        extensions: &["csv"],
        secret: Secret::Nothing,
    },
    reader: Reader::Table { recognises, read_row },
};

/// Columns without which a table is not of this format, in lower case.
const REQUIRED: [&str; 5] = ["type", "name", "login_uri", "login_username", "login_password"];

/// Whether a table has the columns of this format.
fn recognises(columns: &[String]) -> bool {
    table::has_all(columns, &REQUIRED)
}

fn read_row(import: &mut ImportBuilder<'_>, position: u32, mut cells: Cells) -> Result<(), ImportError> {
    let type_name = cells.take("type");
    let item_type = match type_name.expose() {
        "note" => ItemType::Note,
        _ => ItemType::Login,
    };
    let mut item = ItemBuilder::new(import, position, item_type);
    let (uris, username) = (cells.take("login_uri"), cells.take("login_username"));
    item.title("name", cells.take("name"));
    item.default_title(&addresses(uris.expose()).next().and_then(host).unwrap_or_default());
    item.default_title(username.expose());
    if !matches!(type_name.expose(), "" | "login" | "note") {
        item.keep(
            "type",
            FieldKind::Text,
            type_name,
            "An item of this type is not known; it is kept as a login.",
        );
    }

    let password = cells.take("login_password");
    if item_type == ItemType::Login {
        item.built_in("login_username", Role::Username, username);
        item.built_in("login_password", Role::Password, password);
        item.one_time_code("login_totp", cells.take("login_totp"));
    } else {
        item.unknown_text("login_username", username);
        item.unknown_text("login_password", password);
    }
    for uri in addresses(uris.expose()) {
        item.url("login_uri", SecretText::from(uri));
    }
    item.notes("notes", cells.take("notes"));
    custom_fields(&mut item, &cells.take("fields"));

    item.folder("folder", cells.take("folder").expose());
    let collections = cells.take("collections");
    for (at, path) in collections.expose().split(',').enumerate() {
        if at == 0 { item.folder("collections", path) } else { item.tag("collections", path) }
    }
    flag(&mut item, "favorite", cells.take("favorite"), |item| item.favourite());
    flag(&mut item, "reprompt", cells.take("reprompt"), |item| item.reprompt());
    if item.read_date("archivedDate", cells.take("archiveddate"), date::from_iso).is_some() {
        item.archive();
        item.count_lost("archivedDate", "Coffer marks an item as archived and does not record the day.");
    }
    item.unknown_cells(cells);
    item.finish()
}

/// Reads `name: value` lines; a line without a name continues the value above it.
fn custom_fields(item: &mut ItemBuilder<'_, '_>, text: &SecretText) {
    let mut fields: Vec<(&str, String)> = Vec::new();
    for line in text.expose().lines() {
        match (line.split_once(": "), fields.last_mut()) {
            (Some((name, value)), _) => fields.push((name, value.to_owned())),
            (None, Some((_, value))) => {
                value.push('\n');
                value.push_str(line);
            }
            (None, None) if line.is_empty() => {}
            (None, None) => fields.push(("", line.to_owned())),
        }
    }
    for (name, value) in fields {
        // The file does not say which fields are hidden, so all are concealed.
        item.custom("fields", name, FieldKind::Concealed, SecretText::new(value));
    }
}

/// Calls `set` if a flag is set; a value that is not a flag is kept as a custom field.
fn flag(
    item: &mut ItemBuilder<'_, '_>,
    column: &str,
    value: SecretText,
    set: impl FnOnce(&mut ItemBuilder<'_, '_>),
) {
    match value.expose() {
        "1" | "true" => set(item),
        "" | "0" | "false" => {}
        _ => item.unknown_text(column, value),
    }
}
