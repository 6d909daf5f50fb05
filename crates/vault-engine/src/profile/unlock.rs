//! Unlocking: from a password to an open profile.

use std::sync::Arc;

use rusqlite::Connection;
use vault_crypto::{RootKey, SecretKey, SecretText};
use vault_wire::ProfileId;

use super::keys_file::{Candidates, KeysFile, Opened};
use super::lock::LockError;
use super::secret_key::{Found, Origin, forget_file, keep, keep_in_file, look_up};
use super::ui_file::{ProfileInfo, UiFile, acceptable_name, hue_of};
use super::{DiskError, Folder, Lock, Notice, Profiles, UnlockError};
use crate::backup::{self, BackupKeys, Source};
use crate::clock::Rng;
use crate::session::{self, ChangePasswordError, Parts, ReadOnly, Session, SessionError, meta};
use crate::store::{self, Mode, OpenError};

/// A profile whose root key has been opened, but not its database yet.
pub struct Unsealed {
    id: ProfileId,
    pub(super) root_key: RootKey,
    /// The key file it comes from.
    file: KeysFile,
    authentic: bool,
    main_differs: bool,
    secret_key: Where,
    lock: Option<Lock>,
}

/// Where the Secret Key is, and whether it should be elsewhere.
enum Where {
    /// In its place. If that is the file, the person is told.
    Kept { in_file: bool },
    /// To be kept from now on.
    ToKeep { key: SecretKey, keychain_works: bool },
}

impl Unsealed {
    pub(super) fn new_profile(id: ProfileId, root_key: RootKey, file: KeysFile, in_file: bool) -> Self {
        let secret_key = Where::Kept { in_file };
        Self { id, root_key, file, authentic: true, main_differs: false, secret_key, lock: None }
    }
}

impl Profiles {
    /// Opens a profile. The Secret Key is taken from the keychain unless it is handed in.
    ///
    /// # Errors
    /// See [`UnlockError`]; nothing is changed.
    pub fn unlock(
        &self,
        id: ProfileId,
        password: &SecretText,
        secret_key: Option<&SecretText>,
        rng: Rng,
    ) -> Result<Session, UnlockError> {
        let unsealed = self.unseal(id, password, secret_key)?;
        self.open(unsealed, rng)
    }

    /// Checks the password of a profile that is open, with the same growing delay after wrong ones as unlocking has.
    ///
    /// # Errors
    /// See [`UnlockError`].
    pub fn confirm(&self, session: &Session, password: &SecretText) -> Result<(), UnlockError> {
        let id = session.profile().id;
        if let Some(wait) = self.delays.wait(id, self.clock.steady()) {
            return Err(UnlockError::RetryLater { wait });
        }
        match session.check_password(password) {
            Ok(()) => {
                self.delays.right(id);
                Ok(())
            }
            Err(ChangePasswordError::WrongPassword | ChangePasswordError::PasswordTooLong) => {
                self.delays.wrong(id, self.clock.steady());
                Err(UnlockError::WrongPassword)
            }
            Err(ChangePasswordError::OutOfMemory) => Err(UnlockError::OutOfMemory),
            Err(ChangePasswordError::Session(SessionError::ReadOnly(_))) => Err(UnlockError::HeaderDamaged),
            Err(ChangePasswordError::Session(error)) => Err(error.into()),
            Err(ChangePasswordError::PasswordEmpty) => Err(UnlockError::WrongPassword),
        }
    }

    /// Takes the first step of [`Profiles::unlock`], which costs nearly all of its time: opens the root key.
    ///
    /// # Errors
    /// See [`UnlockError`]; nothing is changed.
    pub fn unseal(
        &self,
        id: ProfileId,
        password: &SecretText,
        secret_key: Option<&SecretText>,
    ) -> Result<Unsealed, UnlockError> {
        let folder = Folder::new(self.places.profile(id));
        if !folder.path().is_dir() {
            return Err(UnlockError::NotFound);
        }
        if let Some(wait) = self.delays.wait(id, self.clock.steady()) {
            return Err(UnlockError::RetryLater { wait });
        }
        let found = match secret_key {
            Some(typed) => Found {
                key: SecretKey::from_text(typed.expose()).map_err(|_| UnlockError::SecretKeyMistyped)?,
                origin: Origin::Typed,
                keychain_works: true,
            },
            None => look_up(&*self.keychain, &folder, id).ok_or(UnlockError::SecretKeyMissing)?,
        };
        let candidates = Candidates::read(&folder, id)?;
        let lock = match Lock::acquire(&folder, self.clock.now()) {
            Ok(lock) => Some(lock),
            Err(LockError::ReadOnly) => None,
            Err(LockError::InUse(by)) => return Err(UnlockError::InUse { by }),
            Err(LockError::Disk(error)) => return Err(UnlockError::Disk(error)),
        };
        let opened = candidates.open(password, &found.key).inspect_err(|error| {
            if *error == UnlockError::WrongPassword {
                self.delays.wrong(id, self.clock.steady());
            }
        })?;
        self.delays.right(id);
        let Opened { root_key, file, authentic, main_differs } = opened;
        let Found { key, origin, keychain_works } = found;
        let secret_key = match origin {
            Origin::Keychain => Where::Kept { in_file: false },
            Origin::File if !keychain_works => Where::Kept { in_file: true },
            Origin::File | Origin::Typed => Where::ToKeep { key, keychain_works },
        };
        Ok(Unsealed { id, root_key, file, authentic, main_differs, secret_key, lock })
    }

