//! The container: a tar archive ("ustar", POSIX.1-1988) in which the names, sizes and contents of the members give every
//! byte. So nothing of it is interpreted: a reader makes the block that must stand in a place and compares.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use vault_wire::BlobId;

use super::check::copy_sealed;
use super::error::BackupError;
use super::manifest::{MAX_MANIFEST, Manifest, blob_name};
use crate::document::DocumentError;

const BLOCK: usize = 512;
/// Two empty blocks.
pub(crate) const END: u64 = 2 * BLOCK as u64;
const MANIFEST: &str = "manifest";
/// What a size is written with in octal digits; larger ones are written in binary, as GNU tar does.
const OCTAL: u64 = 1 << 33;

/// The block before a member: its name has at most 100 bytes.
fn header(name: &str, size: u64) -> Vec<u8> {
    let mut before = Vec::with_capacity(BLOCK);
    let field = |to: &mut Vec<u8>, content: &[u8], len: usize| {
        let end = to.len() + len;
        to.extend(content.iter().take(len));
        to.resize(end, 0);
    };
    field(&mut before, name.as_bytes(), 100);
    field(&mut before, b"0000600\x000000000\x000000000", 24);
    if size < OCTAL {
        field(&mut before, format!("{size:011o}").as_bytes(), 12);
    } else {
        field(&mut before, &[0x80, 0, 0, 0], 4);
        field(&mut before, &size.to_be_bytes(), 8);
    }
    field(&mut before, b"00000000000", 12);
    let mut after = Vec::with_capacity(BLOCK);
    field(&mut after, b"0", 101);
    field(&mut after, b"ustar\x0000", BLOCK - 257);
    // The sum is taken with spaces in its own place.
    let sum: u32 = before.iter().chain(&after).map(|byte| u32::from(*byte)).sum::<u32>() + 8 * 0x20;
    field(&mut before, format!("{sum:06o}\0 ").as_bytes(), 8);
    before.extend(after);
    before
}

/// The zeros after a member.
fn padding(size: u64) -> u64 {
    let block = BLOCK as u64;
    (block - size % block) % block
}

/// The bytes that a member takes.
pub(crate) fn taken(size: u64) -> u64 {
    BLOCK as u64 + size + padding(size)
}

/// Writes a member; `content` is to write exactly its bytes.
pub(crate) fn write_member<E: From<std::io::Error>>(
    to: &mut File,
    name: &str,
    size: u64,
    content: impl FnOnce(&mut File) -> Result<(), E>,
) -> Result<(), E> {
    to.write_all(&header(name, size))?;
    content(to)?;
    Ok(write_zeros(to, padding(size))?)
}

/// Writes the manifest, which comes first.
pub(crate) fn write_manifest(to: &mut File, manifest: &[u8]) -> std::io::Result<()> {
    write_member(to, MANIFEST, manifest.len() as u64, |to| to.write_all(manifest))
}

pub(crate) fn write_zeros(to: &mut File, count: u64) -> std::io::Result<()> {
    std::io::copy(&mut std::io::repeat(0).take(count), to).map(drop)
}

/// Reads past the block that must stand before a member.
pub(crate) fn enter(from: &mut File, name: &str, size: u64) -> Result<(), BackupError> {
    let mut block = [0; BLOCK];
    from.read_exact(&mut block)?;
    if header(name, size) == block { Ok(()) } else { Err(BackupError::Damaged) }
}

/// Reads past the zeros after a member.
pub(crate) fn leave(from: &mut File, size: u64) -> Result<(), BackupError> {
    expect_zeros(from, padding(size))
}

pub(crate) fn expect_zeros(from: &mut File, count: u64) -> Result<(), BackupError> {
    let mut zeros = Vec::new();
    // At most two blocks.
    let read = from.take(count).read_to_end(&mut zeros)?;
    if read as u64 == count && zeros.iter().all(|byte| *byte == 0) {
        Ok(())
    } else {
        Err(BackupError::Damaged)
    }
}

