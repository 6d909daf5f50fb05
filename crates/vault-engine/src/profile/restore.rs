//! Restoring a profile from a backup: into an unfinished folder, which is then renamed.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use vault_crypto::{HeaderError, HeaderFile, RootKey, SecretKey, SecretText};
use vault_wire::ProfileId;

use super::candidates::open_any;
use super::create::UNFINISHED;
use super::error::UnlockError;
use super::profiles::Profiles;
use super::restore_error::RestoreError;
use super::salvage_error::SalvageError;
use super::secret_key::{Kept, Origin, forget_profile, keep, look_up, store_both};
use crate::backup::{BackupError, BackupFile, Member, OmittedDocument, each_member, prove};
use crate::clock::Rng;
use crate::disk::{
    BlobFolder, DiskError, Folder, KeysFile, KeysFileError, Lock, LockError, expect_room, files,
};
use crate::document::Progress;
use crate::session::keys::BackupKeys;
use crate::session::rows::{blobs, meta};
use crate::session::{Session, connection};
use crate::store;
use crate::store::Mode;

/// The ending of the folder of a complete, checked profile that waits for the damaged one to be set aside.
pub(crate) const WAITING: &str = ".restored";

/// A restored profile that replaced a damaged one.
pub struct Replaced {
    /// The restored profile, open.
    pub session: Session,
    /// The folder of the damaged one.
    pub replaced_folder: PathBuf,
}

impl Profiles {
    /// Restores a profile from a backup and opens it. It needs the password and the Secret Key from the time of the
    /// backup. The profile keeps its id, so its folder must not exist: no profile is ever overwritten.
    ///
    /// # Errors
    /// See [`RestoreError`]; nothing is left behind.
    pub fn restore(
        &self,
        backup: &Path,
        password: &SecretText,
        secret_key: &SecretText,
        rng: Rng,
        progress: Progress<'_>,
    ) -> Result<Session, RestoreError> {
        let mut backup = BackupFile::open(backup)?;
        let id = backup.manifest.profile;
        self.clear_leftovers();
        let dirs = [self.dirs.profile(id), self.folder_of(id)];
        if dirs.iter().any(|place| place.symlink_metadata().is_ok()) {
            return Err(RestoreError::ProfileExists);
        }
        let keys = open_keys(&mut backup, password, secret_key)?;
        let kept = self.make(&mut backup, &keys, progress, |made| {
            fs::rename(made, self.dirs.profile(id))?;
            Ok(files::sync_folder(self.dirs.profiles())?)
        })?;
        self.register_default_folder(id).map_err(BackupError::Disk)?;
        self.open_restored(id, keys, kept, rng)
    }

    /// As [`Profiles::restore`], for a profile that exists but is damaged. Once the whole backup is checked, the
    /// damaged one is set aside, complete. After a crash, either the damaged or the restored one is in place; between
    /// the two renames there is neither, until [`Profiles::list`] completes the replacement.
    ///
    /// A damaged profile in another folder, such as on a USB stick, stays there, and the restored one is created in the
    /// default folder. After a crash the damaged one is in force until the registry names the new folder.
    ///
    /// # Errors
    /// See [`RestoreError`]; the damaged one is then still in place.
    pub fn restore_in_place(
        &self,
        backup: &Path,
        password: &SecretText,
        secret_key: &SecretText,
        rng: Rng,
        progress: Progress<'_>,
    ) -> Result<Replaced, RestoreError> {
        let mut backup = BackupFile::open(backup)?;
        let id = backup.manifest.profile;
        let (usual, place) = (self.dirs.profile(id), self.folder_of(id));
        let held = match Lock::acquire(&Folder::new(place.clone()), self.clock.now()) {
            Ok(held) => held,
            Err(LockError::InUse(by)) => return Err(RestoreError::Unlock(UnlockError::InUse { by })),
            Err(LockError::ReadOnly) => return Err(BackupError::Disk(DiskError::ReadOnly).into()),
            Err(LockError::Disk(error)) => return Err(BackupError::Disk(error).into()),
        };
        let keys = open_keys(&mut backup, password, secret_key)?;
        if place != usual {
            let kept = self.make(&mut backup, &keys, progress, |made| {
                // Left by an earlier attempt that was interrupted between this step and the next.
                if usual.symlink_metadata().is_ok() {
                    fs::rename(&usual, self.free_aside_folder(id))?;
                }
                fs::rename(made, &usual)?;
                Ok(files::sync_folder(self.dirs.profiles())?)
            })?;
            self.register_default_folder(id).map_err(BackupError::Disk)?;
            drop(held);
            return Ok(Replaced {
                session: self.open_restored(id, keys, kept, rng)?,
                replaced_folder: place,
            });
        }
        let replaced_folder = self.free_aside_folder(id);
        let kept = self.make(&mut backup, &keys, progress, |made| {
            let waiting = self.dirs.profiles().join(format!("{id}{WAITING}"));
            if waiting.symlink_metadata().is_ok() {
                fs::remove_dir_all(&waiting)?;
            }
            fs::rename(made, &waiting)?;
            files::sync_folder(self.dirs.profiles())?;
            fs::rename(&place, &replaced_folder)?;
            fs::rename(&waiting, &place).or_else(|error| {
                // The first rename is undone, so that nothing is changed.
                fs::rename(&replaced_folder, &place)?;
                fs::remove_dir_all(&waiting)?;
                Err(error)
            })?;
            Ok(files::sync_folder(self.dirs.profiles())?)
        })?;
        drop(held);
        Ok(Replaced { session: self.open_restored(id, keys, kept, rng)?, replaced_folder })
    }

