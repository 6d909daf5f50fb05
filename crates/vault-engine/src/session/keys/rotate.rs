//! Another root key: a copy of the database under it, with everything in it sealed anew.
//!
//! SQLCipher could change the key of the file in place. But then key file and database would each be half way at some
//! moment, and which of two keys a page has would depend on a journal. A copy beside leaves the old profile whole until the
//! key file is exchanged, which is one rename; `profile/rotate.rs` has the steps after it.

use std::ops::ControlFlow;

use rusqlite::Connection;
use vault_crypto::{
    Header, HeaderPin, KeySlot, Keyset, LocalKey, PasswordSlot, RecoveryCode, RootKey, SecretKey, SecretText,
    Slot, SlotKey,
};
use vault_wire::{AccountId, ProfileId, VaultId};

use super::error::KeysError;
use super::recovery::open_by_code;
use super::{PLACES, Typed, WayIn, way_in};
use crate::clock::Rng;
use crate::disk::{Folder, expect_room, files};
use crate::document::Progress;
use crate::session::error::{ReadOnly, SessionError};
use crate::session::rows::meta;
use crate::session::settings;
use crate::session::state::Session;
use crate::store::{Mode, OpenError};
use crate::{steps, store};

/// What a change of the root key starts from and what it takes along.
pub struct Rotation<'a> {
    /// The current password.
    pub password: &'a SecretText,
    /// Another password, to take the place of the current one.
    pub new_password: Option<&'a SecretText>,
    /// The recovery code, if it is to go on to count; it cannot be kept without being typed.
    pub recovery_code: Option<&'a SecretText>,
    /// What becomes of the Secret Key.
    pub secret_key: SecretKeyAfter,
}

/// What becomes of the Secret Key when the root key is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKeyAfter {
    /// It stays, and the Emergency Kit with it.
    Same,
    /// There is a new one, and the Emergency Kit has to be made anew.
    New,
}

/// How much is done, of a hundred.
mod done {
    pub(crate) const TYPED: u64 = 5;
    pub(crate) const COPYING: u64 = 10;
    pub(crate) const COPIED: u64 = 70;
    pub(crate) const SEALED: u64 = 75;
    pub(crate) const CHECKED: u64 = 95;
}

/// A copy of the database under the new root key, and the key file that goes with it.
pub(crate) struct Rotated {
    pub(crate) root_key: RootKey,
    pub(crate) file: Vec<u8>,
    /// The Secret Key from now on, and the one before if it is another.
    pub(crate) secret_key: SecretKey,
    pub(crate) old_secret_key: Option<SecretKey>,
}

impl Session {
    /// Lays a copy of the database beside it. Nothing that counts is changed; what a failure leaves is removed.
    pub(crate) fn prepare_rotation(
        &mut self,
        rotation: &Rotation<'_>,
        progress: Progress<'_>,
    ) -> Result<Rotated, KeysError> {
        self.writable()?;
        let new = rotation.new_password.unwrap_or(rotation.password);
        if new.is_empty() {
            return Err(KeysError::PasswordEmpty);
        }
        let typed = self.typed(rotation.password)?;
        let code = match rotation.recovery_code {
            None => None,
            Some(text) => Some(self.known_code(&typed, text)?),
        };
        tell(progress, done::TYPED)?;
        let root_key = RootKey::make(&mut self.rng);
        let old = &typed.secret_key;
        let (secret_key, old_secret_key) = match rotation.secret_key {
            SecretKeyAfter::Same => (SecretKey::from_bytes(old.expose_bytes()), None),
            SecretKeyAfter::New => {
                (SecretKey::make(&mut self.rng), Some(SecretKey::from_bytes(old.expose_bytes())))
            }
        };
        let (id, signer) = (self.info.id, self.root_signer(&typed)?);
        let (slot, stretched) =
            PasswordSlot::make(&id, &root_key, new, &secret_key, typed.slot.params(), &mut self.rng)?;
        let mut slots = vec![Slot::Password(slot)];
        let root_box = signer.seal_local(&stretched, &id, &mut self.rng);
        let recovery_box = code.as_ref().map(|code| {
            let slot = KeySlot::make(&id, &root_key, SlotKey::Recovery(code), &mut self.rng);
            slots.push(Slot::Key(slot));
            signer.seal_recovery(code, &id, &mut self.rng)
        });
        // A slot of the account's server is not taken along: signing in makes it anew.
        let next = typed.header.next(slots).map_err(|_| SessionError::ReadOnly(ReadOnly::HeaderDamaged))?;
        let boxes = Boxes {
            id,
            account: self.vaults.author.account,
            from: &typed.root_key,
            to: &root_key,
            secret_key: &secret_key,
            root_box,
            recovery_box,
            pin: next.pin(&root_key),
            kit: rotation.secret_key,
        };
        let made = self.make_copy(&boxes, progress);
        made.inspect_err(|_| remove_copy(&self.folder))?;
        steps::passed("rotate: beside");
        let file = next.to_file(&root_key);
        Ok(Rotated { root_key, file, secret_key, old_secret_key })
    }

