//! Unlocking: from a password to an open profile.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use vault_crypto::{HeaderPin, RecoveryCode, RootKey, SecretKey, SecretText, Slot, SlotKind};
use vault_wire::ProfileId;

use super::candidates::{Candidates, Opened, open_any};
use super::error::{QuickError, RecoverError, UnlockError};
use super::pin::PinError;
use super::profiles::Profiles;
use super::rotate;
use super::secret_key::{Found, Origin, forget_file, keep, keep_in_file, look_up};
use crate::backup::Source;
use crate::clock::Rng;
use crate::disk::{
    DiskError, Folder, KeysFile, Lock, LockError, ProfileInfo, UiFile, acceptable_name, hue_of,
};
use crate::session::keys::rotate::remove_copy;
use crate::session::keys::{BackupKeys, open_by_code};
use crate::session::rows::meta;
use crate::session::{KeysError, Notice, Parts, ReadOnly, Session, SessionError};
use crate::store::{Mode, OpenError};
use crate::{backup, session, store};

/// A profile whose root key has been opened, but not its database yet.
pub struct Unsealed {
    id: ProfileId,
    pub(crate) root_key: RootKey,
    /// The key file it comes from.
    pub(crate) file: KeysFile,
    pub(crate) authentic: bool,
    main_differs: bool,
    secret_key: Where,
    lock: Option<Lock>,
    /// How long trying the password took.
    took: Option<Duration>,
}

/// Where the Secret Key is, and whether it should be elsewhere.
enum Where {
    /// In its place. If that is the file, the person is told.
    Kept { in_file: bool },
    /// To be kept from now on.
    ToKeep { key: SecretKey, keychain_works: bool },
    /// Where it was when the profile was opened.
    AsItWas,
    /// To be taken from the database.
    Sealed,
}

impl Unsealed {
    pub(crate) fn new_profile(id: ProfileId, root_key: RootKey, file: KeysFile, in_file: bool) -> Self {
        let secret_key = Where::Kept { in_file };
        Self { id, root_key, file, authentic: true, main_differs: false, secret_key, lock: None, took: None }
    }

    fn of(id: ProfileId, opened: Opened, secret_key: Where, lock: Option<Lock>) -> Self {
        let Opened { root_key, file, authentic, main_differs } = opened;
        Self { id, root_key, file, authentic, main_differs, secret_key, lock, took: None }
    }

    /// A profile whose root key has just been changed. The Secret Key is to be kept if it was changed, too.
    pub(crate) fn rotated(
        id: ProfileId,
        root_key: RootKey,
        file: KeysFile,
        (key, changed): (SecretKey, bool),
        lock: Option<Lock>,
    ) -> Self {
        let secret_key = if changed { Where::ToKeep { key, keychain_works: true } } else { Where::AsItWas };
        Self { id, root_key, file, authentic: true, main_differs: false, secret_key, lock, took: None }
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

    /// Does something with an open profile that its password is asked for. A wrong one makes the next try wait, as at
    /// unlocking: both are counted together, so neither is a way round the other.
    ///
    /// # Errors
    /// [`KeysError::RetryLater`] before anything is tried; else those of `work`.
    pub fn ask<T>(
        &self,
        session: &mut Session,
        work: impl FnOnce(&mut Session) -> Result<T, KeysError>,
    ) -> Result<T, KeysError> {
        let id = session.profile().id;
        if let Some(wait) = self.delays.wait(id, self.clock.steady()) {
            return Err(KeysError::RetryLater { wait });
        }
        let done = work(session);
        match &done {
            Ok(_) => self.delays.right(id),
            Err(KeysError::WrongPassword) => self.delays.wrong(id, self.clock.steady()),
            Err(_) => {}
        }
        done
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
        // With more than one slot or key it is not known which of them took the time.
        let took = (!several && opened.file.header.unverified().password_slots().count() == 1)
            .then(|| self.clock.steady().saturating_sub(begun));
        let secret_key = match origin {
            Origin::Keychain if !several => Where::Kept { in_file: false },
            Origin::File if !several && !keychain_works => Where::Kept { in_file: true },
            Origin::Keychain | Origin::File | Origin::Typed => Where::ToKeep { key, keychain_works },
        };
        Ok(Unsealed { took, ..Unsealed::of(id, opened, secret_key, lock) })
    }

    /// Opens a profile by its recovery code, and gives it another password. A profile that can only be read opens with
    /// its password as it was.
    ///
    /// # Errors
    /// See [`RecoverError`]; the password is then what it was.
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
        let mut session = self.open(Unsealed::of(id, opened, Where::Sealed, lock), rng)?;
        if session.read_only().is_none() {
            session.reset_password(&code, new_password)?;
        }
        Ok(session)
    }

    /// Takes a PIN that opens the profile until the program ends or the keys change; it takes the password once more.
    ///
    /// # Errors
    /// [`QuickError::Keys`] for the password, [`QuickError::Pin`] for the PIN.
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

    /// Whether a PIN opens the profile now.
    #[must_use]
    pub fn has_pin(&self, id: ProfileId) -> bool {
        self.pins.is_set(id, self.keys_now(id))
    }

    /// Forgets the PIN of a profile.
    pub fn forget_pin(&self, id: ProfileId) {
        self.pins.forget(id);
    }