/// A backup whose manifest has been read but not yet authenticated.
pub(crate) struct BackupFile {
    pub(crate) file: File,
    pub(crate) manifest: Manifest,
    pub(crate) body: Vec<u8>,
    pub(crate) mac: [u8; 32],
}

impl BackupFile {
    /// Writes one sealed document out, if the backup has it, and checks it. The manifest is authenticated before.
    pub(crate) fn extract(&mut self, blob_id: &BlobId, to: &mut File) -> Result<(), BackupError> {
        let Self { file, manifest, .. } = self;
        let at = manifest.blobs.binary_search_by_key(blob_id, |blob| blob.blob_id);
        let (before, rest) = manifest.blobs.split_at(at.map_err(|_| BackupError::LeftOut)?);
        let blob = rest.first().ok_or(BackupError::LeftOut)?;
        let before = before.iter().map(|blob| taken(blob.ct_size)).sum::<u64>();
        let begin = file.metadata()?.len().saturating_sub(manifest.length());
        let begin = begin + taken(manifest.keys.size) + taken(manifest.database.size) + before;
        file.seek(SeekFrom::Start(begin))?;
        enter(file, &blob_name(blob_id), blob.ct_size)?;
        let root = copy_sealed(file, blob, &mut |piece| Ok(to.write_all(piece)?))?;
        if root == blob.ct_root { Ok(()) } else { Err(BackupError::Damaged) }
    }

    /// Opens a file and reads its manifest.
    pub(crate) fn open(path: &Path) -> Result<Self, BackupError> {
        // Asked before opening too: to open a pipe would wait for its other end.
        if !path.metadata()?.is_file() {
            return Err(DocumentError::NotAFile.into());
        }
        Self::read(File::open(path)?)
    }

    pub(crate) fn read(mut file: File) -> Result<Self, BackupError> {
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(0))?;
        let mut block = [0; BLOCK];
        file.read_exact(&mut block).map_err(|error| match BackupError::from(error) {
            BackupError::Damaged => BackupError::NotABackup,
            other => other,
        })?;
        let size = block.get(124..135).and_then(|digits| std::str::from_utf8(digits).ok());
        let size = size.and_then(|digits| u64::from_str_radix(digits, 8).ok()).unwrap_or(u64::MAX);
        if size > MAX_MANIFEST || header(MANIFEST, size) != block {
            return Err(BackupError::NotABackup);
        }
        let mut bytes = Vec::new();
        (&mut file).take(size).read_to_end(&mut bytes)?;
        let (manifest, body, mac) = Manifest::parse(&bytes)?;
        leave(&mut file, size)?;
        if length != taken(size) + manifest.length() {
            return Err(BackupError::Damaged);
        }
        Ok(Self { file, manifest, body, mac })
    }
}

/// Looks whether a file is a backup at all, and answers with its bytes. Nothing of it is believed.
///
/// # Errors
/// See [`BackupError`].
pub fn look_at(path: &Path) -> Result<u64, BackupError> {
    let backup = BackupFile::open(path)?;
    Ok(backup.file.metadata()?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_the_one_that_tar_writes() {
        let block = header("vault.db", 0o1234);
        assert_eq!(block.len(), 512);
        assert!(block.starts_with(b"vault.db\0"));
        assert_eq!(&block[100..136], b"0000600\x000000000\x000000000\x0000000001234\0");
        assert_eq!(&block[257..265], b"ustar\x0000");
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum::<u32>()
            - block[148..156].iter().map(|byte| u32::from(*byte)).sum::<u32>()
            + 8 * 32;
        assert_eq!(&block[148..156], format!("{sum:06o}\0 ").as_bytes());
        assert_eq!(&header("x", OCTAL)[124..136], [0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0]);
        assert_eq!(&header("x", OCTAL - 1)[124..136], b"77777777777\0");
    }

    #[test]
    fn members_begin_at_whole_blocks() {
        for (size, whole) in [(0, 512), (1, 1024), (512, 1024), (513, 1536)] {
            assert_eq!(taken(size), whole);
        }
    }
}
