//! The members that items of every type have.

use vault_engine::clock::Timestamp;
use vault_engine::item::{FieldKind, PastValue, SecretText, host};

use super::{files::Files, groups::Groups, types};
use crate::{
    builder::{ImportBuilder, ItemBuilder},
    error::ImportError,
    syntax::{
        date,
        json::{Json, Object},
    },
};

const NEW_IDS: &str = "Coffer gives folders and items ids of their own.";
const ACCOUNT_ONLY: &str = "This only has a meaning inside the account or organisation it came from.";

/// Members about the storage of Bitwarden, each with the reason why it is not kept.
const BOOKKEEPING: [(&str, &str); 8] = [
    ("object", NEW_IDS),
    ("organizationId", ACCOUNT_ONLY),
    ("key", ACCOUNT_ONLY),
    ("edit", ACCOUNT_ONLY),
    ("viewPassword", ACCOUNT_ONLY),
    ("organizationUseTotp", ACCOUNT_ONLY),
    ("permissions", ACCOUNT_ONLY),
    ("localData", ACCOUNT_ONLY),
];

/// Reads an item.
pub(super) fn read(
    import: &mut ImportBuilder<'_>,
    position: u32,
    mut members: Object,
    groups: &Groups,
    files: &mut Files<'_>,
) -> Result<(), ImportError> {
    let type_number = members.take_number("type");
    let mut item = ItemBuilder::new(import, position, types::item_type(type_number));
    item.title("name", members.take_text("name"));
    let mut login = members.take_object("login");
    let uris = login.as_mut().map(|login| login.take_list("uris")).unwrap_or_default();
    let uris = types::login_uris(uris);
    item.default_title(&uris.first().and_then(|uri| host(uri.text.expose())).unwrap_or_default());
    if !matches!(type_number, Some(1..=8)) {
        let number = SecretText::new(type_number.map(|number| number.to_string()).unwrap_or_default());
        let reason = "An item of this type is not known; it is kept as a note with custom fields.";
        item.keep("type", FieldKind::Text, number, reason);
    }

    if let Some(login) = login {
        types::login(&mut item, login, uris);
    }
    let parts: [(&str, types::TypeReader); 7] = [
        ("secureNote", types::secure_note),
        ("card", types::card),
        ("identity", types::identity),
        ("sshKey", types::ssh_key),
        ("bankAccount", types::bank_account),
        ("driversLicense", types::driving_licence),
        ("passport", types::passport),
    ];
    for (name, read) in parts {
        if let Some(part) = members.take_object(name) {
            read(&mut item, part);
        }
    }
    item.notes("notes", members.take_text("notes"));
    custom_fields(&mut item, members.take_list("fields"));
    earlier_passwords(&mut item, members.take_list("passwordHistory"));
    folder_and_tags(&mut item, &mut members, groups);
    dates(&mut item, &mut members);

    if members.take_bool("favorite") == Some(true) {
        item.favourite();
    }
    match members.take_number("reprompt") {
        None | Some(0) => {}
        Some(1) => item.reprompt(),
        Some(_) => item.drop_value("reprompt", "The meaning of this value is not known."),
    }
    let id = members.take_text("id");
    if !id.is_empty() {
        files.add(&mut item, id.expose());
        item.count_dropped("id", NEW_IDS);
    }
    for attachment in members.take_list("attachments") {
        if !attachment.is_blank() && !files.are_exported() {
            item.drop_value("attachments", "The export does not contain this file: save it from Bitwarden.");
        }
    }
    for (name, reason) in BOOKKEEPING {
        if !members.take(name).is_blank() {
            item.count_dropped(name, reason);
        }
    }
    item.unknown_members("", members);
    item.finish()
}

