//! Local boxes: stored in the profile's database, never sent.

use rand_core::CryptoRng;
use vault_wire::cbor::Array;
use vault_wire::{Label, ProfileId, VaultId};

use crate::bytes::SecretBytes;
use crate::keys::{DatabaseKey, RootKey, SecretKey, VaultKey};
use crate::secret::secret_key;
use crate::v1::derive::derive;
use crate::v1::seal::OpenError;
use crate::v1::seal::{open, seal};

secret_key!(
    /// The key of local boxes.
    LocalKey, 32
);

impl RootKey {
    /// Derives the key of the profile's database.
    #[must_use]
    pub fn derive_database_key(&self) -> DatabaseKey {
        DatabaseKey(derive(&[], self.expose_bytes(), &Array::labelled(Label::DATABASE)))
    }

    /// Derives the key of local boxes.
    #[must_use]
    pub fn derive_local_key(&self) -> LocalKey {
        LocalKey(derive(&[], self.expose_bytes(), &Array::labelled(Label::LOCAL)))
    }
}

impl LocalKey {
    /// Seals the Secret Key, so that an unlocked profile can print the Emergency Kit again.
    #[must_use]
    pub fn seal_secret_key(
        &self,
        profile_id: &ProfileId,
        key: &SecretKey,
        rng: &mut impl CryptoRng,
    ) -> Vec<u8> {
        seal(self.expose_bytes(), &secret_key_context(profile_id), key.expose_bytes(), rng)
    }

    /// Opens what [`LocalKey::seal_secret_key`] sealed.
    ///
    /// # Errors
    /// If it does not open.
    pub fn open_secret_key(&self, profile_id: &ProfileId, sealed: &[u8]) -> Result<SecretKey, OpenError> {
        let bytes = open(self.expose_bytes(), &secret_key_context(profile_id), sealed)?;
        SecretKey::from_slice(bytes.expose()).map_err(|_| OpenError)
    }

    /// Seals the key of a vault's epoch.
    #[must_use]
    pub fn seal_vault_key(
        &self,
        vault_id: &VaultId,
        epoch: u32,
        key: &VaultKey,
        rng: &mut impl CryptoRng,
    ) -> Vec<u8> {
        seal(self.expose_bytes(), &vault_key_context(vault_id, epoch), key.expose_bytes(), rng)
    }

    /// Opens what [`LocalKey::seal_vault_key`] sealed. Compare its [`VaultKey::commitment`] with the signed
    /// one.
    ///
    /// # Errors
    /// If it does not open.
    pub fn open_vault_key(
        &self,
        vault_id: &VaultId,
        epoch: u32,
        sealed: &[u8],
    ) -> Result<VaultKey, OpenError> {
        let bytes = open(self.expose_bytes(), &vault_key_context(vault_id, epoch), sealed)?;
        VaultKey::from_slice(bytes.expose()).map_err(|_| OpenError)
    }

    /// Seals an unsaved form. `name` identifies the draft.
    #[must_use]
    pub fn seal_draft(
        &self,
        profile_id: &ProfileId,
        name: &[u8],
        draft: &[u8],
        rng: &mut impl CryptoRng,
    ) -> Vec<u8> {
        seal(self.expose_bytes(), &draft_context(profile_id, name), draft, rng)
    }

    /// Opens what [`LocalKey::seal_draft`] sealed under the same name.
    ///
    /// # Errors
    /// If it does not open.
    pub fn open_draft(
        &self,
        profile_id: &ProfileId,
        name: &[u8],
        sealed: &[u8],
    ) -> Result<SecretBytes, OpenError> {
        open(self.expose_bytes(), &draft_context(profile_id, name), sealed)
    }
}

fn secret_key_context(profile_id: &ProfileId) -> Array {
    Array::labelled(Label::LOCAL_SECRET_KEY).bytes(profile_id.as_bytes())
}

fn vault_key_context(vault_id: &VaultId, epoch: u32) -> Array {
    Array::labelled(Label::LOCAL_VAULT_KEY).bytes(vault_id.as_bytes()).uint(epoch.into())
}

fn draft_context(profile_id: &ProfileId, name: &[u8]) -> Array {
    Array::labelled(Label::LOCAL_DRAFT).bytes(profile_id.as_bytes()).bytes(name)
}
