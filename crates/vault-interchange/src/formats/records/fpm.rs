//! Figaro's Password Manager: XML `FPM` with `PasswordItem` elements.

use vault_engine::item::{ItemType, Role};

use super::layout::{self, Layout, Meaning};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Program, Secret},
    importer::{Importer, Reader},
    report::ParsedFile,
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "fpm_xml",
        name: "Figaro's Password Manager XML",
        program: &Program { id: "fpm", name: "Figaro’s Password Manager" },
        extensions: &["xml"],
        secret: Secret::Nothing,
    },
    reader: Reader::Xml { recognises: |root| root == "FPM", read: |text, _, import| read(text, import) },
};

const LAYOUT: Layout = &[
    ("title", Meaning::Title),
    ("url", Meaning::Url),
    ("user", Meaning::Role(Role::Username, "user")),
    ("password", Meaning::Role(Role::Password, "password")),
    ("notes", Meaning::Notes),
    ("category", Meaning::Folder('/')),
    ("launcher", Meaning::Noise),
    ("default", Meaning::Noise),
];

fn read(text: &str, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    layout::each_element(text, "PasswordItem", |position, mut record| {
        let mut item = layout::start(&mut import, position, ItemType::Login, LAYOUT, &mut record);
        item.unknown_members("", record);
        item.finish()
    })?;
    Ok(import.finish())
}
