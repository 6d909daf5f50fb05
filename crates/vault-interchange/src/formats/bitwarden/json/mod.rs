//! Bitwarden's JSON export, of a person (`folders`) or an organisation (`collections`).
//!
//! `{encrypted, folders|collections: [{id, name}], items: [{type, name, notes, favorite, reprompt, folderId, collectionIds,
//! fields, passwordHistory, creationDate, revisionDate, deletedDate, archivedDate, login|secureNote|card|identity|sshKey|
//! bankAccount|driversLicense|passport}]}`.

mod export;
mod files;
mod groups;
mod item;
mod passkey;
mod sealed;
mod types;

use serde_json::value::RawValue;

use crate::{
    builder::ImportBuilder,
    error::{FileKind, ImportError},
    format::{Format, Secret},
    importer::{Importer, Reader},
    limits,
    options::Options,
    report::{Outcome, ParsedFile},
    syntax::json::{self, Json, Object},
};
use export::Export;
pub(super) use files::Files;
use groups::Groups;

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "bitwarden_json",
        name: "Bitwarden JSON",
        program: &super::PROGRAM,
        extensions: &["json"],
        secret: Secret::Password,
    },
    reader: Reader::Json { recognises, read },
};

fn recognises(text: &str) -> Result<bool, ImportError> {
    let Some(export) = Export::read(text)? else { return Ok(false) };
    if sealed::is_protected(&export) {
        return Ok(true);
    }
    export.check_unencrypted()?;
    let has_groups = groups::MEMBERS.iter().any(|name| export.member(name).is_some());
    Ok(if export.items.is_empty() {
        export.has_items && has_groups && export.member("encrypted").is_some()
    } else {
        export.items.iter().any(|item| is_item(item))
    })
}

fn is_item(raw: &RawValue) -> bool {
    if raw.get().len() > limits::ITEM_BYTES {
        return false;
    }
    object(raw).is_some_and(|mut item| {
        item.take_number("type").is_some() && matches!(item.take("name"), Json::Text(_))
    })
}

fn read(text: &str, options: &Options, import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    read_with_files(text, options, Files::default(), import)
}

/// Reads an export that may have the files of its items beside it.
pub(super) fn read_with_files(
    text: &str,
    options: &Options,
    files: Files<'_>,
    import: ImportBuilder<'_>,
) -> Result<ParsedFile, ImportError> {
    let export = Export::read(text)?.ok_or(ImportError::UnknownFormat { looks_like: None })?;
    if !sealed::is_protected(&export) {
        return read_plain(&export, files, import);
    }
    let text = sealed::open(&export, options)?;
    json::check_depth(&text)?;
    let whole = json::with_whole_characters(&text).1;
    let text = whole.as_deref().unwrap_or(&text);
    let export = Export::read(text)?.ok_or(ImportError::Damaged)?;
    read_plain(&export, files, import)
}

fn read_plain(
    export: &Export<'_>,
    mut files: Files<'_>,
    mut import: ImportBuilder<'_>,
) -> Result<ParsedFile, ImportError> {
    export.check_unencrypted()?;
    if !export.has_items {
        return Err(ImportError::UnknownFormat { looks_like: None });
    }
    let groups = Groups::read(export)?;
    groups.add_folders(&mut import);
    for (position, raw) in (1..).zip(&export.items) {
        if raw.get().len() > limits::ITEM_BYTES {
            import.skip_row(position, "The item is larger than any that an export has.");
        } else if let Some(members) = object(raw) {
            item::read(&mut import, position, members, &groups, &mut files)?;
        } else {
            import.skip_row(position, "This is not an item, or it contains invalid characters.");
        }
    }
    if import.has_no_items() && !export.items.is_empty() {
        return Err(ImportError::UnknownFormat { looks_like: Some(FileKind::OtherJson) });
    }
    remark_on_unknown_members(export, &mut import);
    groups::remark_on_unknown_members(export, &mut import);
    files.remark_on_rest(&mut import);
    Ok(import.finish())
}

fn object(raw: &RawValue) -> Option<Object> {
    match serde_json::from_str(raw.get()) {
        Ok(Json::Object(object)) => Some(object),
        _ => None,
    }
}

fn remark_on_unknown_members(export: &Export<'_>, import: &mut ImportBuilder<'_>) {
    for (key, raw) in &export.members {
        let known = match key.as_str() {
            "encrypted" | "passwordProtected" => matches!(raw.get(), "false" | "null"),
            // Of a repeated list only the first is read.
            "folders" | "collections" => export.member(key).is_some_and(|first| std::ptr::eq(first, *raw)),
            _ => export::is_blank(raw),
        };
        if !known {
            import.remark(0, "", key, Outcome::NotKept, export::UNKNOWN_MEMBER);
        }
    }
}
