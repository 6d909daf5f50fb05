//! Keeper: rows of any length without a header: folder, title, login, password, address, notes, shared folder, then names and
//! values of further fields. Folders nest by a backslash; rights follow the shared folder as `#edit#reshare`.

use vault_engine::item::{ItemType, Role, SecretText};

use super::{layout::has_addresses, register::csv_rows};
use crate::{
    builder::{ImportBuilder, ItemBuilder},
    error::ImportError,
    format::Program,
    importer::{Importer, read_table},
    meaning::Meaning,
    syntax::table::{self, Cells, Table},
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = csv_rows(
    "keeper_csv",
    "Keeper CSV",
    &Program { id: "keeper", name: "Keeper" },
    |text| has_header(text) || has_addresses(text, 4, |width| width > 5),
    |text, _, import| {
        let table = if has_header(text) { Table::new(text)? } else { Table::without_header(text) };
        read_table(table, import, read_row)
    },
);

/// Newer versions write one.
fn has_header(text: &str) -> bool {
    let columns = table::columns(text).unwrap_or_default();
    let begins = ["folder", "title", "login", "password"];
    columns.len() > 5 && columns.iter().take(begins.len()).eq(begins.iter())
}

const COLUMNS: [(&str, Meaning); 5] = [
    ("title", Meaning::Title),
    ("login", Meaning::Field(Role::Username)),
    ("password", Meaning::Field(Role::Password)),
    ("website address", Meaning::Addresses),
    ("notes", Meaning::Notes),
];

fn read_row(import: &mut ImportBuilder<'_>, position: u32, cells: Cells) -> Result<(), ImportError> {
    let values: Vec<SecretText> = cells.into_values().collect();
    let is_filled = |at: usize| values.get(at).is_some_and(|value| !value.is_empty());
    let is_note = is_filled(5) && !(2..5).any(is_filled) && values.len() < 9;
    let item_type = if is_note { ItemType::Note } else { ItemType::Login };
    let mut item = ItemBuilder::new(import, position, item_type);
    let mut values = values.into_iter();
    let mut next = || values.next().unwrap_or_else(|| SecretText::from(""));
    let folder = next();
    for (name, meaning) in COLUMNS {
        item.put(name, meaning, next());
    }
    let shared = next();
    let (path, rights) = shared.expose().split_once('#').unwrap_or((shared.expose(), ""));
    if !rights.is_empty() {
        item.count_dropped(
            "shared folder",
            "The rights in a shared folder are those of its members in Keeper.",
        );
    }
    let whole = format!("{path}\\{}", folder.expose());
    item.put("folder", Meaning::Folder("\\"), SecretText::new(whole));
    loop {
        let (Some(name), value) = (values.next(), values.next()) else { break };
        let Some(value) = value else {
            item.unknown_text("field without a value", name);
            break;
        };
        // The code is a field whose name is fixed, which changed; the name of the type is not one of the user.
        match name.expose() {
            "TFC:Keeper" => item.put("TFC:Keeper", Meaning::Field(Role::Code), value),
            label if label.starts_with("$oneTimeCode") => {
                item.put("oneTimeCode", Meaning::Field(Role::Code), value);
            }
            label => item.own_text(label, vault_engine::item::FieldKind::Concealed, value),
        }
    }
    item.finish()
}
