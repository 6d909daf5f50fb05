//! The output of `security dump-keychain -d` of macOS: records of `keychain:`, `class:`, `attributes:` and `data:`.

use vault_engine::item::{FieldKind, ItemType, Role, SecretText};

use super::layout::{self, Layout, Meaning};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Program, Secret},
    importer::{Importer, Reader},
    limits,
    report::ParsedFile,
    syntax::{
        base32::bytes_of_hex,
        json::{Json, Object},
    },
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "keychain_txt",
        name: "macOS Keychain TXT",
        program: &Program { id: "keychain", name: "macOS Keychain" },
        extensions: &["txt"],
        secret: Secret::Nothing,
    },
    reader: Reader::Text { recognises, read: |text, _, import| read(text, import) },
};

const BEGIN: &str = "keychain: ";

const LAYOUT: Layout = &[
    ("0x00000007", Meaning::Title),
    ("url", Meaning::Url),
    ("acct", Meaning::Role(Role::Username, "Account")),
    ("data", Meaning::Role(Role::Password, "Data")),
    ("icmt", Meaning::Notes),
    ("desc", Meaning::Custom("Kind", FieldKind::Text)),
    ("svce", Meaning::Custom("Service", FieldKind::Text)),
    ("cdat", Meaning::Created),
    ("mdat", Meaning::Changed),
    ("keychain", Meaning::Noise),
    ("version", Meaning::Noise),
    ("class", Meaning::Noise),
    ("0x00000008", Meaning::Noise),
    ("atyp", Meaning::Noise),
    ("crtr", Meaning::Noise),
    ("cusi", Meaning::Noise),
    ("gena", Meaning::Noise),
    ("invi", Meaning::Noise),
    ("nega", Meaning::Noise),
    ("prot", Meaning::Noise),
    ("scrp", Meaning::Noise),
    ("type", Meaning::Noise),
];

fn recognises(text: &str) -> bool {
    text.trim_start().starts_with(BEGIN) && text.contains("\nclass: ")
}

fn read(text: &str, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let mut position = 0;
    let mut record: Option<Object> = None;
    let mut in_data = false;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix(BEGIN) {
            add(&mut import, &mut position, record.take())?;
            let mut next = Object::default();
            next.put("keychain", Json::Text(SecretText::from(name)));
            (record, in_data) = (Some(next), false);
            continue;
        }
        let Some(record) = &mut record else { continue };
        if line.trim() == "data:" {
            in_data = true;
        } else if in_data {
            if !line.trim().is_empty() {
                record.put("data", Json::Text(value(line)));
            }
        } else if let Some((name, rest)) = attribute(line)
            && !rest.trim().is_empty()
            && rest.trim() != "<NULL>"
        {
            record.put(name, Json::Text(value(rest)));
        }
    }
    add(&mut import, &mut position, record)?;
    Ok(import.finish())
}

/// Splits `"acct"<blob>="value"`, `0x00000007 <blob>="value"` or `class: "genp"`.
fn attribute(line: &str) -> Option<(&str, &str)> {
    if let Some((name, value)) = line.split_once(">=") {
        let name = name.split_once('<').map_or(name, |(name, _)| name);
        return Some((name.trim().trim_matches('"'), value));
    }
    let (name, value) = line.split_once(": ")?;
    Some((name.trim(), value))
}

/// Reads a quoted text, or bytes that are written as digits with the text for people behind them.
fn value(text: &str) -> SecretText {
    let text = text.trim();
    if let Some(digits) = text.strip_prefix("0x") {
        let digits = digits.split_whitespace().next().unwrap_or_default();
        if let Some(bytes) = bytes_of_hex(digits)
            && let Ok(plain) = std::str::from_utf8(&bytes)
        {
            let plain = plain.trim_end_matches(['\0', '\n']);
            return SecretText::from(plain);
        }
        return SecretText::from(text);
    }
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    SecretText::from(inner.unwrap_or(text))
}

fn add(
    import: &mut ImportBuilder<'_>,
    position: &mut u32,
    record: Option<Object>,
) -> Result<(), ImportError> {
    let Some(mut record) = record else { return Ok(()) };
    *position += 1;
    if usize::try_from(*position).map_or(true, |count| count > limits::ITEMS) {
        return Err(ImportError::TooManyItems);
    }
    let is_note = record.get_scalar("desc").ok().flatten().as_deref() == Some("secure note");
    for name in ["cdat", "mdat"] {
        let moment = iso(record.take_text(name).expose());
        record.put(name, Json::Text(SecretText::new(moment)));
    }
    let protocol = match record.take_text("ptcl").expose() {
        "htps" => "https://",
        "http" => "http://",
        "ftp " => "ftp://",
        "ssh " => "ssh://",
        "smb " => "smb://",
        _ => "",
    };
    let (host, path) = (record.take_text("srvr"), record.take_text("path"));
    let (host, path) = (host.expose(), path.expose());
    if !host.is_empty() {
        let port = record.take_text("port");
        let port =
            u32::from_str_radix(port.expose().trim_start_matches("0x"), 16).ok().filter(|port| *port > 0);
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
        record.put("url", Json::Text(SecretText::new(format!("{protocol}{host}{port}{slash}{path}"))));
    }
    let item_type = if is_note { ItemType::Note } else { ItemType::Login };
    if is_note {
        // The data of a note is its text.
        let text = record.take_text("data");
        record.put("icmt", Json::Text(text));
    }
    let mut item = layout::start(import, *position, item_type, LAYOUT, &mut record);
    item.unknown_members("", record);
    item.finish()
}

/// Turns `20190418184252Z` into a date of ISO 8601.
fn iso(text: &str) -> String {
    let part = |from, to| text.get(from..to).unwrap_or_default();
    if text.len() < 14 {
        return String::new();
    }
    let (date, time) = ([part(0, 4), part(4, 6), part(6, 8)], [part(8, 10), part(10, 12), part(12, 14)]);
    format!("{}T{}Z", date.join("-"), time.join(":"))
}
