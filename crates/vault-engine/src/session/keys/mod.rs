//! Changes of the unlock methods and of the root key.
//!
//! Three things change together: the slots in `profile.keys`, the boxes of the root signing key in the database, and
//! the database's pin of the key file. The atomic replacement of the file decides: before it, the new boxes are stored
//! beside the old ones; after it, they replace them. After a crash in between, [`apply_changes`] completes or discards the
//! change at the next unlock, depending on the version of the key file. See `docs/decisions/0028-disks-that-fail.md`.

mod account;
mod backup_keys;
mod error;
mod identity;
mod password;
mod recovery;
mod root;
pub(crate) mod rotate;
#[cfg(test)]
mod tests;

use std::path::Path;

use rusqlite::Connection;
use vault_crypto::{
    Header, HeaderFile, HeaderPin, KdfParams, PasswordSlot, RootKey, RootSigner, SecretKey, SecretText, Slot,
    SlotKind, StretchedPassword,
};

use super::error::{ReadOnly, SessionError};
use super::rows::meta;
use super::state::Session;
use crate::disk::{DiskError, Folder, KeysFile, KeysFileError};
use crate::steps;

pub use account::AccountParts;
pub(crate) use backup_keys::{BackupKeys, Home};
pub use error::KeysError;
pub use recovery::PendingRecovery;
pub(crate) use recovery::open_by_code;
pub use root::RootOpening;
pub use rotate::{RecoveryAfter, Rotation, SecretKeyAfter};

/// The kinds of keys that open a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnlockMethod {
    /// Password and Secret Key.
    Password,
    /// A key stored by the operating system.
    Quick,
    /// The recovery code.
    Recovery,
    /// The account's server.
    Account,
}

impl Session {
    /// Returns the unlock methods of this profile, one for each slot of its key file.
    ///
    /// # Errors
    /// Fails if the key file cannot be read.
    pub fn unlock_methods(&self) -> Result<Vec<UnlockMethod>, SessionError> {
        let file = self.keys_file()?;
        Ok(file.unverified().slots().iter().map(|slot| unlock_method(slot.kind())).collect())
    }

    fn keys_file(&self) -> Result<HeaderFile, SessionError> {
        Ok(self.read_keys()?.header)
    }

    /// Opens the root key with a password that was just typed, and checks the key file.
    fn typed(&self, password: &SecretText) -> Result<Typed, KeysError> {
        let (file, typed) = self.opened_by(password)?;
        check(&file, &typed.root_key)?;
        self.catch_up()?;
        Ok(typed)
    }

    /// Completes an interrupted change of keys before the next one would discard it.
    fn catch_up(&self) -> Result<(), SessionError> {
        if self.read_only.is_some() {
            return Ok(());
        }
        catch_up(&self.db, &self.folder, &self.read_keys()?)
    }

    fn read_keys(&self) -> Result<KeysFile, SessionError> {
        KeysFile::read(&self.folder.keys()).map_err(|error| match error {
            KeysFileError::Disk(disk) => SessionError::Disk(disk),
            _ => SessionError::ReadOnly(ReadOnly::HeaderDamaged),
        })
    }

    fn opened_by(&self, password: &SecretText) -> Result<(HeaderFile, Typed), KeysError> {
        let file = self.keys_file()?;
        let typed = Typed::open(file.unverified(), password, self.secret_key()?)?;
        Ok((file, typed))
    }

    /// Opens the root key with a password. Returns it with the header pin of the key file and the KDF parameters of the
    /// slot.
    pub(crate) fn root_key(
        &self,
        password: &SecretText,
    ) -> Result<(RootKey, HeaderPin, KdfParams), KeysError> {
        let typed = self.typed(password)?;
        let pin = typed.header.pin(&typed.root_key);
        Ok((typed.root_key, pin, typed.slot.params()))
    }

