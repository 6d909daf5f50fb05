//! Finding the one of `profile.keys` and its backup copy whose slot opens.

use vault_crypto::{Header, HeaderFile, RootKey, SecretKey, SecretText};
use vault_wire::ProfileId;

use super::error::UnlockError;
use crate::disk::{Folder, KeysFile, KeysFileError};

/// The root key, and what is known about the key file it comes from.
pub(crate) struct Opened {
    pub(crate) root_key: RootKey,
    pub(crate) file: KeysFile,
    /// Whether the file's own check holds.
    pub(crate) authentic: bool,
    /// Whether `profile.keys` itself has to be put right.
    pub(crate) main_differs: bool,
}

/// The key file and its copy, as far as they can be read, the newer one first.
pub(crate) struct Candidates {
    files: Vec<KeysFile>,
    main: Option<Vec<u8>>,
}

impl Candidates {
    /// Reads both. Nothing is derived yet.
    pub(crate) fn read(folder: &Folder, id: ProfileId) -> Result<Self, UnlockError> {
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
    pub(crate) fn open(
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
    pub(crate) fn headers(&self) -> impl Iterator<Item = &Header> {
        self.files.iter().map(|file| file.header.unverified())
    }
}

/// Tries the password on each slot for passwords.
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
