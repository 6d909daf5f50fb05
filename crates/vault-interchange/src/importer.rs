//! Reads a file in one format.

use rand_core::Rng;
use vault_engine::clock::Timestamp;

use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::Format,
    formats::Layout,
    options::Options,
    report::{Outcome, ParsedFile, Remark},
    syntax::{
        json,
        table::{self, Cells, Row, Table},
        text,
    },
};

const WESTERN: &str =
    "The file is not in UTF-8; it was read as Windows-1252. Look whether letters with accents are right.";

/// An import format with its detection and its reader, registered once in [`IMPORTERS`](crate::IMPORTERS).
#[derive(Debug)]
pub struct Importer {
    /// The names of the format.
    pub format: Format,
    pub(crate) reader: Reader,
}

/// How files of a format are recognised and read, by the syntax that they are written in.
#[derive(Debug)]
pub(crate) enum Reader {
    /// JSON, at most [`limits::DEPTH`](crate::limits::DEPTH) levels deep.
    Json {
        /// Whether a text is of this format; an error if it is and cannot be opened.
        recognises: fn(&str) -> Result<bool, ImportError>,
        /// Reads the whole text.
        read: fn(&str, &Options, ImportBuilder<'_>) -> Result<ParsedFile, ImportError>,
    },
    /// XML without a document type.
    Xml {
        /// Whether a file with this outermost element is of this format.
        recognises: fn(&str) -> bool,
        /// Reads the whole text.
        read: fn(&str, &Options, ImportBuilder<'_>) -> Result<ParsedFile, ImportError>,
    },
    /// Bytes that are not text.
    Container {
        /// Whether bytes are of this format, by what stands in front.
        recognises: fn(&[u8]) -> bool,
        /// Reads all bytes.
        read: fn(&[u8], &Options, ImportBuilder<'_>) -> Result<ParsedFile, ImportError>,
    },
    /// A table with a header, of the first layout that recognises its columns.
    Layouts(&'static [Layout]),
    /// A table without a header, or with rows that belong together.
    Rows {
        /// Whether a text is of this format.
        recognises: fn(&str) -> bool,
        /// Reads the whole text.
        read: fn(&str, &Options, ImportBuilder<'_>) -> Result<ParsedFile, ImportError>,
    },
    /// Lines of text that are neither JSON as a whole, nor XML, nor a table.
    Text {
        /// Whether a text is of this format.
        recognises: fn(&str) -> bool,
        /// Reads the whole text.
        read: fn(&str, &Options, ImportBuilder<'_>) -> Result<ParsedFile, ImportError>,
    },
    /// A table with a header.
    Table {
        /// Whether a table with these columns, in lower case, is of this format.
        recognises: fn(&[String]) -> bool,
        /// Reads one row, which has at least one value; the number is its position below the header, from 1.
        read_row: fn(&mut ImportBuilder<'_>, u32, Cells) -> Result<(), ImportError>,
    },
}

impl Importer {
    /// Reads a file of this format.
    ///
    /// `now` stands in for dates that the file lacks; `rng` makes the ids of fields. Nothing is written anywhere.
    ///
    /// # Errors
    ///
    /// The file as a whole cannot be read: see [`ImportError`]. A single bad item is a [`Remark`](crate::Remark) instead.
    /// A file without a single item or bad row is refused too: it is probably of another kind.
    pub fn read(
        &self,
        bytes: &[u8],
        options: &Options,
        now: Timestamp,
        rng: &mut dyn Rng,
    ) -> Result<ParsedFile, ImportError> {
        let import = ImportBuilder::new(self.format, now, rng);
        let parsed = self.read_any(bytes, options, import)?;
        let skipped = |remark: &Remark| remark.outcome == Outcome::RowSkipped;
        if parsed.items.is_empty() && !parsed.remarks.iter().any(skipped) {
            return Err(ImportError::NoItems);
        }
        Ok(parsed)
    }

    fn read_any(
        &self,
        bytes: &[u8],
        options: &Options,
        mut import: ImportBuilder<'_>,
    ) -> Result<ParsedFile, ImportError> {
        match self.reader {
            Reader::Container { read, .. } => read(bytes, options, import),
            Reader::Json { read, .. } => {
                let text = text::decode(bytes)?;
                json::check_depth(&text)?;
                let (halves, whole) = json::with_whole_characters(&text);
                import.count_lost(
                    "",
                    "Half a character, as of an emoji that was cut, is replaced by a question mark.",
                    halves,
                );
                read(whole.as_deref().map_or(&*text, String::as_str), options, import)
            }
            Reader::Xml { read, .. } | Reader::Text { read, .. } => {
                read(&text::decode(bytes)?, options, import)
            }
            Reader::Rows { read, .. } => {
                let (text, western) = text::decode_table(bytes)?;
                import.count_lost("", WESTERN, u32::from(western));
                read(&text, options, import)
            }
            Reader::Layouts(layouts) => {
                let text = text::decode(bytes)?;
                let columns = table::columns(&text).unwrap_or_default();
                // The first, if a format is asked for that the table is not of.
                let layout = layouts.iter().find(|layout| layout.recognises(&columns)).or(layouts.first());
                let Some(layout) = layout else { return Err(ImportError::NoItems) };
                let table = Table::new(&text)?.with_backslashes(layout.backslashes());
                read_table(table, import, |import, position, cells| {
                    layout.read_row(import, position, cells, options)
                })
            }
            Reader::Table { read_row, .. } => {
                read_table(Table::new(&text::decode(bytes)?)?, import, read_row)
            }
        }
    }

    /// Whether the format is a table.
    #[must_use]
    pub const fn is_table(&self) -> bool {
        matches!(self.reader, Reader::Table { .. } | Reader::Layouts(_) | Reader::Rows { .. })
    }

    /// Whether the format is one of the tables that are read alike and tested together.
    #[must_use]
    pub const fn is_of_family(&self) -> bool {
        matches!(self.reader, Reader::Layouts(_) | Reader::Rows { .. })
    }

    /// The columns of each layout of the format, if its description is all that its reader is made of.
    #[must_use]
    pub fn layouts(&self) -> Vec<Vec<&'static str>> {
        match self.reader {
            Reader::Layouts(layouts) => layouts.iter().map(Layout::names).collect(),
            _ => Vec::new(),
        }
    }
}

/// Reads an item from each row of a table.
pub(crate) fn read_table(
    table: Table<'_>,
    mut import: ImportBuilder<'_>,
    read_row: impl FnMut(&mut ImportBuilder<'_>, u32, Cells) -> Result<(), ImportError>,
) -> Result<ParsedFile, ImportError> {
    read_rows(table, 0, &mut import, read_row)?;
    Ok(import.finish())
}

/// Reads an item from each row of a table of several, of which those before had `before` rows. Returns the number of rows so far.
pub(crate) fn read_rows(
    mut table: Table<'_>,
    before: u32,
    import: &mut ImportBuilder<'_>,
    mut read_row: impl FnMut(&mut ImportBuilder<'_>, u32, Cells) -> Result<(), ImportError>,
) -> Result<u32, ImportError> {
    let mut last = before;
    while let Some(row) = table.next()? {
        match row {
            Row::Bad { position, error } => {
                last = before.saturating_add(position);
                import.skip_row(last, &error.to_string());
            }
            Row::Good { position, cells } => {
                last = before.saturating_add(position);
                if cells.is_blank() {
                    import.skip_row(last, "The row is empty.");
                } else {
                    read_row(import, last, cells)?;
                }
            }
        }
    }
    Ok(last)
}
