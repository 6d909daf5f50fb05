//! Moving a profile to another folder, taking one in from elsewhere, and deleting one.
//!
//! `ui.json` says which folder counts, and which one is left over; both change in one replacement of that file.
//!
//! - To move: the target is noted as left over; everything is copied beside it, synced, read back and compared; the copy gets
//!   its name. Then the target counts and the source is left over. Then the source goes.
//! - To delete: the profile is no longer listed and its folder left over. Then its keys go, and the rest.
//!
//! So after a crash one folder counts and is whole, and what is left over is removed the next time.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use vault_wire::ProfileId;

use super::profiles::Profiles;
use super::warnings::{PlaceWarning, place_warnings};
use crate::disk::{
    DiskError, Folder, Holder, KeysFile, KeysFileError, Lock, LockError, ProfileInfo, UiFile, expect_room,
    files, hue_of,
};
use crate::document::Progress;
use crate::steps;

/// Why a profile stayed where it was.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// There is no such profile, or no profile in that folder.
    #[error("there is no such profile")]
    NotFound,
    /// The folder lies in the profile itself, is not there, or has a name that cannot be noted.
    #[error("this folder cannot be used")]
    Unfit,
    /// Something of that name is there, or another folder has this very profile.
    #[error("there is such a profile or file already")]
    Exists,
    /// Some program has the profile open.
    #[error("some program has the profile open")]
    InUse {
        /// Who, if they said so.
        by: Option<Holder>,
    },
    /// The profile was written by another version of the program.
    #[error("the profile was written by another version of the program")]
    Newer,
    /// What was copied does not read back as it was written.
    #[error("the copy does not read back as it was written")]
    CopyDiffers,
    /// The caller broke off.
    #[error("broken off")]
    Cancelled,
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// What becomes of the backups of a profile that is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupsAfter {
    /// They stay, in a folder beside the profile's.
    Kept,
    /// They go with it.
    Deleted,
}

impl Profiles {
    /// The folder of a profile.
    #[must_use]
    pub fn folder_of(&self, id: ProfileId) -> PathBuf {
        UiFile::load(&self.places).folder(&self.places, id)
    }

    /// The folder that a profile is made in.
    #[must_use]
    pub fn usual_folder(&self, id: ProfileId) -> PathBuf {
        self.places.profile(id)
    }

    /// Why the folder of a profile is a risky place, if it is.
    #[must_use]
    pub fn warnings_of(&self, id: ProfileId) -> Vec<PlaceWarning> {
        place_warnings(&self.folder_of(id))
    }

    /// Moves a profile that is not open into a folder of its own in `into`, and answers with it. `progress` is told the bytes
    /// that are done, twice what [`Profiles::size_of`] says in all, and may break off.
    ///
    /// # Errors
    /// See [`PlaceError`]; the profile is then where it was.
    pub fn relocate(
        &self,
        id: ProfileId,
        into: &Path,
        progress: Progress<'_>,
    ) -> Result<PathBuf, PlaceError> {
        self.clear_leftovers();
        let source = self.folder_of(id);
        if !source.is_dir() {
            return Err(PlaceError::NotFound);
        }
        let into = into.canonicalize().map_err(|_| PlaceError::Unfit)?;
        let inside = source.canonicalize().is_ok_and(|source| into.starts_with(source));
        if inside || !into.is_dir() || into.to_str().is_none() {
            return Err(PlaceError::Unfit);
        }
        let target = into.join(id.to_string());
        if target.symlink_metadata().is_ok() {
            return Err(PlaceError::Exists);
        }
        let lock = acquire(&source, self)?;
        let mut ui_file = UiFile::load(&self.places);
        ui_file.add_leftover(id, &target);
        ui_file.save(&self.places)?;
        steps::passed("move: noted");
        if let Err(error) = copy(&source, &target, progress) {
            let _ = fs::remove_dir_all(unfinished(&target));
            drop(lock);
            self.clear_leftovers();
            return Err(error);
        }
        steps::passed("move: placed");
        // Read again: other programs may have written it in the time that copying took.
        let mut ui_file = UiFile::load(&self.places);
        ui_file.remove_leftover(&target);
        ui_file.add_leftover(id, &source);
        ui_file.set_folder(&self.places, id, &target);
        if ui_file.profile(id).is_none() {
            ui_file.put_profile(unnamed(id));
        }
        ui_file.save(&self.places)?;
        steps::passed("move: switched");
        drop(lock);
        self.clear_leftovers();
        steps::passed("move: removed");
        Ok(target)
    }

