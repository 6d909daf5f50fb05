//! The folders and keychain of this run of the program.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use vault_api::start::{DataLocation, SystemClock, device_name, system_rng};
use vault_api::{Coffer, EventSink, Setup};

use crate::platform::strings::system_language;
use crate::platform::test_hooks;

/// Finds the location: `--data-dir FOLDER` or `COFFER_DATA_DIR` for portable profiles, else the system's folders.
///
/// # Errors
/// If the arguments are invalid, or the user has no home folder.
pub fn find() -> io::Result<DataLocation> {
    DataLocation::find(argument(std::env::args_os().skip(1))?)
}

/// Starts the core at a location.
///
/// # Errors
/// If the system cannot start a thread.
pub fn open(location: DataLocation, events: EventSink) -> io::Result<Coffer> {
    let clock = Arc::new(SystemClock::new());
    Coffer::start(Setup {
        profiles: location.profiles(clock.clone()),
        clock,
        make_rng: system_rng,
        kdf: test_hooks::kdf(),
        device: device_name(),
        system_language: system_language(),
        events,
        ranges: None,
    })
}

/// The folder of `--data-dir`, if given. A link is an argument, too; see `shell.rs`, `accept_link`.
fn argument(arguments: impl Iterator<Item = std::ffi::OsString>) -> io::Result<Option<PathBuf>> {
    let usage = || io::Error::other("usage: coffer-desktop [--data-dir FOLDER] [LINK]");
    let is_link = |text: &std::ffi::OsString| text.to_str().is_some_and(|text| text.starts_with("coffer://"));
    let mut arguments = arguments.filter(|text| !is_link(text));
    let Some(first) = arguments.next() else { return Ok(None) };
    if first != "--data-dir" {
        return Err(usage());
    }
    let folder = arguments.next().filter(|folder| !folder.is_empty()).ok_or_else(usage)?;
    Ok(Some(PathBuf::from(folder)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> io::Result<Option<PathBuf>> {
        argument(words.iter().map(Into::into))
    }

    #[test]
    fn the_folder_is_read_from_arguments_and_others_are_refused() {
        assert_eq!(read(&[]).unwrap(), None);
        assert_eq!(read(&["--data-dir", "/media/stick"]).unwrap(), Some("/media/stick".into()));
        assert_eq!(read(&["coffer://join#x"]).unwrap(), None);
        assert_eq!(read(&["--data-dir", "/a", "coffer://join#x"]).unwrap(), Some("/a".into()));
        for wrong in [&["--data-dir"][..], &["--data-dir", ""], &["/media/stick"], &["--help"]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
