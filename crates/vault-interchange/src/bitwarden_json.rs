//! Bitwarden's JSON export, of a person (`folders`) or an organisation (`collections`).
//!
//! `{encrypted, folders|collections: [{id, name}], items: [{type, name, notes, favorite, reprompt, folderId, collectionIds,
//! fields, passwordHistory, creationDate, revisionDate, deletedDate, archivedDate, login|secureNote|card|identity|sshKey}]}`.

mod export;
mod item;
mod kinds;
mod passkey;

use std::collections::HashMap;

use rand_core::Rng;
use serde_json::value::RawValue;
use vault_engine::clock::Timestamp;

use crate::{
    Format, ImportError, Outcome, Parsed,
    gather::Gather,
    json::{self, Json, Object},
    limits,
};
use export::Export;

/// Whether a JSON text is an export of this format; an error if it is one that cannot be opened.
pub(crate) fn recognises(text: &str) -> Result<bool, ImportError> {
    json::check_depth(text)?;
    let Some(export) = Export::read(text)? else { return Ok(false) };
    export.check_readable()?;
    let first_is_item = export.items.first().is_some_and(|item| is_item(item));
    let no_items = export.has_items && export.items.is_empty();
    let has_groups = ["folders", "collections"].iter().any(|name| export.part(name).is_some());
    Ok(first_is_item || (export.has_items && export.part("encrypted").is_some()) || (no_items && has_groups))
}

fn is_item(raw: &RawValue) -> bool {
    if raw.get().len() > limits::ITEM_BYTES {
        return false;
    }
    object(raw).is_some_and(|mut item| {
        item.take_number("type").is_some() && matches!(item.take("name"), Json::Text(_))
    })
}

/// Reads a file.
pub(crate) fn parse(text: &str, now: Timestamp, rng: &mut dyn Rng) -> Result<Parsed, ImportError> {
    json::check_depth(text)?;
    let export = Export::read(text)?.ok_or(ImportError::UnknownFormat { looks_like: None })?;
    export.check_readable()?;
    if !export.has_items {
        return Err(ImportError::UnknownFormat { looks_like: None });
    }
    let mut gather = Gather::new(now, rng);
    let groups = Groups { folders: names(&export, "folders")?, collections: names(&export, "collections")? };
    for name in groups.folders.values().chain(groups.collections.values()) {
        if let Some(path) = crate::folder::path(name) {
            gather.folder(&path);
        }
    }
    for (position, raw) in (1..).zip(&export.items) {
        if raw.get().len() > limits::ITEM_BYTES {
            gather.skip(position, "The item is larger than any that an export has.");
        } else if let Some(members) = object(raw) {
            item::read(&mut gather, position, members, &groups)?;
        } else {
            gather.skip(position, "This is not an item, or it holds characters that no text has.");
        }
    }
    remark_on_rest(&export, &mut gather);
    Ok(gather.finish(Format::BitwardenJson))
}

/// The folders and collections of an export: id to name.
struct Groups {
    folders: HashMap<String, String>,
    collections: HashMap<String, String>,
}

fn object(raw: &RawValue) -> Option<Object> {
    match serde_json::from_str(raw.get()) {
        Ok(Json::Object(object)) => Some(object),
        _ => None,
    }
}

fn group_list(export: &Export<'_>, part: &str) -> Result<Vec<Json>, ImportError> {
    let Some(raw) = export.part(part) else { return Ok(Vec::new()) };
    if raw.get().len() > limits::FOLDER_LIST_BYTES {
        return Err(ImportError::TooManyValues);
    }
    match serde_json::from_str(raw.get()) {
        Ok(Json::List(groups)) => Ok(groups),
        Ok(Json::Null) => Ok(Vec::new()),
        _ => Err(ImportError::Malformed { line: 1, column: 0 }),
    }
}

fn names(export: &Export<'_>, part: &str) -> Result<HashMap<String, String>, ImportError> {
    let mut names = HashMap::new();
    for group in group_list(export, part)? {
        if let Json::Object(mut group) = group {
            let id = group.take_text("id");
            names.insert(id.expose().to_owned(), group.take_text("name").expose().to_owned());
        }
    }
    Ok(names)
}

/// Remarks on the parts of the file, and of its folders, that no importer knows.
fn remark_on_rest(export: &Export<'_>, gather: &mut Gather<'_>) {
    let unknown = "This part of the file is not known and is not kept.";
    for (key, raw) in &export.parts {
        let known = match key.as_str() {
            "encrypted" | "passwordProtected" => matches!(raw.get(), "false" | "null"),
            "folders" | "collections" => export.part(key).is_some_and(|first| std::ptr::eq(first, *raw)),
            _ => !export::says_something(raw),
        };
        if !known {
            gather.note(0, "", key, Outcome::NotKept, unknown);
        }
    }
    for part in ["folders", "collections"] {
        for (at, group) in group_list(export, part).unwrap_or_default().into_iter().enumerate() {
            let Json::Object(mut group) = group else {
                if !group.is_blank() {
                    gather.note(0, "", &format!("{part}[{at}]"), Outcome::NotKept, "This is not a folder.");
                }
                continue;
            };
            if !group.take_text("id").is_empty() {
                gather.tally("id", "Coffer gives folders and items ids of their own.");
            }
            let name = group.take_text("name");
            for bookkeeping in ["organizationId", "externalId"] {
                if !group.take_text(bookkeeping).is_empty() {
                    gather.tally(
                        "organizationId",
                        "This only has a meaning inside the organisation it came from.",
                    );
                }
            }
            for (key, _) in group.into_rest() {
                gather.note(0, name.expose(), &format!("{part}[{at}].{key}"), Outcome::NotKept, unknown);
            }
        }
    }
}
