//! Unlocking a profile by password, recovery code or PIN.

use std::sync::Arc;

use rusqlite::Connection;
use vault_crypto::{HeaderPin, RecoveryCode, SecretKey, SecretText, Slot, SlotKind};
use vault_wire::ProfileId;

use super::candidates::{Candidates, Opened, open_any};
use super::error::{QuickError, RecoverError, UnlockError};
use super::pin::PinError;
use super::profiles::Profiles;
use super::rotate;
use super::secret_key::{Found, Origin, forget_file, keep, keep_in_file, look_up};
use super::unsealed::{SecretKeyLocation, Unsealed};
use crate::backup::Source;
use crate::clock::Rng;
use crate::disk::{
    DiskError, Folder, KeysFile, Lock, LockError, ProfileInfo, Registry, acceptable_name, hue_of,
};
use crate::session::keys::rotate::remove_copy;
use crate::session::keys::{BackupKeys, open_by_code};
use crate::session::rows::meta;
use crate::session::{KeysError, Notice, Parts, ReadOnly, Session, SessionError};
use crate::store::{Mode, OpenError};
use crate::{backup, session, store};

impl Profiles {
    /// Unlocks a profile by password. Without `secret_key`, that is read from the keychain or the profile's folder.
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

    /// Unlocks a profile beside the one that the user works with, which stays the last opened one.
    ///
    /// # Errors
    /// See [`UnlockError`]; nothing is changed.
    pub fn unlock_beside(
        &self,
        id: ProfileId,
        password: &SecretText,
        secret_key: Option<&SecretText>,
        rng: Rng,
    ) -> Result<Session, UnlockError> {
        let unsealed = self.unseal(id, password, secret_key)?;
        self.open(Unsealed { beside: true, ..unsealed }, rng)
    }

    /// Runs `work`, which checks the password of an open profile, under the throttle. Wrong passwords are counted
    /// together with those at unlock, so neither circumvents the other.
    ///
    /// # Errors
    /// Returns [`KeysError::RetryLater`] without running `work` while the wait lasts, else the errors of `work`.
    pub fn ask<T>(
        &self,
        session: &mut Session,
        work: impl FnOnce(&mut Session) -> Result<T, KeysError>,
    ) -> Result<T, KeysError> {
        let id = session.profile().id;
        if let Some(wait) = self.throttle.wait(id, self.clock.steady()) {
            return Err(KeysError::RetryLater { wait });
        }
        let done = work(session);
        match &done {
            Ok(_) => self.throttle.reset(id),
            Err(KeysError::WrongPassword) => self.throttle.record_failure(id, self.clock.steady()),
            Err(_) => {}
        }
        done
    }

    /// Opens the root key: the first step of [`Profiles::unlock`], which takes nearly all of its time.
    ///
    /// # Errors
    /// See [`UnlockError`]; nothing is changed.
    pub fn unseal(
        &self,
        id: ProfileId,
        password: &SecretText,
        secret_key: Option<&SecretText>,
    ) -> Result<Unsealed, UnlockError> {
        let folder = self.folder_to_open(id)?;
        let found = match secret_key {
            Some(typed) => Found {
                keys: vec![SecretKey::from_text(typed.expose()).map_err(|_| UnlockError::SecretKeyMistyped)?],
                origin: Origin::Typed,
                keychain_works: true,
            },
            None => look_up(&*self.keychain, &folder, id).ok_or(UnlockError::SecretKeyMissing)?,
        };
        let candidates = Candidates::read(&folder, id)?;
        let lock = self.lock(&folder)?;
        let Found { keys, origin, keychain_works } = found;
        let several = keys.len() > 1;
        let mut fitting = None;
        let begun = self.clock.steady();
        let opened = candidates.open(|header| {
            for (number, key) in keys.iter().enumerate() {
                if let Some(root_key) = open_any(header, password, key)? {
                    fitting = Some(number);
                    return Ok(Some(root_key));
                }
            }
            Ok(None)
        })?;
        let opened = opened.zip(fitting.and_then(|number| keys.into_iter().nth(number)));
        let (opened, key) = self.count(id, opened).ok_or(UnlockError::WrongPassword)?;
        // Measured only for a single slot and key: with more, several attempts took the time.
        let took = (!several && opened.file.header.unverified().password_slots().count() == 1)
            .then(|| self.clock.steady().saturating_sub(begun));
        let secret_key = match origin {
            Origin::Keychain if !several => SecretKeyLocation::Kept { in_file: false },
            Origin::File if !several && !keychain_works => SecretKeyLocation::Kept { in_file: true },
            Origin::Keychain | Origin::File | Origin::Typed => {
                SecretKeyLocation::ToKeep { key, keychain_works }
            }
        };
        Ok(Unsealed { took, ..Unsealed::of(id, opened, secret_key, lock) })
    }