    /// Opens the account's root with a password that was just typed.
    pub(crate) fn root_of(&self, password: &SecretText) -> Result<RootSigner, KeysError> {
        let typed = self.typed(password)?;
        Ok(self.root_signer(&typed)?)
    }

    /// Opens the root signing key, which needs a password that was just typed.
    fn root_signer(&self, typed: &Typed) -> Result<RootSigner, SessionError> {
        let sealed = meta::required(&self.db, meta::ROOT_BOX)?;
        let root =
            RootSigner::open_local(&sealed, &typed.stretched, &self.info.id, &self.vaults.author.account);
        root.map_err(|_| SessionError::DatabaseDamaged)
    }

    /// Replaces the slots of the key file; `boxes` belong to the new slots.
    fn change_keys(
        &mut self,
        (header, root_key): (&Header, &RootKey),
        slots: Vec<Slot>,
        boxes: &[BoxChange],
    ) -> Result<(), SessionError> {
        let next = header.next(slots).map_err(|_| SessionError::ReadOnly(ReadOnly::HeaderDamaged))?;
        self.replace_keys(&next.pin(root_key), &next.to_file(root_key), boxes)
    }

    fn replace_keys(
        &mut self,
        pin: &HeaderPin,
        file: &[u8],
        boxes: &[BoxChange],
    ) -> Result<(), SessionError> {
        stage_boxes(&self.db, boxes)?;
        steps::passed("keys: laid beside");
        write_keys(&self.folder.keys(), file).map_err(|error| SessionError::Disk(error.disk()))?;
        steps::passed("keys: written");
        // The new slots are in force. What fails from here on is completed at the next unlock.
        let _ = apply_changes(&self.db, pin);
        steps::passed("keys: settled");
        let _ = KeysFile::write(&self.folder.keys_backup(), file);
        steps::passed("keys: copied");
        Ok(())
    }
}

/// The slot and keys that a password opened.
struct Typed {
    header: Header,
    slot: PasswordSlot,
    root_key: RootKey,
    stretched: StretchedPassword,
    secret_key: SecretKey,
}

impl Typed {
    fn open(header: &Header, password: &SecretText, secret_key: SecretKey) -> Result<Self, KeysError> {
        for slot in header.password_slots() {
            match slot.open(header.profile_id(), password, &secret_key) {
                Ok((root_key, stretched)) => {
                    let (slot, header) = (slot.clone(), header.clone());
                    return Ok(Self { header, slot, root_key, stretched, secret_key });
                }
                Err(vault_crypto::UnlockError::Wrong(_)) => {}
                Err(vault_crypto::UnlockError::Stretch(error)) => return Err(error.into()),
            }
        }
        Err(KeysError::WrongPassword)
    }

    /// Returns all slots but the opened one.
    fn other_slots(&self) -> impl Iterator<Item = Slot> {
        let opened = Slot::Password(self.slot.clone());
        self.header.slots().iter().filter(move |other| **other != opened).cloned()
    }
}

/// A box that belongs to new slots.
enum BoxChange {
    Root(Vec<u8>),
    Recovery(Vec<u8>),
    Reenrolment(Vec<u8>),
    SecretKey(Vec<u8>),
    Connection(Vec<u8>),
}

/// The rows of the boxes before and after the key file is replaced. An empty one, which only older programs wrote,
/// means that there is no box.
const BOX_ROWS: [(&str, &str); 5] = [
    (meta::NEXT_ROOT_BOX, meta::ROOT_BOX),
    (meta::NEXT_RECOVERY_BOX, meta::RECOVERY_BOX),
    (meta::NEXT_REENROLMENT, meta::REENROLMENT),
    (meta::NEXT_SECRET_KEY, meta::SECRET_KEY),
    (meta::NEXT_CONNECTION, meta::CONNECTION),
];

fn check(file: &HeaderFile, root_key: &RootKey) -> Result<(), SessionError> {
    let authentic = file.is_authentic(root_key);
    authentic.then_some(()).ok_or(SessionError::ReadOnly(ReadOnly::HeaderDamaged))
}

