//! `profile.keys` and its backup copy.

use std::io;
use std::path::Path;

use vault_crypto::{HeaderError, HeaderFile, MAX_HEADER};

use super::error::DiskError;
use super::files;

/// A key file as stored on disk.
pub(crate) struct KeysFile {
    pub(crate) header: HeaderFile,
    pub(crate) bytes: Vec<u8>,
}

/// Why a key file cannot be used.
pub(crate) enum KeysFileError {
    Missing,
    Damaged,
    OtherFormat,
    Disk(DiskError),
}

impl KeysFile {
    pub(crate) fn read(path: &Path) -> Result<Self, KeysFileError> {
        let limit = u64::try_from(MAX_HEADER).unwrap_or(u64::MAX);
        let bytes = files::read_bounded(path, limit).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => KeysFileError::Missing,
            io::ErrorKind::FileTooLarge => KeysFileError::Damaged,
            _ => KeysFileError::Disk(error.into()),
        })?;
        match HeaderFile::parse(&bytes) {
            Ok(header) => Ok(Self { header, bytes }),
            Err(HeaderError::OtherFormat(_)) => Err(KeysFileError::OtherFormat),
            Err(HeaderError::Damaged(_) | HeaderError::Kdf(_) | HeaderError::Slots(_)) => {
                Err(KeysFileError::Damaged)
            }
        }
    }

    pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
        Ok(files::replace(path, bytes)?)
    }
}
