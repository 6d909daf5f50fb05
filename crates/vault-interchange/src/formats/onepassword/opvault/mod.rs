//! OPVault, the vault of versions 4 to 7: a folder, or an archive of one, with `<profile>/profile.js`, `folders.js`, `band_0.js` to
//! `band_F.js` and `<item>_<id>.attachment`. The scripts are JSON in a call.

mod crypto;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use serde_json::value::RawValue;

use self::crypto::{Keys, VaultKeys};
use super::{
    files::Files,
    item::{self, Source},
};
use crate::{
    builder::ImportBuilder,
    content::ParsedFileContent,
    error::ImportError,
    format::{Format, Secret},
    importer::{Importer, Reader},
    options::Options,
    report::{Outcome, ParsedFile},
    sealed::zip::{self, Archive},
    syntax::{
        date,
        json::{Json, Object},
        raw::{self, Members, Shape},
    },
};

const PROFILE: &str = "profile.js";
/// The category of items that were deleted permanently.
const TOMBSTONE: &str = "099";
const DAMAGED: ImportError = ImportError::Damaged;

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "onepassword_opvault",
        name: "1Password OPVault",
        program: &super::PROGRAM,
        extensions: &["opvault", "zip"],
        secret: Secret::Password,
    },
    reader: Reader::Container { recognises, read },
};

fn recognises(bytes: &[u8]) -> bool {
    zip::is_zip(bytes) && Archive::read(bytes).is_ok_and(|archive| folder(&archive).is_some())
}

/// Returns the path of the first profile with a band beside it, with a slash at the end.
fn folder(archive: &Archive<'_>) -> Option<String> {
    let mut profiles = archive.names().filter_map(|name| name.strip_suffix(PROFILE));
    let has_band = |path: &str| archive.names().any(|name| band(name, path));
    profiles.find(|path| (path.is_empty() || path.ends_with('/')) && has_band(path)).map(str::to_owned)
}

/// Whether a member is a band of the profile at a path.
fn band(name: &str, path: &str) -> bool {
    name.strip_prefix(path).is_some_and(|name| name.starts_with("band_") && name.ends_with(".js"))
}

/// Returns the object in a script, such as `ld({…});` or `var profile={…};`.
fn script(text: &str) -> Result<Members<'_>, ImportError> {
    let (from, to) = (text.find('{').ok_or(DAMAGED)?, text.rfind('}').ok_or(DAMAGED)?);
    match raw::shape(text.get(from..=to).ok_or(DAMAGED)?)? {
        Shape::Object(members) => Ok(members),
        _ => Err(DAMAGED),
    }
}

fn read(bytes: &[u8], options: &Options, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let archive = Archive::read(bytes)?;
    let path = folder(&archive).ok_or(DAMAGED)?;
    let profile = import.inner_json(&archive.open(&format!("{path}{PROFILE}"))?)?;
    let keys = VaultKeys::open(&script(&profile)?, options)?;
    let folders = read_folders(&archive, &path, &keys, &mut import)?;
    let mut bands: Vec<String> =
        archive.names().filter(|name| band(name, &path)).map(str::to_owned).collect();
    bands.sort();
    let sealed = attachments(&archive, &path);
    let (mut position, mut files) = (0, Files::Decrypted(BTreeMap::new()));
    for name in bands {
        let band = import.inner_json(&archive.open(&name)?)?;
        for (id, raw) in script(&band)?.into_all() {
            position += 1;
            let Some(members) = import.object(position, raw) else { continue };
            let here = sealed.get(id.as_str()).map(Vec::as_slice).unwrap_or_default();
            match open_item(members, &keys, &folders) {
                Opened::Tombstone => {
                    import.count_dropped("tombstone", "An item that was permanently deleted has no content.");
                }
                Opened::Damaged => import.skip_row(position, "The item is damaged."),
                Opened::Item(source, item_keys) => {
                    if let Files::Decrypted(known) = &mut files {
                        let open = here.iter().filter_map(|name| {
                            let file = attachment(&archive, name, &keys, &item_keys);
                            if file.is_err() {
                                let reason = "This file of an item is damaged and is not kept.";
                                import.remark(position, "", "attachment", Outcome::NotKept, reason);
                            }
                            file.ok()
                        });
                        known.insert(id.clone(), open.collect());
                    }
                    item::read(&mut import, position, *source, &mut files)?;
                }
            }
        }
    }
    files.remark_on_rest(&mut import, &[]);
    Ok(import.finish())
}

