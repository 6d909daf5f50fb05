//! Tables of other programs, whose columns the user explains.

use crate::{error::ImportError, formats::mapped_columns, meaning::Columns, syntax::text};

/// Reads the columns of a table; whether its first row has their names is guessed if it is not given.
///
/// # Errors
///
/// [`ImportError::UnknownFormat`] if it is no table of at least two columns; those of [`Importer::read`](crate::Importer::read).
pub fn table_columns(bytes: &[u8], header: Option<bool>) -> Result<Columns, ImportError> {
    let (text, western) = text::decode_table(bytes)?;
    let columns = mapped_columns(&text, header)?;
    if columns.width < 2 {
        return Err(ImportError::UnknownFormat { looks_like: None });
    }
    Ok(Columns { western, ..columns })
}
