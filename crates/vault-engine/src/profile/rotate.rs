//! Changing the root key: from the copy that lies ready to the profile open again.
//!
//! 1. The copy of the database, under the new root key, lies beside the database, whole and lasting.
//! 2. If the Secret Key is another, the keychain holds both.
//! 3. `profile.keys` is exchanged: from here on the new root key counts.
//! 4. `profile.keys.bak` becomes what `profile.keys` is.
//! 5. The write-ahead log of the old database goes, then the copy takes its place.
//! 6. The keychain holds the new Secret Key only.
//!
//! After a crash up to 3 the copy does not open by the root key that the key file has, and is removed once the database
//! has opened. After one from 3 on it does, and says so by the key file that it remembers: [`finish`] goes on with 4 and
//! 5. It is the same code that goes on without a crash.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use vault_crypto::{DatabaseKey, HeaderPin};
use vault_wire::ProfileId;

use super::error::UnlockError;
use super::profiles::Profiles;
use super::secret_key::keep_both;
use super::unlock::Unsealed;
use crate::disk::{DiskError, Folder, KeysFile, files};
use crate::document::Progress;
use crate::session::keys::rotate::{Rotated, remove_copy};
use crate::session::keys::{WriteKeysError, write_keys};
use crate::session::rows::meta;
use crate::session::{KeysError, Rotation, Session, SessionError};
use crate::store::{Mode, OpenError};
use crate::{steps, store};

/// Why the root key was not changed, or not to the end.
pub enum RotateError {
    /// Nothing was changed; the profile is open as it was.
    Unchanged(Box<Session>, KeysError),
    /// The root key was changed and the profile did not open again at once, or the disk failed so that only the next
    /// unlock can tell whether it was changed. The profile is locked.
    Locked(UnlockError),
}

impl fmt::Display for RotateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unchanged(_, error) => error.fmt(f),
            Self::Locked(error) => error.fmt(f),
        }
    }
}

impl Profiles {
    /// Gives a profile another root key, and opens it again. Whatever was sealed under keys of the old one is sealed
    /// anew; documents and items are not touched, for their keys do not hang from it. Quick unlock is dropped. `progress`
    /// is told how much is done, of a hundred, and may break off.
    ///
    /// Backups from before open as they did: by the password and the Secret Key of their day.
    ///
    /// # Errors
    /// See [`RotateError`].
    pub fn rotate(
        &self,
        mut session: Session,
        rotation: &Rotation<'_>,
        progress: Progress<'_>,
    ) -> Result<Session, RotateError> {
        let (id, folder) = (session.profile().id, session.folder().clone());
        let prepared = self.ask(&mut session, |session| session.prepare_rotation(rotation, progress));
        let rotated = match prepared {
            Ok(rotated) => rotated,
            Err(error) => return Err(RotateError::Unchanged(Box::new(session), error)),
        };
        match self.commit(id, &folder, &rotated) {
            Ok(()) => {}
            Err(WriteKeysError::Unchanged(disk)) => {
                remove_copy(&folder);
                let error = KeysError::Session(SessionError::Disk(disk));
                return Err(RotateError::Unchanged(Box::new(session), error));
            }
            // The next unlock sees which key file there is; the databases of both stay for it.
            Err(WriteKeysError::Unsure(disk)) => {
                self.pins.forget(id);
                return Err(RotateError::Locked(UnlockError::Disk(disk)));
            }
        }
        let Rotated { root_key, file: _, secret_key, old_secret_key } = rotated;
        let file = KeysFile::read(&folder.keys()).map_err(|_| RotateError::Locked(UnlockError::Fault))?;
        // The keys opened so far are dropped with the session; only the right to write stays.
        self.pins.forget(id);
        let (lock, rng) = session.close();
        let changed = old_secret_key.is_some();
        let unsealed = Unsealed::rotated(id, root_key, file, (secret_key, changed), lock);
        let opened = self.open(unsealed, rng).map_err(RotateError::Locked);
        let _ = progress(100);
        opened
    }

    fn commit(&self, id: ProfileId, folder: &Folder, rotated: &Rotated) -> Result<(), WriteKeysError> {
        if let Some(old) = &rotated.old_secret_key {
            let both = [&rotated.secret_key, old];
            keep_both(&*self.keychain, folder, id, both).map_err(WriteKeysError::Unchanged)?;
        }
        steps::passed("rotate: both kept");
        write_keys(&folder.keys(), &rotated.file)?;
        steps::passed("rotate: keys written");
        Ok(())
    }
}

/// Which database to open by a key, after finishing what a crash may have broken off. `file` is the key file that the key
/// comes from.
pub(crate) fn finish(
    folder: &Folder,
    key: &DatabaseKey,
    file: &KeysFile,
    mode: Mode,
) -> Result<PathBuf, DiskError> {
    let (database, beside) = (folder.database(), folder.next_database());
    if !beside.exists() || !goes_with(&beside, key, &file.header.pin())? {
        return Ok(database);
    }
    if mode != Mode::Write {
        return Ok(beside);
    }
    // What the copy of the key file would open is about to go.
    KeysFile::write(&folder.keys_backup(), &file.bytes)?;
    steps::passed("rotate: copied");
    // A log of another database must never lie beside this one.
    for left in [store::log_of(&database), store::index_of(&database)] {
        match fs::remove_file(left) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    files::sync_folder(folder.path())?;
    steps::passed("rotate: log gone");
    fs::rename(&beside, &database)?;
    files::sync_folder(folder.path())?;
    steps::passed("rotate: exchanged");
    Ok(database)
}

/// Whether a copy opens by the key and remembers this very key file.
fn goes_with(copy: &Path, key: &DatabaseKey, pin: &HeaderPin) -> Result<bool, DiskError> {
    let known = store::open(copy, key, Mode::Check, &mut store::refuse);
    match known.map(|db| meta::header(&db)) {
        Ok(Ok(known)) => Ok(known.to_bytes() == pin.to_bytes()),
        // What cannot be read now is not taken for something else.
        Err(OpenError::Disk(disk)) | Ok(Err(SessionError::Disk(disk))) => Err(disk),
        Err(_) | Ok(Err(_)) => Ok(false),
    }
}