    fn known_code(&self, typed: &Typed, text: &SecretText) -> Result<RecoveryCode, KeysError> {
        let header: &Header = &typed.header;
        if !header.slots().iter().any(|slot| way_in(slot.kind()) == WayIn::Recovery) {
            return Err(KeysError::NoCode);
        }
        let code = RecoveryCode::from_text(text.expose())?;
        let opened = open_by_code(header.slots(), &code, &self.info.id).ok_or(KeysError::WrongCode)?;
        if opened.is_same_as(&typed.root_key) { Ok(code) } else { Err(KeysError::WrongCode) }
    }

    fn make_copy(&mut self, boxes: &Boxes<'_>, progress: Progress<'_>) -> Result<(), KeysError> {
        remove_copy(&self.folder);
        let (beside, key) = (self.folder.next_database(), boxes.to.derive_database_key());
        let size = store::size(&self.db).map_err(SessionError::from)?;
        expect_room(self.folder.path(), size + size / 8)
            .map_err(|no_room| SessionError::Disk(no_room.into()))?;
        let mut copied = 0;
        let mut step = |_| {
            copied = size.min(copied + store::COPIED_AT_ONCE);
            let part = (done::COPIED - done::COPYING) * copied / size.max(1);
            progress(done::COPYING + part)
        };
        store::copy(&self.db, &beside, &key, &mut step).map_err(SessionError::from)?;
        let db =
            store::open(&beside, &key, Mode::Write, &mut store::refuse).map_err(|error| of_open(&error))?;
        let sealed = db.unchecked_transaction().map_err(SessionError::from)?;
        boxes.seal_anew(&sealed, &mut self.rng)?;
        sealed.commit().map_err(SessionError::from)?;
        tell(progress, done::SEALED)?;
        store::check_pages(&db).map_err(|error| of_open(&error))?;
        boxes.check(&db)?;
        tell(progress, done::CHECKED)?;
        // Closing moves everything out of the write-ahead log, and takes it away.
        db.close().map_err(|(_, error)| SessionError::from(error))?;
        if store::log_of(&beside).exists() {
            return Err(SessionError::Fault.into());
        }
        let lasting = files::sync_file(&beside).and_then(|()| files::sync_folder(self.folder.path()));
        Ok(lasting.map_err(|error| SessionError::Disk(error.into()))?)
    }
}

/// Everything in a database that is sealed under keys of the root key, or goes with the key file.
struct Boxes<'a> {
    id: ProfileId,
    account: AccountId,
    from: &'a RootKey,
    to: &'a RootKey,
    secret_key: &'a SecretKey,
    root_box: Vec<u8>,
    recovery_box: Option<Vec<u8>>,
    pin: HeaderPin,
    kit: SecretKeyAfter,
}

impl Boxes<'_> {
    fn seal_anew(&self, db: &Connection, rng: &mut Rng) -> Result<(), SessionError> {
        let (from, to) = (self.from.derive_local_key(), self.to.derive_local_key());
        let keyset = meta::required(db, meta::KEYSET)?;
        let keyset = Keyset::open_local(&keyset, self.from, &self.account).map_err(damaged)?;
        meta::set(db, meta::KEYSET, &keyset.seal_local(self.to, &self.account, rng))?;
        meta::set(db, meta::SECRET_KEY, &to.seal_secret_key(&self.id, self.secret_key, rng))?;
        meta::set(db, meta::ROOT_BOX, &self.root_box)?;
        match &self.recovery_box {
            Some(sealed) => meta::set(db, meta::RECOVERY_BOX, sealed)?,
            None => meta::remove(db, meta::RECOVERY_BOX)?,
        }
        for (next, _) in PLACES {
            meta::remove(db, next)?;
        }
        meta::set_header(db, &self.pin)?;
        vault_keys(db, (&from, &to), rng)?;
        drafts(db, &self.id, (&from, &to), rng)?;
        generated(db, &self.id, (&from, &to), rng)?;
        if self.kit == SecretKeyAfter::New {
            settings::forget_kit(db)?;
        }
        Ok(())
    }

    /// Opens by the new key what has just been sealed under it.
    fn check(&self, db: &Connection) -> Result<(), SessionError> {
        let to = self.to.derive_local_key();
        let kept = to.open_secret_key(&self.id, &meta::required(db, meta::SECRET_KEY)?).map_err(damaged)?;
        if !kept.is_same_as(self.secret_key) {
            return Err(SessionError::Fault);
        }
        let keyset = meta::required(db, meta::KEYSET)?;
        Keyset::open_local(&keyset, self.to, &self.account).map_err(damaged)?;
        for (_, vault, epoch, sealed) in stored_vault_keys(db)? {
            to.open_vault_key(&vault, epoch, &sealed).map_err(damaged)?;
        }
        Ok(())
    }
}

