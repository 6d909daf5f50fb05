//! Making a profile of a backup: beside its place first, then moved there whole.

use std::fs;
use std::path::Path;

use vault_crypto::{HeaderError, HeaderFile, RootKey, SecretKey, SecretText};

use super::create::UNFINISHED;
use super::keys_file::open_any;
use super::secret_key::{Kept, keep};
use super::{Folder, Profiles, UnlockError, files};
use crate::backup::{BackupError, BackupFile, BackupKeys, Member, RestoreError, each_member, expect_room};
use crate::clock::Rng;
use crate::document::Progress;
use crate::session::{BlobFolder, Session, backup::prove, meta};
use crate::store::{self, Mode};

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
        if self.places.profile(id).symlink_metadata().is_ok() {
            return Err(RestoreError::ProfileExists);
        }
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

        files::make_private_folder(self.places.profiles())?;
        self.clear_unfinished();
        expect_room(self.places.profiles(), backup.manifest.length()).map_err(BackupError::Disk)?;
        let unfinished = Folder::new(self.places.profiles().join(format!("{id}{UNFINISHED}")));
        let made = (|| {
            lay_out(&mut backup, &unfinished, progress)?;
            bring_up(&unfinished, &header, &root_key)?;
            let kept = keep(&*self.keychain, &unfinished, id, &secret_key).map_err(BackupError::Disk)?;
            fs::rename(unfinished.path(), self.places.profile(id))?;
            files::sync_folder(self.places.profiles())?;
            Ok(kept)
        })();
        let kept = made.inspect_err(|_: &RestoreError| {
            let _ = fs::remove_dir_all(unfinished.path());
            if !self.places.profile(id).exists() {
                let _ = self.keychain.delete(id);
            }
        })?;
        let unsealed = self.unsealed_new(id, root_key, kept == Kept::InFile);
        let unsealed = unsealed.map_err(|_| RestoreError::Backup(BackupError::Fault))?;
        self.open(unsealed, rng).map_err(RestoreError::Unlock)
    }
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
    fs::copy(folder.keys(), folder.keys_backup())?;
    Ok(())
}

/// Brings the database to this program's form, and proves that it and the key file belong together.
fn bring_up(folder: &Folder, header: &HeaderFile, root_key: &RootKey) -> Result<(), BackupError> {
    let key = root_key.derive_database_key();
    // It is a copy itself.
    let db = store::open(&folder.database(), &key, Mode::Write, &mut |_, _| Ok(()))?;
    store::check_pages(&db)?;
    if meta::header(&db)?.is_followed_by(&header.pin()).is_err() {
        return Err(BackupError::Damaged);
    }
    prove(&db, root_key)?;
    db.close().map_err(|(_, error)| error)?;
    Ok(())
}
