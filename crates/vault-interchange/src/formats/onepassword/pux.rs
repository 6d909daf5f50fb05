//! 1PUX: an archive of `export.attributes`, `export.data` and `files/<id>__<name>`. `export.data` is also read on its own:
//! `{accounts: [{attrs, vaults: [{attrs, items: [{uuid, favIndex, createdAt, updatedAt, state, categoryUuid, overview,
//! details}]}]}]}`.

use serde_json::value::RawValue;

use super::{
    files::Files,
    item::{self, Source},
};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Secret},
    importer::{Importer, Reader},
    options::Options,
    report::ParsedFile,
    sealed::zip::{self, Archive},
    syntax::{
        date,
        json::{Json, Object},
        raw::{self, Members, Shape},
    },
};

const DATA_FILE: &str = "export.data";

/// Registration of the archive.
pub(in crate::formats) const ARCHIVE: Importer = Importer {
    format: Format {
        id: "onepassword_1pux",
        name: "1Password 1PUX",
        program: &super::PROGRAM,
        extensions: &["1pux", "zip"],
        secret: Secret::Nothing,
    },
    reader: Reader::Container {
        recognises: |bytes| {
            zip::is_zip(bytes) && Archive::read(bytes).is_ok_and(|archive| archive.has(DATA_FILE))
        },
        read: read_archive,
    },
};

/// Registration of the data without its archive.
pub(in crate::formats) const DATA: Importer = Importer {
    format: Format {
        id: "onepassword_json",
        name: "1Password JSON",
        program: &super::PROGRAM,
        extensions: &["data", "json"],
        secret: Secret::Nothing,
    },
    reader: Reader::Json { recognises, read: |text, _, import| read(text, Files::Missing, import) },
};

fn recognises(text: &str) -> Result<bool, ImportError> {
    let Shape::Object(mut members) = raw::shape(text)? else { return Ok(false) };
    for account in members.take_list("accounts")? {
        for vault in raw::members(account)?.take_list("vaults")? {
            if raw::members(vault)?.has(&["attrs", "items"]) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn read_archive(bytes: &[u8], _: &Options, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let archive = Archive::read(bytes)?;
    let text = import.inner_json(&archive.open(DATA_FILE)?)?;
    read(&text, Files::of(&archive), import)
}

fn read(text: &str, mut files: Files<'_>, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let Shape::Object(mut members) = raw::shape(text)? else { return Err(ImportError::Damaged) };
    let accounts = members.take_list("accounts")?;
    let several = accounts.len() > 1;
    let (mut position, mut pictures) = (0, Vec::new());
    for account in accounts {
        let mut account = raw::members(account)?;
        let mut attributes = attributes(&mut account, &mut import);
        pictures.push(attributes.take_text("avatar").expose().to_owned());
        let name = attributes.take_text("accountName").expose().replace('/', " ");
        for vault in account.take_list("vaults")? {
            let mut vault = raw::members(vault)?;
            let mut attributes = self::attributes(&mut vault, &mut import);
            pictures.push(attributes.take_text("avatar").expose().to_owned());
            let folder = attributes.take_text("name").expose().replace('/', " ");
            let folder = if several { format!("{name}/{folder}") } else { folder };
            for item in vault.take_list("items")? {
                position += 1;
                read_item(&mut import, position, item, &folder, &mut files)?;
            }
            remark_on_rest(vault, &mut import);
        }
        remark_on_rest(account, &mut import);
    }
    remark_on_rest(members, &mut import);
    files.remark_on_rest(&mut import, &pictures);
    Ok(import.finish())
}

/// Takes the attributes of an account or vault out; only names and pictures are looked at.
fn attributes(part: &mut Members<'_>, import: &mut ImportBuilder<'_>) -> Object {
    import.count_dropped("attrs", "Settings of an account or vault; the name of a vault becomes a folder.");
    part.take("attrs").and_then(raw::object).unwrap_or_default()
}

fn remark_on_rest(part: Members<'_>, import: &mut ImportBuilder<'_>) {
    for (name, _) in part.into_rest() {
        import.unknown_part(&name);
    }
}

fn read_item(
    import: &mut ImportBuilder<'_>,
    position: u32,
    raw: &RawValue,
    folder: &str,
    files: &mut Files<'_>,
) -> Result<(), ImportError> {
    let Some(mut members) = import.object(position, raw) else { return Ok(()) };
    // Old exports put the item into another object.
    if let Some(inner) = members.take_object("item") {
        members = inner;
    }
    let seconds = |value: Json| value.as_i64().and_then(date::from_seconds);
    let state = members.take_text("state");
    let uuid = members.take_text("uuid");
    if !uuid.is_empty() {
        import.count_dropped("uuid", "Coffer gives folders and items ids of their own.");
    }
    let source = Source {
        category: members.take_text("categoryUuid").expose().to_owned(),
        id: uuid.expose().to_owned(),
        overview: members.take_object("overview").unwrap_or_default(),
        details: members.take_object("details").unwrap_or_default(),
        folder: folder.to_owned(),
        created: seconds(members.take("createdAt")),
        updated: seconds(members.take("updatedAt")),
        favourite: members.take("favIndex").as_i64().is_some_and(|index| index != 0),
        archived: state.expose() == "archived",
        trashed: members.take_bool("trashed") == Some(true) || state.expose() == "trashed",
        rest: members,
    };
    item::read(import, position, source, files)
}
