//! Entries as items.

use std::collections::{BTreeMap, BTreeSet};

use vault_engine::item::{Day, FieldKind, ItemType, Role, SecretText, UrlMatch, host};

use super::model::{Attached, Database, Entry, FileValue, Group, Text};
use super::{codes, history, passkey};
use crate::{
    builder::{ImportBuilder, ItemBuilder},
    content::ParsedFileContent,
    error::ImportError,
    limits,
    syntax::{folder, xml::Element},
};

const OF_PROGRAM: &str = "This is a setting or a mark of the other program.";
/// Beginnings of names that other programs give to their own data.
const MARKS: [&str; 3] = ["_LAST_MODIFIED", "KPXC_", "FDO_SECRETS_"];
const MARKS_IN_TEXTS: [&str; 4] =
    ["KPEX_DoNotSuggestForAutoFill", "_LAST_MODIFIED", "BrowserHideEntry", "BrowserSkipAutoSubmit"];

/// Adds all entries.
pub(super) fn add_all(database: Database, import: &mut ImportBuilder<'_>) -> Result<(), ImportError> {
    let Database { groups, entries, files, recycle_bin, bin_unused } = database;
    let places = places(&groups, if bin_unused { "" } else { &recycle_bin });
    for (position, entry) in (1..).zip(entries) {
        let Some(place) = places.get(entry.group) else { continue };
        add(entry, position, place, &files, import)?;
    }
    for place in places {
        if !place.in_bin && !place.path.is_empty() {
            import.add_folder(&place.path);
        }
        if place.has_slash {
            import.count_dropped("Group", "A slash in the name of a folder separates folders in Coffer.");
        }
    }
    Ok(())
}

/// What a group means for its entries.
#[derive(Default)]
struct Place {
    path: String,
    tags: Vec<String>,
    in_bin: bool,
    has_slash: bool,
}

/// The outermost group stands for the file, so it is no folder; neither is the recycle bin.
fn places(groups: &[Group], bin: &str) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::with_capacity(groups.len());
    for group in groups {
        let Some(around) = group.parent.and_then(|parent| places.get(parent)) else {
            places.push(Place { tags: tags(&group.tags).collect(), ..Place::default() });
            continue;
        };
        let is_bin = !bin.is_empty() && group.id == bin;
        let path = match (around.path.as_str(), is_bin) {
            (path, true) => path.to_owned(),
            ("", false) => group.name.clone(),
            (path, false) => format!("{path}/{}", group.name),
        };
        // A path beyond the limit of a folder is of no use; it is cut so that deep groups cost no more.
        let path = path.get(..path.floor_char_boundary(2 * limits::item::FOLDER)).unwrap_or_default();
        let tags = around.tags.iter().cloned().chain(tags(&group.tags)).collect();
        let in_bin = around.in_bin || is_bin;
        let path = folder::path(path).unwrap_or_default();
        places.push(Place { path, tags, in_bin, has_slash: group.name.contains('/') });
    }
    places
}

/// Tags are separated by semicolons or commas.
fn tags(text: &str) -> impl Iterator<Item = String> {
    text.split([';', ',']).map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned)
}

fn add(
    mut entry: Entry,
    position: u32,
    place: &Place,
    files: &BTreeMap<u32, Attached>,
    import: &mut ImportBuilder<'_>,
) -> Result<(), ImportError> {
    let only_in_history = files_of_history(&entry);
    let earlier = history::compare(&mut entry);
    let Entry { group: _, id: _, mut texts, files: attached, tags: own_tags, times, history: _, rest } =
        entry;
    let has = |key: &str| !texts.get(key).trim().is_empty();
    let is_note = has("Notes") && !["UserName", "Password", "URL", "otp"].into_iter().any(has);
    let item_type = if is_note { ItemType::Note } else { ItemType::Login };
    let mut item = ItemBuilder::new(import, position, item_type);
    item.title("Title", texts.take("Title"));
    let (url, username) = (texts.take("URL"), texts.take("UserName"));
    item.default_title(&host(url.expose()).unwrap_or_default());
    item.default_title(username.expose());
    item.built_in("UserName", Role::Username, username);
    item.built_in("Password", Role::Password, texts.take("Password"));
    codes::add(&mut item, &mut texts);
    passkey::add(&mut item, &mut texts, times.created);
    address(&mut item, "URL", url);
    for text in texts.take_all(|key| key.starts_with("KP2A_URL") || is_numbered(key, "URL_")) {
        address(&mut item, &text.key, text.value);
    }
    for text in texts.take_all(|key| key == "AndroidApp" || is_numbered(key, "AndroidApp_")) {
        let app = text.value.expose().trim();
        let app = if app.contains("://") || app.is_empty() {
            app.to_owned()
        } else {
            format!("androidapp://{app}")
        };
        item.url(&text.key, SecretText::new(app));
    }
    item.notes("Notes", texts.take("Notes"));
    for text in texts.0 {
        custom(&mut item, text);
    }
    for tag in place.tags.iter().cloned().chain(tags(&own_tags)) {
        if tag == "Favorite" { item.favourite() } else { item.tag("Tags", &tag) }
    }
    item.folder("Group", &place.path);
    item.dates(times.created, times.modified);
    for (name, text) in times.bad {
        let reason = "This is not a date; it is kept as a custom field.";
        item.keep(name, FieldKind::Text, SecretText::new(text), reason);
    }
    if let Some(at) = times.expires {
        item.expires("ExpiryTime", SecretText::new(Day::of(at).to_string()));
    }
    if place.in_bin {
        let at = times.moved.or(times.modified).unwrap_or_else(|| item.now());
        item.trash(at);
    }
    for (name, file) in attached {
        add_file(&mut item, &name, &file, files);
    }
    for name in only_in_history {
        let reason = format!("Only an earlier version of the entry has the file “{name}”; it is not kept.");
        item.drop_value("Binary", &reason);
    }
    for element in rest {
        other(&mut item, element);
    }
    history::add(&mut item, earlier);
    item.finish()
}

