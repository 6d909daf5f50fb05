//! Files that have no name until they are complete, so that a kill leaves nothing of them in a folder.

use std::fs::File;
use std::io;
use std::path::Path;

/// A file without a name, in the file system of its final folder, readable only by its owner.
#[derive(Debug)]
pub(super) struct UnnamedFile(File);

#[cfg(target_os = "linux")]
impl UnnamedFile {
    /// Creates it, or returns `None` if the file system or the system has no such files (FAT, network file systems, a
    /// sandbox without `/proc`).
    pub(super) fn create(folder: &Path) -> io::Result<Option<Self>> {
        use rustix::fs::{CWD, Mode, OFlags, openat};
        use rustix::io::Errno;
        let flags = OFlags::RDWR | OFlags::TMPFILE | OFlags::CLOEXEC;
        match openat(CWD, folder, flags, Mode::RUSR | Mode::WUSR) {
            Ok(file) => {
                let unnamed = Self(file.into());
                Ok(unnamed.path().exists().then_some(unnamed))
            }
            // A kernel without the flag takes it for a folder that is opened for writing.
            Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL | Errno::NOSYS) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives it a name that is not taken. Fails with [`io::ErrorKind::AlreadyExists`] if it is.
    pub(super) fn link(&self, name: &Path) -> io::Result<()> {
        use rustix::fs::{AtFlags, CWD, linkat};
        Ok(linkat(CWD, self.path(), CWD, name, AtFlags::SYMLINK_FOLLOW)?)
    }

    /// Returns another handle with its own position.
    pub(super) fn reopen(&self) -> io::Result<File> {
        File::options().read(true).write(true).open(self.path())
    }

    /// Its path among the handles of this process, the only one that it has.
    fn path(&self) -> std::path::PathBuf {
        use std::os::fd::AsRawFd as _;
        format!("/proc/self/fd/{}", self.0.as_raw_fd()).into()
    }
}

#[cfg(not(target_os = "linux"))]
impl UnnamedFile {
    /// Returns `None`: such files exist on Linux only.
    pub(super) fn create(_folder: &Path) -> io::Result<Option<Self>> {
        Ok(None)
    }

    pub(super) fn link(&self, _name: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn reopen(&self) -> io::Result<File> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl UnnamedFile {
    pub(super) fn file(&self) -> &File {
        &self.0
    }

    pub(super) fn file_mut(&mut self) -> &mut File {
        &mut self.0
    }
}
