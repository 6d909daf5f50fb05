//! Reading a file from disk within bounds.

use std::{
    fs::{self, File},
    io::{ErrorKind, Read},
    path::Path,
};

use rand_core::Rng;
use vault_engine::clock::Timestamp;
use zeroize::Zeroizing;

use crate::{ImportError, Parsed, detect, limits, parse};

/// Reads a whole file into memory that is wiped afterwards.
///
/// # Errors
///
/// [`ImportError::Unreadable`] if it cannot be read or is no ordinary file, [`ImportError::TooLarge`] before anything
/// is read if it is larger than [`limits::FILE_BYTES`].
pub fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let unreadable = |error: std::io::Error| ImportError::Unreadable(error.kind());
    // Before opening: a pipe would wait for its other end.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(ImportError::Unreadable(ErrorKind::InvalidInput));
    }
    let file = File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    if size > limits::FILE_BYTES {
        return Err(ImportError::TooLarge);
    }
    let capacity = usize::try_from(size).map_err(|_| ImportError::TooLarge)?;
    // One byte more, so that finding the end does not make the buffer grow and leave a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(capacity + 1));
    // The file may have grown since.
    file.take(limits::FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limits::FILE_BYTES { Err(ImportError::TooLarge) } else { Ok(bytes) }
}

/// Reads a file from disk, finds its format and parses it.
///
/// # Errors
///
/// What [`read_file`], [`detect`](crate::detect()) and [`parse`](crate::parse()) say.
pub fn import_file(path: &Path, now: Timestamp, rng: &mut dyn Rng) -> Result<Parsed, ImportError> {
    let bytes = read_file(path)?;
    parse(detect(&bytes)?, &bytes, now, rng)
}
