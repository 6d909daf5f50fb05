//! Bitwarden's ZIP export: the JSON export as `data.json`, and the files of the items as `attachments/<id of the
//! item>/<name>`.

use super::json::{self, Files};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Secret},
    importer::{Importer, Reader},
    options::Options,
    report::ParsedFile,
    sealed::zip::{self, Archive},
    syntax::{
        json::{check_depth, with_whole_characters},
        text,
    },
};

const DATA: &str = "data.json";

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "bitwarden_zip",
        name: "Bitwarden ZIP",
        program: &super::PROGRAM,
        extensions: &["zip"],
        secret: Secret::Password,
    },
    reader: Reader::Container { recognises, read },
};

fn recognises(bytes: &[u8]) -> bool {
    zip::is_zip(bytes) && Archive::read(bytes).is_ok_and(|archive| archive.has(DATA))
}

fn read(bytes: &[u8], options: &Options, import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let archive = Archive::read(bytes)?;
    let data = archive.open(DATA)?;
    let text = text::decode(&data)?;
    check_depth(&text)?;
    let whole = with_whole_characters(&text).1;
    let text = whole.as_deref().map_or(&*text, String::as_str);
    json::read_with_files(text, options, Files::of(&archive), import)
}
