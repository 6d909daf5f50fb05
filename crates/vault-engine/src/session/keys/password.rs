//! Changing the master password and its KDF parameters.

use vault_crypto::{KdfParams, PasswordSlot, SecretText, Slot};

use super::error::KeysError;
use super::{BoxChange, Session, Typed};
use crate::costs;
use crate::session::activity::event;
use crate::session::activity::event::EventKind;

impl Session {
    /// Changes the master password. Takes about a second on all cores.
    ///
    /// # Errors
    /// See [`KeysError`]; the old password then still opens the profile.
    pub fn change_password(&mut self, current: &SecretText, new: &SecretText) -> Result<(), KeysError> {
        self.writable()?;
        if new.is_empty() {
            return Err(KeysError::PasswordEmpty);
        }
        let typed = self.typed(current)?;
        self.put_password(&typed, new, typed.slot.params())?;
        let _ = event::note(&self.db, self.clock.now(), EventKind::PasswordChanged, None, &[]);
        Ok(())
    }

    /// Raises the KDF parameters of the password. Lower ones are ignored.
    ///
    /// # Errors
    /// See [`KeysError`]; the parameters are then unchanged.
    pub fn strengthen(&mut self, password: &SecretText, costs: KdfParams) -> Result<(), KeysError> {
        self.writable()?;
        let typed = self.typed(password)?;
        if costs.is_below(&typed.slot.params()) || costs == typed.slot.params() {
            return Ok(());
        }
        self.put_password(&typed, password, costs)?;
        self.unlock_duration = None;
        Ok(())
    }

    /// Returns whether the KDF parameters are so low for this computer that raising them should be offered.
    ///
    /// # Errors
    /// Fails if the key file cannot be read.
    pub fn costs_are_low(&self) -> Result<bool, super::SessionError> {
        Ok(costs::are_low(self.password_costs()?, self.unlock_duration, costs::free_memory()))
    }

    /// Returns the KDF parameters of the password.
    ///
    /// # Errors
    /// Fails if the key file cannot be read.
    pub fn password_costs(&self) -> Result<KdfParams, super::SessionError> {
        let file = self.keys_file()?;
        let costs = file.unverified().password_slots().map(PasswordSlot::params).next();
        costs.ok_or(super::SessionError::ReadOnly(super::ReadOnly::HeaderDamaged))
    }

    /// Checks whether a password opens the profile. Takes about a second on all cores.
    ///
    /// # Errors
    /// See [`KeysError`].
    pub fn check_password(&self, password: &SecretText) -> Result<(), KeysError> {
        self.opened_by(password).map(drop)
    }

    fn put_password(&mut self, typed: &Typed, new: &SecretText, costs: KdfParams) -> Result<(), KeysError> {
        let (id, rng) = (self.info.id, &mut self.rng);
        let (slot, stretched) = PasswordSlot::make(&id, &typed.root_key, new, &typed.secret_key, costs, rng)?;
        let root = self.root_signer(typed)?.seal_local(&stretched, &id, &mut self.rng);
        let slots = typed.other_slots().chain([Slot::Password(slot)]).collect();
        Ok(self.change_keys((&typed.header, &typed.root_key), slots, &[BoxChange::Root(root)])?)
    }
}
