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
    /// There is a server already.
    #[error("{0} exists already: there is a server in this folder")]
    Exists(PathBuf),
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
    /// The database.
    pub const DATABASE: &'static str = "server.db";
    /// The folder of the documents.
    pub const CHUNKS: &'static str = "documents";
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
        let folder = Self::open(path)?;
        let config = folder.path(Self::CONFIG);
        if config.exists() { Err(FolderError::Exists(config)) } else { Ok(folder) }
    }

    /// Takes the folder of a server.
    ///
    /// # Errors
    /// If others may read it.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        refuse_open(path)?;
        Ok(Self(path.to_owned()))
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

fn refuse_open(path: &Path) -> Result<(), FolderError> {
    let metadata = fs::metadata(path).map_err(|error| FolderError::Io(path.to_owned(), error))?;
    if metadata.mode() & 0o077 == 0 { Ok(()) } else { Err(FolderError::Open(path.to_owned())) }
}
