//! The account's keys, for its registration at a server.

use vault_crypto::{
    Header, KeySlot, Keyset, PasswordSlot, RootKey, RootSigner, SecretKey, SecretText, Slot, SlotKey,
    SlotKind, UnlockSeed,
};
use vault_wire::account::{SignedCertificate, SignedRevocation};
use vault_wire::{AccountId, DeviceId};

use super::error::KeysError;
use super::{BoxChange, check};
use crate::session::error::SessionError;
use crate::session::rows::meta;
use crate::session::state::Session;

/// Everything that makes an account. Drop it as soon as possible.
pub struct AccountParts {
    /// The account's root.
    pub root: RootSigner,
    /// Its working keys.
    pub keyset: Keyset,
    /// The certificate of its identity.
    pub certificate: SignedCertificate,
    /// The Secret Key, with which the password is stretched.
    pub secret_key: SecretKey,
}

impl Session {
    /// Returns the account of this profile.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.vaults.author.account
    }

    /// Opens the account's keys with the password. Takes about a second on all cores.
    ///
    /// # Errors
    /// See [`KeysError`].
    pub fn account_parts(&self, password: &SecretText) -> Result<AccountParts, KeysError> {
        let typed = self.typed(password)?;
        let root = self.root_signer(&typed)?;
        let sealed = meta::required(&self.db, meta::KEYSET)?;
        let keyset = Keyset::open_local(&sealed, &typed.root_key, &self.account());
        let keyset = keyset.map_err(|_| SessionError::DatabaseDamaged)?;
        let certificate = self.vaults.author.certificate.clone();
        Ok(AccountParts { root, keyset, certificate, secret_key: typed.secret_key })
    }

    /// Adds the slot that the account's unlock seed opens, in place of an earlier one. Takes about a second on all cores.
    ///
    /// # Errors
    /// See [`KeysError`]; the key file is then unchanged.
    pub fn add_account_slot(&mut self, password: &SecretText, seed: &UnlockSeed) -> Result<(), KeysError> {
        self.writable()?;
        let typed = self.typed(password)?;
        let slot = self.account_slot(&typed.root_key, seed);
        let slots = typed.header.slots().iter().filter(|slot| slot.kind() != SlotKind::Account).cloned();
        let slots = slots.chain([slot]).collect();
        Ok(self.change_keys((&typed.header, &typed.root_key), slots, &[])?)
    }

    /// Replaces the slot that one seed opens by one for another. If there is none, nothing changes.
    pub(in crate::session) fn exchange_account_slot(
        &mut self,
        (from, to): (&UnlockSeed, &UnlockSeed),
    ) -> Result<(), SessionError> {
        let file = self.keys_file()?;
        let header = file.unverified().clone();
        if self.opened_by_account(&header, to).is_some() {
            return Ok(());
        }
        let Some(root_key) = self.opened_by_account(&header, from) else { return Ok(()) };
        check(&file, &root_key)?;
        self.catch_up()?;
        let new = self.account_slot(&root_key, to);
        let kept = header.slots().iter().filter(|slot| slot.kind() != SlotKind::Account).cloned();
        self.change_keys((&header, &root_key), kept.chain([new]).collect(), &[])
    }

    /// Takes over the account's password, which was changed on another device: the password slot is replaced by one for it.
    /// `known` is the unlock seed of this profile's account slot, `seed` the one that the account has now.
    ///
    /// # Errors
    /// See [`KeysError`]; the key file is then unchanged. [`KeysError::WrongCode`] if there is no slot that `known` opens.
    pub fn adopt_account_password(
        &mut self,
        password: &SecretText,
        root: &RootSigner,
        (known, seed): (&UnlockSeed, &UnlockSeed),
    ) -> Result<(), KeysError> {
        self.writable()?;
        let id = self.info.id;
        let file = self.keys_file()?;
        let header = file.unverified().clone();
        let root_key = self.opened_by_account(&header, known).ok_or(KeysError::WrongCode)?;
        check(&file, &root_key)?;
        self.catch_up()?;
        let (secret_key, costs) = (self.secret_key()?, self.password_costs()?);
        let (slot, stretched) =
            PasswordSlot::make(&id, &root_key, password, &secret_key, costs, &mut self.rng)?;
        let root_box = root.seal_local(&stretched, &id, &mut self.rng);
        let kept = |slot: &&Slot| slot.kind() != SlotKind::Password && slot.kind() != SlotKind::Account;
        let new = [Slot::Password(slot), self.account_slot(&root_key, seed)];
        let slots = header.slots().iter().filter(kept).cloned().chain(new).collect();
        Ok(self.change_keys((&header, &root_key), slots, &[BoxChange::Root(root_box)])?)
    }

    /// Removes the slot that this seed opens; without one nothing changes.
    pub(in crate::session) fn remove_account_slot(&mut self, seed: &UnlockSeed) -> Result<(), SessionError> {
        let file = self.keys_file()?;
        let header = file.unverified().clone();
        let Some(root_key) = self.opened_by_account(&header, seed) else { return Ok(()) };
        check(&file, &root_key)?;
        self.catch_up()?;
        let slots = header.slots().iter().filter(|slot| slot.kind() != SlotKind::Account).cloned();
        self.change_keys((&header, &root_key), slots.collect(), &[])
    }

    fn opened_by_account(&self, header: &Header, seed: &UnlockSeed) -> Option<RootKey> {
        let (id, account) = (self.info.id, self.account());
        header.slots().iter().find_map(|slot| match slot {
            Slot::Key(slot) => slot.open(&id, SlotKey::Account(&account, seed)).ok(),
            Slot::Password(_) => None,
        })
    }

    /// Revokes a device of the account. `compromised` says that somebody else may have its keys.
    #[must_use]
    pub fn revoke_device(&self, device: DeviceId, compromised: bool) -> SignedRevocation {
        let now = self.clock.now().0;
        self.vaults.author.identity.revoke(self.account(), device, compromised, now)
    }

    fn account_slot(&mut self, root_key: &RootKey, seed: &UnlockSeed) -> Slot {
        let key = SlotKey::Account(&self.vaults.author.account, seed);
        Slot::Key(KeySlot::make(&self.info.id, root_key, key, &mut self.rng))
    }
}