fn unlock_method(kind: SlotKind) -> UnlockMethod {
    match kind {
        SlotKind::Password => UnlockMethod::Password,
        SlotKind::Quick => UnlockMethod::Quick,
        SlotKind::Recovery => UnlockMethod::Recovery,
        SlotKind::Account => UnlockMethod::Account,
    }
}

/// Stores new boxes beside those in force, and removes what a failed change left there.
fn stage_boxes(db: &Connection, boxes: &[BoxChange]) -> Result<(), SessionError> {
    let laid = db.unchecked_transaction()?;
    for (next, _) in BOX_ROWS {
        meta::remove(&laid, next)?;
    }
    for new in boxes {
        let (next, sealed) = match new {
            BoxChange::Root(sealed) => (meta::NEXT_ROOT_BOX, sealed.as_slice()),
            BoxChange::Recovery(sealed) => (meta::NEXT_RECOVERY_BOX, sealed.as_slice()),
            BoxChange::Reenrolment(sealed) => (meta::NEXT_REENROLMENT, sealed.as_slice()),
            BoxChange::SecretKey(sealed) => (meta::NEXT_SECRET_KEY, sealed.as_slice()),
            BoxChange::Connection(sealed) => (meta::NEXT_CONNECTION, sealed.as_slice()),
        };
        meta::set(&laid, next, sealed)?;
    }
    Ok(laid.commit()?)
}

/// The state after a failed write of the key file.
#[derive(Clone, Copy)]
pub(crate) enum WriteKeysError {
    /// The old key file is still in place.
    Unchanged(DiskError),
    /// The new key file is or may be in place, and a power cut may restore the old one. The data for both must be kept.
    Unsure(DiskError),
}

impl WriteKeysError {
    pub(crate) const fn disk(self) -> DiskError {
        match self {
            Self::Unchanged(disk) | Self::Unsure(disk) => disk,
        }
    }
}

/// Replaces the key file. On failure, reads it back to find out which one is in place.
pub(crate) fn write_keys(path: &Path, file: &[u8]) -> Result<(), WriteKeysError> {
    let before = KeysFile::read(path).map(|before| before.bytes);
    KeysFile::write(path, file).map_err(|error| match (before, KeysFile::read(path)) {
        (Ok(before), Ok(found)) if found.bytes == before => WriteKeysError::Unchanged(error),
        _ => WriteKeysError::Unsure(error),
    })
}

/// Updates the database to a key file that is newer than its header pin. The copy of the file is synced first: after a
/// crash or a disk failure it is unknown whether the file itself is durable, and a database that pins a lost key file
/// would not open.
pub(crate) fn catch_up(db: &Connection, folder: &Folder, file: &KeysFile) -> Result<(), SessionError> {
    let pin = file.header.pin();
    if pin.version() > meta::header(db)?.version() {
        KeysFile::write(&folder.keys_backup(), &file.bytes).map_err(SessionError::Disk)?;
    }
    apply_changes(db, &pin)
}

/// Updates the database to the key file that it was opened with, which is the pinned one or a newer one.
fn apply_changes(db: &Connection, pin: &HeaderPin) -> Result<(), SessionError> {
    let mut laid = Vec::new();
    for (next, place) in BOX_ROWS {
        laid.extend(meta::get(db, next)?.map(|sealed| (next, place, sealed)));
    }
    let later = pin.version() > meta::header(db)?.version();
    if laid.is_empty() && !later {
        return Ok(());
    }
    let settled = db.unchecked_transaction()?;
    for (next, place, sealed) in laid {
        match (later, sealed.is_empty()) {
            (true, true) => meta::remove(&settled, place)?,
            (true, false) => meta::set(&settled, place, &sealed)?,
            (false, _) => {}
        }
        meta::remove(&settled, next)?;
    }
    meta::set_header(&settled, pin)?;
    settled.commit()?;
    Ok(())
}
