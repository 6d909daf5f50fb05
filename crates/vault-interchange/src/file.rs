//! Reads a file from disk within bounds.

use std::{
    fs::{self, File},
    io::{ErrorKind, Read},
    path::Path,
};

use rand_core::Rng;
use vault_engine::clock::Timestamp;
use zeroize::Zeroizing;

use crate::{
    detect::detect, error::ImportError, folder, formats::is_export, limits, options::Options,
    report::ParsedFile,
};

/// Reads a whole file into memory that is zeroized on drop. A folder is packed into an archive; those of some programs are
/// exports.
///
/// # Errors
///
/// [`ImportError::Unreadable`] if it cannot be read or is not a regular file; [`ImportError::TooLarge`], before anything
/// is read, if it is larger than [`limits::FILE_BYTES`].
pub fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    // An ordinary folder would be read to its end in vain.
    if path.is_dir() && is_export(path) { folder::pack(path) } else { read_at_most(path, limits::FILE_BYTES) }
}

/// Reads a key file; it may be any file of at most [`limits::KEY_FILE_BYTES`].
///
/// # Errors
///
/// As [`read_file`].
pub fn read_key_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    read_at_most(path, limits::KEY_FILE_BYTES)
}

fn read_at_most(path: &Path, most: u64) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let unreadable = |error: std::io::Error| ImportError::Unreadable(error.kind());
    // Checked before opening: opening a pipe blocks until its other end is open.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(ImportError::Unreadable(ErrorKind::InvalidInput));
    }
    let file = File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    if size > most {
        return Err(ImportError::TooLarge);
    }
    let capacity = usize::try_from(size).map_err(|_| ImportError::TooLarge)?;
    // One byte more: reading up to the end must not grow the buffer, which would leave a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(capacity + 1));
    // The file may have grown since.
    file.take(most + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > most { Err(ImportError::TooLarge) } else { Ok(bytes) }
}

/// Reads a file from disk, finds its format and parses it.
///
/// # Errors
///
/// The errors of [`read_file`], [`detect`](crate::detect()) and [`Importer::read`](crate::Importer::read).
pub fn import_file(
    path: &Path,
    options: &Options,
    now: Timestamp,
    rng: &mut dyn Rng,
) -> Result<ParsedFile, ImportError> {
    let bytes = read_file(path)?;
    detect(&bytes)?.read(&bytes, options, now, rng)
}
