//! Choosing between `profile.keys` and its backup copy.

use vault_crypto::{Header, HeaderFile, RootKey, SecretKey, SecretText};
use vault_wire::ProfileId;

use super::error::UnlockError;
use crate::disk::{Folder, KeysFile, KeysFileError};

/// A root key, and the key file that it comes from.
pub(crate) struct Opened {
    pub(crate) root_key: RootKey,
    pub(crate) file: KeysFile,
    /// Whether the file is authentic.
    pub(crate) authentic: bool,
    /// Whether `profile.keys` itself differs and must be replaced.
    pub(crate) main_differs: bool,
}

/// The readable ones of the key file and its copy, the newer one first.
pub(crate) struct Candidates {
    files: Vec<KeysFile>,
    main: Option<Vec<u8>>,
}

impl Candidates {
    /// Reads both files, without deriving anything.
    pub(crate) fn read(folder: &Folder, id: ProfileId) -> Result<Self, UnlockError> {
        let main = KeysFile::read(&folder.keys());
        // The copy may still have an older format; the file itself decides.
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
        // A file of another profile can only have been put here by hand.
        files.retain(|file| *file.header.unverified().profile_id() == id);
        files.dedup_by(|copy, main| copy.bytes == main.bytes);
        // The sort is stable: of two files of the same version the main one comes first.
        files.sort_by_key(|file| std::cmp::Reverse(file.header.unverified().version()));
        match (files.is_empty(), unreadable) {
            (false, _) => Ok(Self { files, main: main_bytes }),
            (true, Some(error)) => Err(UnlockError::Disk(error)),
            (true, None) => Err(UnlockError::HeaderDamaged),
        }
    }

    /// Returns the first file that opens and is authentic; else the last one that opens but is not. A file is skipped
    /// if the other one is newer and authentic under the same root key.
    pub(crate) fn open(
        self,
        mut open: impl FnMut(&Header) -> Result<Option<RootKey>, UnlockError>,
    ) -> Result<Option<Opened>, UnlockError> {
        let mut second_best = None;
        let all: Vec<HeaderFile> = self.files.iter().map(|file| file.header.clone()).collect();
        for file in self.files {
            let Some(root_key) = open(file.header.unverified())? else { continue };
            // After a crash between file and copy, a removed unlock method must not work by the older one.
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

    /// Returns the unverified headers.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &Header> {
        self.files.iter().map(|file| file.header.unverified())
    }
}

/// Tries a password on all password slots; `None` if it opens none.
pub(crate) fn open_any(
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