    /// Restores a profile from a backup if there is none, or if the existing one is damaged; that one is set aside. A
    /// sound profile is left alone.
    ///
    /// # Errors
    /// As [`Profiles::restore`] and [`Profiles::restore_in_place`].
    pub fn restore_or_replace(
        &self,
        backup: &Path,
        password: &SecretText,
        secret_key: &SecretText,
        rng: Rng,
        progress: Progress<'_>,
    ) -> Result<Session, RestoreError> {
        let id = BackupFile::open(backup)?.manifest.profile;
        if self.folder_of(id).symlink_metadata().is_ok() && self.is_damaged(id, password, secret_key) {
            let replaced = self.restore_in_place(backup, password, secret_key, rng, progress)?;
            return Ok(replaced.session);
        }
        self.restore(backup, password, secret_key, rng, progress)
    }

    /// Returns whether an existing profile is certainly damaged.
    fn is_damaged(&self, id: ProfileId, password: &SecretText, secret_key: &SecretText) -> bool {
        match self.examine(id, password, Some(secret_key), &mut |_| ControlFlow::Continue(())) {
            Ok(found) => found.pages > 0,
            Err(SalvageError::NothingReadable) => true,
            Err(SalvageError::Unlock(error)) => {
                matches!(error, UnlockError::HeaderDamaged | UnlockError::DatabaseDamaged)
            }
            Err(_) => false,
        }
    }

    /// Restores into an unfinished folder, which `take` moves to its place.
    fn make(
        &self,
        backup: &mut BackupFile,
        keys: &Keys,
        progress: Progress<'_>,
        take: impl FnOnce(&Path) -> Result<(), RestoreError>,
    ) -> Result<Kept, RestoreError> {
        let id = backup.manifest.profile;
        files::make_private_folder(self.dirs.profiles())?;
        self.clear_unfinished();
        expect_room(self.dirs.profiles(), backup.manifest.length()).map_err(BackupError::from)?;
        let unfinished = Folder::new(self.dirs.profiles().join(format!("{id}{UNFINISHED}")));
        let made = (|| {
            extract_files(backup, &unfinished, progress)?;
            migrate_and_verify(&unfinished, keys, &backup.manifest.left_out)?;
            let kept = self.store_secret_key(&unfinished, id, &keys.secret_key).map_err(BackupError::Disk)?;
            files::sync_folder(unfinished.path())?;
            take(unfinished.path())?;
            Ok(kept)
        })();
        made.inspect_err(|_: &RestoreError| {
            let _ = fs::remove_dir_all(unfinished.path());
            if !self.folder_of(id).exists() {
                forget_profile(&*self.keychain, id);
            }
        })
    }

    /// Stores the Secret Key of a profile that is being restored. If the damaged profile has another one in the
    /// keychain, both are stored: after a later failure the damaged profile must still open as before. The next unlock
    /// finds out which of the two is right.
    fn store_secret_key(&self, folder: &Folder, id: ProfileId, key: &SecretKey) -> Result<Kept, DiskError> {
        let there = Folder::new(self.folder_of(id));
        let found = if there.path().exists() { look_up(&*self.keychain, &there, id) } else { None };
        let found = found.filter(|found| found.origin == Origin::Keychain);
        let other = found.and_then(|found| found.keys.into_iter().find(|known| !known.is_same_as(key)));
        match other {
            Some(other) => store_both(&*self.keychain, folder, id, [key, &other]),
            None => keep(&*self.keychain, folder, id, key),
        }
    }

