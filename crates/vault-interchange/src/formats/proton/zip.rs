//! An archive: `Proton Pass/data.json` and `Proton Pass/files/<beginning of the id>-<name>`.

use super::{files::Files, json};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Secret},
    importer::{Importer, Reader},
    options::Options,
    report::ParsedFile,
    sealed::zip::{Archive, is_zip},
};

const DATA: &str = "Proton Pass/data.json";

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "proton_zip",
        name: "Proton Pass ZIP",
        program: &super::PROGRAM,
        extensions: &["zip"],
        secret: Secret::Nothing,
    },
    reader: Reader::Container {
        recognises: |bytes| is_zip(bytes) && Archive::read(bytes).is_ok_and(|archive| archive.has(DATA)),
        read,
    },
};

/// Reads an archive.
pub(super) fn read(
    bytes: &[u8],
    _: &Options,
    mut import: ImportBuilder<'_>,
) -> Result<ParsedFile, ImportError> {
    let archive = Archive::read(bytes)?;
    let text = import.inner_json(&archive.open(DATA)?)?;
    json::read(&text, Files::of(&archive), import)
}
