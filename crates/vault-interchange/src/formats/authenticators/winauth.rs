//! `WinAuth`'s archive: addresses in a text, encrypted as ZIP archives are.

use super::lines;
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Secret},
    importer::{Importer, Reader},
    options::Options,
    report::ParsedFile,
    sealed::zip::{Archive, is_zip},
    syntax::text,
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "authenticators_zip",
        name: "WinAuth ZIP",
        program: &super::PROGRAM,
        extensions: &["zip"],
        secret: Secret::Password,
    },
    reader: Reader::Container {
        recognises: |bytes| {
            is_zip(bytes) && Archive::read(bytes).is_ok_and(|archive| name(&archive).is_some())
        },
        read,
    },
};

/// Returns the name of the only file.
fn name(archive: &Archive<'_>) -> Option<String> {
    let mut names = archive.names();
    let name = names.next().filter(|name| name.starts_with("winauth") && name.ends_with(".txt"))?;
    names.next().is_none().then(|| name.to_owned())
}

fn read(bytes: &[u8], options: &Options, import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let archive = Archive::read(bytes)?;
    let name = name(&archive).ok_or(ImportError::Damaged)?;
    let bytes = archive.open_with(&name, options)?;
    lines::read_text(&text::decode(&bytes)?, import)
}
