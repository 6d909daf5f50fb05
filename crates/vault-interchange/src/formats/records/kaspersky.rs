//! Kaspersky Password Manager: a text of sections, in which blocks of `key: value` lines end with `---`. The value of the last key
//! runs to the end of its block.

use vault_engine::item::{ItemType, Role, SecretText};

use super::layout::{self, Layout, Meaning};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Program, Secret},
    importer::{Importer, Reader},
    limits,
    report::ParsedFile,
    syntax::json::{Json, Object},
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "kaspersky_txt",
        name: "Kaspersky Password Manager TXT",
        program: &Program { id: "kaspersky", name: "Kaspersky Password Manager" },
        extensions: &["txt"],
        secret: Secret::Nothing,
    },
    reader: Reader::Text { recognises, read: |text, _, import| read(text, import) },
};

const SECTIONS: [&str; 4] = ["Websites", "Applications", "Other Accounts", "Notes"];
const SEPARATOR: &str = "---";

/// The keys of a block that is a login. The first is one of the first three.
const LOGIN: Layout = &[
    ("Website name", Meaning::Title),
    ("Application", Meaning::Title),
    ("Account name", Meaning::Title),
    ("Website URL", Meaning::Url),
    ("Login", Meaning::Role(Role::Username, "Login")),
    ("Password", Meaning::Role(Role::Password, "Password")),
    ("Login name", Meaning::Custom("Login name", vault_engine::item::FieldKind::Text)),
    ("Comment", Meaning::Notes),
];
const NOTE: Layout = &[("Name", Meaning::Title), ("Text", Meaning::Notes)];
/// The keys with which a block begins.
const FIRST: [&str; 4] = ["Website name:", "Application:", "Account name:", "Name:"];

fn begins_block(line: &str) -> bool {
    FIRST.iter().any(|key| line.starts_with(key))
}

fn recognises(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.next().is_some_and(|line| SECTIONS.contains(&line))
        && lines.next().is_some_and(begins_block)
        && text.contains(SEPARATOR)
}

fn read(text: &str, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let lines: Vec<&str> = text.lines().collect();
    let mut position = 0;
    let mut block: Vec<&str> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        // A line of a note may look like the end of a block: the end has a new block, a section or nothing after it.
        let mut after = lines.iter().skip(at + 1).map(|line| line.trim()).filter(|line| !line.is_empty());
        let ends = line.trim() == SEPARATOR
            && after.next().is_none_or(|line| begins_block(line) || SECTIONS.contains(&line));
        if !ends {
            block.push(line);
        }
        if ends || at + 1 == lines.len() {
            let lines = std::mem::take(&mut block);
            if lines.iter().any(|line| !line.trim().is_empty()) {
                position += 1;
                read_block(&mut import, position, &lines)?;
            }
        }
        if usize::try_from(position).map_or(true, |count| count > limits::ITEMS) {
            return Err(ImportError::TooManyItems);
        }
    }
    Ok(import.finish())
}

fn read_block(import: &mut ImportBuilder<'_>, position: u32, lines: &[&str]) -> Result<(), ImportError> {
    let begin = lines.iter().position(|line| begins_block(line.trim_start()));
    let Some(lines) = begin.and_then(|begin| lines.get(begin..)) else {
        import.skip_row(position, "This block has none of the keys with which one begins.");
        return Ok(());
    };
    let is_note = lines.first().is_some_and(|line| line.trim_start().starts_with("Name:"));
    let layout = if is_note { NOTE } else { LOGIN };
    let last = layout.last().map_or("", |(key, _)| key);
    let mut record = Object::default();
    let mut open: Option<(&str, String)> = None;
    for line in lines {
        let key = layout
            .iter()
            .map(|(key, _)| *key)
            .find(|key| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
        match (key, &mut open) {
            (Some(key), open) if open.as_ref().is_none_or(|(before, _)| *before != last) => {
                let value = line.get(key.len() + 1..).unwrap_or_default();
                put(&mut record, open.replace((key, value.strip_prefix(' ').unwrap_or(value).to_owned())));
            }
            (_, Some((_, value))) => {
                value.push('\n');
                value.push_str(line);
            }
            (_, None) => {}
        }
    }
    put(&mut record, open);
    let item_type = if is_note { ItemType::Note } else { ItemType::Login };
    let mut item = layout::start(import, position, item_type, layout, &mut record);
    item.unknown_members("", record);
    item.finish()
}

fn put(record: &mut Object, value: Option<(&str, String)>) {
    if let Some((key, value)) = value {
        record.put(key, Json::Text(SecretText::from(value.trim_end())));
    }
}
