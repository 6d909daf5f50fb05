//! Vaults, items and fields by their names or ids.

use vault_agent::protocol::{Reply, Request};
use vault_api::views::{
    FieldKindView, FieldView, ItemQuery, ItemRow, ItemScope, ItemSort, ItemView, VaultView,
};
use vault_api::{ErrorCode, ItemId};

use crate::connection::Connection;
use crate::failure::{Exit, Failure};

/// Rows of one request.
const PAGE: u32 = 500;
/// The most candidates that are named.
const CANDIDATES: usize = 20;

/// A value of an item.
pub enum Found<'a> {
    /// A field.
    Field(&'a FieldView),
    /// The title, notes or first address.
    Text(&'a str),
}

/// All vaults.
pub fn vaults(connection: &mut Connection) -> Result<Vec<VaultView>, Failure> {
    match connection.ask(&Request::Vaults)? {
        Reply::Vaults(vaults) => Ok(vaults),
        _ => Err(Connection::unexpected()),
    }
}

/// The name of a vault; the home vault may have none of its own.
pub fn vault_name(vault: &VaultView) -> &str {
    let name = vault.appearance.name.as_str();
    if name.is_empty() && vault.home { "Home" } else { name }
}

/// The vault of a name or id.
pub fn vault(connection: &mut Connection, name: &str) -> Result<VaultView, Failure> {
    let all = vaults(connection)?;
    if let Some(found) = all.iter().find(|vault| vault.id == name) {
        return Ok(found.clone());
    }
    only("vault", name, all.into_iter().filter(|vault| vault_name(vault) == name).collect(), |vault| {
        vault.id.clone()
    })
}

/// A page of items.
pub fn page(
    connection: &mut Connection,
    text: &str,
    scope: ItemScope,
    offset: u32,
    limit: u32,
) -> Result<vault_api::views::ItemPage, Failure> {
    let query = ItemQuery { text: text.to_owned(), scope, sort: ItemSort::Title, offset, limit };
    match connection.ask(&Request::List(query))? {
        Reply::Page(page) => Ok(page),
        _ => Err(Connection::unexpected()),
    }
}

/// All rows of a scope.
pub fn rows(connection: &mut Connection, scope: &ItemScope) -> Result<Vec<ItemRow>, Failure> {
    rows_of(connection, "", scope)
}

/// All rows of a scope that a search finds.
pub fn rows_of(connection: &mut Connection, text: &str, scope: &ItemScope) -> Result<Vec<ItemRow>, Failure> {
    let mut rows = Vec::new();
    loop {
        let offset = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let page = page(connection, text, scope.clone(), offset, PAGE)?;
        let last = page.rows.is_empty();
        rows.extend(page.rows);
        if last || u32::try_from(rows.len()).is_ok_and(|read| read >= page.total) {
            return Ok(rows);
        }
    }
}

/// The scope of a vault, or of all.
pub fn scope_of(vault: Option<&VaultView>) -> ItemScope {
    vault.map_or(ItemScope::All, |vault| ItemScope::Vault { vault_id: vault.id.clone() })
}

/// The item of a title or id.
pub fn item(connection: &mut Connection, vault: Option<&VaultView>, name: &str) -> Result<ItemView, Failure> {
    if name.parse::<ItemId>().is_ok() {
        match get(connection, name) {
            Ok(found) if vault.is_none_or(|vault| vault.id == found.vault_id) => return Ok(found),
            Err(failure) if failure.code != Some(ErrorCode::NotFound) => return Err(failure),
            _ => {}
        }
    }
    let row = row(connection, &scope_of(vault), name)?;
    get(connection, &row.id)
}

/// The row of a title or id in a scope.
pub fn row(connection: &mut Connection, scope: &ItemScope, name: &str) -> Result<ItemRow, Failure> {
    let fits = |row: &ItemRow| row.title == name || row.id == name;
    let searched = match name.contains('"') {
        true => Vec::new(),
        false => page(connection, &format!("\"{name}\""), scope.clone(), 0, PAGE)?.rows,
    };
    let mut found: Vec<ItemRow> = searched.into_iter().filter(fits).collect();
    if found.is_empty() {
        found = rows(connection, scope)?.into_iter().filter(fits).collect();
    }
    only("item", name, found, |row| format!("{}  {}  {}", row.id, row.title, row.subtitle))
}

/// An item by its id.
pub fn get(connection: &mut Connection, id: &str) -> Result<ItemView, Failure> {
    match connection.ask(&Request::Get { item: id.to_owned() })? {
        Reply::Item(item) => Ok(*item),
        _ => Err(Connection::unexpected()),
    }
}

/// The value of a name in an item, below a heading if one is given.
pub fn value<'a>(item: &'a ItemView, section: Option<&str>, name: &str) -> Result<Found<'a>, Failure> {
    let below = |field: &&FieldView| section.is_none() || field.section.as_deref() == section;
    let exact = |field: &&FieldView| names_of(field).contains(&name);
    let near = |field: &&FieldView| names_of(field).iter().any(|own| own.eq_ignore_ascii_case(name));
    let fields = || item.fields.iter().filter(below);
    let mut found: Vec<&FieldView> = fields().filter(exact).collect();
    if found.is_empty() {
        found = fields().filter(near).collect();
    }
    if found.is_empty() && section.is_none() {
        match name {
            "title" => return Ok(Found::Text(&item.title)),
            "notes" => return Ok(Found::Text(&item.notes)),
            "url" => {
                if let Some(url) = item.urls.first() {
                    return Ok(Found::Text(url));
                }
            }
            _ => {}
        }
    }
    only("field", name, found, |field| {
        format!(
            "{}  {}{}",
            field.id,
            field.section.as_ref().map_or(String::new(), |name| format!("{name}/")),
            label(field)
        )
    })
    .map(Found::Field)
}

/// The field with a one-time code.
pub fn code<'a>(
    item: &'a ItemView,
    section: Option<&str>,
    name: Option<&str>,
) -> Result<&'a FieldView, Failure> {
    let is_code = |field: &&FieldView| field.kind == FieldKindView::Code && field.filled;
    match name {
        Some(name) => match value(item, section, name)? {
            Found::Field(field) if is_code(&field) => Ok(field),
            _ => Err(Failure::new(Exit::NotFound, format!("the field {name} has no one-time code"))),
        },
        None => only("one-time code", &item.title, item.fields.iter().filter(is_code).collect(), |field| {
            format!("{}  {}", field.id, label(field))
        }),
    }
}

/// The name of a field: its label, or its role.
pub fn label(field: &FieldView) -> &str {
    if field.label.is_empty() { field.role.as_deref().unwrap_or_default() } else { &field.label }
}

fn names_of(field: &FieldView) -> [&str; 3] {
    // An empty label is no name; the id stands for it.
    let label = if field.label.is_empty() { &field.id } else { &field.label };
    [&field.id, field.role.as_deref().unwrap_or(&field.id), label]
}

/// The only one of a name, or an error that names the candidates.
pub fn only<T>(
    kind: &str,
    name: &str,
    mut found: Vec<T>,
    describe: impl Fn(&T) -> String,
) -> Result<T, Failure> {
    if found.len() > 1 {
        let failure =
            Failure::new(Exit::Ambiguous, format!("several have the name {name}; use an id ({kind})"));
        return Err(found.iter().take(CANDIDATES).fold(failure, |failure, one| failure.with(describe(one))));
    }
    found.pop().ok_or_else(|| Failure::new(Exit::NotFound, format!("no {kind} has the name or id {name}")))
}
