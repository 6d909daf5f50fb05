//! Atomic creation of files.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::error::DocumentError;
use super::unnamed::UnnamedFile;
use crate::disk::files::sync_folder;

/// What happens to an existing file with the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It is kept, and the write fails.
    Keep,
    /// It is replaced.
    Replace,
}

/// Writes a file atomically, readable only by its owner.
///
/// # Errors
/// Returns [`DocumentError::Exists`] if the file exists and must be kept, or [`DocumentError::Io`].
pub fn write_new_file(path: &Path, content: &[u8], existing: Existing) -> Result<(), DocumentError> {
    let mut pending = PendingFile::create(path, existing)?;
    pending.file().write_all(content)?;
    pending.finish()
}

/// A file in its final folder that gets its name when it is complete. Dropped before, it is deleted.
///
/// Where the system allows it, it has no name until then, so that a kill leaves nothing readable in the folder. Elsewhere it
/// has a temporary name, `.coffer-….part`, which stays after a kill.
pub struct PendingFile {
    content: Content,
    target: PathBuf,
    existing: Existing,
}

enum Content {
    Unnamed(UnnamedFile),
    Temporary(NamedTempFile),
}

impl PendingFile {
    /// Creates it.
    ///
    /// # Errors
    /// Returns [`DocumentError::Exists`] if the target exists and must be kept, or [`DocumentError::Io`].
    pub fn create(target: &Path, existing: Existing) -> Result<Self, DocumentError> {
        // An early check; the one in `finish` is authoritative.
        if existing == Existing::Keep && target.symlink_metadata().is_ok() {
            return Err(DocumentError::Exists);
        }
        let content = match UnnamedFile::create(folder(target))? {
            Some(unnamed) => Content::Unnamed(unnamed),
            None => Content::Temporary(temporary_name().tempfile_in(folder(target))?),
        };
        Ok(Self { content, target: target.to_owned(), existing })
    }

    /// Returns the final folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        folder(&self.target)
    }

    /// Returns the file, to be written.
    pub fn file(&mut self) -> &mut File {
        match &mut self.content {
            Content::Unnamed(unnamed) => unnamed.file_mut(),
            Content::Temporary(temporary) => temporary.as_file_mut(),
        }
    }

    /// Returns another handle of the file with its own position, for one of several threads.
    pub(crate) fn part(&self) -> io::Result<PositionedWriter> {
        let part = match &self.content {
            Content::Unnamed(unnamed) => unnamed.reopen(),
            Content::Temporary(temporary) => temporary.reopen(),
        };
        part.map(PositionedWriter)
    }

    /// Syncs the content, then gives the file its final name.
    ///
    /// # Errors
    /// As [`PendingFile::create`].
    pub fn finish(self) -> Result<(), DocumentError> {
        let Self { content, target, existing } = self;
        let named = match content {
            Content::Unnamed(unnamed) => name(&unnamed, &target, existing),
            Content::Temporary(temporary) => {
                temporary.as_file().sync_all()?;
                rename(temporary, &target, existing)
            }
        };
        named.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => DocumentError::Exists,
            _ => DocumentError::Io(error),
        })?;
        Ok(sync_folder(folder(&target))?)
    }
}

/// Names a complete file. Over an existing one it first gets a temporary name, since only a rename replaces.
fn name(unnamed: &UnnamedFile, target: &Path, existing: Existing) -> io::Result<()> {
    unnamed.file().sync_all()?;
    match unnamed.link(target) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && existing == Existing::Replace => {
            rename(temporary_name().make_in(folder(target), |path| unnamed.link(path))?, target, existing)
        }
        named => named,
    }
}

fn rename<F>(temporary: NamedTempFile<F>, target: &Path, existing: Existing) -> io::Result<()> {
    let named = match existing {
        Existing::Keep => temporary.persist_noclobber(target).map_err(|error| error.error),
        Existing::Replace => temporary.persist(target).map_err(|error| error.error),
    };
    named.map(drop)
}

/// A temporary name of fixed length, since the target's name may already have the maximum length.
fn temporary_name() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".coffer-").suffix(".part");
    builder
}

/// A handle for writing parts of a file at given offsets.
pub struct PositionedWriter(File);

impl PositionedWriter {
    pub fn new(file: File) -> Self {
        Self(file)
    }

    pub fn sync(&self) -> io::Result<()> {
        self.0.sync_all()
    }

    pub fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        /// For writes of megabytes Linux may try to allocate page cache in equally large blocks, which are rarely free:
        /// measured several times as expensive as the copying itself. `cp` uses small writes too.
        const PIECE: usize = 128 << 10;
        self.0.seek(SeekFrom::Start(offset))?;
        // Write up to a boundary first, so that no page is touched twice afterwards.
        let begun = usize::try_from(offset % PIECE as u64).unwrap_or(0);
        let (first, rest) = bytes.split_at(bytes.len().min(PIECE - begun));
        self.0.write_all(first)?;
        rest.chunks(PIECE).try_for_each(|piece| self.0.write_all(piece))
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = folder.read_dir().unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    fn temporary(target: &Path, existing: Existing) -> PendingFile {
        let content = Content::Temporary(temporary_name().tempfile_in(folder(target)).unwrap());
        PendingFile { content, target: target.to_owned(), existing }
    }

    /// A kill drops nothing.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_kill_while_writing_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut pending = PendingFile::create(&folder.path().join("a"), Existing::Keep).unwrap();
        pending.file().write_all(b"secret").unwrap();
        assert!(matches!(pending.content, Content::Unnamed(_)));
        std::mem::forget(pending);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn files_keep_or_replace_what_has_their_name() {
        let create = |target: &Path, existing| PendingFile::create(target, existing).unwrap();
        for make in [&create as &dyn Fn(&Path, Existing) -> PendingFile, &temporary] {
            let folder = tempfile::tempdir().unwrap();
            let target = folder.path().join("a".repeat(255));
            let write = |existing, content: &[u8], meanwhile: &dyn Fn()| {
                let mut pending = make(&target, existing);
                pending.file().write_all(content)?;
                let mut part = pending.part()?;
                part.write_at(1, b"#")?;
                part.sync()?;
                meanwhile();
                pending.finish()
            };
            write(Existing::Keep, b"one", &|| ()).unwrap();
            assert_eq!(std::fs::read(&target).unwrap(), b"o#e");
            write(Existing::Replace, b"two", &|| ()).unwrap();
            assert_eq!(std::fs::read(&target).unwrap(), b"t#o");
            std::fs::remove_file(&target).unwrap();
            let refused = write(Existing::Keep, b"three", &|| std::fs::write(&target, b"other").unwrap());
            assert!(matches!(refused, Err(DocumentError::Exists)), "{refused:?}");
            assert_eq!(std::fs::read(&target).unwrap(), b"other");
            assert_eq!(names(folder.path()).len(), 1);
            drop(make(&target.with_file_name("b"), Existing::Replace));
            assert_eq!(names(folder.path()).len(), 1);
        }
    }

    #[cfg(unix)]
    #[test]
    fn files_are_readable_by_their_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a");
        write_new_file(&target, b"a", Existing::Keep).unwrap();
        write_new_file(&target, b"b", Existing::Replace).unwrap();
        assert_eq!(target.metadata().unwrap().permissions().mode() & 0o7777, 0o600);
    }
}
