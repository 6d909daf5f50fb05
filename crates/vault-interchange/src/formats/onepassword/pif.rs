//! 1PIF: a JSON object on each line, with lines `***<id>***` between. Folders are items.

use std::collections::HashMap;

use serde_json::value::RawValue;
use vault_engine::item::SecretText;

use super::{
    files::Files,
    item::{self, Source},
};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Secret},
    importer::{Importer, Reader},
    limits,
    options::Options,
    report::ParsedFile,
    syntax::{
        date,
        json::{self, Json, Object},
        raw,
    },
};

const FOLDER: &str = "system.folder.Regular";
/// Folders of searches.
const SEARCH: &str = "system.folder.SavedSearch";

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "onepassword_1pif",
        name: "1Password 1PIF",
        program: &super::PROGRAM,
        extensions: &["1pif"],
        secret: Secret::Nothing,
    },
    reader: Reader::Text { recognises, read },
};

/// A list of the folders: title and the folder around it, by id.
type Folders = HashMap<String, (String, String)>;

/// Whether the first line is an item.
fn recognises(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("***"));
    first.is_some_and(|line| line.starts_with('{') && line.contains("\"typeName\""))
        && text.lines().any(|line| line.trim().starts_with("***"))
}

fn read(text: &str, _: &Options, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    json::check_depth(text)?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("***"));
    let mut folders = Folders::new();
    for line in lines.clone().filter(|line| line.contains(FOLDER)) {
        let Some(mut folder) = object(line) else { continue };
        if folder.take_text("typeName").expose() == FOLDER {
            let text = |text: SecretText| text.expose().to_owned();
            let title = text(folder.take_text("title")).replace('/', " ");
            let about = (title, text(folder.take_text("folderUuid")));
            folders.insert(text(folder.take_text("uuid")), about);
        }
    }
    for id in folders.keys() {
        import.add_folder(&path(&folders, id));
    }
    for (position, line) in (1..).zip(lines) {
        let over = usize::try_from(position).map_or(true, |count| count > limits::ITEMS);
        if over {
            return Err(ImportError::TooManyItems);
        }
        match object(line) {
            Some(members) => read_item(&mut import, position, members, &folders)?,
            None => import.skip_row(position, "This is not an item, or it contains invalid characters."),
        }
    }
    Ok(import.finish())
}

fn object(line: &str) -> Option<Object> {
    let (_, whole) = json::with_whole_characters(line);
    let line = whole.as_deref().map_or(line, String::as_str);
    serde_json::from_str::<&RawValue>(line).ok().and_then(raw::object)
}

/// Returns the path of a folder; one that is within itself ends there.
fn path(folders: &Folders, id: &str) -> String {
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
    mut members: Object,
    folders: &Folders,
) -> Result<(), ImportError> {
    let category = members.take_text("typeName");
    if category.expose() == FOLDER {
        return Ok(());
    }
    if category.expose() == SEARCH {
        import.count_dropped("SavedSearch", "A folder that 1Password fills by a search.");
        return Ok(());
    }
    let mut open = members.take_object("openContents").unwrap_or_default();
    let seconds = |value: Json| value.as_i64().and_then(date::from_seconds);
    let mut overview = Object::default();
    overview.put("title", members.take("title"));
    overview.put("tags", open.take("tags"));
    overview.put("url", members.take("location"));
    for name in ["keyID", "locationKey", "securityLevel", "txTimestamp", "contentsHash", "uuid"] {
        if !members.take(name).is_blank() {
            import.count_dropped("uuid", "Coffer gives folders and items ids of their own.");
        }
    }
    for name in ["autosubmit", "usernameHash", "scope", "passwordStrength", "securityLevel"] {
        if !open.take(name).is_blank() {
            import.count_dropped("openContents", "This has a meaning in 1Password only.");
        }
    }
    let favourite = open.take("faveIndex").as_i64().is_some();
    let folder = members.take_text("folderUuid");
    members.put("openContents", Json::Object(open));
    let source = Source {
        category: category.expose().to_owned(),
        overview,
        details: members.take_object("secureContents").unwrap_or_default(),
        folder: path(folders, folder.expose()),
        created: seconds(members.take("createdAt")),
        updated: seconds(members.take("updatedAt")),
        favourite,
        trashed: members.take_bool("trashed") == Some(true),
        rest: members,
        ..Source::default()
    };
    item::read(import, position, source, &mut Files::Missing)
}