/// Reads folder and collections: the folder or the first collection becomes the folder, the others become tags.
fn folder_and_tags(item: &mut ItemBuilder<'_, '_>, members: &mut Object, groups: &Groups) {
    let unknown = "The file does not say which folder this is.";
    let mut has_folder = false;
    let folder = members.take_text("folderId");
    if !folder.is_empty() {
        match groups.folders.get(folder.expose()) {
            Some(name) => {
                item.folder("folderId", name);
                has_folder = true;
            }
            None => item.drop_value("folderId", unknown),
        }
    }
    for collection in members.take_list("collectionIds") {
        let id = collection.into_text();
        if id.is_empty() {
            continue;
        }
        match groups.collections.get(id.expose()) {
            Some(name) if has_folder => item.tag("collectionIds", name),
            Some(name) => {
                item.folder("collectionIds", name);
                has_folder = true;
            }
            None => item.drop_value("collectionIds", unknown),
        }
    }
}

fn dates(item: &mut ItemBuilder<'_, '_>, members: &mut Object) {
    let created = item.read_date("creationDate", members.take_text("creationDate"), date::from_iso);
    let revised = item.read_date("revisionDate", members.take_text("revisionDate"), date::from_iso);
    item.dates(created, revised);
    if let Some(at) = item.read_date("deletedDate", members.take_text("deletedDate"), date::from_iso) {
        item.trash(at);
    }
    if item.read_date("archivedDate", members.take_text("archivedDate"), date::from_iso).is_some() {
        item.archive();
        item.count_lost("archivedDate", "Coffer marks an item as archived and does not record the day.");
    }
}

fn earlier_passwords(item: &mut ItemBuilder<'_, '_>, entries: Vec<Json>) {
    let mut past = Vec::new();
    for (at, entry) in entries.into_iter().enumerate() {
        let path = format!("passwordHistory[{at}]");
        let mut entry = match entry {
            Json::Object(entry) => entry,
            other => {
                item.unknown_value(&path, other);
                continue;
            }
        };
        let value = entry.take_text("password");
        let used = entry.take_text("lastUsedDate");
        let replaced_at = item.read_date(&format!("{path}.lastUsedDate"), used, date::from_iso);
        if !value.is_empty() {
            past.push(PastValue { value, replaced_at: replaced_at.unwrap_or(Timestamp::UNKNOWN) });
        }
        item.unknown_members(&path, entry);
    }
    item.password_history("passwordHistory", past);
}

fn custom_fields(item: &mut ItemBuilder<'_, '_>, fields: Vec<Json>) {
    for (at, field) in fields.into_iter().enumerate() {
        let path = format!("fields[{at}]");
        match field {
            Json::Object(field) => custom_field(item, &path, field),
            other => item.unknown_value(&path, other),
        }
    }
}

fn custom_field(item: &mut ItemBuilder<'_, '_>, path: &str, mut field: Object) {
    let name = field.take_text("name");
    let label = name.expose();
    let kind = field.take_number("type");
    let linked = field.take_number("linkedId");
    let value = field.take_text("value");
    match (kind, linked) {
        (None | Some(..=3), None) if value.is_empty() && label.is_empty() => {}
        // A name without a value is kept, whatever the kind of the field.
        (Some(0), None) => item.custom(path, label, FieldKind::Text, value),
        (Some(1), None) => item.custom(path, label, FieldKind::Concealed, value),
        (_, None) if value.is_empty() => item.custom(path, label, FieldKind::Text, value),
        (Some(2), None) if matches!(value.expose(), "true" | "false") => {
            item.custom(path, label, FieldKind::Switch, value);
        }
        (Some(2), None) => {
            let reason = "This is neither yes nor no; it is kept as text.";
            item.keep_as(path, label, FieldKind::Text, value, reason);
        }
        (_, Some(linked)) => {
            let reason = "A link to another field is kept as the name of that field.";
            let target = SecretText::new(types::linked_field(linked));
            item.keep_as(path, label, FieldKind::Text, target, reason);
            item.keep_as(&format!("{path}.value"), label, FieldKind::Concealed, value, reason);
        }
        (_, None) => {
            let reason = "A field of this kind is not known; it is kept as a concealed one.";
            item.keep_as(path, label, FieldKind::Concealed, value, reason);
        }
    }
    item.unknown_members(path, field);
}
