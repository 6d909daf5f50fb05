use std::path::{Path, PathBuf};

use vault_wire::ProfileId;

/// Where the program keeps things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    profiles: PathBuf,
    ui_file: PathBuf,
}

impl Places {
    /// Uses the folders that the operating system gives to a person's programs.
    #[must_use]
    pub fn system() -> Option<Self> {
        let folders = directories::BaseDirs::new()?;
        Some(Self::new(folders.data_local_dir(), folders.config_dir()))
    }

    /// Uses one folder for everything, for a vault that travels on a stick.
    #[must_use]
    pub fn portable(folder: &Path) -> Self {
        Self::new(folder, folder)
    }

    /// Uses the folder `coffer` below two given ones.
    #[must_use]
    pub fn new(data_dir: &Path, config_dir: &Path) -> Self {
        Self { profiles: data_dir.join("coffer/profiles"), ui_file: config_dir.join("coffer/ui.json") }
    }

    /// The folder that holds one folder for each profile.
    #[must_use]
    pub fn profiles(&self) -> &Path {
        &self.profiles
    }

    /// The folder of a profile.
    #[must_use]
    pub fn profile(&self, id: ProfileId) -> PathBuf {
        self.profiles.join(id.to_string())
    }

    /// The file with what is needed before unlocking.
    #[must_use]
    pub fn ui_file(&self) -> &Path {
        &self.ui_file
    }
}

/// The files of one profile.
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

    /// A copy of the database under a root key that is just being changed to; see `rotate.rs`.
    pub(crate) fn next_database(&self) -> PathBuf {
        self.0.join("vault.db.next")
    }

    pub(crate) fn blobs(&self) -> PathBuf {
        self.0.join("blobs")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.0.join("lock")
    }

    /// The Secret Key, on computers without a keychain.
    pub(crate) fn secret_key(&self) -> PathBuf {
        self.0.join("secret-key")
    }
}
