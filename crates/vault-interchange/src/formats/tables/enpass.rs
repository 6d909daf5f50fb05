//! Enpass: rows of any length: title, then labels and values by turns, then the notes. A star before a label marks a secret; a
//! label without a value is a heading. Older versions write a header of `Title,Field,Value,…`.

use vault_engine::item::{FieldKind, ItemType, Role, SecretText};

use super::{mapped::suggested, register::csv_rows};
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
    "enpass_csv",
    "Enpass CSV",
    &Program { id: "enpass", name: "Enpass" },
    |text| has_header(text) || begins_with_label(text),
    |text, _, import| {
        let table = if has_header(text) { Table::new(text)? } else { Table::without_header(text) };
        read_table(table, import, read_row)
    },
);

fn has_header(text: &str) -> bool {
    let columns = table::columns(text).unwrap_or_default();
    columns.iter().take(3).eq(["title", "field", "value"].iter())
}

fn begins_with_label(text: &str) -> bool {
    let columns = table::columns(text).unwrap_or_default();
    columns.len() >= 4
        && columns.len().is_multiple_of(2)
        && columns.get(1).is_some_and(|label| meaning(label.trim_start_matches('*')).is_some())
        // A header of another program has a name where a value would stand.
        && columns.get(2).is_some_and(|value| suggested(value).is_none())
}

/// The meaning of a label, which is in lower case.
fn meaning(label: &str) -> Option<Meaning> {
    Some(match label {
        "username" | "user name" | "login" => Meaning::Field(Role::Username),
        "e-mail" | "email" => Meaning::Field(Role::Email),
        "password" => Meaning::Field(Role::Password),
        "url" | "website" => Meaning::Addresses,
        "one-time code" | "totp" | "one time code" => Meaning::Field(Role::Code),
        "phone" | "phone number" => Meaning::Field(Role::Phone),
        "cardholder" | "cardholder name" => Meaning::Field(Role::CardHolder),
        "number" | "card number" => Meaning::Field(Role::CardNumber),
        "cvc" | "cvv" => Meaning::Field(Role::CardVerification),
        "expiry date" | "expiration date" => Meaning::Field(Role::CardExpiry),
        _ => return None,
    })
}

fn read_row(import: &mut ImportBuilder<'_>, position: u32, cells: Cells) -> Result<(), ImportError> {
    let mut values: Vec<SecretText> = cells.into_values().collect();
    let has_label = |names: &[&str]| {
        let labels = values.iter().skip(1).step_by(2).take(values.len().saturating_sub(2) / 2);
        let of = |label: &SecretText| {
            names.contains(&label.expose().trim_start_matches('*').to_lowercase().as_str())
        };
        labels.into_iter().any(of)
    };
    let item_type = match () {
        () if has_label(&["cardholder", "cardholder name", "card number", "cvc", "cvv"]) => ItemType::Card,
        () if values.len() <= 2 && values.get(1).is_some_and(|notes| !notes.is_empty()) => ItemType::Note,
        () => ItemType::Login,
    };
    let notes = if values.len().is_multiple_of(2) { values.pop() } else { None };
    let mut item = ItemBuilder::new(import, position, item_type);
    let mut values = values.into_iter();
    item.put("Title", Meaning::Title, values.next().unwrap_or_else(|| SecretText::from("")));
    loop {
        let (Some(label), Some(value)) = (values.next(), values.next()) else { break };
        let name = label.expose().trim_start_matches('*');
        match meaning(&name.to_lowercase()) {
            // A login has no address for mail of its own; it is its user name if there is no other.
            Some(Meaning::Field(Role::Email))
                if item_type == ItemType::Login && !item.has(Role::Username) =>
            {
                item.put(name, Meaning::Field(Role::Username), value);
            }
            Some(Meaning::Field(role)) if item.accepts(role) => item.put(name, Meaning::Field(role), value),
            Some(Meaning::Addresses) => item.put(name, Meaning::Addresses, value),
            Some(_) if value.is_empty() => {}
            // Without a value it is a heading.
            _ => {
                let secret = name.len() < label.expose().len();
                let kind = if secret { FieldKind::Concealed } else { FieldKind::Lines };
                item.own_text(name, kind, value);
            }
        }
    }
    item.put("Note", Meaning::Notes, notes.unwrap_or_else(|| SecretText::from("")));
    item.finish()
}
