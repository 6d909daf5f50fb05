//! Detection of the format of a file, from its content alone.

use crate::{
    error::{FileKind, ImportError},
    formats::IMPORTERS,
    importer::{Importer, Reader},
    syntax::{
        json,
        table::{self, Table},
        text, xml,
    },
};

/// The first bytes of well-known files that no importer reads.
const SIGNATURES: [(&[u8], FileKind); 6] = [
    (b"PK\x03\x04", FileKind::Zip),
    (b"\x03\xd9\xa2\x9a", FileKind::KeePass),
    (b"%PDF-", FileKind::Pdf),
    (b"SQLite format 3\0", FileKind::Sqlite),
    (b"\x1f\x8b", FileKind::Gzip),
    (b"-----BEGIN PGP", FileKind::Pgp),
];

/// Finds the importer for a file.
///
/// # Errors
///
/// [`ImportError::UnknownFormat`] if no importer recognises it, [`ImportError::AccountEncrypted`] if it is a Bitwarden
/// export that cannot be opened, and the errors of [`Importer::read`] for files that cannot be read at all.
pub fn detect(bytes: &[u8]) -> Result<&'static Importer, ImportError> {
    let container = |importer: &&Importer| matches!(importer.reader, Reader::Container { recognises, .. } if recognises(bytes));
    if let Some(importer) = IMPORTERS.iter().find(container) {
        return Ok(importer);
    }
    let known = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature));
    if let Some((_, kind)) = known {
        return Err(ImportError::UnknownFormat { looks_like: Some(*kind) });
    }
    let text = match text::decode(bytes) {
        // No importer reads another encoding by itself, since it is a guess.
        Err(error @ ImportError::NotText { .. }) => {
            let western = text::decode_table(bytes).ok().filter(|(text, _)| is_table(text));
            let kind = ImportError::UnknownFormat { looks_like: Some(FileKind::OtherTable) };
            return Err(western.map_or(error, |_| kind));
        }
        text => text?,
    };
    let of_text = |importer: &&Importer| matches!(importer.reader, Reader::Text { recognises, .. } if recognises(&text));
    if let Some(importer) = IMPORTERS.iter().find(of_text) {
        return Ok(importer);
    }
    match text.trim_start().chars().next() {
        Some('{' | '[') => detect_json(&text),
        Some('<') => detect_xml(&text),
        _ => detect_table(&text),
    }
}

fn detect_xml(text: &str) -> Result<&'static Importer, ImportError> {
    let root = xml::root(text)?;
    let found = IMPORTERS
        .iter()
        .find(|importer| matches!(importer.reader, Reader::Xml { recognises, .. } if recognises(&root)));
    found.ok_or(ImportError::UnknownFormat { looks_like: Some(FileKind::Xml) })
}

fn detect_json(text: &str) -> Result<&'static Importer, ImportError> {
    json::check_depth(text)?;
    let whole = json::with_whole_characters(text).1;
    let text = whole.as_deref().map_or(text, String::as_str);
    for importer in IMPORTERS {
        if let Reader::Json { recognises, .. } = importer.reader
            && recognises(text)?
        {
            return Ok(importer);
        }
    }
    Err(ImportError::UnknownFormat { looks_like: Some(FileKind::OtherJson) })
}

fn detect_table(text: &str) -> Result<&'static Importer, ImportError> {
    let columns = table::columns(text).unwrap_or_default();
    let found = IMPORTERS.iter().find(|importer| match importer.reader {
        Reader::Table { recognises, .. } => recognises(&columns),
        Reader::Layouts(layouts) => layouts.iter().any(|layout| layout.recognises(&columns)),
        Reader::Rows { recognises, .. } => recognises(text),
        _ => false,
    });
    let table_of_another = || is_table(text).then_some(FileKind::OtherTable);
    found.ok_or_else(|| ImportError::UnknownFormat { looks_like: table_of_another() })
}

/// Whether the first row of a text has several values.
fn is_table(text: &str) -> bool {
    Table::of_any(text, false).is_ok_and(|(_, first)| first.len() > 1)
}
