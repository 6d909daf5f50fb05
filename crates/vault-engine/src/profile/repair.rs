//! Repair of a damaged profile: inspect, replace by a backup, or salvage. The damaged profile is always kept unchanged,
//! in place or set aside; `docs/decisions/0023-faults-and-memory.md` has the reasons.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vault_crypto::{RootKey, SecretKey, SecretText, make_id};
use vault_wire::ProfileId;

use super::candidates::{Candidates, open_any};
use super::create::{NewProfile, UNFINISHED};
use super::error::UnlockError;
use super::keychain::NoKeychain;
use super::profiles::Profiles;
use super::restore::{Replaced, WAITING};
use super::restore_error::RestoreError;
use super::rotate;
use super::salvage_error::SalvageError;
use super::secret_key::look_up;
use crate::backup;
use crate::backup::BackupFile;
use crate::clock::{Rng, Timestamp};
use crate::disk::{
    AppDirs, BlobFolder, DiskError, Folder, KeysFile, KeysFileError, Lock, ProfileInfo, Registry,
    expect_room, files, hue_of,
};
use crate::document::Progress;
use crate::session::integrity::salvage::DamagedDatabase;
use crate::session::keys::BackupKeys;
use crate::session::{Salvaged, Session};
use crate::store::{Mode, OpenError, Salvage};

/// The part after the id in the name of a folder that was set aside; a number follows.
const SET_ASIDE: &str = ".damaged-";
/// The share of scanning in the progress of a salvage, in percent.
const SCAN_SHARE: u64 = 20;
/// The size of a database page in bytes.
const PAGE: u64 = 4096;

/// The state of a file of a profile, as far as it is known without keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// It does not exist.
    Missing,
    /// It exists and is not valid.
    Damaged,
    /// It has a format that this program does not know.
    OtherFormat,
    /// It can be read. Only the keys show whether it is authentic.
    Readable,
}

/// The state of a profile, as far as it is known without keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// Its folder.
    pub folder: PathBuf,
    /// The key file.
    pub keys: FileState,
    /// The copy of the key file, which replaces a damaged one automatically.
    pub keys_copy: FileState,
    /// The database.
    pub database: FileState,
}

/// A backup that was found beside a profile. It is not checked, which needs the profile's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundBackup {
    /// The file.
    pub path: PathBuf,
    /// When it was made, unverified.
    pub made_at: Timestamp,
    /// Its length in bytes.
    pub size: u64,
}

impl Profiles {
    /// Inspects the files of a profile without its keys; `None` if its folder does not exist.
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

    /// Lists the backups in a profile's folder and in its folders that were set aside, newest first.
    #[must_use]
    pub fn find_backups(&self, id: ProfileId) -> Vec<FoundBackup> {
        let mut folders = vec![self.folder_of(id)];
        folders.extend(self.folders_set_aside(id));
        let mut found: Vec<_> = folders.iter().flat_map(|folder| backups_in(folder, id)).collect();
        found.sort_by(|a, b| (b.made_at, &a.path).cmp(&(a.made_at, &b.path)));
        found
    }

    /// Lists the folders of a profile that were set aside.
    fn folders_set_aside(&self, id: ProfileId) -> Vec<PathBuf> {
        let begin = format!("{id}{SET_ASIDE}");
        let all = fs::read_dir(self.dirs.profiles()).into_iter().flatten().flatten();
        let aside =
            all.filter(|entry| entry.file_name().to_str().is_some_and(|name| name.starts_with(&begin)));
        aside.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
    }

    /// Returns a free path for a folder to be set aside.
    pub(crate) fn free_aside_folder(&self, id: ProfileId) -> PathBuf {
        let names = (1_u32..).map(|number| self.dirs.profiles().join(format!("{id}{SET_ASIDE}{number}")));
        let mut free = names.skip_while(|path| path.symlink_metadata().is_ok());
        free.next().unwrap_or_else(|| self.dirs.profile(id))
    }