fn is_numbered(key: &str, prefix: &str) -> bool {
    key.strip_prefix(prefix)
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// An address in quotation marks is one that must match exactly.
fn address(item: &mut ItemBuilder<'_, '_>, field: &str, text: SecretText) {
    let trimmed = text.expose().trim();
    let quoted = trimmed.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).map(str::to_owned);
    match quoted {
        Some(inner) => {
            if item.url(field, SecretText::new(inner)) {
                item.url_rule(field, UrlMatch::Exact);
            }
        }
        None => {
            item.url(field, text);
        }
    }
}

fn custom(item: &mut ItemBuilder<'_, '_>, text: Text) {
    let Text { key, value, protected } = text;
    if MARKS_IN_TEXTS.contains(&key.as_str()) {
        item.count_dropped("String", OF_PROGRAM);
        return;
    }
    let lines = value.expose().contains('\n');
    let kind = match (protected, lines) {
        (true, true) => FieldKind::SecretLines,
        (true, false) => FieldKind::Concealed,
        (false, true) => FieldKind::Lines,
        (false, false) => FieldKind::Text,
    };
    item.custom(&key, &key, kind, value);
}

fn add_file(item: &mut ItemBuilder<'_, '_>, name: &str, file: &FileValue, files: &BTreeMap<u32, Attached>) {
    let content = match file {
        FileValue::Number(number) => files.get(number),
        FileValue::Content(content) => Some(content),
        FileValue::Bad => None,
    };
    let content = content
        .and_then(|Attached { bytes, range }| ParsedFileContent::part(name.to_owned(), bytes, range.clone()));
    match content {
        Some(content) => item.file("Binary", content),
        None => {
            let reason = format!("The content of the file “{name}” is not in this export.");
            item.drop_value("Binary", &reason);
        }
    }
}

/// The names of files that only earlier versions have, each once.
fn files_of_history(entry: &Entry) -> BTreeSet<String> {
    let number = |file: &FileValue| if let FileValue::Number(number) = file { Some(*number) } else { None };
    let now: Vec<(&str, Option<u32>)> =
        entry.files.iter().map(|(name, file)| (name.as_str(), number(file))).collect();
    let earlier = entry.history.iter().flat_map(|version| &version.files);
    let gone = earlier.filter(|(name, file)| {
        let number = number(file);
        !now.iter().any(|(known, of)| if number.is_some() { *of == number } else { known == name })
    });
    gone.map(|(name, _)| name.chars().take(limits::NAME_IN_REMARK).collect()).collect()
}

/// Reads a part of an entry that is neither a text, a file nor a time.
fn other(item: &mut ItemBuilder<'_, '_>, mut element: Element) {
    let name = element.tag.name.clone();
    match name.as_str() {
        "IconID" | "CustomIconUUID" => {
            item.count_dropped("IconID", "Coffer chooses the icons of items itself.");
        }
        "ForegroundColor" | "BackgroundColor" if element.text.trim().is_empty() => {}
        "ForegroundColor" | "BackgroundColor" => item.count_lost("Color", "Items have no colours in Coffer."),
        "QualityCheck" | "PreviousParentGroup" => item.count_dropped("Entry", OF_PROGRAM),
        "OverrideURL" => item.unknown_text("OverrideURL", element.into_secret()),
        "AutoType" => auto_type(item, element),
        "CustomData" => {
            for mut data in std::mem::take(&mut element.children) {
                let key = data.text_of("Key").to_owned();
                if MARKS.iter().any(|mark| key.starts_with(mark)) {
                    item.count_dropped("CustomData", OF_PROGRAM);
                } else if let Some(value) = data.take("Value") {
                    item.unknown_text(&key, value.into_secret());
                }
            }
        }
        _ => unknown(item, &name, element),
    }
}

/// Keeps what the user set up for automatic typing: sequences, and windows with theirs.
fn auto_type(item: &mut ItemBuilder<'_, '_>, mut element: Element) {
    let mut lines = Vec::new();
    lines.extend(element.take("DefaultSequence").map(|sequence| sequence.text.trim().to_owned()));
    while let Some(association) = element.take("Association") {
        let (window, keys) = (association.text_of("Window"), association.text_of("KeystrokeSequence"));
        lines.push(format!("{window}: {keys}"));
    }
    lines.retain(|line| !line.is_empty());
    if lines.is_empty() {
        return;
    }
    let reason = "Coffer does not type into other windows; the sequences are kept as a custom field.";
    item.keep_as("AutoType", "Auto-type", FieldKind::Lines, SecretText::new(lines.join("\n")), reason);
}

/// Keeps each text of an element of unknown meaning.
fn unknown(item: &mut ItemBuilder<'_, '_>, path: &str, mut element: Element) {
    for child in std::mem::take(&mut element.children) {
        let path = format!("{path}.{}", child.tag.name);
        unknown(item, path.get(..path.floor_char_boundary(200)).unwrap_or(path.as_str()), child);
    }
    if !element.text.trim().is_empty() {
        item.unknown_text(path, element.into_secret());
    }
}
