//! The recovery code: 128 bits on paper that open the profile without the password.
//!
//! A code is in force only once the user has typed a part of it back, so that it is certainly on paper. Until then the
//! change is kept in memory, sealed; the root key is not.
//!
//! A code that was ever in force opens the root key of its time with any older copy of the key file. Replacing or
//! removing one therefore changes the root key: see [`RecoveryAfter`](super::RecoveryAfter).

use vault_crypto::{
    HeaderPin, KeySlot, PasswordSlot, RecoveryCode, RootKey, RootSigner, SecretText, Slot, SlotKey, SlotKind,
};

use super::error::KeysError;
use super::{BoxChange, Session, SessionError, Typed, check};
use crate::session::error::ReadOnly;
use crate::session::reenrolment::{ReenrolStep, Reenrolment};
use crate::session::rows::meta;

/// A recovery code that is not in force yet.
pub struct PendingRecovery {
    pub(super) code: RecoveryCode,
    /// `None` if it replaces another code.
    added: Option<Added>,
}

/// The change of keys that adds a code to a profile without one.
struct Added {
    sealed_root: Vec<u8>,
    follows: HeaderPin,
    pin: HeaderPin,
    file: Vec<u8>,
}

impl PendingRecovery {
    /// Returns whether it replaces another code, which needs a change of the root key to be put into force.
    #[must_use]
    pub fn replaces(&self) -> bool {
        self.added.is_none()
    }

    /// Returns the code in its text form, to be printed and shown once.
    #[must_use]
    pub fn text(&self) -> SecretText {
        self.code.to_text()
    }
}

impl Session {
    /// Returns whether the profile has a recovery code.
    ///
    /// # Errors
    /// Fails if the key file cannot be read.
    pub fn has_recovery_code(&self) -> Result<bool, SessionError> {
        Ok(self.keys_file()?.unverified().slots().iter().any(is_recovery))
    }

    /// Makes a recovery code. [`Session::confirm_recovery`] puts it into force, or a change of the root key if it
    /// replaces another one, which stays in force until then.
    ///
    /// # Errors
    /// See [`KeysError`]; nothing is changed.
    pub fn begin_recovery(&mut self, password: &SecretText) -> Result<PendingRecovery, KeysError> {
        self.writable()?;
        let typed = self.typed(password)?;
        let code = RecoveryCode::make(&mut self.rng);
        let Typed { header, root_key, .. } = &typed;
        if header.slots().iter().any(is_recovery) {
            return Ok(PendingRecovery { code, added: None });
        }
        let (slot, sealed_root) = self.seal_under(&typed, &code)?;
        let slots = header.slots().iter().cloned().chain([slot]).collect();
        let next = header.next(slots).map_err(|_| SessionError::ReadOnly(ReadOnly::HeaderDamaged))?;
        let (pin, file) = (next.pin(root_key), next.to_file(root_key));
        let added = Added { sealed_root, follows: header.pin(root_key), pin, file };
        Ok(PendingRecovery { code, added: Some(added) })
    }

    /// Puts the first recovery code of a profile into force.
    ///
    /// # Errors
    /// Returns [`KeysError::Outdated`] if the keys have changed since the code was made, or if it replaces another one;
    /// else see [`KeysError`].
    pub fn confirm_recovery(&mut self, pending: PendingRecovery) -> Result<(), KeysError> {
        self.writable()?;
        let Added { sealed_root, follows, pin, file } = pending.added.ok_or(KeysError::Outdated)?;
        // In an open profile the pinned key file is the one on the disk. It must still be the one that the change is
        // based on.
        let known = self.keys_file()?.pin();
        if known.version() != follows.version() || follows.check(&known).is_err() {
            return Err(KeysError::Outdated);
        }
        Ok(self.replace_keys(&pin, &file, &[BoxChange::Recovery(sealed_root)])?)
    }

    /// Sets the password of a profile by its recovery code, which stays in force.
    ///
    /// # Errors
    /// See [`KeysError`]; the password is then unchanged.
    pub(crate) fn reset_password(&mut self, code: &RecoveryCode, new: &SecretText) -> Result<(), KeysError> {
        self.writable()?;
        if new.is_empty() {
            return Err(KeysError::PasswordEmpty);
        }
        let file = self.keys_file()?;
        let header = file.unverified();
        let id = self.info.id;
        let root_key = open_by_code(header.slots(), code, &id).ok_or(KeysError::WrongCode)?;
        check(&file, &root_key)?;
        self.catch_up()?;
        let costs = self.password_costs()?;
        let (slot, stretched) =
            PasswordSlot::make(&id, &root_key, new, &self.secret_key()?, costs, &mut self.rng)?;
        let root = self.root_signer_by_code(code)?.seal_local(&stretched, &id, &mut self.rng);
        let mut boxes = vec![BoxChange::Root(root)];
        if self.connection()?.is_some() {
            // The account has the forgotten password until the new one is registered at its server.
            let version = self.reenrolment()?.map_or(0, |before| before.version);
            let wanted = Reenrolment { version, step: ReenrolStep::Wanted };
            boxes.push(BoxChange::Reenrolment(self.seal_reenrolment(&wanted)));
        }
        // The slot of the forgotten password is dropped.
        let others = header.slots().iter().filter(|slot| slot.kind() != SlotKind::Password).cloned();
        let slots = others.chain([Slot::Password(slot)]).collect();
        Ok(self.change_keys((header, &root_key), slots, &boxes)?)
    }

    fn root_signer_by_code(&self, code: &RecoveryCode) -> Result<RootSigner, SessionError> {
        let sealed = meta::required(&self.db, meta::RECOVERY_BOX)?;
        let root = RootSigner::open_recovery(&sealed, code, &self.info.id, &self.vaults.author.account);
        root.map_err(|_| SessionError::DatabaseDamaged)
    }

    /// Seals the root key and the root signing key under a code.
    fn seal_under(&mut self, typed: &Typed, code: &RecoveryCode) -> Result<(Slot, Vec<u8>), KeysError> {
        let id = self.info.id;
        let slot = KeySlot::make(&id, &typed.root_key, SlotKey::Recovery(code), &mut self.rng);
        let root = self.root_signer(typed)?.seal_recovery(code, &id, &mut self.rng);
        Ok((Slot::Key(slot), root))
    }
}

fn is_recovery(slot: &Slot) -> bool {
    slot.kind() == SlotKind::Recovery
}

/// Tries a recovery code on all recovery slots.
pub(crate) fn open_by_code(
    slots: &[Slot],
    code: &RecoveryCode,
    id: &vault_wire::ProfileId,
) -> Option<RootKey> {
    slots.iter().find_map(|slot| match slot {
        Slot::Key(slot) => slot.open(id, SlotKey::Recovery(code)).ok(),
        Slot::Password(_) => None,
    })
}
