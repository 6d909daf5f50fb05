//! Change of the root key: a copy of the database under the new key, with everything in it sealed again.
//!
//! SQLCipher could change the key in place. Key file and database would then both be half changed at some moment, and
//! the key of a page would depend on a journal. A copy leaves the old profile complete until the key file is replaced,
//! by one rename; `profile/rotate.rs` has the steps after it.

use std::ops::ControlFlow;

use rusqlite::Connection;
use vault_crypto::{
    Header, HeaderPin, KeySlot, Keyset, LocalKey, PasswordSlot, RecoveryCode, RootKey, SecretKey, SecretText,
    Slot, SlotKey,
};
use vault_wire::{AccountId, ProfileId, SignPublicKey, VaultId};

use super::error::KeysError;
use super::recovery::{PendingRecovery, open_by_code};
use super::{BOX_ROWS, Typed, UnlockMethod, unlock_method};
use crate::clock::Rng;
use crate::disk::{Folder, expect_room, files};
use crate::document::Progress;
use crate::session::error::{ReadOnly, SessionError};
use crate::session::rows::meta;
use crate::session::sharing::{invitation_box, joining};
use crate::session::state::Session;
use crate::session::{connection, settings};
use crate::store::{Mode, OpenError};
use crate::{steps, store};

/// The options of a change of the root key.
pub struct Rotation<'a> {
    /// The current password.
    pub password: &'a SecretText,
    /// A new password, if it is to be changed as well.
    pub new_password: Option<&'a SecretText>,
    /// What happens to the recovery code.
    pub recovery: RecoveryAfter<'a>,
    /// What happens to the Secret Key.
    pub secret_key: SecretKeyAfter,
}

/// What happens to the recovery code when the root key is changed.
#[derive(Clone, Copy)]
pub enum RecoveryAfter<'a> {
    /// There is none, or it is removed.
    None,
    /// It stays in force; it must be typed for that.
    Same(&'a SecretText),
    /// It is replaced by this one, which the user has confirmed.
    New(&'a PendingRecovery),
}

/// What happens to the Secret Key when the root key is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKeyAfter {
    /// It stays, and the Emergency Kit stays valid.
    Same,
    /// It is replaced, and a new Emergency Kit is needed.
    New,
}

/// The progress after each step, in percent.
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
    /// The Secret Key after the change; `old_secret_key` is the previous one if it was replaced.
    pub(crate) secret_key: SecretKey,
    pub(crate) old_secret_key: Option<SecretKey>,
}