type StoredKey = (i64, VaultId, u32, Vec<u8>);

fn stored_vault_keys(db: &Connection) -> Result<Vec<StoredKey>, SessionError> {
    let mut all = db.prepare("SELECT vault_key, vault_id, epoch, sealed_key FROM vault")?;
    let all = all
        .query_map([], |row| Ok((row.get(0)?, VaultId::from_bytes(row.get(1)?), row.get(2)?, row.get(3)?)))?;
    Ok(all.collect::<Result<_, _>>()?)
}

fn vault_keys(
    db: &Connection,
    (from, to): (&LocalKey, &LocalKey),
    rng: &mut Rng,
) -> Result<(), SessionError> {
    let mut put = db.prepare("UPDATE vault SET sealed_key = ?2 WHERE vault_key = ?1")?;
    for (row, vault, epoch, sealed) in stored_vault_keys(db)? {
        let key = from.open_vault_key(&vault, epoch, &sealed).map_err(damaged)?;
        put.execute((row, to.seal_vault_key(&vault, epoch, &key, rng)))?;
    }
    Ok(())
}

/// Drafts may be many and long, so they are sealed anew one at a time. One that does not open is of no use to anybody.
fn drafts(
    db: &Connection,
    id: &ProfileId,
    (from, to): (&LocalKey, &LocalKey),
    rng: &mut Rng,
) -> Result<(), SessionError> {
    let names = db
        .prepare("SELECT draft_id FROM draft")?
        .query_map([], |row| row.get::<_, [u8; 16]>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    let mut find = db.prepare("SELECT sealed FROM draft WHERE draft_id = ?1")?;
    let mut put = db.prepare("UPDATE draft SET sealed = ?2 WHERE draft_id = ?1")?;
    for name in names {
        let sealed: Vec<u8> = find.query_row([name], |row| row.get(0))?;
        if let Ok(draft) = from.open_draft(id, &name, &sealed) {
            put.execute((name, to.seal_draft(id, &name, draft.expose(), rng)))?;
        }
    }
    Ok(())
}

/// What the generator made lately goes along as drafts do.
fn generated(
    db: &Connection,
    id: &ProfileId,
    (from, to): (&LocalKey, &LocalKey),
    rng: &mut Rng,
) -> Result<(), SessionError> {
    let Some(sealed) = meta::get(db, meta::GENERATED)? else { return Ok(()) };
    let name = crate::session::items::generated::NAME;
    match from.open_draft(id, name, &sealed) {
        Ok(made) => meta::set(db, meta::GENERATED, &to.seal_draft(id, name, made.expose(), rng)),
        Err(_) => meta::remove(db, meta::GENERATED),
    }
}

/// Removes a copy that does not count.
pub(crate) fn remove_copy(folder: &Folder) {
    let beside = folder.next_database();
    for left in [store::log_of(&beside), store::index_of(&beside), beside] {
        let _ = std::fs::remove_file(left);
    }
}

fn tell(progress: Progress<'_>, done: u64) -> Result<(), SessionError> {
    match progress(done) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(SessionError::Cancelled),
    }
}

fn damaged<E>(_: E) -> SessionError {
    SessionError::DatabaseDamaged
}

fn of_open(error: &OpenError) -> SessionError {
    match error {
        OpenError::Disk(disk) => SessionError::Disk(*disk),
        OpenError::Damaged => SessionError::DatabaseDamaged,
        OpenError::Newer | OpenError::Older | OpenError::Fault => SessionError::Fault,
    }
}
