//! Universal Password Manager: five values without a header: account, user name, password, address, notes.

use vault_engine::item::{ItemType, Role};

use super::{layout::has_addresses, register::csv_rows};
use crate::{
    builder::{ImportBuilder, ItemBuilder},
    error::ImportError,
    format::Program,
    importer::{Importer, read_table},
    meaning::Meaning,
    syntax::table::{Cells, Table},
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = csv_rows(
    "upm_csv",
    "Universal Password Manager CSV",
    &Program { id: "upm", name: "Universal Password Manager" },
    recognises,
    |text, _, import| read_table(Table::without_header(text), import, read_row),
);

const COLUMNS: [(&str, Meaning); 5] = [
    ("account", Meaning::Title),
    ("user name", Meaning::Field(Role::Username)),
    ("password", Meaning::Field(Role::Password)),
    ("address", Meaning::Addresses),
    ("notes", Meaning::Notes),
];

fn recognises(text: &str) -> bool {
    has_addresses(text, 3, |width| width == COLUMNS.len())
}

fn read_row(import: &mut ImportBuilder<'_>, position: u32, cells: Cells) -> Result<(), ImportError> {
    let values: Vec<_> = cells.into_values().collect();
    let is_note = values.iter().enumerate().all(|(at, value)| value.is_empty() == !matches!(at, 0 | 4));
    let item_type = if is_note { ItemType::Note } else { ItemType::Login };
    let mut item = ItemBuilder::new(import, position, item_type);
    for (at, value) in values.into_iter().enumerate() {
        match COLUMNS.get(at) {
            Some((name, meaning)) => item.put(name, *meaning, value),
            None => item.unknown_text(&format!("column {}", at + 1), value),
        }
    }
    item.finish()
}
