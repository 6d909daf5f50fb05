//! Moving a profile to another folder, adding one from elsewhere, and deleting one.
//!
//! The registry, `ui.json`, names the folder in force and the folders left over; both change in one replacement of that
//! file.
//!
//! - Move: the target is registered as left over; everything is copied beside it, synced, read back and compared; the
//!   copy is renamed to the target. Then the target is in force and the source is left over. Then the source is
//!   removed.
//! - Delete: the profile is removed from the list and its folder is left over. Then its keys are removed, then the
//!   rest.
//!
//! So after a crash one complete folder is in force, and folders left over are removed the next time.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use vault_wire::ProfileId;

use super::profiles::Profiles;
use super::secret_key::forget_profile;
use super::warnings::{FolderWarning, folder_warnings};
use crate::clock::Timestamp;
use crate::disk::{
    DiskError, Folder, Holder, KeysFile, KeysFileError, Lock, LockError, ProfileInfo, Registry, expect_room,
    files, hue_of,
};
use crate::document::Progress;
use crate::steps;

/// Why a profile was not moved, added or deleted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FolderError {
    /// There is no such profile, or no profile in the folder.
    #[error("there is no such profile")]
    NotFound,
    /// The folder is inside the profile, does not exist, or has a name that is not valid Unicode.
    #[error("this folder cannot be used")]
    Unfit,
    /// The target exists, or the same profile is in another folder.
    #[error("such a profile or file exists already")]
    Exists,
    /// A program has the profile open.
    #[error("a program has the profile open")]
    InUse {
        /// The program, if known.
        by: Option<Holder>,
    },
    /// The profile was written by another version of the program.
    #[error("the profile was written by another version of the program")]
    Newer,
    /// The copy does not read back as it was written.
    #[error("the copy does not read back as it was written")]
    CopyDiffers,
    /// The caller cancelled.
    #[error("cancelled")]
    Cancelled,
    /// An error of the disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// What happens to the backups of a deleted profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupsAfter {
    /// They are moved to a folder beside the profile's.
    Kept,
    /// They are moved there and deleted after 30 days: the profile may have been deleted by mistake or by an attacker.
    Deleted,
}

/// The time for which backups of a deleted profile are kept that the user does not want: 30 days, in milliseconds.
const KEPT_FOR_MS: u64 = 30 * 24 * 3600 * 1000;

impl Profiles {
    /// Returns the folder of a profile.
    #[must_use]
    pub fn folder_of(&self, id: ProfileId) -> PathBuf {
        Registry::load(&self.dirs).folder(&self.dirs, id)
    }

    /// Returns the default folder of a profile.
    #[must_use]
    pub fn default_folder(&self, id: ProfileId) -> PathBuf {
        self.dirs.profile(id)
    }

    /// Returns the reasons why the folder of a profile is a risky place.
    #[must_use]
    pub fn warnings_of(&self, id: ProfileId) -> Vec<FolderWarning> {
        folder_warnings(&self.folder_of(id))
    }

    /// Moves a profile that is not open into a subfolder of `into`, and returns that. `progress` receives the bytes
    /// done, of twice [`Profiles::size_of`], and may cancel.
    ///
    /// # Errors
    /// See [`FolderError`]; the profile is then in its old folder.
    pub fn relocate(
        &self,
        id: ProfileId,
        into: &Path,
        progress: Progress<'_>,
    ) -> Result<PathBuf, FolderError> {
        self.clear_leftovers();
        let source = self.folder_of(id);
        if !source.is_dir() {
            return Err(FolderError::NotFound);
        }
        let into = into.canonicalize().map_err(|_| FolderError::Unfit)?;
        let inside = source.canonicalize().is_ok_and(|source| into.starts_with(source));
        if inside || !into.is_dir() || into.to_str().is_none() {
            return Err(FolderError::Unfit);
        }
        let target = into.join(id.to_string());
        if target.symlink_metadata().is_ok() {
            return Err(FolderError::Exists);
        }
        let lock = acquire(&source, self)?;
        let mut registry = Registry::load(&self.dirs);
        registry.add_leftover(id, &target, None);
        registry.save(&self.dirs)?;
        steps::passed("move: noted");
        if let Err(error) = copy(&source, &target, progress) {
            let _ = fs::remove_dir_all(unfinished(&target));
            drop(lock);
            self.clear_leftovers();
            return Err(error);
        }
        steps::passed("move: placed");
        // Read again: other programs may have written it while the profile was copied.
        let mut registry = Registry::load(&self.dirs);
        registry.remove_leftover(&target);
        registry.add_leftover(id, &source, None);
        registry.set_folder(&self.dirs, id, &target);
        if registry.profile(id).is_none() {
            registry.put_profile(unnamed(id));
        }
        registry.save(&self.dirs)?;
        steps::passed("move: switched");
        drop(lock);
        self.clear_leftovers();
        steps::passed("move: removed");
        Ok(target)
    }

