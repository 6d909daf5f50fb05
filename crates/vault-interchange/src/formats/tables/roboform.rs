//! RoboForm: `Name,Url,[MatchUrl,]Login,Pwd,Note,Folder,Rf_fields`. The last column is the first of any number of fields, which
//! run on beyond the header: `name:type:value`, or newer `name,,,type,value`.

use vault_engine::item::{FieldKind, Role, SecretText};

use super::{Layout, csv};
use crate::{
    builder::ItemBuilder, format::Program, importer::Importer, meaning::Meaning, syntax::table::Cells,
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = csv(
    "roboform_csv",
    "RoboForm CSV",
    &Program { id: "roboform", name: "RoboForm" },
    &[Layout { required: &["name", "url", "login", "pwd", "note", "folder", "rf_fields"], ..LAYOUT }, LAYOUT],
);

const LAYOUT: Layout = Layout {
    required: &["name", "url", "login", "pwd", "note", "folder", "rffieldsv2"],
    columns: &[
        ("name", Meaning::Title),
        ("login", Meaning::Field(Role::Username)),
        ("pwd", Meaning::Field(Role::Password)),
        ("url", Meaning::Addresses),
        ("note", Meaning::Notes),
        ("folder", Meaning::Folder("\\")),
    ],
    special,
    ..Layout::BASE
};

fn special(item: &mut ItemBuilder<'_, '_>, cells: &mut Cells) {
    let matched = cells.take("matchurl");
    if matched.expose() != cells.get("url") {
        item.put("MatchUrl", Meaning::Addresses, matched);
    }
    let is_field = |name: &str| {
        let beyond = name.strip_prefix("column ").is_some_and(|number| number.parse::<u16>().is_ok());
        beyond || name.eq_ignore_ascii_case("rf_fields") || name.eq_ignore_ascii_case("rffieldsv2")
    };
    while let Some((column, value)) = cells.take_where(is_field) {
        field(item, &column, value, [cells.get("login"), cells.get("pwd")]);
    }
}

/// Reads a field of a form. Those for user name and password are there twice.
fn field(item: &mut ItemBuilder<'_, '_>, column: &str, text: SecretText, known: [&str; 2]) {
    let whole = text.expose();
    let newer = || {
        let mut parts = whole.splitn(5, ',');
        let name = parts.next()?;
        let [_, _, kind, value] = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
        Some((name, kind, value))
    };
    let older = || {
        let mut parts = whole.splitn(3, ':');
        Some((parts.next()?, parts.next()?, parts.next()?))
    };
    let is_kind = |(_, kind, _): &(&str, &str, &str)| {
        matches!(*kind, "txt" | "pwd" | "are" | "rad" | "rck" | "chk" | "sel")
    };
    let Some((name, kind, value)) = newer().filter(is_kind).or_else(|| older().filter(is_kind)) else {
        return item.unknown_text(column, text);
    };
    if known.contains(&value) && !value.is_empty() {
        return;
    }
    let name = name.trim_end_matches('$');
    let kind = if kind == "pwd" { FieldKind::Concealed } else { FieldKind::Lines };
    item.own_text(name, kind, SecretText::from(value));
}
