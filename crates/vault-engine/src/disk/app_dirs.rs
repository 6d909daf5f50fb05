use std::path::{Path, PathBuf};

use vault_wire::ProfileId;

/// The folders and files of the program outside a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppDirs {
    profiles: PathBuf,
    registry: PathBuf,
}

impl AppDirs {
    /// Uses the user's data and configuration folders of the operating system.
    #[must_use]
    pub fn system() -> Option<Self> {
        let folders = directories::BaseDirs::new()?;
        Some(Self::new(folders.data_local_dir(), folders.config_dir()))
    }

    /// Uses one folder for everything, for a portable installation on a USB stick.
    #[must_use]
    pub fn portable(folder: &Path) -> Self {
        Self::new(folder, folder)
    }

    /// Uses the folder `coffer` in each of the given folders.
    #[must_use]
    pub fn new(data_dir: &Path, config_dir: &Path) -> Self {
        Self { profiles: data_dir.join("coffer/profiles"), registry: config_dir.join("coffer/ui.json") }
    }

    /// Returns the folder that contains one folder for each profile.
    #[must_use]
    pub fn profiles(&self) -> &Path {
        &self.profiles
    }

    /// Returns the default folder of a profile.
    #[must_use]
    pub fn profile(&self, id: ProfileId) -> PathBuf {
        self.profiles.join(id.to_string())
    }

    /// Returns the path of the registry file.
    #[must_use]
    pub fn registry(&self) -> &Path {
        &self.registry
    }
}
