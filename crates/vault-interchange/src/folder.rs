//! A folder that is an export, packed into an archive in memory, so that the readers of archives read it.

use std::{
    fs,
    io::{ErrorKind, Read},
    path::Path,
};

use flate2::Crc;
use zeroize::Zeroizing;

use crate::{error::ImportError, limits};

/// Files in a folder: the directory of an archive counts them in 16 bits.
const FILES: usize = 10_000;

/// Packs all files below a folder, without compression. Links are not followed.
///
/// # Errors
/// [`ImportError::Unreadable`], [`ImportError::TooManyValues`] beyond ten thousand files, [`ImportError::TooDeep`], or
/// [`ImportError::TooLarge`] beyond [`limits::FILE_BYTES`].
pub(crate) fn pack(folder: &Path) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let mut files = Vec::new();
    list(folder, "", 0, &mut files)?;
    let total: u64 = files.iter().map(|(_, size)| *size).sum();
    let space: usize = files.iter().map(|(name, _)| 2 * name.len() + 128).sum();
    if total > limits::FILE_BYTES {
        return Err(ImportError::TooLarge);
    }
    let size = usize::try_from(total).map_err(|_| ImportError::TooLarge)?;
    // Large enough from the beginning: growing would leave copies behind.
    let mut archive = Zeroizing::new(Vec::with_capacity(size + space));
    let mut directory = Vec::with_capacity(space);
    for (name, size) in &files {
        let place = number(archive.len())?;
        let file = fs::File::open(folder.join(name)).map_err(unreadable)?;
        let length = usize::try_from(*size).map_err(|_| ImportError::TooLarge)?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(length + 1));
        file.take(*size).read_to_end(&mut bytes).map_err(unreadable)?;
        let mut crc = Crc::new();
        crc.update(&bytes);
        let mut common = vec![20, 0, 0, 8, 0, 0, 0, 0, 0, 0];
        for value in [crc.sum(), number(bytes.len())?, number(bytes.len())?] {
            common.extend_from_slice(&value.to_le_bytes());
        }
        let length = u16::try_from(name.len()).map_err(|_| ImportError::TooLarge)?;
        common.extend_from_slice(&length.to_le_bytes());
        common.extend_from_slice(&[0, 0]);
        archive.extend_from_slice(b"PK\x03\x04");
        archive.extend_from_slice(&common);
        archive.extend_from_slice(name.as_bytes());
        archive.extend_from_slice(&bytes);
        directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        directory.extend_from_slice(&common);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&place.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let count = u16::try_from(files.len()).map_err(|_| ImportError::TooManyValues)?.to_le_bytes();
    let place = number(archive.len())?;
    archive.extend_from_slice(&directory);
    archive.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    archive.extend_from_slice(&count);
    archive.extend_from_slice(&count);
    archive.extend_from_slice(&number(directory.len())?.to_le_bytes());
    archive.extend_from_slice(&place.to_le_bytes());
    archive.extend_from_slice(&[0, 0]);
    Ok(archive)
}

#[expect(clippy::needless_pass_by_value, reason = "the signature of a mapped error")]
fn unreadable(error: std::io::Error) -> ImportError {
    ImportError::Unreadable(error.kind())
}

fn number(size: usize) -> Result<u32, ImportError> {
    u32::try_from(size).map_err(|_| ImportError::TooLarge)
}

/// Lists the files below a folder with their sizes, sorted.
fn list(
    folder: &Path,
    prefix: &str,
    depth: usize,
    files: &mut Vec<(String, u64)>,
) -> Result<(), ImportError> {
    if depth > limits::DEPTH {
        return Err(ImportError::TooDeep);
    }
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder.join(prefix)).map_err(unreadable)? {
        entries.push(entry.map_err(unreadable)?);
        if entries.len() + files.len() > FILES {
            return Err(ImportError::TooManyValues);
        }
    }
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let Ok(name) = entry.file_name().into_string() else {
            return Err(ImportError::Unreadable(ErrorKind::InvalidFilename));
        };
        let name = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        let kind = entry.file_type().map_err(unreadable)?;
        if kind.is_dir() {
            list(folder, &name, depth + 1, files)?;
        } else if kind.is_file() {
            files.push((name, entry.metadata().map_err(unreadable)?.len()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealed::zip::Archive;

    #[test]
    fn a_folder_becomes_an_archive_of_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        fs::create_dir_all(place("in/deep")).unwrap();
        fs::write(place("a.js"), b"first").unwrap();
        fs::write(place("in/deep/b.js"), b"second").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(place("a.js"), place("link.js")).unwrap();
        let bytes = pack(folder.path()).unwrap();
        let archive = Archive::read(&bytes).unwrap();
        assert_eq!(archive.names().collect::<Vec<_>>(), ["a.js", "in/deep/b.js"]);
        assert_eq!(&*archive.open("in/deep/b.js").unwrap(), b"second");
    }

    #[test]
    fn t51_endless_folders_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut deep = folder.path().to_owned();
        for _ in 0..limits::DEPTH + 2 {
            deep.push("d");
        }
        fs::create_dir_all(&deep).unwrap();
        assert_eq!(pack(folder.path()).err(), Some(ImportError::TooDeep));
        let large = tempfile::tempdir().unwrap();
        // Sparse: it has the size and takes no space on disk.
        fs::File::create(large.path().join("huge")).unwrap().set_len(limits::FILE_BYTES + 1).unwrap();
        assert_eq!(pack(large.path()).err(), Some(ImportError::TooLarge));
    }
}