    /// The bytes of all files of a profile.
    #[must_use]
    pub fn size_of(&self, id: ProfileId) -> u64 {
        listing(&self.folder_of(id)).map_or(0, |files| size(&files))
    }

    /// Takes in a profile that lies in a folder elsewhere; it stays there.
    ///
    /// # Errors
    /// See [`PlaceError`].
    pub fn take_in(&self, folder: &Path) -> Result<ProfileId, PlaceError> {
        let folder = folder.canonicalize().map_err(|_| PlaceError::NotFound)?;
        if folder.to_str().is_none() {
            return Err(PlaceError::Unfit);
        }
        let of = Folder::new(folder.clone());
        let file = KeysFile::read(&of.keys()).or_else(|error| match error {
            KeysFileError::OtherFormat => Err(error),
            _ => KeysFile::read(&of.keys_backup()),
        });
        let file = file.map_err(|error| match error {
            KeysFileError::OtherFormat => PlaceError::Newer,
            KeysFileError::Disk(disk) => PlaceError::Disk(disk),
            KeysFileError::Missing | KeysFileError::Damaged => PlaceError::NotFound,
        })?;
        let id = *file.header.unverified().profile_id();
        if !of.database().is_file() {
            return Err(PlaceError::NotFound);
        }
        let mut ui_file = UiFile::load(&self.places);
        let known = ui_file.folder(&self.places, id);
        if known.canonicalize().is_ok_and(|known| known == folder) {
            return Ok(id);
        }
        // A folder that is gone, such as that of a stick with another name now, gives its place up.
        if known.is_dir() {
            return Err(PlaceError::Exists);
        }
        ui_file.remove_leftover(&folder);
        ui_file.set_folder(&self.places, id, &folder);
        if ui_file.profile(id).is_none() {
            ui_file.put_profile(unnamed(id));
        }
        ui_file.save(&self.places)?;
        Ok(id)
    }

    /// Deletes a profile that is not open: what the keychain has of it, its keys, and everything else. If its backups are
    /// kept, it answers with their folder. Whoever calls this has asked the person in a way that cannot happen by accident.
    ///
    /// # Errors
    /// See [`PlaceError`]; the profile is then still there.
    pub fn delete(&self, id: ProfileId, backups: BackupsAfter) -> Result<Option<PathBuf>, PlaceError> {
        self.clear_leftovers();
        let folder = self.folder_of(id);
        if !folder.is_dir() {
            return Err(PlaceError::NotFound);
        }
        let lock = acquire(&folder, self)?;
        let kept = match backups {
            BackupsAfter::Deleted => None,
            BackupsAfter::Kept => set_backups_aside(&folder, id)?,
        };
        let mut ui_file = UiFile::load(&self.places);
        ui_file.remove_profile(id);
        ui_file.add_leftover(id, &folder);
        ui_file.save(&self.places)?;
        self.pins.forget(id);
        steps::passed("delete: unlisted");
        drop(lock);
        self.clear_leftovers();
        steps::passed("delete: removed");
        Ok(kept)
    }

    /// Takes a profile from the list; its folder stays as it is. One in the usual place cannot be taken from it.
    ///
    /// # Errors
    /// See [`PlaceError`].
    pub fn forget(&self, id: ProfileId) -> Result<(), PlaceError> {
        let mut ui_file = UiFile::load(&self.places);
        if ui_file.folder(&self.places, id) == self.places.profile(id) {
            return Err(PlaceError::Unfit);
        }
        ui_file.remove_profile(id);
        ui_file.save(&self.places)?;
        Ok(())
    }

    /// Notes that a profile lies in the usual place, after a folder elsewhere that is gone.
    pub(crate) fn note_usual_place(&self, id: ProfileId) -> Result<(), DiskError> {
        let (mut ui_file, usual) = (UiFile::load(&self.places), self.places.profile(id));
        if ui_file.folder(&self.places, id) == usual {
            return Ok(());
        }
        ui_file.set_folder(&self.places, id, &usual);
        ui_file.save(&self.places)
    }

