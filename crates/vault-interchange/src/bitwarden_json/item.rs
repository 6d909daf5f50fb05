//! What all items have in common.

use vault_engine::clock::Timestamp;
use vault_engine::item::{FieldKind, PastValue, SecretText, host};

use super::{Groups, kinds};
use crate::{
    ImportError, date,
    draft::Draft,
    gather::Gather,
    json::{Json, Object},
};

const OWN_NAMES: &str = "Coffer gives folders and items ids of their own.";
const ELSEWHERE: &str = "This only has a meaning inside the account or organisation it came from.";

/// Members that describe the other program's storage, each with the reason why it is not kept.
const BOOKKEEPING: [(&str, &str); 9] = [
    ("id", OWN_NAMES),
    ("object", OWN_NAMES),
    ("organizationId", ELSEWHERE),
    ("key", ELSEWHERE),
    ("edit", ELSEWHERE),
    ("viewPassword", ELSEWHERE),
    ("organizationUseTotp", ELSEWHERE),
    ("permissions", ELSEWHERE),
    ("localData", ELSEWHERE),
];

/// Reads an item.
pub(super) fn read(
    gather: &mut Gather<'_>,
    position: u32,
    mut members: Object,
    groups: &Groups,
) -> Result<(), ImportError> {
    let type_number = members.take_number("type");
    let mut draft = Draft::new(gather, position, kinds::item_type(type_number));
    draft.title("name", members.take_text("name"));
    let mut login = members.take_object("login");
    let uris = login.as_mut().map(|login| login.take_list("uris")).unwrap_or_default();
    let uris = kinds::addresses(uris);
    draft.title_if_none(&uris.first().and_then(|uri| host(uri.text.expose())).unwrap_or_default());
    if !matches!(type_number, Some(1..=5)) {
        let number = SecretText::new(type_number.map(|number| number.to_string()).unwrap_or_default());
        let reason = "An item of this type is not known; it is kept as a note with custom fields.";
        draft.keep("type", FieldKind::Text, number, reason);
    }

    if let Some(login) = login {
        kinds::login(&mut draft, login, uris);
    }
    let parts: [(&str, kinds::Reader); 4] = [
        ("secureNote", kinds::secure_note),
        ("card", kinds::card),
        ("identity", kinds::identity),
        ("sshKey", kinds::ssh_key),
    ];
    for (name, read) in parts {
        if let Some(part) = members.take_object(name) {
            read(&mut draft, part);
        }
    }
    draft.notes("notes", members.take_text("notes"));
    custom_fields(&mut draft, members.take_list("fields"));
    earlier_passwords(&mut draft, members.take_list("passwordHistory"));
    place(&mut draft, &mut members, groups);
    dates(&mut draft, &mut members);

    if members.take_flag("favorite") == Some(true) {
        draft.favourite();
    }
    match members.take_number("reprompt") {
        None | Some(0) => {}
        Some(1) => draft.reprompt(),
        Some(_) => draft.lose("reprompt", "It is not known what is to be asked for."),
    }
    for attachment in members.take_list("attachments") {
        if !attachment.is_blank() {
            draft.lose(
                "attachments",
                "The export does not hold the content of this file: save it from the other program.",
            );
        }
    }
    for (name, reason) in BOOKKEEPING {
        if !members.take(name).is_blank() {
            draft.tally(name, reason);
        }
    }
    draft.rest("", members);
    draft.finish()
}

/// Reads folder and collections: the folder or first collection is where the item lies, the others become tags.
fn place(draft: &mut Draft<'_, '_>, members: &mut Object, groups: &Groups) {
    let unknown = "The file does not say which folder this is.";
    let mut placed = false;
    let folder = members.take_text("folderId");
    if !folder.is_empty() {
        match groups.folders.get(folder.expose()) {
            Some(name) => {
                draft.folder("folderId", name);
                placed = true;
            }
            None => draft.lose("folderId", unknown),
        }
    }
    for collection in members.take_list("collectionIds") {
        let id = collection.into_text();
        if id.is_empty() {
            continue;
        }
        match groups.collections.get(id.expose()) {
            Some(name) if placed => draft.tag("collectionIds", name),
            Some(name) => {
                draft.folder("collectionIds", name);
                placed = true;
            }
            None => draft.lose("collectionIds", unknown),
        }
    }
}

fn dates(draft: &mut Draft<'_, '_>, members: &mut Object) {
    let created = draft.date("creationDate", members.take_text("creationDate"), date::from_iso);
    let revised = draft.date("revisionDate", members.take_text("revisionDate"), date::from_iso);
    draft.dates(created, revised);
    if let Some(at) = draft.date("deletedDate", members.take_text("deletedDate"), date::from_iso) {
        draft.trash(at);
    }
    if draft.date("archivedDate", members.take_text("archivedDate"), date::from_iso).is_some() {
        draft.archive();
        draft.tally("archivedDate", "Coffer marks an item as archived and does not record the day.");
    }
}

fn earlier_passwords(draft: &mut Draft<'_, '_>, entries: Vec<Json>) {
    let mut past = Vec::new();
    for (at, entry) in entries.into_iter().enumerate() {
        let path = format!("passwordHistory[{at}]");
        let mut entry = match entry {
            Json::Object(entry) => entry,
            other => {
                draft.leftover(&path, other);
                continue;
            }
        };
        let value = entry.take_text("password");
        let used = entry.take_text("lastUsedDate");
        let replaced_at = draft.date(&format!("{path}.lastUsedDate"), used, date::from_iso);
        if !value.is_empty() {
            past.push(PastValue { value, replaced_at: replaced_at.unwrap_or(Timestamp(0)) });
        }
        draft.rest(&path, entry);
    }
    draft.earlier_passwords("passwordHistory", past);
}

fn custom_fields(draft: &mut Draft<'_, '_>, fields: Vec<Json>) {
    for (at, field) in fields.into_iter().enumerate() {
        let path = format!("fields[{at}]");
        match field {
            Json::Object(field) => custom_field(draft, &path, field),
            other => draft.leftover(&path, other),
        }
    }
}

fn custom_field(draft: &mut Draft<'_, '_>, path: &str, mut field: Object) {
    let name = field.take_text("name");
    let label = name.expose();
    let kind = field.take_number("type");
    let linked = field.take_number("linkedId");
    let value = field.take_text("value");
    match (kind, linked) {
        (None | Some(..=3), None) if value.is_empty() && label.is_empty() => {}
        // A name alone says something too, whatever kind of value it was for.
        (Some(0), None) => draft.custom(path, label, FieldKind::Text, value),
        (Some(1), None) => draft.custom(path, label, FieldKind::Concealed, value),
        (_, None) if value.is_empty() => draft.custom(path, label, FieldKind::Text, value),
        (Some(2), None) if matches!(value.expose(), "true" | "false") => {
            draft.custom(path, label, FieldKind::Switch, value);
        }
        (Some(2), None) => {
            let reason = "This is neither yes nor no; it is kept as text.";
            draft.keep_as(path, label, FieldKind::Text, value, reason);
        }
        (_, Some(linked)) => {
            let reason = "A link to another field is kept as the name of that field.";
            let target = SecretText::new(kinds::linked_field(linked));
            draft.keep_as(path, label, FieldKind::Text, target, reason);
            draft.keep_as(&format!("{path}.value"), label, FieldKind::Concealed, value, reason);
        }
        (_, None) => {
            let reason = "A field of this kind is not known; it is kept as a concealed one.";
            draft.keep_as(path, label, FieldKind::Concealed, value, reason);
        }
    }
    draft.rest(path, field);
}
