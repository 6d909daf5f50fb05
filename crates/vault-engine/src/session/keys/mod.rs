//! Changing what opens the profile.
//!
//! Three things change together: the slots in `profile.keys`, the boxes of the root signing key in the database, and the
//! mirrored version of the key file. The file is replaced atomically and counts; before it the new boxes are laid beside
//! the old ones, after it they take their place. A crash in between is mended at the next unlock by [`settle`], which
//! sees from the versions which side of the replacement it was on.

mod backup_keys;
mod error;
mod password;
mod recovery;
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

pub(crate) use backup_keys::{BackupKeys, Home};
pub use error::KeysError;
pub use recovery::PendingRecovery;
pub(crate) use recovery::open_by_code;
pub use rotate::{Rotation, SecretKeyAfter};

/// What a slot is opened by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayIn {
    /// Password and Secret Key.
    Password,
    /// A key that the operating system holds.
    Quick,
    /// The recovery code.
    Recovery,
    /// The account's server.
    Account,
}

impl Session {
    /// The ways to open this profile, one for each slot of its key file.
    ///
    /// # Errors
    /// If the key file cannot be read.
    pub fn ways_in(&self) -> Result<Vec<WayIn>, SessionError> {
        let file = self.keys_file()?;
        Ok(file.unverified().slots().iter().map(|slot| way_in(slot.kind())).collect())
    }

    fn keys_file(&self) -> Result<HeaderFile, SessionError> {
        Ok(self.read_keys()?.header)
    }

    /// Opens the root key by a password that was just typed.
    fn typed(&self, password: &SecretText) -> Result<Typed, KeysError> {
        let (file, typed) = self.opened_by(password)?;
        check(&file, &typed.root_key)?;
        self.catch_up()?;
        Ok(typed)
    }

    /// Does what a change of the keys may have left undone, before the next one clears it away.
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
        let secret_key = self.secret_key()?;
        let header = file.unverified().clone();
        for slot in header.password_slots() {
            match slot.open(header.profile_id(), password, &secret_key) {
                Ok((root_key, stretched)) => {
                    let (slot, header) = (slot.clone(), header.clone());
                    return Ok((file, Typed { header, slot, root_key, stretched, secret_key }));
                }
                Err(vault_crypto::UnlockError::Wrong(_)) => {}
                Err(vault_crypto::UnlockError::Stretch(error)) => return Err(error.into()),
            }
        }
        Err(KeysError::WrongPassword)
    }

    /// The root key by a password that was just typed, what the key file says of itself, and what trying costs.
    pub(crate) fn root_key(
        &self,
        password: &SecretText,
    ) -> Result<(RootKey, HeaderPin, KdfParams), KeysError> {
        let typed = self.typed(password)?;
        let pin = typed.header.pin(&typed.root_key);
        Ok((typed.root_key, pin, typed.slot.params()))
    }

    /// The root signing key, for as long as the password has just been typed.
    fn root_signer(&self, typed: &Typed) -> Result<RootSigner, SessionError> {
        let sealed = meta::required(&self.db, meta::ROOT_BOX)?;
        let root =
            RootSigner::open_local(&sealed, &typed.stretched, &self.info.id, &self.vaults.author.account);
        root.map_err(|_| SessionError::DatabaseDamaged)
    }

    /// Puts other slots in the place of those of the key file; `boxes` are the boxes that go with them.
    fn change_keys(
        &mut self,
        (header, root_key): (&Header, &RootKey),
        slots: Vec<Slot>,
        boxes: &[NewBox],
    ) -> Result<(), SessionError> {
        let next = header.next(slots).map_err(|_| SessionError::ReadOnly(ReadOnly::HeaderDamaged))?;
        self.replace_keys(&next.pin(root_key), &next.to_file(root_key), boxes)
    }

    fn replace_keys(&mut self, pin: &HeaderPin, file: &[u8], boxes: &[NewBox]) -> Result<(), SessionError> {
        lay_beside(&self.db, boxes)?;
        steps::passed("keys: laid beside");
        write_keys(&self.folder.keys(), file).map_err(|error| SessionError::Disk(error.disk()))?;
        steps::passed("keys: written");
        // From here on the new slots count. What fails now is done at the next unlock.
        let _ = settle(&self.db, pin);
        steps::passed("keys: settled");
        let _ = KeysFile::write(&self.folder.keys_backup(), file);
        steps::passed("keys: copied");
        Ok(())
    }
}