    /// Returns the size of all files of a profile in bytes.
    #[must_use]
    pub fn size_of(&self, id: ProfileId) -> u64 {
        listing(&self.folder_of(id)).map_or(0, |files| size(&files))
    }

    /// Adds a profile in a folder elsewhere to the list. The folder stays in its place.
    ///
    /// # Errors
    /// See [`FolderError`].
    pub fn add_existing(&self, folder: &Path) -> Result<ProfileId, FolderError> {
        let folder = folder.canonicalize().map_err(|_| FolderError::NotFound)?;
        if folder.to_str().is_none() {
            return Err(FolderError::Unfit);
        }
        let of = Folder::new(folder.clone());
        let file = KeysFile::read(&of.keys()).or_else(|error| match error {
            KeysFileError::OtherFormat => Err(error),
            _ => KeysFile::read(&of.keys_backup()),
        });
        let file = file.map_err(|error| match error {
            KeysFileError::OtherFormat => FolderError::Newer,
            KeysFileError::Disk(disk) => FolderError::Disk(disk),
            KeysFileError::Missing | KeysFileError::Damaged => FolderError::NotFound,
        })?;
        let id = *file.header.unverified().profile_id();
        if !of.database().is_file() {
            return Err(FolderError::NotFound);
        }
        let mut registry = Registry::load(&self.dirs);
        let known = registry.folder(&self.dirs, id);
        if known.canonicalize().is_ok_and(|known| known == folder) {
            return Ok(id);
        }
        // A registered folder that no longer exists, such as on a renamed USB stick, is replaced.
        if known.is_dir() {
            return Err(FolderError::Exists);
        }
        registry.remove_leftover(&folder);
        registry.set_folder(&self.dirs, id, &folder);
        if registry.profile(id).is_none() {
            registry.put_profile(unnamed(id));
        }
        registry.save(&self.dirs)?;
        Ok(id)
    }

    /// Deletes a profile that is not open: its keychain entries, its keys, and all other files. Returns the folder that
    /// its backups were moved to, if it had any. The caller must have asked the user in a way that cannot be confirmed by accident.
    ///
    /// # Errors
    /// See [`FolderError`]; the profile then still exists.
    pub fn delete(&self, id: ProfileId, backups: BackupsAfter) -> Result<Option<PathBuf>, FolderError> {
        self.clear_leftovers();
        let folder = self.folder_of(id);
        if !folder.is_dir() {
            return Err(FolderError::NotFound);
        }
        let lock = acquire(&folder, self)?;
        let kept = set_backups_aside(&folder, id)?;
        let mut registry = Registry::load(&self.dirs);
        let before = registry.clone();
        if let (Some(aside), BackupsAfter::Deleted) = (&kept, backups) {
            let until = Timestamp(self.clock.now().0.saturating_add(KEPT_FOR_MS));
            registry.add_leftover(id, aside, Some(until));
        }
        registry.remove_profile(id);
        registry.add_leftover(id, &folder, None);
        if let Err(error) = registry.save(&self.dirs) {
            // The list may have been replaced all the same; the profile must not disappear after this error.
            let _ = before.save(&self.dirs);
            return Err(error.into());
        }
        self.pins.forget(id);
        steps::passed("delete: unlisted");
        drop(lock);
        self.clear_leftovers();
        steps::passed("delete: removed");
        Ok(kept)
    }

    /// Removes a profile from the list; its folder is left unchanged. A profile in the default folder is always listed.
    ///
    /// # Errors
    /// See [`FolderError`].
    pub fn forget(&self, id: ProfileId) -> Result<(), FolderError> {
        let mut registry = Registry::load(&self.dirs);
        registry.expect_read()?;
        if registry.folder(&self.dirs, id) == self.dirs.profile(id) {
            return Err(FolderError::Unfit);
        }
        registry.remove_profile(id);
        registry.save(&self.dirs)?;
        Ok(())
    }