    /// Opens a profile by its PIN. After five wrong ones in a row it is gone, and the password is asked for.
    ///
    /// # Errors
    /// [`QuickError::Pin`] for the PIN, [`QuickError::Unlock`] for the profile.
    pub fn unlock_by_pin(&self, id: ProfileId, pin: &SecretText, rng: Rng) -> Result<Session, QuickError> {
        let folder = self.folder_to_open(id)?;
        let lock = self.lock(&folder)?;
        let root_key = self.pins.open(id, pin, self.keys_now(id))?;
        // The PIN was made beside this very file, which was authentic.
        let file = KeysFile::read(&folder.keys()).map_err(|_| PinError::Gone)?;
        if !file.header.is_authentic(&root_key) {
            self.pins.forget(id);
            return Err(PinError::Gone.into());
        }
        let opened = Opened { root_key, file, authentic: true, main_differs: false };
        Ok(self.open(Unsealed::of(id, opened, Where::AsItWas, lock), rng)?)
    }

    /// What the key file says of itself now.
    fn keys_now(&self, id: ProfileId) -> Option<HeaderPin> {
        KeysFile::read(&Folder::new(self.folder_of(id)).keys()).ok().map(|file| file.header.pin())
    }

    /// The folder of a profile, unless it is not there or the last wrong tries make the next one wait.
    fn folder_to_open(&self, id: ProfileId) -> Result<Folder, UnlockError> {
        let folder = Folder::new(self.folder_of(id));
        if !folder.path().is_dir() {
            return Err(UnlockError::NotFound);
        }
        match self.delays.wait(id, self.clock.steady()) {
            Some(wait) => Err(UnlockError::RetryLater { wait }),
            None => Ok(folder),
        }
    }

    /// Takes the right to write, where the disk can be written at all.
    fn lock(&self, folder: &Folder) -> Result<Option<Lock>, UnlockError> {
        match Lock::acquire(folder, self.clock.now()) {
            Ok(lock) => Ok(Some(lock)),
            Err(LockError::ReadOnly) => Ok(None),
            Err(LockError::InUse(by)) => Err(UnlockError::InUse { by }),
            Err(LockError::Disk(error)) => Err(UnlockError::Disk(error)),
        }
    }

    /// Counts a try: a wrong one makes the next one wait.
    fn count<T>(&self, id: ProfileId, opened: Option<T>) -> Option<T> {
        match opened {
            Some(_) => self.delays.right(id),
            None => self.delays.wrong(id, self.clock.steady()),
        }
        opened
    }

    /// Takes the second step of [`Profiles::unlock`]: opens the database and puts right what needs it.
    ///
    /// # Errors
    /// See [`UnlockError`]; nothing is changed.
    pub fn open(&self, unsealed: Unsealed, rng: Rng) -> Result<Session, UnlockError> {
        let Unsealed { id, root_key, file, authentic, main_differs, secret_key, lock, took } = unsealed;
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
            let source = Source { db, folder: &folder, keys: keys.clone(), now, still: None };
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
        // One that was changed is told by its version only; it opens for reading at most.
        let outdated =
            if authentic { known.check(&found).is_err() } else { found.version() < known.version() };
        if outdated {
            return Err(UnlockError::HeaderOutdated);
        }
        let mut notices = Vec::new();
        if read_only.is_none() {
            // On a full disk the profile opens all the same; what is left to do is done at the next unlock.
            unless_full(session::keys::catch_up(&db, &folder, &file))?;
            if mend(&folder, &file, main_differs) {
                notices.push(Notice::HeaderRestored);
            }
            // The database has opened, so a copy under another root key does not count.
            remove_copy(&folder);
        }
        notices.extend(read_only.map(|why| match why {
            ReadOnly::HeaderDamaged => Notice::HeaderDamaged,
            ReadOnly::Disk => Notice::DiskReadOnly,
        }));
        let info = self.opened(id, &db, read_only.is_none())?;
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

    /// Puts the Secret Key where it belongs, and tells whether that is the file.
    fn keep_secret_key(&self, session: &Session, place: Where) -> Result<bool, SessionError> {
        let (id, folder) = (session.profile().id, session.folder());
        let (key, keychain_works) = match place {
            Where::Kept { in_file } => {
                if !in_file {
                    forget_file(folder);
                }
                return Ok(in_file);
            }
            Where::AsItWas => return Ok(folder.secret_key().exists()),
            Where::ToKeep { key, keychain_works } => (key, keychain_works),
            Where::Sealed => (session.secret_key()?, true),
        };
        // What cannot be kept is asked for again the next time.
        if keychain_works {
            return Ok(keep(&*self.keychain, folder, id, &key) != Ok(super::secret_key::Kept::InKeychain));
        }
        let _ = keep_in_file(folder, &key.to_text());
        Ok(true)
    }

    /// Brings name and time of the profile in `ui.json` up to date, and answers with them.
    fn opened(&self, id: ProfileId, db: &Connection, writable: bool) -> Result<ProfileInfo, SessionError> {
        let mut ui_file = UiFile::load(&self.places);
        let stored = meta::required_text(db, meta::NAME)?;
        let known = ui_file.profile(id).cloned();
        // One that was only taken in has no name of its own yet.
        let given = known.as_ref().filter(|info| info.name != super::profiles::unnamed(id).name);
        let name = given.map(|info| info.name.clone());
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
