//! Lists, items and values.

use serde::Serialize;
use vault_agent::Reference;
use vault_agent::protocol::{Reply, Request};
use vault_api::views::{CodeView, FieldKindView, FieldView, ItemRow, ItemScope, ItemView, VaultView};
use vault_text::safe_to_show;
use zeroize::Zeroizing;

use crate::arguments::{Get, List, One, Read, Search, Show, Totp};
use crate::connection::{Connection, Context};
use crate::failure::{Exit, Failure};
use crate::find::{self, Found};
use crate::output;

/// What stands for a hidden value.
const HIDDEN: &str = "********";

/// A row of a list, as JSON.
#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    vault_id: &'a str,
    vault: &'a str,
    item_type: vault_api::views::ItemTypeView,
    title: &'a str,
    subtitle: &'a str,
    favourite: bool,
    archived: bool,
    modified_at: u64,
}

/// `list`
pub fn list(context: &Context, what: &List) -> Result<Exit, Failure> {
    let mut connection = context.connect()?;
    let scope = match what {
        List { trash: true, .. } => ItemScope::Trash,
        List { archive: true, .. } => ItemScope::Archive,
        List { folder: Some(folder), .. } => ItemScope::Folder { folder: folder.clone() },
        List { vault, .. } => find::scope_of(chosen(&mut connection, vault.as_deref())?.as_ref()),
    };
    let rows = find::rows(&mut connection, &scope)?;
    write_rows(context, &mut connection, &rows)
}

/// `search`
pub fn search(context: &Context, what: &Search) -> Result<Exit, Failure> {
    let mut connection = context.connect()?;
    let text = what.words.join(" ");
    let page = find::page(&mut connection, &text, ItemScope::All, 0, what.limit)?;
    for filter in &page.unknown_filters {
        eprintln!("coffer: the filter {} is unknown", safe_to_show(filter));
    }
    if page.rows.is_empty() {
        return Err(Failure::new(Exit::NotFound, "nothing was found"));
    }
    write_rows(context, &mut connection, &page.rows)
}

fn write_rows(context: &Context, connection: &mut Connection, rows: &[ItemRow]) -> Result<Exit, Failure> {
    if !context.json {
        let mut text = String::new();
        for row in rows {
            let parts = [row.id.as_str(), &safe_to_show(&row.title), &safe_to_show(&row.subtitle)];
            text.push_str(parts.join("\t").trim_end());
            text.push('\n');
        }
        return output::bytes(text.as_bytes());
    }
    let vaults = find::vaults(connection)?;
    let name = |id: &str| vaults.iter().find(|vault| vault.id == id).map_or("", find::vault_name);
    let rows: Vec<Row<'_>> = rows
        .iter()
        .map(|row| Row {
            id: &row.id,
            vault_id: &row.vault_id,
            vault: name(&row.vault_id),
            item_type: row.item_type,
            title: &row.title,
            subtitle: &row.subtitle,
            favourite: row.favourite,
            archived: row.archived,
            modified_at: row.modified_at,
        })
        .collect();
    output::json("items", &rows)
}

/// The vault of an argument.
pub fn chosen(connection: &mut Connection, vault: Option<&str>) -> Result<Option<VaultView>, Failure> {
    vault.map(|name| find::vault(connection, name)).transpose()
}

/// The item of an argument.
pub fn one(connection: &mut Connection, one: &One) -> Result<ItemView, Failure> {
    let vault = chosen(connection, one.vault.as_deref())?;
    find::item(connection, vault.as_ref(), &one.item)
}

/// `show`
pub fn show(context: &Context, what: &Show) -> Result<Exit, Failure> {
    let mut connection = context.connect()?;
    let mut item = one(&mut connection, &what.one)?;
    if what.reveal {
        reveal_all(&mut connection, &mut item)?;
    }
    if context.json {
        return output::json("item", &item);
    }
    let mut lines = vec![("title", item.title.clone()), ("id", item.id.clone())];
    lines.extend(item.folder.clone().map(|folder| ("folder", folder)));
    lines.extend(item.urls.iter().map(|url| ("url", url.clone())));
    let mut text = Zeroizing::new(String::new());
    for (name, value) in lines {
        write_pair(&mut text, name, &value);
    }
    for field in item.fields.iter().filter(|field| field.filled) {
        let value = field.value.as_deref().unwrap_or(HIDDEN);
        match &field.section {
            Some(section) => write_pair(&mut text, &format!("{section}/{}", find::label(field)), value),
            None => write_pair(&mut text, find::label(field), value),
        }
    }
    if !item.tags.is_empty() {
        write_pair(&mut text, "tags", &item.tags.join(", "));
    }
    for file in &item.attachments {
        write_pair(&mut text, "file", &file.name);
    }
    if !item.notes.is_empty() {
        write_pair(&mut text, "notes", &item.notes);
    }
    output::bytes(text.as_bytes())
}

/// A name and its value; further lines of the value are indented. Nothing in it controls the terminal.
fn write_pair(text: &mut String, name: &str, value: &str) {
    text.push_str(&safe_to_show(name));
    text.push(':');
    for (number, line) in value.lines().enumerate() {
        text.push_str(if number == 0 { " " } else { "    " });
        text.push_str(&safe_to_show(line));
        text.push('\n');
    }
    if value.is_empty() {
        text.push('\n');
    }
}

