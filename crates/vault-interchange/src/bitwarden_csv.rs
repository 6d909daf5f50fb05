//! Bitwarden's CSV, of a person (`folder,favorite,…`) or an organisation (`collections,…`).
//!
//! Then `type,name,notes,fields,reprompt,[archivedDate,]login_uri,login_username,login_password,login_totp`. Custom fields
//! stand in one value, a line `name: value` for each; several addresses stand in one, separated by commas.

use rand_core::Rng;
use vault_engine::clock::Timestamp;
use vault_engine::item::{FieldKind, ItemType, Role, SecretText, host};

use crate::{
    Format, ImportError, Parsed, date,
    draft::Draft,
    gather::Gather,
    table::{self, Cells},
};

/// Columns without which a table is not of this format, in lower case.
pub(crate) const REQUIRED: [&str; 5] = ["type", "name", "login_uri", "login_username", "login_password"];

/// Reads a file.
pub(crate) fn parse(text: &str, now: Timestamp, rng: &mut dyn Rng) -> Result<Parsed, ImportError> {
    table::import(text, Format::BitwardenCsv, Gather::new(now, rng), item)
}

fn item(gather: &mut Gather<'_>, position: u32, mut cells: Cells) -> Result<(), ImportError> {
    let type_name = cells.take("type");
    let item_type = match type_name.expose() {
        "note" => ItemType::Note,
        _ => ItemType::Login,
    };
    let mut draft = Draft::new(gather, position, item_type);
    let (uris, username) = (cells.take("login_uri"), cells.take("login_username"));
    draft.title("name", cells.take("name"));
    draft.title_if_none(&addresses(uris.expose()).next().and_then(host).unwrap_or_default());
    draft.title_if_none(username.expose());
    if !matches!(type_name.expose(), "" | "login" | "note") {
        draft.keep(
            "type",
            FieldKind::Text,
            type_name,
            "An item of this type is not known; it is kept as a login.",
        );
    }

    let password = cells.take("login_password");
    if item_type == ItemType::Login {
        draft.built_in("login_username", Role::Username, username);
        draft.built_in("login_password", Role::Password, password);
        draft.code("login_totp", cells.take("login_totp"));
    } else {
        draft.extra("login_username", username);
        draft.extra("login_password", password);
    }
    for uri in addresses(uris.expose()) {
        draft.url("login_uri", SecretText::from(uri));
    }
    draft.notes("notes", cells.take("notes"));
    custom_fields(&mut draft, &cells.take("fields"));

    draft.folder("folder", cells.take("folder").expose());
    let collections = cells.take("collections");
    for (at, path) in collections.expose().split(',').enumerate() {
        if at == 0 { draft.folder("collections", path) } else { draft.tag("collections", path) }
    }
    flag(&mut draft, "favorite", cells.take("favorite"), |draft| draft.favourite());
    flag(&mut draft, "reprompt", cells.take("reprompt"), |draft| draft.reprompt());
    if draft.date("archivedDate", cells.take("archiveddate"), date::from_iso).is_some() {
        draft.archive();
        draft.tally("archivedDate", "Coffer marks an item as archived and does not record the day.");
    }
    for (column, value) in cells.into_rest() {
        draft.extra(&column, value);
    }
    draft.finish()
}

/// The addresses in a list: a comma separates only where a scheme follows, since addresses may hold commas.
fn addresses(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(list);
    std::iter::from_fn(move || {
        let text = rest?;
        let comma = text
            .match_indices(',')
            .find(|(at, _)| begins_with_scheme(text.get(at + 1..).unwrap_or_default()));
        let (first, others) = match comma {
            Some((at, _)) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
            None => (text, None),
        };
        rest = others;
        Some(first)
    })
}

fn begins_with_scheme(text: &str) -> bool {
    let text = text.trim_start_matches(' ');
    let of_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.trim_start_matches(of_scheme).starts_with("://")
}

/// Reads `name: value` lines; a line without a name goes on with the value above it.
fn custom_fields(draft: &mut Draft<'_, '_>, text: &SecretText) {
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
        // The file does not tell which fields were hidden, so none is shown.
        draft.custom("fields", name, FieldKind::Concealed, SecretText::new(value));
    }
}

/// Carries out what a mark says; what is no mark is kept as it is.
fn flag(draft: &mut Draft<'_, '_>, column: &str, value: SecretText, set: impl FnOnce(&mut Draft<'_, '_>)) {
    match value.expose() {
        "1" | "true" => set(draft),
        "" | "0" | "false" => {}
        _ => draft.extra(column, value),
    }
}
