//! Changing the master password.
//!
//! Three things must change together: the slot in `profile.keys`, the box of the root signing key in the database, and
//! the mirrored version of the key file. The file is replaced atomically and counts; before it the new box is laid
//! beside the old one, after it the new one takes its place. A crash in between is mended at the next unlock by
//! [`settle`], which sees from the versions which side of the replacement it was on.

use rusqlite::Connection;
use vault_crypto::{
    HeaderFile, HeaderPin, PasswordSlot, RootKey, RootSigner, SecretKey, SecretText, Slot, Stretched,
};

use super::event::{self, EventKind};
use super::{ChangePasswordError, ReadOnly, Session, SessionError, meta};
use crate::profile::KeysFile;

impl Session {
    /// Changes the master password. This takes about a second of all cores.
    ///
    /// # Errors
    /// See [`ChangePasswordError`]; the old password then still opens the profile.
    pub fn change_password(
        &mut self,
        current: &SecretText,
        new: &SecretText,
    ) -> Result<(), ChangePasswordError> {
        self.writable()?;
        if new.is_empty() {
            return Err(ChangePasswordError::PasswordEmpty);
        }
        let secret_key = self.secret_key()?;
        let file = KeysFile::read(&self.folder.keys())
            .map_err(|_| SessionError::ReadOnly(ReadOnly::HeaderDamaged))?;
        let old = Opened::by(&file.header, current, &secret_key)?;
        if !file.header.is_authentic(&old.root_key) {
            return Err(SessionError::ReadOnly(ReadOnly::HeaderDamaged).into());
        }
        let header = file.header.unverified();
        let profile_id = header.profile_id();
        let made =
            PasswordSlot::make(profile_id, &old.root_key, new, &secret_key, old.slot.params(), &mut self.rng);
        let (slot, stretched) = made.map_err(ChangePasswordError::from)?;

        let sealed = meta::required(&self.db, meta::ROOT_BOX)?;
        let root = RootSigner::open_local(&sealed, &old.stretched, profile_id, &self.vaults.author.account);
        let root = root.map_err(|_| SessionError::DatabaseDamaged)?;
        let sealed = root.seal_local(&stretched, profile_id, &mut self.rng);
        meta::set(&self.db, meta::NEXT_ROOT_BOX, &sealed)?;

        let old_slot = Slot::Password(old.slot);
        let others = header.slots().iter().filter(|other| **other != old_slot).cloned();
        let slots = others.chain([Slot::Password(slot)]).collect();
        let header = header.next(slots).map_err(|_| SessionError::ReadOnly(ReadOnly::HeaderDamaged))?;
        let bytes = header.to_file(&old.root_key);
        KeysFile::write(&self.folder.keys(), &bytes).map_err(SessionError::Disk)?;
        // From here on the new password counts. What fails now is done at the next unlock.
        let _ = settle(&self.db, &header.pin(&old.root_key));
        let _ = event::note(&self.db, self.clock.now(), EventKind::PasswordChanged, None, &[]);
        let _ = KeysFile::write(&self.folder.keys_backup(), &bytes);
        Ok(())
    }
}

impl Session {
    /// Checks whether a password opens the profile. This takes about a second of all cores.
    ///
    /// # Errors
    /// See [`ChangePasswordError`].
    pub fn check_password(&self, password: &SecretText) -> Result<(), ChangePasswordError> {
        let file = KeysFile::read(&self.folder.keys())
            .map_err(|_| SessionError::ReadOnly(ReadOnly::HeaderDamaged))?;
        Opened::by(&file.header, password, &self.secret_key()?).map(drop)
    }
}

/// The slot that a password opens.
struct Opened {
    slot: PasswordSlot,
    root_key: RootKey,
    stretched: Stretched,
}

impl Opened {
    fn by(
        file: &HeaderFile,
        password: &SecretText,
        secret_key: &SecretKey,
    ) -> Result<Self, ChangePasswordError> {
        let header = file.unverified();
        for slot in header.password_slots() {
            match slot.open(header.profile_id(), password, secret_key) {
                Ok((root_key, stretched)) => return Ok(Self { slot: slot.clone(), root_key, stretched }),
                Err(vault_crypto::UnlockError::Wrong(_)) => {}
                Err(vault_crypto::UnlockError::Stretch(error)) => return Err(error.into()),
            }
        }
        Err(ChangePasswordError::WrongPassword)
    }
}

impl From<vault_crypto::StretchError> for ChangePasswordError {
    fn from(error: vault_crypto::StretchError) -> Self {
        match error {
            vault_crypto::StretchError::PasswordTooLong => Self::PasswordTooLong,
            vault_crypto::StretchError::OutOfMemory => Self::OutOfMemory,
        }
    }
}

/// Brings the database in line with the key file it was opened with, which is the one it remembers or a later one.
pub(crate) fn settle(db: &Connection, pin: &HeaderPin) -> Result<(), SessionError> {
    let next = meta::get(db, meta::NEXT_ROOT_BOX)?;
    let later = pin.version() > meta::header(db)?.version();
    if next.is_none() && !later {
        return Ok(());
    }
    let settled = db.unchecked_transaction()?;
    if let Some(next) = next {
        if later {
            meta::set(db, meta::ROOT_BOX, &next)?;
        }
        meta::remove(db, meta::NEXT_ROOT_BOX)?;
    }
    meta::set_header(db, pin)?;
    settled.commit()?;
    Ok(())
}