fn reveal_all(connection: &mut Connection, item: &mut ItemView) -> Result<(), Failure> {
    let id = item.id.clone();
    for field in item.fields.iter_mut().filter(|field| field.filled && field.value.is_none()) {
        field.value = Some(reveal(connection, &id, field)?.to_string());
    }
    Ok(())
}

/// The value of a field.
fn reveal(connection: &mut Connection, item: &str, field: &FieldView) -> Result<Zeroizing<String>, Failure> {
    if let Some(value) = &field.value {
        return Ok(Zeroizing::new(value.clone()));
    }
    let request = Request::Reveal { item: item.to_owned(), field: field.id.clone() };
    match connection.ask_confirmed(&request)? {
        Reply::Value(value) => Ok(Zeroizing::new(value.expose().to_owned())),
        _ => Err(Connection::unexpected()),
    }
}

/// `get`
pub fn get(context: &Context, what: &Get) -> Result<Exit, Failure> {
    let mut connection = context.connect()?;
    let vault = chosen(&mut connection, what.vault.as_deref())?;
    let item = find::item(&mut connection, vault.as_ref(), &what.item)?;
    let value = value_of(&mut connection, &item, None, &what.field)?;
    if context.json { output::json("value", &*value) } else { output::line(&value) }
}

/// `read`
pub fn read(context: &Context, what: &Read) -> Result<Exit, Failure> {
    let reference = Reference::parse(&what.reference)?;
    let mut connection = context.connect()?;
    let value = read_reference(&mut connection, &reference)?;
    if context.json { output::json("value", &*value) } else { output::value(&value) }
}

/// The value of a reference.
pub fn read_reference(
    connection: &mut Connection,
    reference: &Reference,
) -> Result<Zeroizing<String>, Failure> {
    let item = item_of(connection, reference)?;
    value_at(connection, &item, reference)
}

/// The value of a reference that is to leave the vault, which a team can forbid.
pub fn read_to_leave(
    connection: &mut Connection,
    reference: &Reference,
) -> Result<Zeroizing<String>, Failure> {
    let item = item_of(connection, reference)?;
    connection.ask(&Request::MayLeave { item: item.id.clone() })?;
    value_at(connection, &item, reference)
}

fn item_of(connection: &mut Connection, reference: &Reference) -> Result<ItemView, Failure> {
    let vault = find::vault(connection, &reference.vault)?;
    find::item(connection, Some(&vault), &reference.item)
}

fn value_at(
    connection: &mut Connection,
    item: &ItemView,
    reference: &Reference,
) -> Result<Zeroizing<String>, Failure> {
    let section = reference.section.as_deref();
    if reference.code {
        let field = find::code(item, section, Some(&reference.field))?;
        return present_code(connection, item, field);
    }
    value_of(connection, item, section, &reference.field)
}

/// The value of a name in an item.
pub fn value_of(
    connection: &mut Connection,
    item: &ItemView,
    section: Option<&str>,
    name: &str,
) -> Result<Zeroizing<String>, Failure> {
    match find::value(item, section, name)? {
        Found::Text(text) => Ok(Zeroizing::new(text.to_owned())),
        Found::Field(field) if !field.filled => {
            Err(Failure::new(Exit::NotFound, format!("the field {name} is empty")))
        }
        Found::Field(field) => reveal(connection, &item.id, field),
    }
}

/// `totp`
pub fn totp(context: &Context, what: &Totp) -> Result<Exit, Failure> {
    let mut connection = context.connect()?;
    let item = one(&mut connection, &what.one)?;
    let field = find::code(&item, None, what.field.as_deref())?;
    let code = present_code(&mut connection, &item, field)?;
    if context.json { output::json("code", &*code) } else { output::line(&code) }
}

/// The present code of a field; a counter-based one is used up.
fn present_code(
    connection: &mut Connection,
    item: &ItemView,
    field: &FieldView,
) -> Result<Zeroizing<String>, Failure> {
    debug_assert!(field.kind == FieldKindView::Code, "found as a code");
    let (item, field) = (item.id.clone(), field.id.clone());
    let request = Request::Code { item: item.clone(), field: field.clone() };
    match connection.ask_confirmed(&request)? {
        Reply::Code(CodeView::Time { code, clock, .. }) => {
            if clock.is_some() {
                eprintln!(
                    "coffer: the clock of this computer seems wrong; sites will probably refuse the code"
                );
            }
            Ok(Zeroizing::new(code))
        }
        Reply::Code(CodeView::Counter { .. }) => {
            match connection.ask_confirmed(&Request::NextCode { item, field })? {
                Reply::UsedCode(used) => Ok(Zeroizing::new(used.code)),
                _ => Err(Connection::unexpected()),
            }
        }
        _ => Err(Connection::unexpected()),
    }
}

/// `history`
pub fn history(context: &Context, what: &One) -> Result<Exit, Failure> {
    let mut connection = context.connect()?;
    let item = one(&mut connection, what)?;
    let Reply::History(entries) = connection.ask(&Request::History { item: item.id })? else {
        return Err(Connection::unexpected());
    };
    if context.json {
        return output::json("revisions", &entries);
    }
    let mut text = String::new();
    for entry in &entries {
        let parts =
            [entry.at.to_string(), safe_to_show(&entry.device), safe_to_show(&entry.changes.join(", "))];
        text.push_str(&format!("{}\t{}\n", entry.revision.get(..16).unwrap_or_default(), parts.join("\t")));
    }
    output::bytes(text.as_bytes())
}
