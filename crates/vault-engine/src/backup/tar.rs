//! The container: a tar archive ("ustar", POSIX.1-1988) whose every byte follows from the names, sizes and contents of
//! its members. So no header is parsed: a reader makes the expected block and compares.

use std::fs::File;
use std::io::{Read, Write};

use super::error::BackupError;

pub(super) const BLOCK: usize = 512;
/// The size of the end mark: two empty blocks.
pub(crate) const END: u64 = 2 * BLOCK as u64;
pub(super) const MANIFEST: &str = "manifest";
/// The limit for sizes in octal digits; larger ones are written in binary, as GNU tar does.
const OCTAL: u64 = 1 << 33;

/// Makes the header block of a member; its name has at most 100 bytes.
pub(super) fn header(name: &str, size: u64) -> Vec<u8> {
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
    // The checksum is computed with spaces in its own field.
    let sum: u32 = before.iter().chain(&after).map(|byte| u32::from(*byte)).sum::<u32>() + 8 * 0x20;
    field(&mut before, format!("{sum:06o}\0 ").as_bytes(), 8);
    before.extend(after);
    before
}

/// Returns the number of zeros after a member.
fn padding(size: u64) -> u64 {
    let block = BLOCK as u64;
    (block - size % block) % block
}

/// Returns the number of bytes that a member takes in the archive.
pub(crate) fn padded_size(size: u64) -> u64 {
    BLOCK as u64 + size + padding(size)
}

/// Writes a member; `content` must write exactly `size` bytes.
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

/// Writes the manifest, the first member.
pub(crate) fn write_manifest(to: &mut File, manifest: &[u8]) -> std::io::Result<()> {
    write_member(to, MANIFEST, manifest.len() as u64, |to| to.write_all(manifest))
}

pub(crate) fn write_zeros(to: &mut File, count: u64) -> std::io::Result<()> {
    std::io::copy(&mut std::io::repeat(0).take(count), to).map(drop)
}

/// Reads the header block of a member and compares it with the expected one.
pub(crate) fn read_header(from: &mut File, name: &str, size: u64) -> Result<(), BackupError> {
    let mut block = [0; BLOCK];
    from.read_exact(&mut block)?;
    if header(name, size) == block { Ok(()) } else { Err(BackupError::Damaged) }
}

/// Reads the padding after a member and checks that it is zeros.
pub(crate) fn read_padding(from: &mut File, size: u64) -> Result<(), BackupError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_equals_that_of_tar() {
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
    fn members_begin_at_block_boundaries() {
        for (size, whole) in [(0, 512), (1, 1024), (512, 1024), (513, 1536)] {
            assert_eq!(padded_size(size), whole);
        }
    }
}