impl Session {
    /// Makes a copy of the database beside it, under a new root key. Nothing in force is changed; on failure the copy
    /// is removed.
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
        let code = match rotation.recovery {
            RecoveryAfter::None => None,
            RecoveryAfter::Same(text) => Some(&self.known_code(&typed, text)?),
            RecoveryAfter::New(pending) => Some(&pending.code),
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
        let recovery_box = code.map(|code| {
            let slot = KeySlot::make(&id, &root_key, SlotKey::Recovery(code), &mut self.rng);
            slots.push(Slot::Key(slot));
            signer.seal_recovery(code, &id, &mut self.rng)
        });
        if let Some(connection) = self.connection()? {
            let key = SlotKey::Account(&self.vaults.author.account, &connection.unlock_seed);
            slots.push(Slot::Key(KeySlot::make(&id, &root_key, key, &mut self.rng)));
        }
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

    pub(super) fn known_code(&self, typed: &Typed, text: &SecretText) -> Result<RecoveryCode, KeysError> {
        let header: &Header = &typed.header;
        if !header.slots().iter().any(|slot| unlock_method(slot.kind()) == UnlockMethod::Recovery) {
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
        let db = store::open(&beside, &key, Mode::Write, &mut store::refuse_migration)
            .map_err(|error| of_open(&error))?;
        let sealed = db.unchecked_transaction().map_err(SessionError::from)?;
        boxes.reseal(&sealed, &mut self.rng)?;
        sealed.commit().map_err(SessionError::from)?;
        tell(progress, done::SEALED)?;
        store::check_pages(&db).map_err(|error| of_open(&error))?;
        boxes.check(&db)?;
        tell(progress, done::CHECKED)?;
        store::close(db).map_err(SessionError::from)?;
        let lasting = files::sync_file(&beside).and_then(|()| files::sync_folder(self.folder.path()));
        Ok(lasting.map_err(|error| SessionError::Disk(error.into()))?)
    }
}

/// Everything in a database that is sealed under keys of the root key or belongs to the key file.
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
    fn reseal(&self, db: &Connection, rng: &mut Rng) -> Result<(), SessionError> {
        let (from, to) = (self.from.derive_local_key(), self.to.derive_local_key());
        let keyset = meta::required(db, meta::KEYSET)?;
        let keyset = Keyset::open_local(&keyset, self.from, &self.account).map_err(damaged)?;
        meta::set(db, meta::KEYSET, &keyset.seal_local(self.to, &self.account, rng))?;
        meta::set(db, meta::SECRET_KEY, &to.seal_secret_key(&self.id, self.secret_key, rng))?;
        if let Some(sealed) = meta::get(db, meta::OFFERED_SECRET_KEY)? {
            let offered = from.open_secret_key(&self.id, &sealed).map_err(damaged)?;
            meta::set(db, meta::OFFERED_SECRET_KEY, &to.seal_secret_key(&self.id, &offered, rng))?;
        }
        meta::set(db, meta::ROOT_BOX, &self.root_box)?;
        match &self.recovery_box {
            Some(sealed) => meta::set(db, meta::RECOVERY_BOX, sealed)?,
            None => meta::remove(db, meta::RECOVERY_BOX)?,
        }
        for (next, _) in BOX_ROWS {
            meta::remove(db, next)?;
        }
        meta::set_header(db, &self.pin)?;
        vault_keys(db, (&from, &to), rng)?;
        drafts(db, &self.id, (&from, &to), rng)?;
        generated(db, &self.id, (&from, &to), rng)?;
        connection::reseal(db, &self.id, (&from, &to), rng)?;
        made_keys(db, (&from, &to), rng)?;
        invitations(db, &self.id, (&from, &to), rng)?;
        if self.kit == SecretKeyAfter::New {
            settings::forget_kit(db)?;
        }
        Ok(())
    }

    /// Checks that what was sealed under the new key can be opened with it.
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
    let mut all = db.prepare(
        "SELECT vault_key, vault_id, epoch_key.epoch, sealed FROM epoch_key JOIN vault USING (vault_key)",
    )?;
    let all = all
        .query_map([], |row| Ok((row.get(0)?, VaultId::from_bytes(row.get(1)?), row.get(2)?, row.get(3)?)))?;
    Ok(all.collect::<Result<_, _>>()?)
}

fn vault_keys(
    db: &Connection,
    (from, to): (&LocalKey, &LocalKey),
    rng: &mut Rng,
) -> Result<(), SessionError> {
    let mut put = db.prepare("UPDATE epoch_key SET sealed = ?3 WHERE vault_key = ?1 AND epoch = ?2")?;
    for (row, vault, epoch, sealed) in stored_vault_keys(db)? {
        let key = from.open_vault_key(&vault, epoch, &sealed).map_err(damaged)?;
        put.execute((row, epoch, to.seal_vault_key(&vault, epoch, &key, rng)))?;
    }
    Ok(())
}

/// Seals the drafts again. They may be many and long, so they are handled one at a time. Those that cannot be opened
/// are left as they are.
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

/// Seals the generator's history again. One that cannot be opened is dropped.
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

/// Seals the keys again that were made for epochs that are not in a log yet.
fn made_keys(db: &Connection, (from, to): (&LocalKey, &LocalKey), rng: &mut Rng) -> Result<(), SessionError> {
    let mut find = db.prepare(
        "SELECT vault_key, vault_id, commitment, made_key.epoch, sealed FROM made_key JOIN vault USING (vault_key)",
    )?;
    let mut put = db.prepare("UPDATE made_key SET sealed = ?3 WHERE vault_key = ?1 AND commitment = ?2")?;
    let rows = find.query_map([], |row| {
        let (row_number, vault): (i64, _) = (row.get(0)?, VaultId::from_bytes(row.get(1)?));
        let (commitment, epoch, sealed): (Vec<u8>, u32, Vec<u8>) = (row.get(2)?, row.get(3)?, row.get(4)?);
        Ok((row_number, vault, commitment, epoch, sealed))
    })?;
    let all = rows.collect::<Result<Vec<_>, _>>()?;
    for (row, vault, commitment, epoch, sealed) in all {
        let key = from.open_vault_key(&vault, epoch, &sealed).map_err(damaged)?;
        put.execute((row, commitment, to.seal_vault_key(&vault, epoch, &key, rng)))?;
    }
    Ok(())
}

/// Seals the secrets of invitations again: of those made here, and of those accepted.
fn invitations(
    db: &Connection,
    id: &ProfileId,
    (from, to): (&LocalKey, &LocalKey),
    rng: &mut Rng,
) -> Result<(), SessionError> {
    let mut again = |name: &[u8], sealed: &[u8]| -> Result<Vec<u8>, SessionError> {
        let secret = from.open_draft(id, name, sealed).map_err(damaged)?;
        Ok(to.seal_draft(id, name, secret.expose(), rng))
    };
    let mut made = db.prepare("SELECT public_key, sealed FROM invitation")?;
    let made = made.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let made: Vec<([u8; 32], Vec<u8>)> = made.collect::<Result<_, _>>()?;
    let mut put = db.prepare("UPDATE invitation SET sealed = ?2 WHERE public_key = ?1")?;
    for (key, sealed) in made {
        let name = invitation_box(&SignPublicKey::from_bytes(key));
        put.execute((key, again(&name, &sealed)?))?;
    }
    let mut accepted = db.prepare("SELECT vault_id, sealed FROM joining")?;
    let accepted = accepted.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let accepted: Vec<([u8; 16], Vec<u8>)> = accepted.collect::<Result<_, _>>()?;
    let mut put = db.prepare("UPDATE joining SET sealed = ?2 WHERE vault_id = ?1")?;
    for (vault, sealed) in accepted {
        let name = joining::box_name(&VaultId::from_bytes(vault));
        put.execute((vault, again(&name, &sealed)?))?;
    }
    Ok(())
}

/// Removes a copy of the database that is not in force.
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
