//! Enpass: `{folders: [{uuid, parent_uuid, title}], items: [{title, category, fields, note, folders, favorite, archived, trashed,
//! attachments}]}`. Labels are in the language of the program, so the types of the fields count.

use std::collections::HashMap;
use std::sync::Arc;

use vault_engine::clock::Timestamp;
use vault_engine::item::{FieldKind, ItemType, PastValue, Role};

use super::layout::{self, Layout, Meaning};
use crate::{
    builder::{ImportBuilder, ItemBuilder},
    content::ParsedFileContent,
    error::ImportError,
    format::{Format, Program, Secret},
    importer::{Importer, Reader},
    limits,
    report::ParsedFile,
    syntax::{
        base32::bytes_of_base64,
        date,
        json::{Json, Object},
        raw::{self, Shape},
    },
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "enpass_json",
        name: "Enpass JSON",
        program: &Program { id: "enpass", name: "Enpass" },
        extensions: &["json"],
        secret: Secret::Nothing,
    },
    reader: Reader::Json { recognises, read: |text, _, import| read(text, import) },
};

const LAYOUT: Layout = &[
    ("title", Meaning::Title),
    ("note", Meaning::Notes),
    ("createdAt", Meaning::Created),
    ("updated_at", Meaning::Changed),
    ("favorite", Meaning::Favourite),
    ("uuid", Meaning::Noise),
    ("subtitle", Meaning::Noise),
    ("icon", Meaning::Noise),
    ("auto_submit", Meaning::Noise),
    ("template_type", Meaning::Noise),
];

/// The categories that have a type of Coffer; others are notes.
const CATEGORIES: &[(&str, ItemType)] = &[
    ("login", ItemType::Login),
    ("password", ItemType::Login),
    ("creditcard", ItemType::Card),
    ("identity", ItemType::Identity),
    ("note", ItemType::Note),
    ("finance", ItemType::BankAccount),
    ("license", ItemType::Licence),
    ("computer", ItemType::Login),
    ("travel", ItemType::Identity),
    ("misc", ItemType::Login),
];

/// What the types of fields mean.
const FIELDS: &[(&str, Role)] = &[
    ("username", Role::Username),
    ("password", Role::Password),
    ("ccName", Role::CardHolder),
    ("ccNumber", Role::CardNumber),
    ("ccCvc", Role::CardVerification),
    ("ccPin", Role::CardPin),
    ("ccType", Role::CardBrand),
    ("ccExpiry", Role::CardExpiry),
    ("email", Role::Email),
    ("phone", Role::Phone),
];

fn recognises(text: &str) -> Result<bool, ImportError> {
    let Shape::Object(mut members) = raw::shape(text)? else { return Ok(false) };
    let items = members.take_list("items")?;
    Ok(items
        .iter()
        .any(|raw| raw::members(raw).is_ok_and(|item| item.has(&["category", "title", "template_type"]))))
}

fn read(text: &str, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let Shape::Object(mut members) = raw::shape(text)? else { return Err(ImportError::Damaged) };
    let mut folders: HashMap<String, (String, String)> = HashMap::new();
    for mut folder in members.take_list("folders")?.into_iter().filter_map(raw::object) {
        let mut text = |name: &str| folder.take_text(name).expose().to_owned();
        folders.insert(text("uuid"), (text("title").replace('/', " "), text("parent_uuid")));
    }
    for id in folders.keys() {
        import.add_folder(&path(&folders, id));
    }
    for (position, raw) in (1..).zip(members.take_list("items")?) {
        if let Some(record) = import.object(position, raw) {
            read_item(&mut import, position, record, &folders)?;
        }
    }
    for (name, _) in members.into_rest() {
        import.unknown_part(&name);
    }
    Ok(import.finish())
}

/// Returns the path of a folder; one that is within itself ends there.
fn path(folders: &HashMap<String, (String, String)>, id: &str) -> String {
    let (mut levels, mut seen, mut id) = (Vec::new(), Vec::new(), id);
    while let Some((title, around)) = folders.get(id).filter(|_| seen.len() < limits::DEPTH) {
        if seen.contains(&id) {
            break;
        }
        seen.push(id);
        levels.push(title.as_str());
        id = around;
    }
    levels.reverse();
    levels.join("/")
}

