//! The server's folder, which only its owner may read.

use std::fs::{self, DirBuilder, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// The longest file that is read whole.
const LONGEST: u64 = 1024 * 1024;

/// The folder of a server.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

/// The folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It, or a file in it, cannot be read or written.
    #[error("{0}: {1}")]
    Io(PathBuf, io::Error),
    /// There is no such folder.
    #[error("there is no server in {0}: set one up with `coffer-server --data {0} init`")]
    Missing(PathBuf),
    /// There is a server already.
    #[error("{0} exists already: there is a server in this folder")]
    Exists(PathBuf),
    /// It is on another computer.
    #[error("{0} is on a network file system, on which the database would be damaged")]
    Network(PathBuf),
    /// A restore was interrupted.
    #[error("{0}: a restore was interrupted here; repeat it")]
    Unfinished(PathBuf),
    /// Others may read or change it.
    #[error("{0} is open to other users of this computer; its mode must be 0700 or 0600")]
    Open(PathBuf),
    /// A file is longer than any that this program writes.
    #[error("{0} is too long")]
    TooLong(PathBuf),
}

impl Folder {
    /// Names of files in it.
    pub const CONFIG: &'static str = "server.toml";
    /// The secrets.
    pub const SECRETS: &'static str = "secrets.toml";
    /// The key of the self-signed certificate.
    pub const TLS_KEY: &'static str = "tls.key";
    /// The self-signed certificate, which a proxy may be told to trust.
    pub const TLS_CERTIFICATE: &'static str = "tls.pem";
    /// The account at an authority that issues certificates, and the certificate.
    pub const ACME: &'static str = "acme.toml";
    /// The database.
    pub const DATABASE: &'static str = "server.db";
    /// The folder of the documents.
    pub const CHUNKS: &'static str = "documents";
    /// Says that a restore began here and did not end.
    pub const UNFINISHED: &'static str = "restore.unfinished";
    /// Where a running server answers its operator.
    pub const SOCKET: &'static str = "admin.sock";

    /// Makes the folder, if it is missing, for a new server.
    ///
    /// # Errors
    /// If there is a server, or the folder cannot be made.
    pub fn create(path: &Path) -> Result<Self, FolderError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(|error| FolderError::Io(path.to_owned(), error))?;
        let folder = Self::open_any(path)?;
        let config = folder.path(Self::CONFIG);
        let unfinished = folder.path(Self::UNFINISHED);
        if config.exists() {
            Err(FolderError::Exists(config))
        } else if unfinished.exists() {
            Err(FolderError::Unfinished(unfinished))
        } else {
            Ok(folder)
        }
    }

    /// Takes the folder of a server.
    ///
    /// # Errors
    /// If there is none, or others may read it.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        let unfinished = path.join(Self::UNFINISHED);
        if unfinished.exists() {
            return Err(FolderError::Unfinished(unfinished));
        }
        if !path.join(Self::CONFIG).exists() {
            return Err(FolderError::Missing(path.to_owned()));
        }
        Self::open_any(path)
    }

    /// Takes a folder with or without a server.
    ///
    /// # Errors
    /// If others may read it.
    pub fn open_any(path: &Path) -> Result<Self, FolderError> {
        refuse_open(path)?;
        Ok(Self(path.to_owned()))
    }

    /// Refuses a folder on a network file system, where SQLite's locks and shared memory do not work.
    ///
    /// # Errors
    /// [`FolderError::Network`], and if the system does not say.
    pub fn refuse_network(&self) -> Result<(), FolderError> {
        let disk =
            rustix::fs::statfs(&self.0).map_err(|error| FolderError::Io(self.0.clone(), error.into()))?;
        if is_network(disk.f_type) { Err(FolderError::Network(self.0.clone())) } else { Ok(()) }
    }

    /// The path of a file in it.
    #[must_use]
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }

    /// Reads a file that others may not read.
    ///
    /// # Errors
    /// See [`FolderError`].
    pub fn read(&self, name: impl AsRef<Path>) -> Result<Zeroizing<String>, FolderError> {
        let path = self.path(name);
        refuse_open(&path)?;
        let io = |error| FolderError::Io(path.clone(), error);
        if fs::metadata(&path).map_err(io)?.len() > LONGEST {
            return Err(FolderError::TooLong(path));
        }
        fs::read_to_string(&path).map(Zeroizing::new).map_err(io)
    }

    /// Writes a file, whole or not at all, with mode 0600.
    ///
    /// # Errors
    /// See [`FolderError`].
    pub fn write(&self, name: &str, text: &str) -> Result<(), FolderError> {
        let path = self.path(name);
        let write = || {
            let mut file = tempfile::NamedTempFile::new_in(&self.0)?;
            file.as_file().set_permissions(Permissions::from_mode(0o600))?;
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(&path)?;
            fs::File::open(&self.0)?.sync_all()
        };
        write().map_err(|error| FolderError::Io(path.clone(), error))
    }
}

/// Whether the number of a file system (`linux/magic.h`) is of one on the network: NFS, SMB, CIFS, AFS, Coda, Ceph, 9P, GFS2,
/// OCFS2, Lustre.
fn is_network(number: rustix::fs::FsWord) -> bool {
    const NETWORK: [rustix::fs::FsWord; 10] = [
        0x6969,
        0xFE53_4D42,
        0xFF53_4D42,
        0x5346_414F,
        0x7375_7245,
        0x00C3_6400,
        0x0102_1997,
        0x0116_1970,
        0x7461_636F,
        0x0BD0_0BD0,
    ];
    NETWORK.contains(&number)
}

fn refuse_open(path: &Path) -> Result<(), FolderError> {
    let metadata = fs::metadata(path).map_err(|error| FolderError::Io(path.to_owned(), error))?;
    if metadata.mode() & 0o077 == 0 { Ok(()) } else { Err(FolderError::Open(path.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_system_on_the_network_is_refused() {
        assert!(is_network(0x6969) && is_network(0xFE53_4D42));
        // ext4, XFS, Btrfs, tmpfs.
        for number in [0xEF53, 0x5846_5342, 0x9123_683E, 0x0102_1994] {
            assert!(!is_network(number));
        }
    }
}
