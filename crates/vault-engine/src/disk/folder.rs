use std::path::{Path, PathBuf};

/// The paths of one profile's files.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.0.join("profile.keys")
    }

    pub(crate) fn keys_backup(&self) -> PathBuf {
        self.0.join("profile.keys.bak")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.0.join("vault.db")
    }

    /// Returns the path of the copy of the database under the new root key while the key is changed; see `rotate.rs`.
    pub(crate) fn next_database(&self) -> PathBuf {
        self.0.join("vault.db.next")
    }

    pub(crate) fn blobs(&self) -> PathBuf {
        self.0.join("blobs")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.0.join("lock")
    }

    /// Returns the path of the Secret Key, on computers without a keychain.
    pub(crate) fn secret_key(&self) -> PathBuf {
        self.0.join("secret-key")
    }
}
