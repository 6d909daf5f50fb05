//! Reading members and sealed documents, and their hashes.

use super::error::BackupError;
use super::manifest::Part;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use vault_wire::CtRoot;
use vault_wire::blob::{CHUNK_OVERHEAD, CHUNK_SIZE, chunk_hash};
use vault_wire::revision::BlobRef;

/// Copies a sealed document and returns the root over its chunks.
pub(crate) fn copy_sealed(
    from: &mut File,
    blob: &BlobRef,
    to: &mut dyn FnMut(&[u8]) -> Result<(), BackupError>,
) -> Result<CtRoot, BackupError> {
    let sealed_chunk = u64::from(CHUNK_SIZE + CHUNK_OVERHEAD);
    let mut chunks = Vec::new();
    let mut left = blob.ct_size;
    let mut buffer = Vec::new();
    while left > 0 {
        let len = left.min(sealed_chunk);
        buffer.clear();
        if from.take(len).read_to_end(&mut buffer)? as u64 != len {
            return Err(BackupError::Damaged);
        }
        chunks.push(chunk_hash(&buffer));
        to(&buffer)?;
        left -= len;
    }
    Ok(CtRoot::of_chunks(&blob.blob_id, &chunks))
}

/// Reads exactly `size` bytes in pieces. Returns [`BackupError::Damaged`] if there are fewer.
pub(crate) fn pieces(
    from: &mut impl Read,
    size: u64,
    each: &mut dyn FnMut(&[u8]) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    let mut buffer = Vec::new();
    let mut left = size;
    while left > 0 {
        let len = left.min(1 << 20);
        buffer.clear();
        if from.take(len).read_to_end(&mut buffer)? as u64 != len {
            return Err(BackupError::Damaged);
        }
        each(&buffer)?;
        left -= len;
    }
    Ok(())
}

/// Returns the size and hash of a file.
pub(crate) fn part_of(path: &Path) -> Result<Part, BackupError> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut hash = Sha256::new();
    pieces(&mut file, size, &mut |piece| {
        hash.update(piece);
        Ok(())
    })?;
    Ok(Part { size, sha256: hash.finalize().into() })
}

/// Returns whether a file is the sealed document of a signed reference.
pub(crate) fn is_sealed_as(path: &Path, blob: &BlobRef) -> bool {
    let Ok(mut file) = File::open(path) else { return false };
    let length = file.metadata().is_ok_and(|file| file.len() == blob.ct_size);
    length && copy_sealed(&mut file, blob, &mut |_| Ok(())).is_ok_and(|root| root == blob.ct_root)
}
