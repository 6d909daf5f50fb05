//! Notices to show after unlocking.

/// A notice that is shown once after unlocking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The Secret Key is kept in a file of the profile because the system's keychain cannot be used.
    KeychainUnavailable,
    /// The key file was damaged and has been restored from its backup copy.
    HeaderRestored,
    /// The key file was changed from outside and there is no good copy: the profile is read-only.
    HeaderDamaged,
    /// The disk cannot be written.
    DiskReadOnly,
    /// The database is older than the last known one.
    RolledBack,
}

impl Notice {
    /// Returns the notice as an English sentence.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::KeychainUnavailable => {
                "The system's keychain cannot be used, so the Secret Key is kept in a file that only you can read."
            }
            Self::HeaderRestored => {
                "The key file of this vault was damaged and has been restored from its copy."
            }
            Self::HeaderDamaged => {
                "The key file of this vault was changed from outside. It is open for reading only; save what you need \
                 and restore the vault's folder from a backup."
            }
            Self::DiskReadOnly => {
                "The vault lies on a disk that cannot be written, so it is open for reading only."
            }
            Self::RolledBack => {
                "The database of this profile is older than the one that was last written on this computer. It is open \
                 for reading only until you decide whether to use it."
            }
        }
    }
}
