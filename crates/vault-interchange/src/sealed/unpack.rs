//! Decompression within limits.

use std::io::{ErrorKind, Read};

use flate2::read::MultiGzDecoder;
use zeroize::Zeroizing;

use crate::{error::ImportError, limits};

/// Expands gzip.
///
/// # Errors
/// As [`read_all`].
pub(crate) fn gunzip(bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    read_all(MultiGzDecoder::new(bytes), bytes.len())
}

/// Reads what `packed` bytes expand to.
///
/// # Errors
/// [`ImportError::TooLargeUnpacked`] beyond [`limits::UNPACKED_BYTES`] or [`limits::RATIO`]; [`ImportError::Damaged`]
/// if it cannot be expanded.
pub(crate) fn read_all(source: impl Read, packed: usize) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let most = packed.saturating_mul(limits::RATIO).clamp(limits::UNPACKED_ANYWAY, limits::UNPACKED_BYTES);
    let mut bytes = Zeroizing::new(Vec::new());
    let limit = u64::try_from(most).map_or(u64::MAX, |most| most.saturating_add(1));
    match source.take(limit).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() > most => Err(ImportError::TooLargeUnpacked),
        Ok(_) => Ok(bytes),
        Err(error) if error.kind() == ErrorKind::OutOfMemory => Err(ImportError::OutOfMemory),
        Err(_) => Err(ImportError::Damaged),
    }
}
