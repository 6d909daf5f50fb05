//! A device's keys, and what is sealed for one device.

use rand_core::CryptoRng;
use vault_wire::account::{DeviceKeys, SignedDeviceKeys};
use vault_wire::cbor::{Array, Canonical as _};
use vault_wire::grant::Grant;
use vault_wire::{AccountId, DeviceId, Label, SignPublicKey, Signature};
use zeroize::Zeroizing;

use crate::keys::UnlockSeed;
use crate::secret::{Secret, assert_opaque};
use crate::text::SecretText;
use crate::v1::derive::derive;
use crate::v1::padding::{NameTooLong, pad_name, unpad_name};
use crate::v1::seal::{OpenError, open, seal};
use crate::v1::sign::SignKey;
use crate::v1::wrap::{InvalidKemKey, Wrapped, kem_public, unwrap, wrap};

/// A device's secret keys: one signs its requests to a server, the other opens what is sealed for it alone.
pub struct DeviceSigner {
    sign_key: SignKey,
    kem_seed: Secret<32>,
}

assert_opaque!(DeviceSigner);

impl DeviceSigner {
    /// Makes the keys of a device.
    #[must_use]
    pub fn make(rng: &mut impl CryptoRng) -> Self {
        Self { sign_key: SignKey::from_seed(Secret::random(rng)), kem_seed: Secret::random(rng) }
    }

    /// Restores the keys from their stored seeds: that of the signing key, then the other. The caller zeroizes
    /// its own copies.
    #[must_use]
    pub fn from_seeds(sign: &[u8; 32], kem: &[u8; 32]) -> Self {
        Self { sign_key: SignKey::from_seed(Secret::copy_of(sign)), kem_seed: Secret::copy_of(kem) }
    }

    /// Returns the seeds for storage, as [`DeviceSigner::from_seeds`] takes them.
    #[must_use]
    pub fn expose_seeds(&self) -> (&[u8; 32], &[u8; 32]) {
        (self.sign_key.seed().expose(), self.kem_seed.expose())
    }

    /// Returns the public key that verifies its requests.
    #[must_use]
    pub fn public(&self) -> &SignPublicKey {
        self.sign_key.public()
    }

    /// Returns the device's id.
    #[must_use]
    pub fn id(&self) -> DeviceId {
        DeviceId::of_key(self.public())
    }

    /// Signs the input of a JWS (RFC 7515 §5.1). A text is never the encoding of a labelled array, whose first
    /// byte is not one of UTF-8.
    #[must_use]
    pub fn sign_jws(&self, input: &str) -> Signature {
        self.sign_key.sign_bytes(input.as_bytes())
    }

    /// States the device's keys for an account. `made_at` is in milliseconds since 1970.
    #[must_use]
    pub fn state_keys(&self, account: AccountId, made_at: u64) -> SignedDeviceKeys {
        let keys = DeviceKeys { account, sign: *self.public(), kem: kem_public(&self.kem_seed), made_at };
        let bytes = keys.encode();
        let by_device = self.sign_key.sign(&DeviceKeys::message(&bytes));
        SignedDeviceKeys { bytes, by_device }
    }

    /// Opens a secret that [`seal_for_device`] sealed for this device and purpose.
    ///
    /// # Errors
    /// If it is for another account, device or purpose, or was changed. Its sender is not authenticated.
    pub fn open_box(
        &self,
        account: &AccountId,
        purpose: &str,
        sealed: &([u8; Grant::ENCAPSULATED], [u8; Grant::SEALED]),
    ) -> Result<Zeroizing<[u8; 32]>, OpenError> {
        let info = box_info(account, &self.id(), purpose);
        let secret = unwrap(&self.kem_seed, &info, &sealed.0, &sealed.1)?;
        Ok(Zeroizing::new(*secret.expose()))
    }
}

/// Seals 32 secret bytes for a device whose keys were verified.
///
/// # Errors
/// If the device's public key is invalid.
pub fn seal_for_device(
    keys: &DeviceKeys,
    purpose: &str,
    secret: &[u8; 32],
    rng: &mut impl CryptoRng,
) -> Result<(Box<[u8; Grant::ENCAPSULATED]>, [u8; Grant::SEALED]), InvalidKemKey> {
    let info = box_info(&keys.account, &DeviceId::of_key(&keys.sign), purpose);
    let Wrapped { encapsulated, sealed } = wrap(&keys.kem, &info, secret, rng)?;
    Ok((encapsulated, sealed))
}

fn box_info(account: &AccountId, device: &DeviceId, purpose: &str) -> Array {
    Array::labelled(Label::DEVICE_BOX).bytes(account.as_bytes()).bytes(device.as_bytes()).text(purpose)
}

impl UnlockSeed {
    /// Seals the name of a device for the account's own devices.
    ///
    /// # Errors
    /// [`NameTooLong`].
    pub fn seal_device_label(
        &self,
        account: &AccountId,
        device: &DeviceId,
        name: &SecretText,
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, NameTooLong> {
        let padded = pad_name(name)?;
        Ok(seal(self.label_key().expose(), &label_context(account, device), padded.expose(), rng))
    }

    /// Opens what [`UnlockSeed::seal_device_label`] sealed.
    ///
    /// # Errors
    /// If it does not open or is no name.
    pub fn open_device_label(
        &self,
        account: &AccountId,
        device: &DeviceId,
        sealed: &[u8],
    ) -> Result<SecretText, OpenError> {
        unpad_name(open(self.label_key().expose(), &label_context(account, device), sealed)?)
    }

    fn label_key(&self) -> Secret<32> {
        derive(&[], self.expose_bytes(), &Array::labelled(Label::DEVICE_LABEL))
    }
}

fn label_context(account: &AccountId, device: &DeviceId) -> Array {
    Array::labelled(Label::DEVICE_LABEL).bytes(account.as_bytes()).bytes(device.as_bytes())
}
