//! Change of the root key: from the prepared copy of the database to the reopened profile.
//!
//! 1. The copy of the database under the new root key is beside the database, complete and synced.
//! 2. If the Secret Key is replaced, the keychain has both.
//! 3. `profile.keys` is replaced: from here on the new root key is in force.
//! 4. `profile.keys.bak` is replaced by the same content.
//! 5. The write-ahead log of the old database is removed, then the copy replaces the database.
//! 6. The keychain has only the new Secret Key.
//!
//! After a crash before step 3 the copy does not open by the root key of the key file, and is removed once the database
//! has opened. After a later crash it opens and pins that key file: [`finish`] continues with steps 4 and 5, with the
//! same code as without a crash.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use vault_crypto::{DatabaseKey, HeaderPin};
use vault_wire::ProfileId;

use super::error::UnlockError;
use super::profiles::Profiles;
use super::secret_key::store_both;
use super::unsealed::Unsealed;
use crate::disk::{DiskError, Folder, KeysFile, KeysFileError, files};
use crate::document::Progress;
use crate::session::keys::rotate::{Rotated, remove_copy};
use crate::session::keys::{WriteKeysError, write_keys};
use crate::session::rows::meta;
use crate::session::{KeysError, Rotation, Session, SessionError};
use crate::store::{Mode, OpenError};
use crate::{steps, store};

/// Why a change of the root key failed.
pub enum RotateError {
    /// Nothing was changed; the profile is open as it was.
    Unchanged(Box<Session>, KeysError),
    /// The profile is locked. The root key was changed and the profile could not be reopened, or the disk failed and
    /// only the next unlock shows whether it was changed.
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
    /// Changes the root key of a profile and reopens it. Everything sealed under keys of the old one is sealed again;
    /// documents and items are unchanged, since their keys do not depend on it. A PIN is dropped. `progress` receives
    /// percent and may cancel.
    ///
    /// Older backups still open with the password and the Secret Key of their time.
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
            // The next unlock finds out which key file is in place; both databases are kept for it.
            Err(WriteKeysError::Unsure(disk)) => {
                self.pins.forget(id);
                return Err(RotateError::Locked(UnlockError::Disk(disk)));
            }
        }
        let Rotated { root_key, file: _, secret_key, old_secret_key } = rotated;
        let file = KeysFile::read(&folder.keys()).map_err(|error| {
            RotateError::Locked(match error {
                KeysFileError::Disk(disk) => UnlockError::Disk(disk),
                KeysFileError::Missing | KeysFileError::Damaged | KeysFileError::OtherFormat => {
                    UnlockError::Fault
                }
            })
        })?;
        // The open keys are dropped with the session; only the lock is kept.
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
            store_both(&*self.keychain, folder, id, both).map_err(WriteKeysError::Unchanged)?;
        }
        steps::passed("rotate: both kept");
        write_keys(&folder.keys(), &rotated.file)?;
        steps::passed("rotate: keys written");
        Ok(())
    }
}

/// Completes a change of the root key that a crash interrupted, and returns the database to open by the key. `file` is
/// the key file that the key comes from.
///
/// A database that opens by the key is in force, whatever lies beside it: during an interrupted change it opens by the
/// previous key only. A copy from another time, put there by a thief, a sync program or a file restore, is not used.
pub(crate) fn finish(
    folder: &Folder,
    key: &DatabaseKey,
    file: &KeysFile,
    mode: Mode,
) -> Result<PathBuf, DiskError> {
    let (database, beside) = (folder.database(), folder.next_database());
    if !beside.exists() || opens(&database, key)? || !goes_with(&beside, key, &file.header.pin())? {
        return Ok(database);
    }
    if mode != Mode::Write {
        return Ok(beside);
    }
    // The database that the copy of the key file opens is about to be replaced.
    KeysFile::write(&folder.keys_backup(), &file.bytes)?;
    steps::passed("rotate: copied");
    // The log of another database must never be beside this one.
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

/// Returns whether a copy opens by the key and pins exactly this key file.
fn goes_with(copy: &Path, key: &DatabaseKey, pin: &HeaderPin) -> Result<bool, DiskError> {
    let known = store::open(copy, key, Mode::Check, &mut store::refuse_migration);
    match known.map(|db| meta::header(&db)) {
        Ok(Ok(known)) => Ok(known.to_bytes() == pin.to_bytes()),
        // A copy that cannot be read now must not be treated as invalid.
        Err(OpenError::Disk(disk)) | Ok(Err(SessionError::Disk(disk))) => Err(disk),
        Err(_) | Ok(Err(_)) => Ok(false),
    }
}

/// Returns whether a database opens by the key.
fn opens(database: &Path, key: &DatabaseKey) -> Result<bool, DiskError> {
    match store::open(database, key, Mode::Check, &mut store::refuse_migration) {
        // A schema version that this program does not know is read with the key, too.
        Ok(_) | Err(OpenError::Newer) => Ok(true),
        Err(OpenError::Disk(disk)) => Err(disk),
        Err(_) => Ok(false),
    }
}
