//! The data folder and keychain of a run of the program, and the name of this computer.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use vault_engine::clock::Clock;
use vault_engine::disk::AppDirs;
use vault_engine::profile::{Keychain, NoKeychain, Profiles, SystemKeychain};

/// The folders of the profiles, and the keychain for them.
pub struct DataLocation {
    dirs: AppDirs,
    keychain: Box<dyn Keychain>,
}

impl DataLocation {
    /// The chosen folder or that of `COFFER_DATA_DIR` for portable profiles, else the system's folders.
    ///
    /// # Errors
    /// If the user has no home folder.
    pub fn find(chosen: Option<PathBuf>) -> io::Result<Self> {
        match chosen.or_else(|| std::env::var_os("COFFER_DATA_DIR").map(PathBuf::from)) {
            Some(folder) => Ok(Self { dirs: AppDirs::portable(&folder), keychain: Box::new(NoKeychain) }),
            None => {
                let dirs = AppDirs::system().ok_or_else(|| io::Error::other("there is no home folder"))?;
                Ok(Self { dirs, keychain: Box::new(SystemKeychain::new()) })
            }
        }
    }

    /// The folder above the profiles.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        let profiles = self.dirs.profiles();
        profiles.parent().unwrap_or(profiles).to_owned()
    }

    /// The profiles there.
    #[must_use]
    pub fn profiles(self, clock: Arc<dyn Clock>) -> Profiles {
        Profiles::new(self.dirs, self.keychain, clock)
    }
}

/// The host name of this computer, as revisions show it.
#[must_use]
pub fn device_name() -> String {
    const UNKNOWN: &str = "this computer";
    const LONGEST: usize = 64;
    #[cfg(unix)]
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    let name = std::env::var("COMPUTERNAME").unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    if name.is_empty() { UNKNOWN.to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_computer_has_a_name() {
        assert!(!device_name().is_empty());
    }
}