    /// Returns whether the password of a profile is also that of an account, by its key file, which nobody has verified yet.
    #[must_use]
    pub fn has_account(&self, id: ProfileId) -> bool {
        let candidates = self.folder_to_open(id).ok().and_then(|folder| Candidates::read(&folder, id).ok());
        candidates.is_some_and(|candidates| {
            let is_account = |slot: &Slot| slot.kind() == SlotKind::Account;
            candidates.headers().any(|header| header.slots().iter().any(is_account))
        })
    }

    /// Unlocks a profile by its recovery code and sets a new password. A read-only profile is opened without changing
    /// its password.
    ///
    /// # Errors
    /// See [`RecoverError`]; the password is then unchanged.
    pub fn recover(
        &self,
        id: ProfileId,
        code: &SecretText,
        new_password: &SecretText,
        rng: Rng,
    ) -> Result<Session, RecoverError> {
        if new_password.is_empty() {
            return Err(KeysError::PasswordEmpty.into());
        }
        let code = RecoveryCode::from_text(code.expose()).map_err(KeysError::from)?;
        let folder = self.folder_to_open(id)?;
        let candidates = Candidates::read(&folder, id)?;
        let is_code = |slot: &Slot| slot.kind() == SlotKind::Recovery;
        if !candidates.headers().any(|header| header.slots().iter().any(is_code)) {
            return Err(KeysError::NoCode.into());
        }
        let lock = self.lock(&folder)?;
        let opened = candidates.open(|header| Ok(open_by_code(header.slots(), &code, &id)))?;
        let opened = self.count(id, opened).ok_or(KeysError::WrongCode)?;
        let mut session = self.open(Unsealed::of(id, opened, SecretKeyLocation::Sealed, lock), rng)?;
        if session.read_only().is_none() {
            session.reset_password(&code, new_password)?;
        }
        Ok(session)
    }

    /// Sets a PIN that opens the profile until the program ends or the keys change. Requires the password.
    ///
    /// # Errors
    /// Returns [`QuickError::Keys`] if the password is wrong, [`QuickError::Pin`] if the PIN is not acceptable.
    pub fn set_pin(
        &self,
        session: &mut Session,
        password: &SecretText,
        pin: &SecretText,
    ) -> Result<(), QuickError> {
        let (root_key, keys, costs) = self.ask(session, |session| session.root_key(password))?;
        let id = session.profile().id;
        Ok(self.pins.set(id, (&root_key, keys), pin, costs, session.rng())?)
    }

    /// Returns whether a PIN is set for the profile.
    #[must_use]
    pub fn has_pin(&self, id: ProfileId) -> bool {
        self.pins.is_set(id, self.keys_now(id))
    }

    /// Drops the PIN of a profile.
    pub fn forget_pin(&self, id: ProfileId) {
        self.pins.forget(id);
    }

