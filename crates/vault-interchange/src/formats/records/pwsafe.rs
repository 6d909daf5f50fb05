//! Password Safe: XML `passwordsafe` with `entry` elements.

use vault_engine::clock::Timestamp;
use vault_engine::item::{FieldKind, ItemType, PastValue, Role};

use super::layout::{self, Layout, Meaning};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Program, Secret},
    importer::{Importer, Reader},
    report::ParsedFile,
    syntax::date,
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "pwsafe_xml",
        name: "Password Safe XML",
        program: &Program { id: "pwsafe", name: "Password Safe" },
        extensions: &["xml"],
        secret: Secret::Nothing,
    },
    reader: Reader::Xml {
        recognises: |root| root == "passwordsafe",
        read: |text, _, import| read(text, import),
    },
};

const LAYOUT: Layout = &[
    ("title", Meaning::Title),
    ("url", Meaning::Url),
    ("username", Meaning::Role(Role::Username, "username")),
    ("password", Meaning::Role(Role::Password, "password")),
    ("twofactorkey", Meaning::Code),
    ("email", Meaning::Custom("email", FieldKind::Email)),
    ("notes", Meaning::Notes),
    ("group", Meaning::Folder('.')),
    ("ctimex", Meaning::Created),
    ("rmtimex", Meaning::Changed),
    ("uuid", Meaning::Noise),
    ("pmtimex", Meaning::Noise),
    ("atimex", Meaning::Noise),
    ("pwhistory.status", Meaning::Noise),
    ("pwhistory.max", Meaning::Noise),
    ("pwhistory.num", Meaning::Noise),
];

fn read(text: &str, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    layout::each_element(text, "entry", |position, mut record| {
        let mut item = layout::start(&mut import, position, ItemType::Login, LAYOUT, &mut record);
        let mut past = Vec::new();
        loop {
            let mut part =
                |name: &str| record.take_text(&format!("pwhistory.history_entries.history_entry.{name}"));
            let (value, at) = (part("oldpassword"), part("changedx"));
            if value.is_empty() {
                break;
            }
            let replaced_at = date::from_iso(at.expose()).unwrap_or(Timestamp::UNKNOWN);
            past.push(PastValue { value, replaced_at });
        }
        item.password_history("pwhistory", past);
        item.unknown_members("", record);
        item.finish()
    })?;
    Ok(import.finish())
}
