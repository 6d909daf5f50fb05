//! What can be done about a damaged profile. Whatever is done, the damaged one is kept: it is set aside or left where it
//! is, and nothing in it is changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vault_crypto::{SecretText, make_id};
use vault_wire::ProfileId;

use super::create::UNFINISHED;
use super::ui_file::{ProfileInfo, UiFile, hue_of};
use super::{
    CreateError, DiskError, Folder, Lock, NewProfile, NoKeychain, Places, Profiles, UnlockError, files,
};
use crate::backup::{self, BackupFile, BackupKeys, expect_room};
use crate::clock::Rng;
use crate::document::Progress;
use crate::item::Timestamp;
use crate::session::salvage::Wreck;
use crate::session::{BlobFolder, Saved, Session, SessionError};
use crate::store::{OpenError, Salvage};

/// What stands behind the id in the name of a folder that was set aside; a number follows.
const SET_ASIDE: &str = ".damaged-";
/// The same for a whole and checked profile that waits for the damaged one to be set aside.
pub(super) const WAITING: &str = ".restored";

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
    pub(super) fn place_aside(&self, id: ProfileId) -> PathBuf {
        let names = (1_u32..).map(|number| self.places.profiles().join(format!("{id}{SET_ASIDE}{number}")));
        let mut free = names.skip_while(|path| path.symlink_metadata().is_ok());
        free.next().unwrap_or_else(|| self.places.profile(id))
    }

    /// Ends what a crash left of [`Profiles::restore_in_place`]: a restored profile gets its name if the damaged one was
    /// set aside already, and goes if it was not.
    pub(super) fn finish_replacing(&self) {
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

    /// Looks at what can be saved out of a damaged profile. Nothing is changed. Of documents only their names are known
    /// until they are copied.
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
        self.wreck(id, password, secret_key, progress, |wreck, _| Ok(wreck.findings().clone()))
    }

    /// Makes a new profile of what still opens in a damaged one, with its own Secret Key, and opens it. The damaged one
    /// stays as it is.
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
        expect_room(self.places.profiles(), size_of(&self.folder_of(id)))?;
        // Under a name that is cleared away after a crash.
        let work: ProfileId = make_id(&mut make_rng());
        let work = self.places.profiles().join(format!("{work}{UNFINISHED}"));
        let staged = Self::new(Places::portable(&work), Box::new(NoKeychain), self.clock.clone());
        let made = self.wreck(id, password, secret_key, progress, |wreck, progress| {
            let mut session = staged.create(new, make_rng())?;
            let saved = wreck.save_into(&mut session, progress)?;
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

    /// Opens the keys of a damaged profile and looks through its log; nobody else has it open meanwhile.
    fn wreck<T>(
        &self,
        id: ProfileId,
        password: &SecretText,
        secret_key: Option<&SecretText>,
        progress: Progress<'_>,
        then: impl FnOnce(Wreck, Progress<'_>) -> Result<T, SalvageError>,
    ) -> Result<T, SalvageError> {
        let unsealed = self.unseal(id, password, secret_key)?;
        let folder = Folder::new(self.folder_of(id));
        let keys = Arc::new(BackupKeys::derive(id, &unsealed.root_key, None));
        let db = Salvage::open(&folder.database(), keys).map_err(|error| match error {
            OpenError::Damaged | OpenError::Fault => SalvageError::NothingReadable,
            other => SalvageError::Unlock(other.into()),
        })?;
        let blobs = BlobFolder::new(folder.blobs());
        let wreck = Wreck::look_through(db, &unsealed.root_key, blobs, progress)?;
        then(wreck.ok_or(SalvageError::NothingReadable)?, progress)
    }
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
            CreateError::Disk(disk) => Self::Disk(disk),
            CreateError::OutOfMemory => Self::Unlock(UnlockError::OutOfMemory),
            _ => Self::Fault,
        }
    }
}