    /// Completes an interrupted [`Profiles::restore_in_place`]: the restored profile is renamed into place if the
    /// damaged one was set aside already, else removed. Without a damaged one set aside it is no leftover of a
    /// replacement, and stays: somebody else put it there.
    pub(crate) fn finish_replacing(&self) {
        for entry in fs::read_dir(self.dirs.profiles()).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let id = name.to_str().and_then(|name| name.strip_suffix(WAITING)?.parse::<ProfileId>().ok());
            let Some(id) = id else { continue };
            let place = self.dirs.profile(id);
            if place.symlink_metadata().is_err() {
                if !self.folders_set_aside(id).is_empty() {
                    let _ = fs::rename(entry.path(), &place);
                    let _ = files::sync_folder(self.dirs.profiles());
                }
            } else if Lock::acquire(&Folder::new(place), self.clock.now()).is_ok() {
                // No program is using it.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// Replaces a damaged profile by a backup, as [`Profiles::restore_in_place`] does, unless the profile turns out to
    /// be sound. Without `secret_key`, the one stored on this computer is used. Wrong passwords count as at unlock.
    ///
    /// # Errors
    /// See [`RestoreError`]; [`RestoreError::ProfileExists`] if the profile is sound. Nothing is changed then.
    pub fn replace_damaged(
        &self,
        (id, password, secret_key): (ProfileId, &SecretText, Option<&SecretText>),
        backup: &Path,
        make_rng: &dyn Fn() -> Rng,
        progress: Progress<'_>,
    ) -> Result<Replaced, RestoreError> {
        if let Some(wait) = self.throttle.wait(id, self.clock.steady()) {
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
            Ok(_) => self.throttle.reset(id),
            Err(RestoreError::Unlock(UnlockError::WrongPassword)) => {
                self.throttle.record_failure(id, self.clock.steady());
            }
            Err(_) => {}
        }
        replaced
    }

    /// Returns the typed Secret Key, or those stored on this computer.
    fn secret_keys(&self, id: ProfileId, typed: Option<&SecretText>) -> Result<Vec<SecretKey>, UnlockError> {
        if let Some(typed) = typed {
            let key = SecretKey::from_text(typed.expose()).map_err(|_| UnlockError::SecretKeyMistyped)?;
            return Ok(vec![key]);
        }
        let found = look_up(&*self.keychain, &Folder::new(self.folder_of(id)), id);
        Ok(found.ok_or(UnlockError::SecretKeyMissing)?.keys)
    }

    /// Returns whether a profile opens and no page or entry of its database is damaged.
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
        let looked = scan((id, &folder), of, &mut |_| ControlFlow::Continue(()));
        looked.is_ok_and(|damaged_database| damaged_database.findings().is_whole())
    }

    /// Examines what can be salvaged from a damaged profile, without changing anything. Documents are not read.
    /// `progress` receives percent and may cancel.
    ///
    /// # Errors
    /// See [`SalvageError`].
    pub fn examine(
        &self,
        id: ProfileId,
        password: &SecretText,
        secret_key: Option<&SecretText>,
        progress: Progress<'_>,
    ) -> Result<Salvaged, SalvageError> {
        self.damaged_database((id, password, secret_key), 100, progress, |damaged_database, _| {
            Ok(damaged_database.findings().clone())
        })
    }

    /// Creates a new profile, with its own Secret Key, from the readable items of a damaged one, and opens it. The
    /// damaged one is unchanged. `progress` receives percent and may cancel.
    ///
    /// # Errors
    /// See [`SalvageError`]; nothing is left behind.
    pub fn salvage(
        &self,
        (id, password, secret_key): (ProfileId, &SecretText, Option<&SecretText>),
        new: NewProfile,
        make_rng: &dyn Fn() -> Rng,
        progress: Progress<'_>,
    ) -> Result<(Session, Salvaged), SalvageError> {
        files::make_private_folder(self.dirs.profiles())?;
        let name = new.name.clone();
        let new_password = SecretText::from(new.password.expose());
        expect_room(self.dirs.profiles(), size_of(&self.folder_of(id))).map_err(DiskError::from)?;
        // The ending makes `clear_unfinished` remove the folder after a crash.
        let work: ProfileId = make_id(&mut make_rng());
        let work = self.dirs.profiles().join(format!("{work}{UNFINISHED}"));
        let staged = Self::new(AppDirs::portable(&work), Box::new(NoKeychain), self.clock.clone());
        let of = (id, password, secret_key);
        let made = self.damaged_database(of, SCAN_SHARE, progress, |damaged_database, progress| {
            let mut session = staged.create(new, make_rng())?;
            let rest = 100 - SCAN_SHARE;
            let saved = damaged_database
                .save_into(&mut session, &mut |part| progress(SCAN_SHARE + part * rest / 100))?;
            Ok((session.profile().id, saved))
        });
        let placed = made.and_then(|(made, saved)| {
            fs::rename(staged.dirs.profile(made), self.dirs.profile(made))?;
            files::sync_folder(self.dirs.profiles())?;
            Ok((made, saved))
        });
        let _ = fs::remove_dir_all(&work);
        let (made, saved) = placed?;
        let mut registry = Registry::load(&self.dirs);
        registry.put_profile(ProfileInfo { id: made, name, hue: hue_of(made), last_opened: None });
        // Without an entry in the registry the profile is still found.
        let _ = registry.save(&self.dirs);
        Ok((self.unlock(made, &new_password, None, make_rng())?, saved))
    }

    /// Opens the keys of a damaged profile and scans its log while the profile's lock is held. Scanning is `share`
    /// percent of the progress.
    fn damaged_database<T>(
        &self,
        (id, password, secret_key): (ProfileId, &SecretText, Option<&SecretText>),
        share: u64,
        progress: Progress<'_>,
        then: impl FnOnce(DamagedDatabase, Progress<'_>) -> Result<T, SalvageError>,
    ) -> Result<T, SalvageError> {
        let unsealed = self.unseal(id, password, secret_key)?;
        let folder = Folder::new(self.folder_of(id));
        let of = (&unsealed.root_key, &unsealed.file, unsealed.authentic);
        let damaged_database = scan((id, &folder), of, &mut |part| progress(part * share / 100))?;
        then(damaged_database, progress)
    }
}

/// Scans the log of a profile whose root key is open.
fn scan(
    (id, folder): (ProfileId, &Folder),
    (root_key, file, authentic): (&RootKey, &KeysFile, bool),
    progress: Progress<'_>,
) -> Result<DamagedDatabase, SalvageError> {
    let keys = Arc::new(BackupKeys::derive(id, root_key, None));
    let database = rotate::finish(folder, &keys.database, file, Mode::Check)?;
    let db = Salvage::open(&database, Arc::clone(&keys.database)).map_err(|error| match error {
        OpenError::Damaged | OpenError::Fault => SalvageError::NothingReadable,
        other => SalvageError::Unlock(other.into()),
    })?;
    let (pin, blobs) = (file.header.pin(), BlobFolder::new(folder.blobs()));
    let damaged_database = DamagedDatabase::scan(db, (root_key, authentic.then_some(&pin)), blobs, progress)?;
    damaged_database.ok_or(SalvageError::NothingReadable)
}

/// Lists the backups in a profile's folder whose manifest names the profile, unverified.
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

/// Returns the size of all files in a folder and below it in bytes.
fn size_of(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.filter_map(|entry| {
        let metadata = entry.metadata().ok()?;
        Some(if metadata.is_dir() { size_of(&entry.path()) } else { metadata.len() })
    });
    sizes.sum()
}
