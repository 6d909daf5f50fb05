//! What can be done about a damaged profile. Whatever is done, the damaged one is kept: it is set aside or left where it
//! is, and nothing in it is changed.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vault_crypto::{RootKey, SecretKey, SecretText, make_id};
use vault_wire::ProfileId;

use super::candidates::{Candidates, open_any};
use super::create::{NewProfile, UNFINISHED};
use super::error::{CreateError, UnlockError};
use super::keychain::NoKeychain;
use super::profiles::Profiles;
use super::restore::Replaced;
use super::restore_error::RestoreError;
use super::rotate;
use super::secret_key::look_up;
use crate::backup;
use crate::backup::BackupFile;
use crate::clock::{Rng, Timestamp};
use crate::disk::{
    BlobFolder, DiskError, Folder, KeysFile, KeysFileError, Lock, Places, ProfileInfo, UiFile, expect_room,
    files, hue_of,
};
use crate::document::Progress;
use crate::session::integrity::salvage::Wreck;
use crate::session::keys::BackupKeys;
use crate::session::{Saved, Session, SessionError};
use crate::store::{Mode, OpenError, Salvage};

/// What stands behind the id in the name of a folder that was set aside; a number follows.
const SET_ASIDE: &str = ".damaged-";
/// The same for a whole and checked profile that waits for the damaged one to be set aside.
pub(crate) const WAITING: &str = ".restored";
/// How much of saving, of a hundred, is looking through what there is.
const LOOKED_THROUGH: u64 = 20;
/// The length of a page of the database.
const PAGE: u64 = 4096;

/// What can be told of a file of a profile without its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// It is not there.
    Missing,
    /// It is there and cannot be what it should be.
    Damaged,
    /// It is of a format that this program does not know.
    OtherFormat,
    /// It can be read. Whether it is as it was written takes the keys.
    Readable,
}

/// What can be told of a profile without its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// Where it lies.
    pub folder: PathBuf,
    /// The key file.
    pub keys: FileState,
    /// Its copy, which takes its place by itself where that helps.
    pub keys_copy: FileState,
    /// The database.
    pub database: FileState,
}

/// A backup that was found beside a profile. It has not been checked: that takes the profile's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundBackup {
    /// The file.
    pub path: PathBuf,
    /// When it says it was made.
    pub made_at: Timestamp,
    /// Its length in bytes.
    pub size: u64,
}

/// Why nothing was saved. The damaged profile is as it was.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SalvageError {
    /// Its keys do not open.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
    /// The pages with the keys of the vault are damaged as well: only a backup helps.
    #[error("nothing of the database can be read")]
    NothingReadable,
    /// The name of the new profile is empty, too long or holds control characters.
    #[error("the name of the profile is not acceptable")]
    NameInvalid,
    /// The caller broke off.
    #[error("broken off")]
    Cancelled,
    /// The disk.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A fault in the program.
    #[error("the profile could not be saved")]
    Fault,
}

impl Profiles {
    /// Looks at the files of a profile without its keys; none if its folder is not there.
    #[must_use]
    pub fn inspect(&self, id: ProfileId) -> Option<Inspected> {
        let folder = Folder::new(self.folder_of(id));
        let keys = |path: PathBuf| match KeysFile::read(&path) {
            Ok(file) if *file.header.unverified().profile_id() == id => FileState::Readable,
            Err(KeysFileError::Missing) => FileState::Missing,
            Err(KeysFileError::OtherFormat) => FileState::OtherFormat,
            Ok(_) | Err(KeysFileError::Damaged | KeysFileError::Disk(_)) => FileState::Damaged,
        };
        let database = match fs::metadata(folder.database()) {
            Ok(file) if file.is_file() && file.len() >= PAGE && file.len() % PAGE == 0 => FileState::Readable,
            Ok(_) => FileState::Damaged,
            Err(_) => FileState::Missing,
        };
        folder.path().is_dir().then(|| Inspected {
            keys: keys(folder.keys()),
            keys_copy: keys(folder.keys_backup()),
            database,
            folder: folder.path().to_owned(),
        })
    }

    /// Lists the backups that lie in a profile's folder or in one of it that was set aside, the newest first.
    #[must_use]
    pub fn backups_beside(&self, id: ProfileId) -> Vec<FoundBackup> {
        let mut folders = vec![self.folder_of(id)];
        folders.extend(self.set_aside(id));
        let mut found: Vec<_> = folders.iter().flat_map(|folder| backups_in(folder, id)).collect();
        found.sort_by(|a, b| (b.made_at, &a.path).cmp(&(a.made_at, &b.path)));
        found
    }

    /// The folders of a profile that were set aside.
    fn set_aside(&self, id: ProfileId) -> Vec<PathBuf> {
        let begin = format!("{id}{SET_ASIDE}");
        let all = fs::read_dir(self.places.profiles()).into_iter().flatten().flatten();
        let aside =
            all.filter(|entry| entry.file_name().to_str().is_some_and(|name| name.starts_with(&begin)));
        aside.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
    }