    /// Unlocks a profile by its PIN. After five wrong PINs in a row it is dropped, and the password is required.
    ///
    /// # Errors
    /// Returns [`QuickError::Pin`] if the PIN is wrong or gone, [`QuickError::Unlock`] if the profile does not open.
    pub fn unlock_by_pin(&self, id: ProfileId, pin: &SecretText, rng: Rng) -> Result<Session, QuickError> {
        let folder = self.folder_to_open(id)?;
        let lock = self.lock(&folder)?;
        let root_key = self.pins.open(id, pin, self.keys_now(id))?;
        // The PIN was set for exactly this file, which was authentic.
        let file = KeysFile::read(&folder.keys()).map_err(|_| PinError::Gone)?;
        if !file.header.is_authentic(&root_key) {
            self.pins.forget(id);
            return Err(PinError::Gone.into());
        }
        let opened = Opened { root_key, file, authentic: true, main_differs: false };
        Ok(self.open(Unsealed::of(id, opened, SecretKeyLocation::AsItWas, lock), rng)?)
    }

    /// Returns the header pin of the current key file.
    fn keys_now(&self, id: ProfileId) -> Option<HeaderPin> {
        KeysFile::read(&Folder::new(self.folder_of(id)).keys()).ok().map(|file| file.header.pin())
    }

    /// Returns the folder of a profile. Fails if it does not exist or waits for its removal, or while the throttle's
    /// wait lasts.
    fn folder_to_open(&self, id: ProfileId) -> Result<Folder, UnlockError> {
        let registry = Registry::load(&self.dirs);
        let folder = Folder::new(registry.folder(&self.dirs, id));
        // What was written into a folder that waits for its removal would be lost.
        let left = registry.leftovers().iter().any(|left| left.id == id && left.path == folder.path());
        if left || !folder.path().is_dir() {
            return Err(UnlockError::NotFound);
        }
        match self.throttle.wait(id, self.clock.steady()) {
            Some(wait) => Err(UnlockError::RetryLater { wait }),
            None => Ok(folder),
        }
    }

    /// Acquires the profile's lock; `None` if the disk is read-only.
    fn lock(&self, folder: &Folder) -> Result<Option<Lock>, UnlockError> {
        match Lock::acquire(folder, self.clock.now()) {
            Ok(lock) => Ok(Some(lock)),
            Err(LockError::ReadOnly) => Ok(None),
            Err(LockError::InUse(by)) => Err(UnlockError::InUse { by }),
            Err(LockError::Disk(error)) => Err(UnlockError::Disk(error)),
        }
    }

    /// Counts an attempt for the throttle.
    fn count<T>(&self, id: ProfileId, opened: Option<T>) -> Option<T> {
        match opened {
            Some(_) => self.throttle.reset(id),
            None => self.throttle.record_failure(id, self.clock.steady()),
        }
        opened
    }

