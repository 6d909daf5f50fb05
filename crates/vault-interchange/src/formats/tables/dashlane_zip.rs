//! Dashlane's export as it is: an archive with its tables.

use super::dashlane::{LAYOUTS, PROGRAM};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Secret},
    importer::{Importer, Reader, read_rows},
    limits,
    options::Options,
    report::ParsedFile,
    sealed::zip::{Archive, is_zip},
    syntax::{
        table::{self, Table},
        text,
    },
};

/// The tables, in the order in which they are read.
const TABLES: [&str; 6] =
    ["credentials.csv", "securenotes.csv", "payments.csv", "ids.csv", "personalInfo.csv", "wifi.csv"];

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "dashlane_zip",
        name: "Dashlane ZIP",
        program: &PROGRAM,
        extensions: &["zip"],
        secret: Secret::Nothing,
    },
    reader: Reader::Container { recognises, read },
};

fn recognises(bytes: &[u8]) -> bool {
    let has_table = |archive: Archive<'_>| TABLES.iter().any(|name| archive.has(name));
    is_zip(bytes) && Archive::read(bytes).is_ok_and(has_table)
}

/// Reads the tables; their rows are counted on.
fn read(bytes: &[u8], options: &Options, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let archive = Archive::read(bytes)?;
    let mut rows = 0;
    for name in TABLES.into_iter().filter(|name| archive.has(name)) {
        let content = archive.open(name)?;
        let text = text::decode(&content)?;
        let columns = table::columns(&text).unwrap_or_default();
        let Some(layout) = LAYOUTS.iter().find(|layout| layout.recognises(&columns)) else {
            import.unknown_part(name);
            continue;
        };
        rows = read_rows(Table::new(&text)?, rows, &mut import, |import, position, cells| {
            layout.read_row(import, position, cells, options)
        })?;
        if usize::try_from(rows).is_ok_and(|rows| rows > limits::ITEMS) {
            return Err(ImportError::TooManyItems);
        }
    }
    for name in archive.names().filter(|name| !TABLES.contains(name) && !name.ends_with('/')) {
        import.unknown_part(name);
    }
    Ok(import.finish())
}