    /// Removes folders that are left over of profiles that were moved or deleted, unless a program is at it.
    pub(crate) fn clear_leftovers(&self) {
        let ui_file = UiFile::load(&self.places);
        for left in ui_file.leftovers() {
            let counts = ui_file.ids(&self.places).contains(&left.id);
            let folder = ui_file.folder(&self.places, left.id);
            let (ours, in_force) = (is_named_after(&left.path, left.id), counts && folder == left.path);
            // Without the folder that counts in sight, nothing is sure about the other.
            let sure = !counts || Folder::new(folder.clone()).keys().is_file();
            if !ours || in_force || !sure {
                continue;
            }
            let held = [counts.then_some(folder.as_path()), Some(left.path.as_path())];
            if held.into_iter().flatten().any(|folder| folder.is_dir() && is_held(folder, self)) {
                continue;
            }
            if !counts {
                let _ = self.keychain.delete(left.id);
            }
            if remove(&left.path).is_ok() {
                let mut ui_file = UiFile::load(&self.places);
                ui_file.remove_leftover(&left.path);
                let _ = ui_file.save(&self.places);
            }
        }
    }
}

fn unnamed(id: ProfileId) -> ProfileInfo {
    let info = super::profiles::unnamed(id);
    ProfileInfo { hue: hue_of(id), ..info }
}

fn acquire(folder: &Path, profiles: &Profiles) -> Result<Lock, PlaceError> {
    match Lock::acquire(&Folder::new(folder.to_owned()), profiles.clock.now()) {
        Ok(lock) => Ok(lock),
        Err(LockError::InUse(by)) => Err(PlaceError::InUse { by }),
        Err(LockError::ReadOnly) => Err(PlaceError::Disk(DiskError::ReadOnly)),
        Err(LockError::Disk(disk)) => Err(PlaceError::Disk(disk)),
    }
}

fn is_held(folder: &Path, profiles: &Profiles) -> bool {
    matches!(acquire(folder, profiles), Err(PlaceError::InUse { .. }))
}

/// `ui.json` may be written by anybody; only folders that are called like the profile are ever removed by what it says.
fn is_named_after(path: &Path, id: ProfileId) -> bool {
    path.file_name() == Some(OsStr::new(&id.to_string()))
}

/// Where a copy lies until it is whole.
fn unfinished(target: &Path) -> PathBuf {
    target.with_extension("new")
}

/// Removes the folder of a profile, its keys first: without them the rest is noise.
fn remove(path: &Path) -> io::Result<()> {
    let of = Folder::new(path.to_owned());
    for file in [of.keys(), of.keys_backup(), of.secret_key()] {
        absent(fs::remove_file(file))?;
    }
    absent(fs::remove_dir_all(path))?;
    absent(fs::remove_dir_all(unfinished(path)))?;
    // Else a power cut could bring it all back once it is no longer noted as left over.
    absent(path.parent().map_or(Ok(()), files::sync_folder))
}

fn absent(removed: io::Result<()>) -> io::Result<()> {
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

/// A file or folder of a profile: its path below the profile's folder and, of a file, its length.
pub(crate) struct Listed {
    pub(crate) path: PathBuf,
    pub(crate) file: Option<u64>,
}

/// Files that mean nothing in another folder.
const NOT_COPIED: [&str; 2] = ["lock", "vault.db-shm"];

/// Everything in the folder of a profile, folders before what is in them. Links are none of a profile's and are left out.
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

/// Copies a profile's folder to a place that is free, and reads the copy back.
fn copy(source: &Path, target: &Path, progress: Progress<'_>) -> Result<(), PlaceError> {
    let (all, beside) = (listing(source)?, unfinished(target));
    let parent = target.parent().ok_or(PlaceError::Unfit)?;
    expect_room(parent, size(&all)).map_err(DiskError::from)?;
    absent(fs::remove_dir_all(&beside))?;
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
            tell(progress, &mut done, piece)
        })?);
        to.sync_all()?;
    }
    steps::passed("move: copied");
    let files = all.iter().filter(|listed| listed.file.is_some());
    for (Listed { path, .. }, sum) in files.zip(&sums) {
        if read_through(&beside.join(path), &mut |piece| tell(progress, &mut done, piece))? != *sum {
            return Err(PlaceError::CopyDiffers);
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

fn tell(progress: Progress<'_>, done: &mut u64, piece: &[u8]) -> io::Result<()> {
    *done += piece.len() as u64;
    match progress(*done) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(io::ErrorKind::Interrupted.into()),
    }
}

/// Reads a file piece by piece and answers with its hash.
fn read_through(path: &Path, each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> Result<[u8; 32], PlaceError> {
    let (mut file, mut hash) = (File::open(path)?, Sha256::new());
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { break };
        hash.update(piece);
        each(piece).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => PlaceError::Cancelled,
            _ => PlaceError::Disk(error.into()),
        })?;
    }
    Ok(hash.finalize().into())
}

impl From<io::Error> for PlaceError {
    fn from(error: io::Error) -> Self {
        Self::Disk(error.into())
    }
}