    fn open_restored(
        &self,
        id: ProfileId,
        keys: Keys,
        kept: Kept,
        rng: Rng,
    ) -> Result<Session, RestoreError> {
        // The user chose an older state.
        self.forget_write_state(id);
        let unsealed = self.unsealed_new(id, keys.root_key, kept == Kept::InFile);
        let unsealed = unsealed.map_err(|error| RestoreError::Backup(of_key_file(&error)))?;
        self.open(unsealed, rng).map_err(RestoreError::Unlock)
    }
}

/// The keys of a backup, after its manifest and key file were authenticated.
struct Keys {
    header: HeaderFile,
    root_key: RootKey,
    secret_key: SecretKey,
}

fn open_keys(
    backup: &mut BackupFile,
    password: &SecretText,
    secret_key: &SecretText,
) -> Result<Keys, RestoreError> {
    let id = backup.manifest.profile;
    let secret_key = SecretKey::from_text(secret_key.expose())
        .map_err(|_| RestoreError::Unlock(UnlockError::SecretKeyMistyped))?;
    let key_file = backup.key_file()?;
    let header = HeaderFile::parse(&key_file).map_err(|error| match error {
        HeaderError::OtherFormat(_) => BackupError::OtherFormat,
        _ => BackupError::Damaged,
    })?;
    let unverified = header.unverified();
    if *unverified.profile_id() != id {
        return Err(BackupError::Damaged.into());
    }
    let root_key = open_any(unverified, password, &secret_key).map_err(RestoreError::Unlock)?;
    let root_key = root_key.ok_or(RestoreError::Unlock(UnlockError::WrongPassword))?;
    backup.authenticate(&BackupKeys::derive(id, &root_key, None))?;
    if !header.is_authentic(&root_key) {
        return Err(BackupError::Damaged.into());
    }
    Ok(Keys { header, root_key, secret_key })
}

/// Extracts the files of a profile, checking each.
fn extract_files(
    backup: &mut BackupFile,
    folder: &Folder,
    progress: Progress<'_>,
) -> Result<(), BackupError> {
    let blobs = BlobFolder::new(folder.blobs());
    files::make_private_folder(blobs.path())?;
    let mut place = |member: Member<'_>| {
        let path = match member {
            Member::Keys => folder.keys(),
            Member::Database => folder.database(),
            Member::Document(blob) => blobs.prepare(&blob.blob_id)?,
        };
        files::private_file().write(true).create_new(true).open(path).map(Some)
    };
    each_member(backup, &mut place, progress)?;
    blobs.sync()?;
    let keys = KeysFile::read(&folder.keys()).map_err(|error| of_key_file(&error))?;
    Ok(KeysFile::write(&folder.keys_backup(), &keys.bytes)?)
}

/// Migrates the database, and checks that it matches the key file. Documents that were left out and that a server has can
/// be downloaded again.
fn migrate_and_verify(
    folder: &Folder,
    Keys { header, root_key, secret_key: _ }: &Keys,
    left_out: &[OmittedDocument],
) -> Result<(), BackupError> {
    let key = root_key.derive_database_key();
    // The database is a copy itself, so none is made first.
    let db = store::open(&folder.database(), &key, Mode::Write, &mut |_, _| Ok(()))?;
    store::check_pages(&db)?;
    if meta::header(&db)?.check(&header.pin()).is_err() {
        return Err(BackupError::Damaged);
    }
    prove(&db, root_key)?;
    // The profile may be in use where the backup was made.
    connection::forget_device(&db)?;
    blobs::expect_confirmed(&db, left_out.iter().map(|left| &left.blob.blob_id))?;
    Ok(store::close(db)?)
}

/// The error of reading a key file that was just written.
fn of_key_file(error: &KeysFileError) -> BackupError {
    match error {
        KeysFileError::Disk(disk) => BackupError::Disk(*disk),
        KeysFileError::Missing | KeysFileError::Damaged | KeysFileError::OtherFormat => BackupError::Fault,
    }
}
