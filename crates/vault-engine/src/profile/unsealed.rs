//! A profile between the opening of its root key and that of its database.

use std::time::Duration;

use vault_crypto::{RootKey, SecretKey};
use vault_wire::ProfileId;

use super::candidates::Opened;
use crate::disk::{Folder, KeysFile, Lock};

/// A profile whose root key is open, but not its database yet.
pub struct Unsealed {
    pub(super) id: ProfileId,
    pub(crate) root_key: RootKey,
    /// The key file that was opened.
    pub(crate) file: KeysFile,
    pub(crate) authentic: bool,
    pub(super) main_differs: bool,
    pub(super) secret_key: SecretKeyLocation,
    pub(super) lock: Option<Lock>,
    /// How long the password check took.
    pub(super) took: Option<Duration>,
    /// Whether it is opened beside the one that the user works with, and is not the one to offer at the next start.
    pub(super) beside: bool,
}

/// Where the Secret Key is, and whether it is to be stored elsewhere.
pub(super) enum SecretKeyLocation {
    /// In its place. If that is the file, the user gets a notice.
    Kept { in_file: bool },
    /// To be stored.
    ToKeep { key: SecretKey, keychain_works: bool },
    /// Unchanged since the profile was opened.
    AsItWas,
    /// To be read from the database and stored.
    Sealed,
}

impl SecretKeyLocation {
    /// Returns whether the keychain is in use for the profile in `folder`. One that did not answer is not asked again.
    pub(super) fn is_in_keychain(&self, folder: &Folder) -> bool {
        match self {
            Self::Kept { in_file } => !in_file,
            Self::ToKeep { key: _, keychain_works } => *keychain_works,
            Self::AsItWas | Self::Sealed => !folder.secret_key().exists(),
        }
    }
}

impl Unsealed {
    pub(crate) fn new_profile(id: ProfileId, root_key: RootKey, file: KeysFile, in_file: bool) -> Self {
        let secret_key = SecretKeyLocation::Kept { in_file };
        Self {
            id,
            root_key,
            file,
            authentic: true,
            main_differs: false,
            secret_key,
            lock: None,
            took: None,
            beside: false,
        }
    }

    pub(super) fn of(
        id: ProfileId,
        opened: Opened,
        secret_key: SecretKeyLocation,
        lock: Option<Lock>,
    ) -> Self {
        let Opened { root_key, file, authentic, main_differs } = opened;
        Self { id, root_key, file, authentic, main_differs, secret_key, lock, took: None, beside: false }
    }

    /// Returns a profile whose root key was just changed. The Secret Key is stored if it was replaced as well.
    pub(crate) fn rotated(
        id: ProfileId,
        root_key: RootKey,
        file: KeysFile,
        (key, changed): (SecretKey, bool),
        lock: Option<Lock>,
    ) -> Self {
        let secret_key = if changed {
            SecretKeyLocation::ToKeep { key, keychain_works: true }
        } else {
            SecretKeyLocation::AsItWas
        };
        Self {
            id,
            root_key,
            file,
            authentic: true,
            main_differs: false,
            secret_key,
            lock,
            took: None,
            beside: false,
        }
    }
}
