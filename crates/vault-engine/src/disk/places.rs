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
