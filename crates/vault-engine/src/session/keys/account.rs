//! The account's keys, for its registration at a server.

use vault_crypto::{
    Header, KeySlot, Keyset, PasswordSlot, RootKey, RootSigner, SecretKey, SecretText, Slot, SlotKey,
    SlotKind, UnlockSeed,
};
use vault_wire::account::{SignedCertificate, SignedRevocation};
use vault_wire::{AccountId, DeviceId};

use super::error::KeysError;
use super::{BoxChange, check};
use crate::session::connection::ServerConnection;
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

    /// Makes another Secret Key for the account, and stores it before anybody learns of it: if the answer of the server is lost,
    /// either may be the right one.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn offer_secret_key(&mut self) -> Result<SecretKey, SessionError> {
        self.writable()?;
        let made = SecretKey::make(&mut self.rng);
        let sealed = self.local.seal_secret_key(&self.info.id, &made, &mut self.rng);
        meta::set(&self.db, meta::OFFERED_SECRET_KEY, &sealed)?;
        Ok(made)
    }

    /// Returns the Secret Key that was made for the account, if it is unknown whether the server has it.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn offered_secret_key(&self) -> Result<Option<SecretKey>, SessionError> {
        let Some(sealed) = meta::get(&self.db, meta::OFFERED_SECRET_KEY)? else { return Ok(None) };
        let opened = self.local.open_secret_key(&self.info.id, &sealed);
        opened.map(Some).map_err(|_| SessionError::DatabaseDamaged)
    }

    /// Forgets the Secret Key that was made for the account: the server has another one.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn withdraw_secret_key(&mut self) -> Result<(), SessionError> {
        self.writable()?;
        meta::remove(&self.db, meta::OFFERED_SECRET_KEY)
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
        seeds: (&UnlockSeed, &UnlockSeed),
    ) -> Result<(), KeysError> {
        let secret_key = self.secret_key()?;
        self.adopt_account(password, root, seeds, &secret_key)
    }

    /// The same with a Secret Key, which becomes that of the profile.
    pub(crate) fn adopt_account(
        &mut self,
        password: &SecretText,
        root: &RootSigner,
        (known, seed): (&UnlockSeed, &UnlockSeed),
        secret_key: &SecretKey,
    ) -> Result<(), KeysError> {
        self.writable()?;
        let id = self.info.id;
        let file = self.keys_file()?;
        let header = file.unverified().clone();
        let root_key = self.opened_by_account(&header, known).ok_or(KeysError::WrongCode)?;
        check(&file, &root_key)?;
        self.catch_up()?;
        let costs = self.password_costs()?;
        let (slot, stretched) =
            PasswordSlot::make(&id, &root_key, password, secret_key, costs, &mut self.rng)?;
        let root_box = root.seal_local(&stretched, &id, &mut self.rng);
        let kept = |slot: &&Slot| slot.kind() != SlotKind::Password && slot.kind() != SlotKind::Account;
        let new = [Slot::Password(slot), self.account_slot(&root_key, seed)];
        let slots = header.slots().iter().filter(kept).cloned().chain(new).collect();
        let sealed = self.local.seal_secret_key(&id, secret_key, &mut self.rng);
        let mut boxes = vec![BoxChange::Root(root_box), BoxChange::SecretKey(sealed)];
        // The seed that opens the slot is there whenever the slot is: the next change of the account finds it.
        if let Some(connection) = self.connection()?.filter(|stored| stored.unlock_seed.is_same_as(known)) {
            let connection =
                ServerConnection { unlock_seed: UnlockSeed::from_bytes(seed.expose_bytes()), ..connection };
            boxes.push(BoxChange::Connection(self.seal_connection(&connection)));
        }
        Ok(self.change_keys((&header, &root_key), slots, &boxes)?)
    }

    /// Checks a recovery code that stays in force when the root key is changed.
    ///
    /// # Errors
    /// See [`KeysError`].
    pub fn check_recovery_code(&self, password: &SecretText, code: &SecretText) -> Result<(), KeysError> {
        let typed = self.typed(password)?;
        self.known_code(&typed, code).map(drop)
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
