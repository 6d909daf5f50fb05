//! KeePass's XML 2 export: the content of a database, not encrypted.

use super::database::{self, Origin};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Secret},
    importer::{Importer, Reader},
    options::Options,
    report::ParsedFile,
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "keepass_xml",
        name: "KeePass XML",
        program: &super::PROGRAM,
        extensions: &["xml"],
        secret: Secret::Nothing,
    },
    reader: Reader::Xml { recognises, read },
};

fn recognises(root: &str) -> bool {
    root == "KeePassFile"
}

fn read(text: &str, _: &Options, import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    database::read(text, Origin::Plain, import)
}
