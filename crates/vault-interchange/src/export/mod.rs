//! Export to files that other programs read.
//!
//! [`export`] reads items one at a time from an [`ItemSource`] and writes them to a stream, so memory is flat in their number.
//! As in an import nothing is dropped silently: what a format has no place for becomes a custom field or a
//! [`Remark`](crate::Remark).

mod bitwarden;
mod csv;
mod cxf;
mod guid;
mod kdbx;
pub(crate) mod labels;
mod output;
mod remarks;
mod rest;
mod source;

use std::io::Write;

use rand_core::CryptoRng;
use vault_engine::ItemId;

use output::Export;
pub use source::{ExportFormat, ExportOptions, ExportReport, Exported, ItemSource};

/// Writes items to a file in a format.
///
/// # Errors
/// Returns the source's error, which is also made of an error of `to`.
pub fn export<S: ItemSource>(
    format: ExportFormat,
    ids: &[ItemId],
    options: &ExportOptions,
    source: &mut S,
    to: impl Write,
    rng: &mut dyn CryptoRng,
) -> Result<ExportReport, S::Error> {
    let mut export = Export::begin();
    match format {
        ExportFormat::Kdbx => kdbx::write(&mut export, ids, options, source, to, rng)?,
        ExportFormat::BitwardenEncrypted => {
            bitwarden::write_encrypted(&mut export, ids, options, source, to, rng)?;
        }
        ExportFormat::BitwardenJson => bitwarden::write(&mut export, ids, source, to)?,
        ExportFormat::Cxf => cxf::write(&mut export, ids, options, source, to, rng)?,
        ExportFormat::Csv => csv::write(&mut export, ids, source, to)?,
    }
    Ok(export.finish())
}
