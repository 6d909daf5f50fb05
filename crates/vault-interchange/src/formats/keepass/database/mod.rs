//! The content of a database, which KDBX and the XML export share.

mod codes;
mod entry;
mod history;
mod model;
mod passkey;
mod read;
mod references;

use crate::{builder::ImportBuilder, error::ImportError, report::ParsedFile, syntax::xml::XmlReader};

pub(super) use model::{Attached, Origin, Unprotect};

/// Reads the content of a database.
pub(super) fn read(
    xml: &str,
    origin: Origin,
    mut import: ImportBuilder<'_>,
) -> Result<ParsedFile, ImportError> {
    let mut database = read::database(XmlReader::new(xml), origin, &mut import)?;
    references::resolve(&mut database, &mut import);
    entry::add_all(database, &mut import)?;
    Ok(import.finish())
}