    /// Registers the default folder of a profile, instead of a folder elsewhere that no longer exists.
    pub(crate) fn register_default_folder(&self, id: ProfileId) -> Result<(), DiskError> {
        let (mut registry, usual) = (Registry::load(&self.dirs), self.dirs.profile(id));
        if registry.folder(&self.dirs, id) == usual {
            return Ok(());
        }
        registry.set_folder(&self.dirs, id, &usual);
        registry.save(&self.dirs)
    }

    /// Removes the leftover folders of moved and deleted profiles, unless a program is using them, and backups that
    /// were set aside once their time is over.
    pub(crate) fn clear_leftovers(&self) {
        let registry = Registry::load(&self.dirs);
        for left in registry.leftovers() {
            if let Some(until) = left.until {
                if until <= self.clock.now() && is_backups_of(&left.path, left.id) {
                    self.remove_leftover(&left.path, fs::remove_dir_all);
                }
                continue;
            }
            let counts = registry.ids(&self.dirs).contains(&left.id);
            let folder = registry.folder(&self.dirs, left.id);
            let (ours, in_force) = (is_named_after(&left.path, left.id), counts && folder == left.path);
            // The leftover is only removed if the folder in force can be seen.
            let sure = !counts || Folder::new(folder.clone()).keys().is_file();
            if !ours || in_force || !sure {
                continue;
            }
            let held = [counts.then_some(folder.as_path()), Some(left.path.as_path())];
            if held.into_iter().flatten().any(|folder| folder.is_dir() && is_held(folder, self)) {
                continue;
            }
            if !counts {
                forget_profile(&*self.keychain, left.id);
            }
            self.remove_leftover(&left.path, remove);
        }
    }

    /// Removes a folder, and its entry in the registry unless that fails.
    fn remove_leftover<'a>(&self, path: &'a Path, remove: impl FnOnce(&'a Path) -> io::Result<()>) {
        if ignore_not_found(remove(path)).is_ok() {
            let mut registry = Registry::load(&self.dirs);
            registry.remove_leftover(path);
            let _ = registry.save(&self.dirs);
        }
    }
}

fn unnamed(id: ProfileId) -> ProfileInfo {
    let info = super::profiles::unnamed(id);
    ProfileInfo { hue: hue_of(id), ..info }
}

fn acquire(folder: &Path, profiles: &Profiles) -> Result<Lock, FolderError> {
    match Lock::acquire(&Folder::new(folder.to_owned()), profiles.clock.now()) {
        Ok(lock) => Ok(lock),
        Err(LockError::InUse(by)) => Err(FolderError::InUse { by }),
        Err(LockError::ReadOnly) => Err(FolderError::Disk(DiskError::ReadOnly)),
        Err(LockError::Disk(disk)) => Err(FolderError::Disk(disk)),
    }
}

fn is_held(folder: &Path, profiles: &Profiles) -> bool {
    matches!(acquire(folder, profiles), Err(FolderError::InUse { .. }))
}

/// Returns whether a folder is named after the profile. Others are never removed, since any program can write
/// `ui.json`.
fn is_named_after(path: &Path, id: ProfileId) -> bool {
    path.file_name() == Some(OsStr::new(&id.to_string()))
}

/// Returns whether a folder is named as [`set_backups_aside`] names it.
fn is_backups_of(path: &Path, id: ProfileId) -> bool {
    let name = path.file_name().and_then(OsStr::to_str);
    let rest = name.and_then(|name| name.strip_prefix(&id.to_string())?.strip_prefix("-backups"));
    rest.is_some_and(|rest| rest.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit()))
}

/// Returns the path of a copy while it is incomplete.
fn unfinished(target: &Path) -> PathBuf {
    target.with_extension("new")
}

/// Removes the folder of a profile, its keys first: without them the rest cannot be decrypted.
fn remove(path: &Path) -> io::Result<()> {
    let of = Folder::new(path.to_owned());
    for file in [of.keys(), of.keys_backup(), of.secret_key()] {
        ignore_not_found(fs::remove_file(file))?;
    }
    ignore_not_found(fs::remove_dir_all(path))?;
    ignore_not_found(fs::remove_dir_all(unfinished(path)))?;
    // Otherwise a power cut could restore the folder after it was removed from the registry.
    ignore_not_found(path.parent().map_or(Ok(()), files::sync_folder))
}

