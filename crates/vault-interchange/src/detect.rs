//! Finding out what a file is, from its content alone.

use crate::{Format, ImportError, bitwarden_csv, bitwarden_json, chrome_csv, firefox_csv, table, text};

/// The first bytes of files that are well known and not read here (yet).
const BEGINNINGS: [(&[u8], &str); 7] = [
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x03\xd9\xa2\x9a", "a KeePass database"),
    (b"%PDF-", "a PDF document"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"<?xml", "an XML file"),
    (b"-----BEGIN PGP", "a PGP message"),
];

/// Finds the format of a file.
///
/// # Errors
///
/// [`ImportError::UnknownFormat`] if it is none of [`Format`], [`ImportError::AccountEncrypted`] or
/// [`ImportError::PasswordProtected`] if it is a Bitwarden export that cannot be opened, and what
/// [`parse`](crate::parse()) says about files that cannot be read at all.
pub fn detect(bytes: &[u8]) -> Result<Format, ImportError> {
    let known = BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning));
    if let Some((_, kind)) = known {
        return Err(ImportError::UnknownFormat { looks_like: Some(kind) });
    }
    let text = text::decode(bytes)?;
    if text.trim_start().starts_with(['{', '[']) {
        return if bitwarden_json::recognises(&text)? {
            Ok(Format::BitwardenJson)
        } else {
            Err(ImportError::UnknownFormat { looks_like: Some("JSON of another program") })
        };
    }
    let columns = table::columns(&text).unwrap_or_default();
    let has = |columns: &[String], name: &str| columns.iter().any(|column| column == name);
    let format = if bitwarden_csv::REQUIRED.iter().all(|name| has(&columns, name)) {
        Some(Format::BitwardenCsv)
    } else if firefox_csv::REQUIRED.iter().all(|name| has(&columns, name)) {
        Some(Format::FirefoxCsv)
    } else if chrome_csv::recognises(&columns) {
        Some(Format::ChromeCsv)
    } else {
        None
    };
    let table_of_another = || (columns.len() > 1).then_some("a table of another program");
    format.ok_or_else(|| ImportError::UnknownFormat { looks_like: table_of_another() })
}
