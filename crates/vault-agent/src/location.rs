//! Where the socket of a data folder is.

use std::fmt::Write as _;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// Bytes of the hash in a name.
const HASHED: usize = 8;

/// The place of the socket for the profiles of one data folder.
#[derive(Clone, Debug)]
pub struct Location {
    folder: PathBuf,
    name: String,
}

impl Location {
    /// The place for a data folder: in the user's runtime folder, which is private and emptied at the end of the session,
    /// else in the data folder.
    ///
    /// # Errors
    /// If the data folder's path cannot be found out.
    pub fn of(data: &Path) -> io::Result<Self> {
        Self::within(runtime_folder(), data)
    }

    /// The same with another runtime folder.
    ///
    /// # Errors
    /// As [`Location::of`].
    pub fn within(runtime: Option<PathBuf>, data: &Path) -> io::Result<Self> {
        let data = canonical(&std::path::absolute(data)?);
        let mut name = String::new();
        for byte in Sha256::digest(data.as_os_str().as_encoded_bytes()).iter().take(HASHED) {
            // Writing into a text does not fail.
            let _ = write!(name, "{byte:02x}");
        }
        let folder = runtime.map_or_else(|| data.join("agent"), |folder| folder.join("coffer"));
        Ok(Self { folder, name })
    }

    /// The folder of the socket.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The path of the socket.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.folder.join(format!("{}.socket", self.name))
    }

    /// The path of the lock file.
    pub(crate) fn lock(&self) -> PathBuf {
        self.folder.join(format!("{}.lock", self.name))
    }
}

/// The path without links, as far as it exists.
fn canonical(path: &Path) -> PathBuf {
    let found = path.ancestors().find_map(|above| {
        let rest = path.strip_prefix(above).ok()?;
        // Joining part by part leaves no separator at the end.
        Some(above.canonicalize().ok()?.iter().chain(rest).collect())
    });
    found.unwrap_or_else(|| path.to_owned())
}

/// The user's runtime folder, if the system has one.
fn runtime_folder() -> Option<PathBuf> {
    let own = rustix::process::geteuid().as_raw();
    let named = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute());
    let usual = PathBuf::from(format!("/run/user/{own}"));
    let fits = |path: &PathBuf| path.metadata().is_ok_and(|meta| meta.is_dir() && meta.uid() == own);
    named.into_iter().chain([usual]).find(fits)
}

/// Makes a folder that only this user can enter.
pub(crate) fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    expect_private(folder)
}

/// Fails unless a folder belongs to this user and is closed to all others.
pub(crate) fn expect_private(folder: &Path) -> io::Result<()> {
    let meta = folder.symlink_metadata()?;
    let own = meta.uid() == rustix::process::geteuid().as_raw();
    if meta.is_dir() && own && meta.mode() & 0o077 == 0 {
        Ok(())
    } else {
        Err(io::Error::new(io::ErrorKind::PermissionDenied, "the folder of the socket is open to others"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn t50_a_folder_that_others_can_enter_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let socket_folder = folder.path().join("coffer");
        make_private(&socket_folder).unwrap();
        assert_eq!(socket_folder.metadata().unwrap().mode() & 0o777, 0o700);
        let linked = folder.path().join("linked");
        symlink(&socket_folder, &linked).unwrap();
        assert!(make_private(&linked).is_err());
        std::fs::set_permissions(&socket_folder, std::fs::Permissions::from_mode(0o711)).unwrap();
        assert!(make_private(&socket_folder).is_err());
    }

    #[test]
    fn data_folders_have_sockets_of_their_own() {
        let [first, second] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let name = |path: &Path| Location::of(path).unwrap().name;
        assert_ne!(name(first.path()), name(second.path()));
        assert_eq!(name(first.path()), name(&first.path().join(".")));
        // A folder that the program makes later has the same one before.
        let later = first.path().join("a/b");
        let before = name(&later);
        std::fs::create_dir_all(&later).unwrap();
        assert_eq!(name(&later), before);
    }
}
