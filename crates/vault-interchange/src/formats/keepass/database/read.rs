//! Reads the XML into groups and entries.

use std::sync::Arc;

use base64ct::{Base64, Encoding};
use vault_engine::clock::Timestamp;
use zeroize::Zeroizing;

use super::model::{Attached, Database, Entry, FileValue, Group, Origin, Text, Times};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    limits,
    report::Outcome,
    sealed::unpack,
    syntax::{
        date,
        xml::{Element, Node, Tag, XmlReader},
    },
};

/// Seconds from the year 1, where version 4 counts from, to 1970.
const YEAR_1: i64 = 62_135_596_800;
const UNKNOWN: &str = "This part of the file is not known and is not kept.";
const OF_KEEPASS: &str = "This is a setting of the other program.";

/// Members of `Meta` that say something about the other program only.
const SETTINGS: [&str; 24] = [
    "Generator",
    "HeaderHash",
    "SettingsChanged",
    "DatabaseNameChanged",
    "DatabaseDescriptionChanged",
    "DefaultUserName",
    "DefaultUserNameChanged",
    "MaintenanceHistoryDays",
    "Color",
    "MasterKeyChanged",
    "MasterKeyChangeRec",
    "MasterKeyChangeForce",
    "MasterKeyChangeForceOnce",
    "MemoryProtection",
    "RecycleBinChanged",
    "EntryTemplatesGroup",
    "EntryTemplatesGroupChanged",
    "HistoryMaxItems",
    "HistoryMaxSize",
    "LastSelectedGroup",
    "LastTopVisibleGroup",
    "DatabaseName",
    "CustomData",
    "CustomIcons",
];

/// Reads a whole database.
pub(super) fn database(
    mut xml: XmlReader<'_>,
    origin: Origin,
    import: &mut ImportBuilder<'_>,
) -> Result<Database, ImportError> {
    let mut database = Database::default();
    let mut stream = match origin {
        Origin::Plain => None,
        Origin::Sealed { stream, files } => {
            database.files.extend((0..).zip(files));
            Some(stream)
        }
    };
    let mut bad = 0_u32;
    let mut finish = |element: &mut Element, around: &str| -> Result<(), ImportError> {
        let Some(stream) = stream.as_mut().filter(|_| element.tag.is("Protected")) else { return Ok(()) };
        let Ok(bytes) = Base64::decode_vec(element.text.trim()) else {
            bad = bad.saturating_add(1);
            element.text = Zeroizing::default();
            return Ok(());
        };
        let mut bytes = Zeroizing::new(bytes);
        stream.apply(&mut bytes)?;
        element.text = Zeroizing::new(if element.tag.name == "Binary" || around == "Binary" {
            Base64::encode_string(&bytes)
        } else {
            String::from_utf8_lossy(&bytes).into_owned()
        });
        Ok(())
    };
    let mut open: Vec<Place> = Vec::new();
    while let Some(node) = xml.next()? {
        let Node::Open(tag) = node else {
            open.pop();
            continue;
        };
        match (open.last(), tag.name.as_str()) {
            (None, "KeePassFile") => open.push(Place::File),
            (Some(Place::File), "Meta") => open.push(Place::Meta),
            (Some(Place::File), "Root") => open.push(Place::Root),
            (Some(Place::Meta), "Binaries") => open.push(Place::Files),
            (Some(Place::Root), "Group") => open.push(Place::Group(add_group(&mut database, None))),
            (Some(Place::Group(around)), "Group") => {
                let group = add_group(&mut database, Some(*around));
                open.push(Place::Group(group));
            }
            (Some(Place::Group(group)), "Entry") => {
                let group = *group;
                if database.entries.len() >= limits::ITEMS {
                    return Err(ImportError::TooManyItems);
                }
                let element = xml.whole(tag, &mut finish)?;
                database.entries.push(Entry { group, ..entry(element) });
            }
            (place, _) => {
                let place = place.copied();
                let element = xml.whole(tag, &mut finish)?;
                match place {
                    Some(Place::Meta) => meta(&mut database, &element, import),
                    Some(Place::Files) => file(&mut database, &element),
                    Some(Place::Group(group)) => group_part(&mut database, group, &element, import),
                    // Ids of deleted entries.
                    Some(Place::Root) if element.tag.name == "DeletedObjects" => {}
                    _ => import.remark(0, "", &element.tag.name, Outcome::NotKept, UNKNOWN),
                }
            }
        }
    }
    if bad > 0 {
        let reason = format!("{bad} protected values are damaged and cannot be read.");
        import.remark(0, "", "Value", Outcome::NotKept, &reason);
    }
    Ok(database)
}

/// An element that is not read as a whole.
#[derive(Clone, Copy)]
enum Place {
    File,
    Meta,
    Files,
    Root,
    Group(usize),
}

fn add_group(database: &mut Database, parent: Option<usize>) -> usize {
    database.groups.push(Group { parent, ..Group::default() });
    database.groups.len() - 1
}