/// What a password opened.
struct Typed {
    header: Header,
    slot: PasswordSlot,
    root_key: RootKey,
    stretched: StretchedPassword,
    secret_key: SecretKey,
}

impl Typed {
    /// The slots but the one that was opened.
    fn other_slots(&self) -> impl Iterator<Item = Slot> {
        let opened = Slot::Password(self.slot.clone());
        self.header.slots().iter().filter(move |other| **other != opened).cloned()
    }
}

/// A box that goes with new slots: its place, and nothing to leave it empty.
enum NewBox {
    Root(Vec<u8>),
    Recovery(Option<Vec<u8>>),
}

/// Where the boxes lie until the key file is replaced, and where afterwards. One without content stands for none.
const PLACES: [(&str, &str); 2] =
    [(meta::NEXT_ROOT_BOX, meta::ROOT_BOX), (meta::NEXT_RECOVERY_BOX, meta::RECOVERY_BOX)];

fn check(file: &HeaderFile, root_key: &RootKey) -> Result<(), SessionError> {
    let authentic = file.is_authentic(root_key);
    authentic.then_some(()).ok_or(SessionError::ReadOnly(ReadOnly::HeaderDamaged))
}

fn way_in(kind: SlotKind) -> WayIn {
    match kind {
        SlotKind::Password => WayIn::Password,
        SlotKind::Quick => WayIn::Quick,
        SlotKind::Recovery => WayIn::Recovery,
        SlotKind::Account => WayIn::Account,
    }
}

/// Lays boxes beside those that count, and takes away what a change that failed has left there.
fn lay_beside(db: &Connection, boxes: &[NewBox]) -> Result<(), SessionError> {
    let laid = db.unchecked_transaction()?;
    for (next, _) in PLACES {
        meta::remove(&laid, next)?;
    }
    for new in boxes {
        let (next, sealed) = match new {
            NewBox::Root(sealed) => (meta::NEXT_ROOT_BOX, sealed.as_slice()),
            NewBox::Recovery(sealed) => (meta::NEXT_RECOVERY_BOX, sealed.as_deref().unwrap_or_default()),
        };
        meta::set(&laid, next, sealed)?;
    }
    Ok(laid.commit()?)
}

/// Why a key file was not written for certain.
#[derive(Clone, Copy)]
pub(crate) enum WriteKeysError {
    /// The one before is in its place.
    Unchanged(DiskError),
    /// The new one is in its place, or may be, and a power cut may bring the one before back. So neither counts for sure,
    /// and what goes with either has to stay.
    Unsure(DiskError),
}

impl WriteKeysError {
    pub(crate) const fn disk(self) -> DiskError {
        match self {
            Self::Unchanged(disk) | Self::Unsure(disk) => disk,
        }
    }
}

/// Replaces the key file.
pub(crate) fn write_keys(path: &Path, file: &[u8]) -> Result<(), WriteKeysError> {
    let before = KeysFile::read(path).map(|before| before.bytes);
    KeysFile::write(path, file).map_err(|error| match (before, KeysFile::read(path)) {
        (Ok(before), Ok(found)) if found.bytes == before => WriteKeysError::Unchanged(error),
        _ => WriteKeysError::Unsure(error),
    })
}

/// Brings the database in line with a key file that it does not remember yet. The copy of the file is made to last first:
/// of the file itself that is not known after a crash or a failure of the disk, and a database that remembers a key file
/// that is gone would not open again.
pub(crate) fn catch_up(db: &Connection, folder: &Folder, file: &KeysFile) -> Result<(), SessionError> {
    let pin = file.header.pin();
    if pin.version() > meta::header(db)?.version() {
        KeysFile::write(&folder.keys_backup(), &file.bytes).map_err(SessionError::Disk)?;
    }
    settle(db, &pin)
}

/// Brings the database in line with the key file it was opened with, which is the one it remembers or a later one.
fn settle(db: &Connection, pin: &HeaderPin) -> Result<(), SessionError> {
    let mut laid = Vec::new();
    for (next, place) in PLACES {
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
