//! Sealing a document again for another item: two items never share a document.

use std::io;

use vault_wire::revision::BlobRef;

use crate::disk::BlobFolder;
use crate::document::{ChunkList, DocumentError, DocumentReader, NewBlob, Progress, SealedDocument, seal};
use crate::item::Attachment;

/// Verifies a document of `from` against its signed reference and seals it into `to`, under a new id and key.
///
/// # Errors
/// Returns [`DocumentError::Damaged`] if it does not verify or open, [`DocumentError::Cancelled`] if `progress`
/// cancelled. Fails with the disk.
pub(crate) fn reseal(
    (old, signed): (&Attachment, &BlobRef),
    from: &BlobFolder,
    new: NewBlob,
    to: &BlobFolder,
    progress: Progress<'_>,
) -> Result<SealedDocument, DocumentError> {
    let list = ChunkList::make(old, signed, from, &mut |_| progress(0))?;
    let source = DocumentReader::new(old, list, from)?;
    seal(source, old.size, new, to, progress).map_err(|error| match error {
        DocumentError::Io(error) if error.kind() == io::ErrorKind::InvalidData => DocumentError::Damaged,
        other => other,
    })
}