fn read_item(
    import: &mut ImportBuilder<'_>,
    position: u32,
    mut record: Object,
    folders: &HashMap<String, (String, String)>,
) -> Result<(), ImportError> {
    let category = record.take_text("category");
    let known = CATEGORIES.iter().find(|(name, _)| *name == category.expose());
    let item_type = known.map_or(ItemType::Note, |(_, item_type)| *item_type);
    let flag = |record: &mut Object, name: &str| matches!(record.take(name).as_text().as_str(), "1" | "true");
    let (archived, trashed) = (flag(&mut record, "archived"), flag(&mut record, "trashed"));
    let changed = record.get_scalar("updated_at").ok().flatten().and_then(|text| text.parse::<i64>().ok());
    let changed = changed.and_then(date::from_seconds);
    let mut item = layout::start(import, position, item_type, LAYOUT, &mut record);
    if known.is_none() {
        let reason = "Coffer has no type of this meaning; the item is kept as a note with custom fields.";
        item.keep("category", FieldKind::Text, category, reason);
    }
    for (at, field) in record.take_list("fields").into_iter().enumerate() {
        let path = format!("fields[{at}]");
        match field {
            Json::Object(field) => read_field(&mut item, &path, field),
            other => item.unknown_value(&path, other),
        }
    }
    item.section("");
    for (at, id) in record.take_list("folders").into_iter().enumerate() {
        let id = id.as_text();
        match path(folders, &id) {
            path if path.is_empty() => {
                item.drop_value("folders", "The file does not say which folder this is.");
            }
            path if at == 0 => item.folder("folders", &path),
            path => item.tag("folders", &path),
        }
    }
    for (at, file) in record.take_list("attachments").into_iter().enumerate() {
        let path = format!("attachments[{at}]");
        match file {
            Json::Object(file) => attach(&mut item, &path, file),
            other => item.unknown_value(&path, other),
        }
    }
    if archived {
        item.archive();
    }
    if trashed {
        let at = changed.unwrap_or_else(|| item.now());
        item.trash(at);
    }
    item.unknown_members("", record);
    item.finish()
}

fn read_field(item: &mut ItemBuilder<'_, '_>, path: &str, mut field: Object) {
    for name in ["order", "uid", "updated_at", "value_updated_at", "icon"] {
        let _ = field.take(name);
    }
    let (label, kind) = (field.take_text("label"), field.take_text("type"));
    let flag = |field: &mut Object, name: &str| matches!(field.take(name).as_text().as_str(), "1" | "true");
    let (deleted, sensitive) = (flag(&mut field, "deleted"), flag(&mut field, "sensitive"));
    let value = field.take_text("value");
    let history = history(field.take_list("history"));
    let secret = if sensitive { FieldKind::Concealed } else { FieldKind::Text };
    let role = FIELDS.iter().find(|(name, _)| *name == kind.expose()).map(|(_, role)| *role);
    match kind.expose() {
        "section" => item.section(label.expose()),
        _ if deleted => {
            let reason = "Enpass shows this field as deleted; it is kept as a custom field.";
            item.keep_as(path, label.expose(), FieldKind::Concealed, value, reason);
        }
        "totp" => item.code(path, label.expose(), value),
        "url" => {
            item.url(path, value);
        }
        // `MM/YYYY` or `MM/YY`.
        "ccExpiry" => {
            let month = value.expose().split_once('/').and_then(|(month, year)| date::month(month, year));
            let value = month.map_or(value, vault_engine::item::SecretText::new);
            item.role_or_custom(path, role, label.expose(), FieldKind::Text, value);
        }
        "email" if !item.has(Role::Username) && item.is_login() => {
            item.role_or_custom(path, Some(Role::Username), label.expose(), FieldKind::Email, value);
        }
        "username" if item.has(Role::Username) && item.is_login() => {
            item.role_or_custom(path, None, label.expose(), FieldKind::Text, value);
        }
        "password" => item.role_or_custom(path, role, label.expose(), FieldKind::Concealed, value),
        _ => item.role_or_custom(path, role, label.expose(), secret, value),
    }
    if !history.is_empty() {
        if kind.expose() == "password" {
            item.password_history(path, history);
        } else {
            item.field_history(path, None, label.expose(), history);
        }
    }
    item.unknown_members(path, field);
}

fn history(entries: Vec<Json>) -> Vec<PastValue> {
    let read = |entry| {
        let Json::Object(mut entry) = entry else { return None };
        let value = entry.take_text("value");
        let at = entry.take("updated_at").as_i64().and_then(date::from_seconds);
        (!value.is_empty()).then(|| PastValue { value, replaced_at: at.unwrap_or(Timestamp::UNKNOWN) })
    };
    entries.into_iter().filter_map(read).collect()
}

/// Adds an attached file, which is in the JSON as base64.
fn attach(item: &mut ItemBuilder<'_, '_>, path: &str, mut file: Object) {
    let name = file.take_text("name");
    let content = bytes_of_base64(file.take_text("data").expose()).filter(|bytes| !bytes.is_empty());
    for name in ["kind", "order", "updated_at", "uuid", "size", "metadata"] {
        let _ = file.take(name);
    }
    match content {
        Some(bytes) => {
            let (length, shared) = (bytes.len(), Arc::new(bytes));
            let name = if name.is_empty() { "attachment" } else { name.expose() };
            if let Some(content) = ParsedFileContent::part(name.to_owned(), &shared, 0..length) {
                item.file(path, content);
            }
        }
        None => item.drop_value(path, "The content of this file is not in the export or is damaged."),
    }
    item.unknown_members(path, file);
}
