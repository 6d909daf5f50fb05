//! Registration of tables.

use super::Layout;
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Program, Secret},
    importer::{Importer, Reader},
    options::Options,
    report::ParsedFile,
};

/// Registers a table of a program.
pub(super) const fn csv(
    id: &'static str,
    name: &'static str,
    program: &'static Program,
    layouts: &'static [Layout],
) -> Importer {
    Importer {
        format: Format { id, name, program, extensions: &["csv"], secret: Secret::Nothing },
        reader: Reader::Layouts(layouts),
    }
}

/// Registers a table that needs a reader of its own.
pub(super) const fn csv_rows(
    id: &'static str,
    name: &'static str,
    program: &'static Program,
    recognises: fn(&str) -> bool,
    read: fn(&str, &Options, ImportBuilder<'_>) -> Result<ParsedFile, ImportError>,
) -> Importer {
    Importer {
        format: Format { id, name, program, extensions: &["csv"], secret: Secret::Nothing },
        reader: Reader::Rows { recognises, read },
    }
}
