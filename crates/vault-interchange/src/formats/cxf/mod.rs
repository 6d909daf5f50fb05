//! The Credential Exchange Format of the FIDO Alliance: `{version, accounts: [{collections, items: [{title, scope, credentials}]}]}`, or
//! one of the accounts on its own, as programs of Apple's systems write it. A value is a text or `{fieldType, value, label}`.

mod passkey;
mod types;

use std::collections::HashMap;

use serde_json::value::RawValue;
use vault_engine::item::{FieldKind, SecretText};

use crate::{
    builder::{ImportBuilder, ItemBuilder},
    error::ImportError,
    format::{Format, Program, Secret},
    importer::{Importer, Reader},
    limits,
    report::ParsedFile,
    syntax::{
        date,
        json::{Json, Object},
        raw::{self, Members, Shape},
    },
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "cxf_json",
        name: "CXF JSON",
        program: &Program { id: "cxf", name: "Credential exchange (CXF)" },
        extensions: &["json", "cxf"],
        secret: Secret::Nothing,
    },
    reader: Reader::Json { recognises, read: |text, _, import| read(text, import) },
};

/// A later moment than any program writes: the last second of the year 2050.
const LATEST: i64 = 2_556_143_999;

fn is_account(members: &Members<'_>) -> Result<bool, ImportError> {
    let items = members.get("items").map_or(Ok(Vec::new()), raw::list)?;
    Ok(items.iter().any(|raw| raw::members(raw).is_ok_and(|item| item.has(&["credentials"]))))
}

fn recognises(text: &str) -> Result<bool, ImportError> {
    let Shape::Object(mut members) = raw::shape(text)? else { return Ok(false) };
    if is_account(&members)? {
        return Ok(true);
    }
    for account in members.take_list("accounts")? {
        if is_account(&raw::members(account)?)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn read(text: &str, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let Shape::Object(mut members) = raw::shape(text)? else { return Err(ImportError::Damaged) };
    let mut position = 0;
    if members.has(&["items"]) {
        read_account(&mut import, members, &mut position)?;
        return Ok(import.finish());
    }
    for account in members.take_list("accounts")? {
        read_account(&mut import, raw::members(account)?, &mut position)?;
    }
    for name in ["version", "exporterRpId", "exporterDisplayName", "timestamp"] {
        let _ = members.take(name);
    }
    for (name, _) in members.into_rest() {
        import.unknown_part(&name);
    }
    Ok(import.finish())
}

fn read_account(
    import: &mut ImportBuilder<'_>,
    mut account: Members<'_>,
    position: &mut u32,
) -> Result<(), ImportError> {
    let mut folders: HashMap<String, Vec<String>> = HashMap::new();
    let collections = account.take_list("collections")?;
    read_collections(import, &collections, "", 0, &mut folders)?;
    for raw in account.take_list("items")? {
        *position += 1;
        if let Some(members) = import.object(*position, raw) {
            read_item(import, *position, members, &folders)?;
        }
    }
    for name in ["id", "username", "email", "fullName"] {
        if account.take(name).is_some() {
            import.count_dropped("account", "The account in the other program is not an item.");
        }
    }
    for (name, _) in account.into_rest() {
        import.unknown_part(&name);
    }
    Ok(())
}

/// Reads collections, which may be within each other, and the ids of the items in them.
fn read_collections(
    import: &mut ImportBuilder<'_>,
    collections: &[&RawValue],
    around: &str,
    depth: usize,
    folders: &mut HashMap<String, Vec<String>>,
) -> Result<(), ImportError> {
    for raw in collections {
        let mut collection = raw::members(raw)?;
        let title = collection.text("title").replace('/', " ");
        let path = if around.is_empty() { title } else { format!("{around}/{title}") };
        import.add_folder(&path);
        for mut link in collection.take_list("items")?.into_iter().filter_map(raw::object) {
            folders.entry(link.take_text("item").expose().to_owned()).or_default().push(path.clone());
        }
        let inner = collection.take_list("subCollections")?;
        if depth < limits::DEPTH {
            read_collections(import, &inner, &path, depth + 1, folders)?;
        }
    }
    Ok(())
}

fn read_item(
    import: &mut ImportBuilder<'_>,
    position: u32,
    mut members: Object,
    folders: &HashMap<String, Vec<String>>,
) -> Result<(), ImportError> {
    let credentials = members.take_list("credentials");
    let types: Vec<String> = credentials.iter().map(types::name).collect();
    let item_type = types::item_type(&types);
    let mut item = ItemBuilder::new(import, position, item_type);
    item.title("title", members.take_text("title"));
    let subtitle = members.take_text("subtitle");
    let mut scope = members.take_object("scope").unwrap_or_default();
    let urls: Vec<SecretText> = scope.take_list("urls").into_iter().map(Json::into_text).collect();
    let host = urls
        .first()
        .map(|url| vault_engine::item::host(url.expose()).unwrap_or_else(|| url.expose().to_owned()));
    item.default_title(&host.unwrap_or_default());
    item.default_title(subtitle.expose());
    if !item.is_titled(subtitle.expose()) {
        item.role_or_custom("subtitle", None, "Subtitle", FieldKind::Text, subtitle);
    }
    for (at, url) in urls.into_iter().enumerate() {
        item.url(&format!("scope.urls[{at}]"), url);
    }
    for (at, app) in scope.take_list("androidApps").into_iter().enumerate() {
        let path = format!("scope.androidApps[{at}]");
        let Json::Object(mut app) = app else { continue };
        let bundle = app.take_text("bundleId");
        item.url(&path, SecretText::new(format!("androidapp://{}", bundle.expose())));
        for name in ["name", "certificate"] {
            if !app.take(name).is_blank() {
                item.count_dropped("androidApps", "The system finds the name of an app itself.");
            }
        }
        item.unknown_members(&path, app);
    }
    for (at, credential) in credentials.into_iter().enumerate() {
        let path = format!("credentials[{at}]");
        match credential {
            Json::Object(credential) => types::read(&mut item, &path, credential),
            other => item.unknown_value(&path, other),
        }
    }
    item.default_title(types.first().map_or("", String::as_str));
    let dates = ["creationAt", "modifiedAt"].map(|name| {
        let value = members.take(name);
        let seconds = value.as_i64();
        if seconds.is_some_and(|seconds| !(0..=LATEST).contains(&seconds)) {
            item.count_lost("creationAt", "A date is not one on which a program can have been used.");
        }
        seconds.filter(|seconds| *seconds <= LATEST).and_then(date::from_seconds)
    });
    let [created, changed] = dates;
    item.dates(created, changed);
    if members.take_bool("favorite") == Some(true) {
        item.favourite();
    }
    for tag in members.take_list("tags") {
        item.tag("tags", &tag.as_text());
    }
    let id = members.take_text("id");
    let mut paths = folders.get(id.expose()).into_iter().flatten();
    if let Some(first) = paths.next() {
        item.folder("collections", first);
    }
    paths.for_each(|path| item.tag("collections", path));
    item.unknown_members("scope", scope);
    item.unknown_members("", members);
    item.finish()
}