fn meta(database: &mut Database, element: &Element, import: &mut ImportBuilder<'_>) {
    let text = element.text.trim();
    match element.tag.name.as_str() {
        "RecycleBinUUID" => text.clone_into(&mut database.recycle_bin),
        "RecycleBinEnabled" => database.bin_unused = text.eq_ignore_ascii_case("false"),
        "DatabaseDescription" if !text.is_empty() => {
            let reason = "Coffer has no description of a whole file; this text is not kept.";
            import.remark(0, "", "DatabaseDescription", Outcome::NotKept, reason);
        }
        "CustomIcons" if !element.children.is_empty() => {
            import.count_dropped("CustomIcons", "Coffer chooses the icons of items itself.");
        }
        "DatabaseDescription" => {}
        known if SETTINGS.contains(&known) => import.count_dropped("Meta", OF_KEEPASS),
        other => import.remark(0, "", other, Outcome::NotKept, UNKNOWN),
    }
}

/// Reads an attached file from the list of version 3 and of the XML export.
fn file(database: &mut Database, element: &Element) {
    let number = element.tag.attribute("ID").and_then(|id| id.parse().ok());
    if let (Some(number), FileValue::Content(content)) = (number, content(element)) {
        database.files.entry(number).or_insert(content);
    }
}

/// Decodes the content of a file in the XML.
fn content(element: &Element) -> FileValue {
    let text: Zeroizing<String> = Zeroizing::new(element.text.split_whitespace().collect());
    let Ok(bytes) = Base64::decode_vec(&text) else { return FileValue::Bad };
    let mut bytes = Zeroizing::new(bytes);
    if element.tag.is("Compressed") {
        match unpack::gunzip(&bytes) {
            Ok(expanded) => bytes = expanded,
            Err(_) => return FileValue::Bad,
        }
    }
    let range = 0..bytes.len();
    FileValue::Content(Attached { bytes: Arc::new(bytes), range })
}

fn group_part(database: &mut Database, group: usize, element: &Element, import: &mut ImportBuilder<'_>) {
    let Some(group) = database.groups.get_mut(group) else { return };
    let text = element.text.trim();
    match element.tag.name.as_str() {
        "UUID" => text.clone_into(&mut group.id),
        "Name" => text.clone_into(&mut group.name),
        "Tags" => text.clone_into(&mut group.tags),
        "Notes" if !text.is_empty() => {
            let reason = "A folder has no notes in Coffer; this text is not kept.";
            import.remark(0, &group.name, "Notes", Outcome::NotKept, reason);
        }
        "Notes" => {}
        "IconID" | "CustomIconUUID" => {
            import.count_dropped("IconID", "Coffer chooses the icons of items itself.");
        }
        "Times"
        | "IsExpanded"
        | "DefaultAutoTypeSequence"
        | "EnableAutoType"
        | "EnableSearching"
        | "LastTopVisibleEntry"
        | "PreviousParentGroup"
        | "CustomData" => {
            import.count_dropped("Group", "This is a setting or a time of a folder.");
        }
        other => import.remark(0, &group.name, other, Outcome::NotKept, UNKNOWN),
    }
}

fn entry(element: Element) -> Entry {
    let mut entry = Entry::default();
    for child in element.children {
        match child.tag.name.as_str() {
            "UUID" => child.text.trim().clone_into(&mut entry.id),
            "Tags" => child.text.trim().clone_into(&mut entry.tags),
            "String" => entry.texts.0.extend(text(child)),
            "Binary" => entry.files.extend(entry_file(child)),
            "Times" => entry.times = times(&child),
            "History" => {
                let versions = child.children.into_iter().filter(|version| version.tag.name == "Entry");
                entry.history = versions.map(self::entry).collect();
            }
            _ => entry.rest.push(child),
        }
    }
    entry
}

fn text(mut element: Element) -> Option<Text> {
    let key = element.take("Key").map(|key| key.text.to_string())?;
    let value = element.take("Value")?;
    let protected = is_secret(&value.tag);
    Some(Text { key, value: value.into_secret(), protected })
}

fn is_secret(tag: &Tag) -> bool {
    tag.is("Protected") || tag.is("ProtectInMemory")
}

fn entry_file(mut element: Element) -> Option<(String, FileValue)> {
    let name = element.take("Key").map(|key| key.text.to_string()).unwrap_or_default();
    let value = element.take("Value")?;
    let content = match value.tag.attribute("Ref") {
        Some(number) => number.parse().map_or(FileValue::Bad, FileValue::Number),
        None => content(&value),
    };
    Some((name, content))
}

fn times(element: &Element) -> Times {
    let mut times = Times::default();
    let mut read = |name: &'static str| {
        let text = element.text_of(name);
        let time = moment(text);
        if time.is_none() && !text.is_empty() {
            times.bad.push((name, text.to_owned()));
        }
        time
    };
    let [created, modified, moved] =
        ["CreationTime", "LastModificationTime", "LocationChanged"].map(&mut read);
    let expires =
        element.text_of("Expires").eq_ignore_ascii_case("true").then(|| read("ExpiryTime")).flatten();
    Times { created, modified, moved, expires, bad: times.bad }
}

/// Reads a time: as in ISO 8601, or in base64 the seconds since the year 1. Times before 1970 count as unknown.
fn moment(text: &str) -> Option<Timestamp> {
    date::from_iso(text).or_else(|| {
        let bytes = Base64::decode_vec(text).ok()?;
        let seconds = i64::from_le_bytes(bytes.try_into().ok()?).checked_sub(YEAR_1)?;
        date::from_seconds(seconds)
    })
}
