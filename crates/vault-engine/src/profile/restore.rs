//! Making a profile of a backup: beside its place first, then moved there whole.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use vault_crypto::{HeaderError, HeaderFile, RootKey, SecretKey, SecretText};
use vault_wire::ProfileId;

use super::candidates::open_any;
use super::create::UNFINISHED;
use super::error::UnlockError;
use super::profiles::Profiles;
use super::repair::{SalvageError, WAITING};
use super::restore_error::RestoreError;
use super::secret_key::{Kept, Origin, keep, keep_both, look_up};
use crate::backup::{BackupError, BackupFile, Member, each_member, prove};
use crate::clock::Rng;
use crate::disk::{BlobFolder, DiskError, Folder, KeysFile, Lock, LockError, expect_room, files};
use crate::document::Progress;
use crate::session::Session;
use crate::session::keys::BackupKeys;
use crate::session::rows::meta;
use crate::store;
use crate::store::Mode;

/// A profile that was put in the place of a damaged one.
pub struct Replaced {
    /// The profile, open.
    pub session: Session,
    /// Where the damaged one is kept.
    pub set_aside: PathBuf,
}

impl Profiles {
    /// Makes a profile of a backup and opens it. It takes the password and the Secret Key of the day of the backup, and
    /// takes back the profile's own id, so it needs the profile's place to be free: no profile is ever overwritten.
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
        let places = [self.places.profile(id), self.folder_of(id)];
        if places.iter().any(|place| place.symlink_metadata().is_ok()) {
            return Err(RestoreError::ProfileExists);
        }
        let keys = open_keys(&mut backup, password, secret_key)?;
        let kept = self.make(&mut backup, &keys, progress, |made| {
            fs::rename(made, self.places.profile(id))?;
            Ok(files::sync_folder(self.places.profiles())?)
        })?;
        self.note_usual_place(id).map_err(BackupError::Disk)?;
        self.open_restored(id, keys, kept, rng)
    }

    /// The same for a profile that is there but damaged. It is set aside, whole, once all of the backup was checked. A
    /// crash leaves either the damaged one or the restored one in its place, or, where it fell between the two, the place
    /// empty until profiles are looked for.
    ///
    /// One that lies in a folder elsewhere, such as on a stick, stays there, and the restored one is made in the usual
    /// place. After a crash the damaged one still counts until that place is noted.
    ///
    /// # Errors
    /// See [`RestoreError`]; the damaged one is then still in its place.
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
        let (usual, place) = (self.places.profile(id), self.folder_of(id));
        let held = match Lock::acquire(&Folder::new(place.clone()), self.clock.now()) {
            Ok(held) => held,
            Err(LockError::InUse(by)) => return Err(RestoreError::Unlock(UnlockError::InUse { by })),
            Err(LockError::ReadOnly) => return Err(BackupError::Disk(DiskError::ReadOnly).into()),
            Err(LockError::Disk(error)) => return Err(BackupError::Disk(error).into()),
        };
        let keys = open_keys(&mut backup, password, secret_key)?;
        if place != usual {
            let kept = self.make(&mut backup, &keys, progress, |made| {
                // Left by an earlier try that fell between this step and the next.
                if usual.symlink_metadata().is_ok() {
                    fs::rename(&usual, self.place_aside(id))?;
                }
                fs::rename(made, &usual)?;
                Ok(files::sync_folder(self.places.profiles())?)
            })?;
            self.note_usual_place(id).map_err(BackupError::Disk)?;
            drop(held);
            return Ok(Replaced { session: self.open_restored(id, keys, kept, rng)?, set_aside: place });
        }
        let set_aside = self.place_aside(id);
        let kept = self.make(&mut backup, &keys, progress, |made| {
            let waiting = self.places.profiles().join(format!("{id}{WAITING}"));
            if waiting.symlink_metadata().is_ok() {
                fs::remove_dir_all(&waiting)?;
            }
            fs::rename(made, &waiting)?;
            files::sync_folder(self.places.profiles())?;
            fs::rename(&place, &set_aside)?;
            fs::rename(&waiting, &place).or_else(|error| {
                // Back again, and nothing has happened.
                fs::rename(&set_aside, &place)?;
                fs::remove_dir_all(&waiting)?;
                Err(error)
            })?;
            Ok(files::sync_folder(self.places.profiles())?)
        })?;
        drop(held);
        Ok(Replaced { session: self.open_restored(id, keys, kept, rng)?, set_aside })
    }

    /// Makes a profile of a backup wherever that destroys nothing: where its place is free, and where the one that is there
    /// is damaged, which is then set aside. A profile that is sound stays.
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

    /// Whether a profile that is there is damaged for certain.
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

    /// Makes a profile beside the place it is for; `take` moves it there.
    fn make(
        &self,
        backup: &mut BackupFile,
        keys: &Keys,
        progress: Progress<'_>,
        take: impl FnOnce(&Path) -> Result<(), RestoreError>,
    ) -> Result<Kept, RestoreError> {
        let id = backup.manifest.profile;
        files::make_private_folder(self.places.profiles())?;
        self.clear_unfinished();
        expect_room(self.places.profiles(), backup.manifest.length()).map_err(BackupError::from)?;
        let unfinished = Folder::new(self.places.profiles().join(format!("{id}{UNFINISHED}")));
        let made = (|| {
            lay_out(backup, &unfinished, progress)?;
            bring_up(&unfinished, &keys.header, &keys.root_key)?;
            let kept = self.keep_beside(&unfinished, id, &keys.secret_key).map_err(BackupError::Disk)?;
            files::sync_folder(unfinished.path())?;
            take(unfinished.path())?;
            Ok(kept)
        })();
        made.inspect_err(|_: &RestoreError| {
            let _ = fs::remove_dir_all(unfinished.path());
            if !self.folder_of(id).exists() {
                let _ = self.keychain.delete(id);
            }
        })
    }

    /// Keeps the Secret Key of a profile that is being made. Where a damaged one still has the place, the keychain keeps the
    /// one that this has as well: what fails from here on must leave it opening as far as it did. The next unlocking
    /// finds out which of the two it is.
    fn keep_beside(&self, folder: &Folder, id: ProfileId, key: &SecretKey) -> Result<Kept, DiskError> {
        let there = Folder::new(self.folder_of(id));
        let found = if there.path().exists() { look_up(&*self.keychain, &there, id) } else { None };
        let found = found.filter(|found| found.origin == Origin::Keychain);
        let other = found.and_then(|found| found.keys.into_iter().find(|known| !known.is_same_as(key)));
        match other {
            Some(other) => keep_both(&*self.keychain, folder, id, [key, &other]),
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
        let unsealed = self.unsealed_new(id, keys.root_key, kept == Kept::InFile);
        let unsealed = unsealed.map_err(|_| RestoreError::Backup(BackupError::Fault))?;
        self.open(unsealed, rng).map_err(RestoreError::Unlock)
    }
}

/// What opens a backup, after the manifest and the key file were found to be of it.
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

/// Writes the files of a profile, each checked.
fn lay_out(backup: &mut BackupFile, folder: &Folder, progress: Progress<'_>) -> Result<(), BackupError> {
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
    let keys = KeysFile::read(&folder.keys()).map_err(|_| BackupError::Fault)?;
    Ok(KeysFile::write(&folder.keys_backup(), &keys.bytes)?)
}

/// Brings the database to this program's form, and proves that it and the key file belong together.
fn bring_up(folder: &Folder, header: &HeaderFile, root_key: &RootKey) -> Result<(), BackupError> {
    let key = root_key.derive_database_key();
    // It is a copy itself.
    let db = store::open(&folder.database(), &key, Mode::Write, &mut |_, _| Ok(()))?;
    store::check_pages(&db)?;
    if meta::header(&db)?.check(&header.pin()).is_err() {
        return Err(BackupError::Damaged);
    }
    prove(&db, root_key)?;
    db.close().map_err(|(_, error)| error)?;
    Ok(())
}