    /// Takes the second step of [`Profiles::unlock`]: opens the database and puts right what needs it.
    ///
    /// # Errors
    /// See [`UnlockError`]; nothing is changed.
    pub fn open(&self, unsealed: Unsealed, rng: Rng) -> Result<Session, UnlockError> {
        let Unsealed { id, root_key, file, authentic, main_differs, secret_key, lock } = unsealed;
        let folder = Folder::new(self.places.profile(id));
        let lock = match lock {
            None => Lock::acquire(&folder, self.clock.now()).ok(),
            held => held,
        };
        let read_only = match (authentic, &lock) {
            (false, _) => Some(ReadOnly::HeaderDamaged),
            (true, None) => Some(ReadOnly::Disk),
            (true, Some(_)) => None,
        };
        let mode = if read_only.is_none() { Mode::Write } else { Mode::Read };
        let keys = Arc::new(BackupKeys::derive(id, &root_key, None));
        let now = self.clock.now();
        let mut copy_first = |db: &Connection, next| {
            let source = Source { db, folder: &folder, keys: keys.clone(), now, still: None };
            backup::before_migration(&source, next).map(drop).map_err(OpenError::from)
        };
        let (db, copy) = match store::open(&folder.database(), &keys.database, mode, &mut copy_first) {
            Err(OpenError::Older) => {
                let (db, copy) = store::open_copy(&folder.database(), &keys.database)?;
                (db, Some(copy))
            }
            opened => (opened?, None),
        };
        let (known, found) = (meta::header(&db)?, file.header.pin());
        // One that was changed is told by its version only; it opens for reading at most.
        let outdated =
            if authentic { known.is_followed_by(&found).is_err() } else { found.version() < known.version() };
        if outdated {
            return Err(UnlockError::HeaderOutdated);
        }
        let mut notices = Vec::new();
        if read_only.is_none() {
            // On a full disk the profile opens all the same; what is left to do is done at the next unlock.
            unless_full(session::password::settle(&db, &found))?;
            if mend(&folder, &file, main_differs) {
                notices.push(Notice::HeaderRestored);
            }
            if self.keep_secret_key(&folder, id, &secret_key) {
                notices.push(Notice::KeychainUnavailable);
            }
        }
        notices.extend(read_only.map(|why| match why {
            ReadOnly::HeaderDamaged => Notice::HeaderDamaged,
            ReadOnly::Disk => Notice::DiskReadOnly,
        }));
        let info = self.opened(id, &db, read_only.is_none())?;
        let clock = self.clock.clone();
        let root_key = &root_key;
        let parts = Parts { info, notices, read_only, folder, root_key, db, copy, lock, clock, rng };
        Ok(Session::new(parts)?)
    }

    /// Puts the Secret Key where it belongs, and tells whether that is the file.
    fn keep_secret_key(&self, folder: &Folder, id: ProfileId, place: &Where) -> bool {
        match place {
            Where::Kept { in_file } => {
                if !in_file {
                    forget_file(folder);
                }
                *in_file
            }
            // What cannot be kept is asked for again the next time.
            Where::ToKeep { key, keychain_works: true } => {
                keep(&*self.keychain, folder, id, key) != Ok(super::secret_key::Kept::InKeychain)
            }
            Where::ToKeep { key, keychain_works: false } => {
                let _ = keep_in_file(folder, &key.to_text());
                true
            }
        }
    }

    /// Brings name and time of the profile in `ui.json` up to date, and answers with them.
    fn opened(&self, id: ProfileId, db: &Connection, writable: bool) -> Result<ProfileInfo, SessionError> {
        let mut ui_file = UiFile::load(&self.places);
        let stored = meta::required_text(db, meta::NAME)?;
        let known = ui_file.profile(id).cloned();
        let name = known.as_ref().map(|info| info.name.clone());
        let name = name.or_else(|| acceptable_name(&stored).map(str::to_owned)).unwrap_or_default();
        if writable && name != stored {
            unless_full(meta::set(db, meta::NAME, name.as_bytes()))?;
        }
        let hue = known.map_or_else(|| hue_of(id), |info| info.hue);
        let info = ProfileInfo { id, name, hue, last_opened: Some(self.clock.now()) };
        ui_file.put_profile(info.clone());
        // A profile opens without it, too.
        let _ = ui_file.save(&self.places);
        Ok(info)
    }
}

fn unless_full(done: Result<(), SessionError>) -> Result<(), SessionError> {
    if done == Err(SessionError::Disk(DiskError::Full)) { Ok(()) } else { done }
}

/// Makes both key files what the one that opened is, and tells whether the main one was not.
fn mend(folder: &Folder, file: &KeysFile, main_differs: bool) -> bool {
    let restored = main_differs && KeysFile::write(&folder.keys(), &file.bytes).is_ok();
    let copy = KeysFile::read(&folder.keys_backup());
    if !copy.is_ok_and(|copy| copy.bytes == file.bytes) {
        // Tried again at the next unlock.
        let _ = KeysFile::write(&folder.keys_backup(), &file.bytes);
    }
    restored
}

impl From<OpenError> for UnlockError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Damaged => Self::DatabaseDamaged,
            OpenError::Newer => Self::Newer,
            OpenError::Disk(disk) => Self::Disk(disk),
            OpenError::Older | OpenError::Fault => Self::Fault,
        }
    }
}

impl From<SessionError> for UnlockError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::DatabaseDamaged => Self::DatabaseDamaged,
            SessionError::Disk(disk) => Self::Disk(disk),
            _ => Self::Fault,
        }
    }
}

impl From<vault_crypto::StretchError> for UnlockError {
    fn from(error: vault_crypto::StretchError) -> Self {
        match error {
            // No profile has such a password.
            vault_crypto::StretchError::PasswordTooLong => Self::WrongPassword,
            vault_crypto::StretchError::OutOfMemory => Self::OutOfMemory,
        }
    }
}
