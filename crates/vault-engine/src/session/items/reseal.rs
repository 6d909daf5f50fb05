//! Sealing a document once more, for another item: two items never share one.

use std::io;

use vault_wire::revision::BlobRef;

use crate::disk::BlobFolder;
use crate::document::{ChunkList, DocumentError, DocumentReader, NewBlob, Progress, SealedDocument, seal};
use crate::item::Attachment;

/// Seals a document of `from`, which must be as it was signed, into `to`, under a new name and key.
///
/// # Errors
/// [`DocumentError::Damaged`] if it does not open; cancelled, or the disk.
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
