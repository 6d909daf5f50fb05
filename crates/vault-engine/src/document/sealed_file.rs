//! The sealed file of a document.

use super::error::DocumentError;
use super::pipeline::{Buffer, as_len};
use crate::disk::BlobFolder;
use crate::item::Attachment;
use std::fs::File;
use std::io::{ErrorKind, Read};
use vault_wire::blob::{BlobLayout, CHUNK_OVERHEAD, CHUNK_SIZE};
use vault_wire::revision::BlobRef;

/// Returns the layout of a sealed document. Fails if the signed reference does not match the attachment.
pub(crate) fn layout_of(attachment: &Attachment, signed: &BlobRef) -> Result<BlobLayout, DocumentError> {
    let layout = BlobLayout::new(attachment.size).map_err(|_| DocumentError::Damaged)?;
    let fits = signed.blob_id == attachment.blob_id && signed.ct_size == layout.sealed();
    if fits { Ok(layout) } else { Err(DocumentError::Damaged) }
}

/// Returns the layout of a sealed document without its attachment: of its padded length. Fails if no document has the
/// signed length.
pub(crate) fn padded_layout_of(signed: &BlobRef) -> Result<BlobLayout, DocumentError> {
    let chunks = signed.ct_size.div_ceil(u64::from(CHUNK_SIZE + CHUNK_OVERHEAD));
    let padded = signed.ct_size.checked_sub(chunks * u64::from(CHUNK_OVERHEAD));
    let layout = padded.and_then(|padded| BlobLayout::new(padded).ok());
    layout.filter(|layout| layout.sealed() == signed.ct_size).ok_or(DocumentError::Damaged)
}

/// Opens a sealed file. Fails if it is missing, was not downloaded yet, or does not have the signed length.
pub(crate) fn sealed_file(
    attachment: &Attachment,
    signed: &BlobRef,
    blobs: &BlobFolder,
) -> Result<(File, BlobLayout), DocumentError> {
    let layout = layout_of(attachment, signed)?;
    Ok((open_sealed(signed, blobs)?, layout))
}

/// The same without the attachment.
pub(crate) fn open_sealed(signed: &BlobRef, blobs: &BlobFolder) -> Result<File, DocumentError> {
    let file = File::open(blobs.path_of(&signed.blob_id)).map_err(|error| match error.kind() {
        ErrorKind::NotFound if blobs.expects(&signed.blob_id) => DocumentError::NotHere,
        ErrorKind::NotFound => DocumentError::Damaged,
        _ => error.into(),
    })?;
    if file.metadata()?.len() == signed.ct_size { Ok(file) } else { Err(DocumentError::Damaged) }
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