    /// Opens the database: the second step of [`Profiles::unlock`]. Completes interrupted changes.
    ///
    /// # Errors
    /// See [`UnlockError`]; nothing is changed.
    pub fn open(&self, unsealed: Unsealed, rng: Rng) -> Result<Session, UnlockError> {
        let Unsealed { id, root_key, file, authentic, main_differs, secret_key, lock, took, beside } =
            unsealed;
        let folder = Folder::new(self.folder_of(id));
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
            let source = Source { db, folder: &folder, keys: keys.clone(), now, frozen: None };
            backup::before_migration(&source, next).map(drop).map_err(OpenError::from)
        };
        let database = rotate::finish(&folder, &keys.database, &file, mode).map_err(UnlockError::Disk)?;
        let (db, copy) = match store::open(&database, &keys.database, mode, &mut copy_first) {
            Err(OpenError::Older) => {
                let (db, copy) = store::open_copy(&database, &keys.database)?;
                (db, Some(copy))
            }
            opened => (opened?, None),
        };
        let (known, found) = (meta::header(&db)?, file.header.pin());
        // A file that is not authentic is compared by version only: it opens read-only at most.
        let outdated =
            if authentic { known.check(&found).is_err() } else { found.version() < known.version() };
        if outdated {
            return Err(UnlockError::HeaderOutdated);
        }
        let rolled_back = secret_key.is_in_keychain(&folder) && self.is_rolled_back(id, &db)?;
        let read_only = read_only.or(rolled_back.then_some(ReadOnly::RolledBack));
        let mut notices = Vec::new();
        notices.extend(rolled_back.then_some(Notice::RolledBack));
        if read_only.is_none() {
            // A profile on a full disk opens as well; the rest is completed at the next unlock.
            unless_full(session::keys::catch_up(&db, &folder, &file))?;
            if mend(&folder, &file, main_differs) {
                notices.push(Notice::HeaderRestored);
            }
            // The database has opened, so a copy under another root key is not in force.
            remove_copy(&folder);
        }
        notices.extend(read_only.and_then(|why| match why {
            ReadOnly::HeaderDamaged => Some(Notice::HeaderDamaged),
            ReadOnly::Disk => Some(Notice::DiskReadOnly),
            ReadOnly::RolledBack => None,
        }));
        let info = self.opened(id, &db, read_only.is_none(), beside)?;
        let clock = self.clock.clone();
        let root_key = &root_key;
        let parts = Parts { info, notices, read_only, folder, root_key, db, copy, lock, clock, rng };
        let mut session = Session::new(parts)?;
        session.took(took);
        if read_only.is_none() && self.keep_secret_key(&session, secret_key)? {
            session.notice(Notice::KeychainUnavailable);
        }
        Ok(session)
    }

    /// Stores the Secret Key in its place, and returns whether that is the file.
    fn keep_secret_key(&self, session: &Session, place: SecretKeyLocation) -> Result<bool, SessionError> {
        let (id, folder) = (session.profile().id, session.folder());
        let (key, keychain_works) = match place {
            SecretKeyLocation::Kept { in_file } => {
                if !in_file {
                    forget_file(folder);
                }
                return Ok(in_file);
            }
            SecretKeyLocation::AsItWas => return Ok(folder.secret_key().exists()),
            SecretKeyLocation::ToKeep { key, keychain_works } => (key, keychain_works),
            SecretKeyLocation::Sealed => (session.secret_key()?, true),
        };
        // A key that cannot be stored must be typed again the next time.
        if keychain_works {
            return Ok(keep(&*self.keychain, folder, id, &key) != Ok(super::secret_key::Kept::InKeychain));
        }
        let _ = keep_in_file(folder, &key.to_text());
        Ok(true)
    }

    /// Updates name and time of the profile in the registry, and returns its entry.
    fn opened(
        &self,
        id: ProfileId,
        db: &Connection,
        writable: bool,
        beside: bool,
    ) -> Result<ProfileInfo, SessionError> {
        let mut registry = Registry::load(&self.dirs);
        let stored = meta::required_text(db, meta::NAME)?;
        let known = registry.profile(id).cloned();
        // A profile that was just added has a placeholder as its name.
        let given = known.as_ref().filter(|info| info.name != super::profiles::unnamed(id).name);
        let name = given.map(|info| info.name.clone());
        let name = name.or_else(|| acceptable_name(&stored).map(str::to_owned)).unwrap_or_default();
        if writable && name != stored {
            unless_full(meta::set(db, meta::NAME, name.as_bytes()))?;
        }
        let hue = known.as_ref().map_or_else(|| hue_of(id), |info| info.hue);
        let last_opened =
            if beside { known.and_then(|info| info.last_opened) } else { Some(self.clock.now()) };
        let info = ProfileInfo { id, name, hue, last_opened };
        registry.put_profile(info.clone());
        // A profile opens even if the registry cannot be written.
        let _ = registry.save(&self.dirs);
        Ok(info)
    }
}

fn unless_full(done: Result<(), SessionError>) -> Result<(), SessionError> {
    if done == Err(SessionError::Disk(DiskError::Full)) { Ok(()) } else { done }
}

/// Replaces both key files by the one that opened, and returns whether the main one differed.
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
            // No profile has a password of that length.
            vault_crypto::StretchError::PasswordTooLong => Self::WrongPassword,
            vault_crypto::StretchError::OutOfMemory => Self::OutOfMemory,
        }
    }
}
