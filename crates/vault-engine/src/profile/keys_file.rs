//! `profile.keys` and its backup copy: reading either, and finding the one whose slot opens.

use std::io;
use std::path::Path;

use vault_crypto::{Header, HeaderError, HeaderFile, MAX_HEADER, RootKey, SecretKey, SecretText};
use vault_wire::ProfileId;

use super::{DiskError, Folder, UnlockError, files};

/// A key file as it lies on the disk.
pub(crate) struct KeysFile {
    pub(crate) header: HeaderFile,
    pub(crate) bytes: Vec<u8>,
}

/// Why a key file is of no use.
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

/// The root key, and what is known about the key file it comes from.
pub(super) struct Opened {
    pub(super) root_key: RootKey,
    pub(super) file: KeysFile,
    /// Whether the file's own check holds.
    pub(super) authentic: bool,
    /// Whether `profile.keys` itself has to be put right.
    pub(super) main_differs: bool,
}

/// The key file and its copy, as far as they can be read, the newer one first.
pub(super) struct Candidates {
    files: Vec<KeysFile>,
    main: Option<Vec<u8>>,
}

impl Candidates {
    /// Reads both. Nothing is derived yet.
    pub(super) fn read(folder: &Folder, id: ProfileId) -> Result<Self, UnlockError> {
        let main = KeysFile::read(&folder.keys());
        // The copy may still be of the format before; the file itself decides.
        if let Err(KeysFileError::OtherFormat) = main {
            return Err(UnlockError::Newer);
        }
        let copy = KeysFile::read(&folder.keys_backup());
        let unreadable = match (&main, &copy) {
            (Err(KeysFileError::Disk(error)), Err(_)) => Some(*error),
            _ => None,
        };
        let main_bytes = main.as_ref().ok().map(|file| file.bytes.clone());
        let mut files: Vec<KeysFile> = [main, copy].into_iter().filter_map(Result::ok).collect();
        // A file of another profile was put here by hand.
        files.retain(|file| *file.header.unverified().profile_id() == id);
        files.dedup_by(|copy, main| copy.bytes == main.bytes);
        // Stable: of two equally new ones the file itself comes first.
        files.sort_by_key(|file| std::cmp::Reverse(file.header.unverified().version()));
        match (files.is_empty(), unreadable) {
            (false, _) => Ok(Self { files, main: main_bytes }),
            (true, Some(error)) => Err(UnlockError::Disk(error)),
            (true, None) => Err(UnlockError::HeaderDamaged),
        }
    }

    /// Tries each file until one opens that is as it was written. One that opens but was changed is taken only if there is
    /// no better; one that was followed by a later file of the same root key is not taken.
    pub(super) fn open(
        self,
        mut open: impl FnMut(&Header) -> Result<Option<RootKey>, UnlockError>,
    ) -> Result<Option<Opened>, UnlockError> {
        let mut second_best = None;
        let all: Vec<HeaderFile> = self.files.iter().map(|file| file.header.clone()).collect();
        for file in self.files {
            let Some(root_key) = open(file.header.unverified())? else { continue };
            // A crash between a file and its copy must not leave what was just taken away in force.
            let version = file.header.pin().version();
            if all.iter().any(|other| other.pin().version() > version && other.is_authentic(&root_key)) {
                continue;
            }
            let authentic = file.header.is_authentic(&root_key);
            let main_differs = self.main.as_deref() != Some(&file.bytes);
            let opened = Opened { root_key, file, authentic, main_differs };
            if authentic {
                return Ok(Some(opened));
            }
            second_best = Some(opened);
        }
        Ok(second_best)
    }

    /// What they say of the ways to open the profile.
    pub(super) fn headers(&self) -> impl Iterator<Item = &Header> {
        self.files.iter().map(|file| file.header.unverified())
    }
}

/// Tries the password on each slot for passwords.
pub(super) fn open_any(
    header: &Header,
    password: &SecretText,
    secret_key: &SecretKey,
) -> Result<Option<RootKey>, UnlockError> {
    for slot in header.password_slots() {
        match slot.open(header.profile_id(), password, secret_key) {
            Ok((root_key, _)) => return Ok(Some(root_key)),
            Err(vault_crypto::UnlockError::Wrong(_)) => {}
            Err(vault_crypto::UnlockError::Stretch(error)) => return Err(error.into()),
        }
    }
    Ok(None)
}