fn ignore_not_found(removed: io::Result<()>) -> io::Result<()> {
    removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

fn set_backups_aside(folder: &Path, id: ProfileId) -> Result<Option<PathBuf>, DiskError> {
    let (backups, parent) = (folder.join("backups"), folder.parent().unwrap_or(folder));
    if fs::read_dir(&backups).is_ok_and(|mut entries| entries.next().is_some()) {
        let names = (1..100).map(|number| match number {
            1 => format!("{id}-backups"),
            _ => format!("{id}-backups-{number}"),
        });
        let free = names.map(|name| parent.join(name)).find(|path| path.symlink_metadata().is_err());
        let aside = free.ok_or(DiskError::Unreadable)?;
        fs::rename(&backups, &aside)?;
        files::sync_folder(parent)?;
        return Ok(Some(aside));
    }
    Ok(None)
}

/// A file or folder of a profile: its path below the profile's folder and, for a file, its length.
pub(crate) struct Listed {
    pub(crate) path: PathBuf,
    pub(crate) file: Option<u64>,
}

/// Files that are useless in another folder.
const NOT_COPIED: [&str; 2] = ["lock", "vault.db-shm"];

/// Lists everything in the folder of a profile, folders before their content. Links are left out, as a profile has
/// none.
pub(crate) fn listing(folder: &Path) -> io::Result<Vec<Listed>> {
    let (mut all, mut next) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(below) = next.pop() {
        for entry in fs::read_dir(folder.join(&below))? {
            let entry = entry?;
            let (path, kind) = (below.join(entry.file_name()), entry.file_type()?);
            if kind.is_dir() {
                next.push(path.clone());
                all.push(Listed { path, file: None });
            } else if kind.is_file() && !NOT_COPIED.iter().any(|name| path == Path::new(name)) {
                all.push(Listed { path, file: Some(entry.metadata()?.len()) });
            }
        }
    }
    Ok(all)
}

fn size(files: &[Listed]) -> u64 {
    files.iter().filter_map(|listed| listed.file).sum()
}

/// Copies a profile's folder to a target that does not exist, and reads the copy back.
fn copy(source: &Path, target: &Path, progress: Progress<'_>) -> Result<(), FolderError> {
    let (all, beside) = (listing(source)?, unfinished(target));
    let parent = target.parent().ok_or(FolderError::Unfit)?;
    expect_room(parent, size(&all)).map_err(DiskError::from)?;
    ignore_not_found(fs::remove_dir_all(&beside))?;
    files::make_private_folder(&beside)?;
    let mut done = 0;
    let mut sums = Vec::new();
    for Listed { path, file } in &all {
        if file.is_none() {
            files::make_private_folder(&beside.join(path))?;
            continue;
        }
        let mut to = files::private_file().write(true).create_new(true).open(beside.join(path))?;
        sums.push(read_through(&source.join(path), &mut |piece| {
            to.write_all(piece)?;
            report(progress, &mut done, piece)
        })?);
        to.sync_all()?;
    }
    steps::passed("move: copied");
    let files = all.iter().filter(|listed| listed.file.is_some());
    for (Listed { path, .. }, sum) in files.zip(&sums) {
        if read_through(&beside.join(path), &mut |piece| report(progress, &mut done, piece))? != *sum {
            return Err(FolderError::CopyDiffers);
        }
    }
    for folder in all.iter().filter(|listed| listed.file.is_none()) {
        files::sync_folder(&beside.join(&folder.path))?;
    }
    files::sync_folder(&beside)?;
    fs::rename(&beside, target)?;
    files::sync_folder(parent)?;
    Ok(())
}

fn report(progress: Progress<'_>, done: &mut u64, piece: &[u8]) -> io::Result<()> {
    *done += piece.len() as u64;
    match progress(*done) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(io::ErrorKind::Interrupted.into()),
    }
}

/// Reads a file in pieces and returns its hash.
fn read_through(path: &Path, each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> Result<[u8; 32], FolderError> {
    let (mut file, mut hash) = (File::open(path)?, Sha256::new());
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { break };
        hash.update(piece);
        each(piece).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => FolderError::Cancelled,
            _ => FolderError::Disk(error.into()),
        })?;
    }
    Ok(hash.finalize().into())
}

impl From<io::Error> for FolderError {
    fn from(error: io::Error) -> Self {
        Self::Disk(error.into())
    }
}
