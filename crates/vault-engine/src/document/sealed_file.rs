//! The sealed file of a document.

use super::error::DocumentError;
use super::pipeline::{Buffer, as_len};
use crate::disk::BlobFolder;
use crate::item::Attachment;
use std::fs::File;
use std::io::{ErrorKind, Read};
use vault_wire::blob::{BlobLayout, CHUNK_OVERHEAD};
use vault_wire::revision::BlobRef;

/// Returns the layout of a sealed document. Fails if the signed reference does not match the attachment.
pub(crate) fn layout_of(attachment: &Attachment, signed: &BlobRef) -> Result<BlobLayout, DocumentError> {
    let layout = BlobLayout::new(attachment.size).map_err(|_| DocumentError::Damaged)?;
    let fits = signed.blob_id == attachment.blob_id && signed.ct_size == layout.sealed();
    if fits { Ok(layout) } else { Err(DocumentError::Damaged) }
}

/// Opens a sealed file. Fails if it is missing or does not have the signed length.
pub(crate) fn sealed_file(
    attachment: &Attachment,
    signed: &BlobRef,
    blobs: &BlobFolder,
) -> Result<(File, BlobLayout), DocumentError> {
    let layout = layout_of(attachment, signed)?;
    let file = File::open(blobs.path_of(&attachment.blob_id)).map_err(|error| match error.kind() {
        ErrorKind::NotFound => DocumentError::Damaged,
        _ => error.into(),
    })?;
    if file.metadata()?.len() == layout.sealed() { Ok((file, layout)) } else { Err(DocumentError::Damaged) }
}

/// Reads the next sealed chunk, which must be chunk `index`.
pub(crate) fn fill(
    source: &mut impl Read,
    layout: &BlobLayout,
    index: u32,
    buffer: &mut Buffer,
) -> Result<(), DocumentError> {
    buffer.resize(as_len(layout.chunk_len(index)) + as_len(CHUNK_OVERHEAD), 0);
    source.read_exact(buffer).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => DocumentError::Damaged,
        _ => error.into(),
    })
}
