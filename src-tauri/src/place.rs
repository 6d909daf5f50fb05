//! Where this run of the program keeps its profiles, and the vault that opens them.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use vault_api::start::{Keychain, NoKeychain, Places, Profiles, SystemClock, SystemKeychain, system_rng};
use vault_api::{Coffer, EventSink, Setup};

use crate::platform::test_hooks;
use crate::platform::words::system_language;

/// The place that the person or the system chose.
pub struct Place {
    places: Places,
    keychain: Box<dyn Keychain>,
}

/// Finds the place: `--data-dir FOLDER` or `COFFER_DATA_DIR` for a vault that travels, else the system's folders.
///
/// # Errors
/// When the arguments are not understood or the person has no home folder.
pub fn find() -> io::Result<Place> {
    let chosen = argument(std::env::args_os().skip(1))?;
    match chosen.or_else(|| std::env::var_os("COFFER_DATA_DIR").map(PathBuf::from)) {
        Some(folder) => Ok(Place { places: Places::portable(&folder), keychain: Box::new(NoKeychain) }),
        None => {
            let places = Places::system().ok_or_else(|| io::Error::other("there is no home folder"))?;
            Ok(Place { places, keychain: Box::new(SystemKeychain::new()) })
        }
    }
}

impl Place {
    /// The folder that holds everything but what is known before unlocking.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        let profiles = self.places.profiles();
        profiles.parent().unwrap_or(profiles).to_owned()
    }

    /// Starts the vault on this place.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn open(self, events: EventSink) -> io::Result<Coffer> {
        let clock = Arc::new(SystemClock::new());
        Coffer::start(Setup {
            profiles: Profiles::new(self.places, self.keychain, clock.clone()),
            clock,
            make_rng: system_rng,
            kdf: test_hooks::kdf(),
            device: device_name(),
            system_language: system_language(),
            events,
            ranges: None,
        })
    }
}

/// The folder named by `--data-dir`, if it is.
fn argument(mut arguments: impl Iterator<Item = std::ffi::OsString>) -> io::Result<Option<PathBuf>> {
    let misunderstood = || io::Error::other("usage: coffer [--data-dir FOLDER]");
    let Some(first) = arguments.next() else { return Ok(None) };
    if first != "--data-dir" {
        return Err(misunderstood());
    }
    let folder = arguments.next().filter(|folder| !folder.is_empty()).ok_or_else(misunderstood)?;
    Ok(Some(PathBuf::from(folder)))
}

/// The name of this computer on its network, as revisions show it.
fn device_name() -> String {
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

    fn read(words: &[&str]) -> io::Result<Option<PathBuf>> {
        argument(words.iter().map(Into::into))
    }

    #[test]
    fn the_folder_is_read_from_the_arguments_and_anything_else_is_refused() {
        assert_eq!(read(&[]).unwrap(), None);
        assert_eq!(read(&["--data-dir", "/media/stick"]).unwrap(), Some("/media/stick".into()));
        for wrong in [&["--data-dir"][..], &["--data-dir", ""], &["/media/stick"], &["--help"]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_computer_has_a_name() {
        assert!(!device_name().is_empty());
    }
}