/// Reads the names of the folders, by id.
fn read_folders(
    archive: &Archive<'_>,
    path: &str,
    keys: &VaultKeys,
    import: &mut ImportBuilder<'_>,
) -> Result<HashMap<String, String>, ImportError> {
    let name = format!("{path}folders.js");
    if !archive.has(&name) {
        return Ok(HashMap::new());
    }
    let text = import.inner_json(&archive.open(&name)?)?;
    let mut folders = HashMap::new();
    for (id, raw) in script(&text)?.into_all() {
        let Some(mut folder) = raw::object(raw) else { continue };
        let overview = keys.overview.open_text(folder.take_text("overview").expose());
        if let Some(mut overview) = overview.ok().as_deref().and_then(|text| object(text)) {
            let title = overview.take_text("title").expose().replace('/', " ");
            import.add_folder(&title);
            folders.insert(id, title);
        }
    }
    Ok(folders)
}

fn object(bytes: &[u8]) -> Option<Object> {
    serde_json::from_slice::<&RawValue>(bytes).ok().and_then(raw::object)
}

/// An entry of a band.
enum Opened {
    Item(Box<Source>, Keys),
    Tombstone,
    Damaged,
}

fn open_item(mut members: Object, keys: &VaultKeys, folders: &HashMap<String, String>) -> Opened {
    let category = members.take_text("category");
    if category.expose() == TOMBSTONE {
        return Opened::Tombstone;
    }
    let seconds = |value: Json| value.as_i64().and_then(date::from_seconds);
    let item_keys = keys.open_item_keys(members.take_text("k").expose());
    let overview = keys.overview.open_text(members.take_text("o").expose());
    let (Ok(item_keys), Ok(overview)) = (item_keys, overview) else { return Opened::Damaged };
    let details = item_keys.open_text(members.take_text("d").expose());
    let (Some(overview), Some(details)) =
        (object(&overview), details.ok().and_then(|details| object(&details)))
    else {
        return Opened::Damaged;
    };
    for bookkeeping in ["tx", "hmac"] {
        let _ = members.take(bookkeeping);
    }
    let source = Source {
        category: category.expose().to_owned(),
        id: members.take_text("uuid").expose().to_owned(),
        overview,
        details,
        folder: folders.get(members.take_text("folder").expose()).cloned().unwrap_or_default(),
        created: seconds(members.take("created")),
        updated: seconds(members.take("updated")),
        favourite: members.take("fave").as_i64().is_some(),
        archived: false,
        trashed: members.take_bool("trashed") == Some(true),
        rest: members,
    };
    Opened::Item(Box::new(source), item_keys)
}

/// Lists the attached files by the id of their item: `<item>_<id>.attachment`.
fn attachments(archive: &Archive<'_>, path: &str) -> HashMap<String, Vec<String>> {
    let mut files: HashMap<String, Vec<String>> = HashMap::new();
    for name in archive.names() {
        let file = name.strip_prefix(path).and_then(|name| name.strip_suffix(".attachment"));
        if let Some((item, _)) = file.and_then(|name| name.split_once('_')) {
            files.entry(item.to_owned()).or_default().push(name.to_owned());
        }
    }
    files
}

/// Decrypts an attached file: a header with the lengths of what follows, metadata in JSON, a picture, the content.
fn attachment(
    archive: &Archive<'_>,
    name: &str,
    keys: &VaultKeys,
    item_keys: &Keys,
) -> Result<ParsedFileContent, ImportError> {
    const HEADER: usize = 16;
    let bytes = archive.open(name)?;
    let header = bytes.get(..HEADER).filter(|header| header.starts_with(b"OPCLDAT")).ok_or(DAMAGED)?;
    let number = |from, to| {
        let number = header.get(from..to).unwrap_or_default().iter().rev();
        number.fold(0_usize, |number, byte| number << 8 | usize::from(*byte))
    };
    let metadata = HEADER..HEADER + number(8, 10);
    let content = metadata.end + number(12, 16);
    let mut metadata = bytes.get(metadata).and_then(object).ok_or(DAMAGED)?;
    let overview = keys.overview.open_text(metadata.take_text("overview").expose())?;
    let file_name = object(&overview).map(|mut overview| overview.take_text("filename"));
    let file_name = file_name.filter(|name| !name.is_empty());
    let plain = item_keys.open(bytes.get(content..).ok_or(DAMAGED)?)?;
    let length = plain.len();
    let shared = Arc::new(plain);
    let file_name = file_name.map_or_else(|| "attachment".to_owned(), |name| name.expose().to_owned());
    ParsedFileContent::part(file_name, &shared, 0..length).ok_or(DAMAGED)
}