    /// A name for a folder to be set aside under.
    pub(crate) fn place_aside(&self, id: ProfileId) -> PathBuf {
        let names = (1_u32..).map(|number| self.places.profiles().join(format!("{id}{SET_ASIDE}{number}")));
        let mut free = names.skip_while(|path| path.symlink_metadata().is_ok());
        free.next().unwrap_or_else(|| self.places.profile(id))
    }

    /// Ends what a crash left of [`Profiles::restore_in_place`]: a restored profile gets its name if the damaged one was
    /// set aside already, and goes if it was not.
    pub(crate) fn finish_replacing(&self) {
        for entry in fs::read_dir(self.places.profiles()).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let id = name.to_str().and_then(|name| name.strip_suffix(WAITING)?.parse::<ProfileId>().ok());
            let Some(place) = id.map(|id| self.places.profile(id)) else { continue };
            if place.symlink_metadata().is_err() {
                let _ = fs::rename(entry.path(), &place);
                let _ = files::sync_folder(self.places.profiles());
            } else if Lock::acquire(&Folder::new(place), self.clock.now()).is_ok() {
                // Nobody is at it now.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// Puts a backup in the place of a damaged profile, as [`Profiles::restore_in_place`] does, unless the profile is found to
    /// be sound. Without a Secret Key handed in it is the one that this computer keeps. Wrong passwords count as at
    /// unlocking.
    ///
    /// # Errors
    /// See [`RestoreError`]; [`RestoreError::ProfileExists`] if the profile is sound. Nothing was changed then.
    pub fn replace_damaged(
        &self,
        (id, password, secret_key): (ProfileId, &SecretText, Option<&SecretText>),
        backup: &Path,
        make_rng: &dyn Fn() -> Rng,
        progress: Progress<'_>,
    ) -> Result<Replaced, RestoreError> {
        if let Some(wait) = self.delays.wait(id, self.clock.steady()) {
            return Err(RestoreError::Unlock(UnlockError::RetryLater { wait }));
        }
        if BackupFile::open(backup)?.manifest.profile != id {
            return Err(backup::BackupError::OtherProfile.into());
        }
        let keys = self.secret_keys(id, secret_key).map_err(RestoreError::Unlock)?;
        if self.is_sound(id, password, &keys) {
            return Err(RestoreError::ProfileExists);
        }
        let mut replaced = Err(RestoreError::Unlock(UnlockError::SecretKeyMissing));
        for key in &keys {
            replaced = self.restore_in_place(backup, password, &key.to_text(), make_rng(), progress);
            if !matches!(replaced, Err(RestoreError::Unlock(UnlockError::WrongPassword))) {
                break;
            }
        }
        match &replaced {
            Ok(_) => self.delays.right(id),
            Err(RestoreError::Unlock(UnlockError::WrongPassword)) => {
                self.delays.wrong(id, self.clock.steady());
            }
            Err(_) => {}
        }
        replaced
    }

    /// The Secret Key that was typed, or those that this computer keeps.
    fn secret_keys(&self, id: ProfileId, typed: Option<&SecretText>) -> Result<Vec<SecretKey>, UnlockError> {
        if let Some(typed) = typed {
            let key = SecretKey::from_text(typed.expose()).map_err(|_| UnlockError::SecretKeyMistyped)?;
            return Ok(vec![key]);
        }
        let found = look_up(&*self.keychain, &Folder::new(self.folder_of(id)), id);
        Ok(found.ok_or(UnlockError::SecretKeyMissing)?.keys)
    }

    /// Whether a profile opens, and no page or entry of its database is damaged.
    fn is_sound(&self, id: ProfileId, password: &SecretText, keys: &[SecretKey]) -> bool {
        let folder = Folder::new(self.folder_of(id));
        let Ok(candidates) = Candidates::read(&folder, id) else { return false };
        let opened = candidates.open(|header| {
            for key in keys {
                if let Some(root_key) = open_any(header, password, key)? {
                    return Ok(Some(root_key));
                }
            }
            Ok(None)
        });
        let Ok(Some(opened)) = opened else { return false };
        let of = (&opened.root_key, &opened.file, opened.authentic);
        let looked = look_through((id, &folder), of, &mut |_| ControlFlow::Continue(()));
        looked.is_ok_and(|wreck| wreck.findings().is_whole())
    }

    /// Looks at what can be saved out of a damaged profile. Nothing is changed. Of documents only their names are known
    /// until they are copied. `progress` is told how much is done, of a hundred.
    ///
    /// # Errors
    /// See [`SalvageError`].
    pub fn examine(
        &self,
        id: ProfileId,
        password: &SecretText,
        secret_key: Option<&SecretText>,
        progress: Progress<'_>,
    ) -> Result<Saved, SalvageError> {
        self.wreck((id, password, secret_key), 100, progress, |wreck, _| Ok(wreck.findings().clone()))
    }

    /// Makes a new profile of what still opens in a damaged one, with its own Secret Key, and opens it. The damaged one
    /// stays as it is. `progress` is told how much is done, of a hundred.
    ///
    /// # Errors
    /// See [`SalvageError`]; nothing is left behind.
    pub fn salvage(
        &self,
        (id, password, secret_key): (ProfileId, &SecretText, Option<&SecretText>),
        new: NewProfile,
        make_rng: &dyn Fn() -> Rng,
        progress: Progress<'_>,
    ) -> Result<(Session, Saved), SalvageError> {
        files::make_private_folder(self.places.profiles())?;
        let name = new.name.clone();
        let new_password = SecretText::from(new.password.expose());
        expect_room(self.places.profiles(), size_of(&self.folder_of(id))).map_err(DiskError::from)?;
        // Under a name that is cleared away after a crash.
        let work: ProfileId = make_id(&mut make_rng());
        let work = self.places.profiles().join(format!("{work}{UNFINISHED}"));
        let staged = Self::new(Places::portable(&work), Box::new(NoKeychain), self.clock.clone());
        let of = (id, password, secret_key);
        let made = self.wreck(of, LOOKED_THROUGH, progress, |wreck, progress| {
            let mut session = staged.create(new, make_rng())?;
            let rest = 100 - LOOKED_THROUGH;
            let saved =
                wreck.save_into(&mut session, &mut |part| progress(LOOKED_THROUGH + part * rest / 100))?;
            Ok((session.profile().id, saved))
        });
        let placed = made.and_then(|(made, saved)| {
            fs::rename(staged.places.profile(made), self.places.profile(made))?;
            files::sync_folder(self.places.profiles())?;
            Ok((made, saved))
        });
        let _ = fs::remove_dir_all(&work);
        let (made, saved) = placed?;
        let mut ui_file = UiFile::load(&self.places);
        ui_file.put_profile(ProfileInfo { id: made, name, hue: hue_of(made), last_opened: None });
        // Without its line the profile is found all the same.
        let _ = ui_file.save(&self.places);
        Ok((self.unlock(made, &new_password, None, make_rng())?, saved))
    }

    /// Opens the keys of a damaged profile and looks through its log, which is `share` of all that is to be done, in a
    /// hundred; nobody else has it open meanwhile.
    fn wreck<T>(
        &self,
        (id, password, secret_key): (ProfileId, &SecretText, Option<&SecretText>),
        share: u64,
        progress: Progress<'_>,
        then: impl FnOnce(Wreck, Progress<'_>) -> Result<T, SalvageError>,
    ) -> Result<T, SalvageError> {
        let unsealed = self.unseal(id, password, secret_key)?;
        let folder = Folder::new(self.folder_of(id));
        let of = (&unsealed.root_key, &unsealed.file, unsealed.authentic);
        let wreck = look_through((id, &folder), of, &mut |part| progress(part * share / 100))?;
        then(wreck, progress)
    }
}

/// Looks through the log of a profile whose root key was opened.
fn look_through(
    (id, folder): (ProfileId, &Folder),
    (root_key, file, authentic): (&RootKey, &KeysFile, bool),
    progress: Progress<'_>,
) -> Result<Wreck, SalvageError> {
    let keys = Arc::new(BackupKeys::derive(id, root_key, None));
    let database = rotate::finish(folder, &keys.database, file, Mode::Check)?;
    let db = Salvage::open(&database, Arc::clone(&keys.database)).map_err(|error| match error {
        OpenError::Damaged | OpenError::Fault => SalvageError::NothingReadable,
        other => SalvageError::Unlock(other.into()),
    })?;
    let (pin, blobs) = (file.header.pin(), BlobFolder::new(folder.blobs()));
    let wreck = Wreck::look_through(db, (root_key, authentic.then_some(&pin)), blobs, progress)?;
    wreck.ok_or(SalvageError::NothingReadable)
}

/// The backups in a profile's folder that say they are of it.
fn backups_in(folder: &Path, id: ProfileId) -> Vec<FoundBackup> {
    let files = fs::read_dir(folder.join(backup::FOLDER)).into_iter().flatten().flatten();
    let backups = files.filter_map(|entry| {
        let path = entry.path();
        if path.extension()? != "tar" {
            return None;
        }
        let BackupFile { file, manifest, .. } = BackupFile::open(&path).ok()?;
        let size = file.metadata().ok()?.len();
        (manifest.profile == id).then_some(FoundBackup { path, made_at: manifest.made_at, size })
    });
    backups.collect()
}

/// The bytes of a folder and those below it.
fn size_of(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.filter_map(|entry| {
        let metadata = entry.metadata().ok()?;
        Some(if metadata.is_dir() { size_of(&entry.path()) } else { metadata.len() })
    });
    sizes.sum()
}

impl From<std::io::Error> for SalvageError {
    fn from(error: std::io::Error) -> Self {
        Self::Disk(error.into())
    }
}

impl From<SessionError> for SalvageError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Disk(disk) => Self::Disk(disk),
            SessionError::Cancelled => Self::Cancelled,
            _ => Self::Fault,
        }
    }
}

impl From<CreateError> for SalvageError {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::NameInvalid => Self::NameInvalid,
            CreateError::Disk(disk) => Self::Disk(disk),
            CreateError::OutOfMemory => Self::Unlock(UnlockError::OutOfMemory),
            _ => Self::Fault,
        }
    }
}
