//! A table with a row for each item.
//!
//! The first five columns are those of browsers, which find columns by their names, so a browser reads the logins. Cells are
//! written as they are: a guard against spreadsheets, which take `=1+1` for a formula, would change passwords.

use std::io::{self, Write};

use vault_engine::ItemId;
use vault_engine::item::{Item, Role};

use super::bitwarden::iso;
use super::labels::label;
use super::output::Export;
use super::rest::Rest;
use super::source::ItemSource;
use crate::report::Outcome;

/// The columns. Several values in one cell are a line each.
pub(crate) const COLUMNS: [&str; 16] = [
    "name", "url", "username", "password", "note", "otp", "type", "folder", "tags", "favorite", "archived",
    "reprompt", "expires", "created", "modified", "fields",
];

/// Writes a table.
pub(super) fn write<S: ItemSource>(
    export: &mut Export,
    ids: &[ItemId],
    source: &mut S,
    mut to: impl Write,
) -> Result<(), S::Error> {
    row(&mut to, &COLUMNS.map(str::to_owned))?;
    for &id in ids {
        let Some(exported) = export.next(source, id)? else { continue };
        let folder = exported.folder();
        row(&mut to, &cells(export, &exported.item, folder))?;
    }
    Ok(to.flush()?)
}

fn cells(export: &mut Export, item: &Item, folder: String) -> [String; COLUMNS.len()] {
    let mut rest = Rest::of(item);
    let mut value = |role| rest.value(role).unwrap_or_default().to_owned();
    let (username, password) = (value(Role::Username), value(Role::Password));
    let code = rest.code().map(|field| field.value.expose().to_owned()).unwrap_or_default();
    let mut fields = Vec::new();
    for field in rest {
        // As in Bitwarden's table. A value of several lines has its further ones indented.
        // The first “: ” ends the name.
        let name = label(field).replace(": ", " – ");
        fields.push(format!("{name}: {}", field.value.expose().replace('\n', "\n  ")));
        let reason = "Fields without a column are lines of the column “fields”; their kinds are not written.";
        export.count("field", Outcome::KeptAsCustomField, reason);
    }
    for field in item.fields.iter().filter(|field| !field.history.is_empty()) {
        export.lost(item, &label(field), "A table has no earlier values.");
    }
    for passkey in &item.passkeys {
        export.lost(item, &passkey.rp_id, "A table has no passkeys.");
    }
    if !item.url_rules.is_empty() {
        export.lost(item, "url", "A table has no rules of addresses.");
    }
    export.documents_lost(item);
    let yes = |flag: bool| if flag { "1" } else { "" }.to_owned();
    [
        item.title.clone(),
        item.urls.join("\n"),
        username,
        password,
        item.notes.expose().to_owned(),
        code,
        item.item_type.name().to_owned(),
        folder,
        item.tags.iter().cloned().collect::<Vec<_>>().join("\n"),
        yes(item.flags.favourite),
        yes(item.flags.archived),
        yes(item.flags.reprompt),
        item.expires.map(|day| day.to_string()).unwrap_or_default(),
        iso(item.created_at),
        iso(item.modified_at),
        fields.join("\n"),
    ]
}

/// Writes a row as in RFC 4180.
fn row(to: &mut impl Write, cells: &[String; COLUMNS.len()]) -> io::Result<()> {
    for (at, cell) in cells.iter().enumerate() {
        let separator = if at == 0 { "" } else { "," };
        if cell.contains(['"', ',', '\n', '\r']) || cell.starts_with(' ') || cell.ends_with(' ') {
            write!(to, "{separator}\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            write!(to, "{separator}{cell}")?;
        }
    }
    to.write_all(b"\r\n")
}
