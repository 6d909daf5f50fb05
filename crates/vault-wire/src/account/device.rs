//! Keys of a device, and their revocation.

use sha2::{Digest, Sha256};

use crate::account::Certificate;
use crate::cbor::{Array, Canonical, DecodeError, Reader};
use crate::signature::SignatureError;
use crate::statement::signed_statement;
use crate::{AccountId, DeviceId, KemPublicKey, Label, SignPublicKey};

impl DeviceId {
    /// Returns the id of the device with this key: the thumbprint of its JWK (RFC 7638, RFC 8037).
    #[must_use]
    pub fn of_key(key: &SignPublicKey) -> Self {
        use base64ct::{Base64UrlUnpadded, Encoding};
        let x = Base64UrlUnpadded::encode_string(key.as_bytes());
        let mut jwk = Sha256::new();
        jwk.update(br#"{"crv":"Ed25519","kty":"OKP","x":""#);
        jwk.update(x.as_bytes());
        jwk.update(br#""}"#);
        Self::from_bytes(jwk.finalize().into())
    }
}

/// A device's statement of its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceKeys {
    /// The account that the device signs in to.
    pub account: AccountId,
    /// Key that signs its requests.
    pub sign: SignPublicKey,
    /// Key by which secrets are sealed for this device alone.
    pub kem: Box<KemPublicKey>,
    /// Milliseconds since 1970, by the device's clock.
    pub made_at: u64,
}

impl DeviceKeys {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// Returns the message that the device signs.
    pub fn message(bytes: &[u8]) -> Array {
        Array::labelled(Label::DEVICE).bytes(bytes)
    }
}

impl Canonical for DeviceKeys {
    const MAX_LEN: usize = 1400;

    fn write(&self) -> Array {
        let Self { account, sign, kem, made_at } = self;
        Array::new()
            .uint(Self::VERSION)
            .bytes(account.as_bytes())
            .bytes(sign.as_bytes())
            .bytes(kem.as_bytes())
            .uint(*made_at)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(5)?;
        reader.version(Self::VERSION)?;
        Ok(Self {
            account: reader.fixed()?,
            sign: reader.fixed()?,
            kem: Box::new(reader.fixed()?),
            made_at: reader.uint()?,
        })
    }
}

/// The reason for rejecting the keys of a device, or their revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// The bytes are no such statement.
    #[error("the statement about a device is malformed: {0}")]
    Malformed(#[from] DecodeError),
    /// It belongs to another account, device or generation.
    #[error("the statement belongs to another account or device")]
    Other,
    /// It is not signed by the device, or by the account.
    #[error("the statement about a device is not signed")]
    Signature(#[from] SignatureError),
}

signed_statement! {
    /// A device's keys with its signature.
    SignedDeviceKeys of DeviceKeys, 80;
    /// Signature by the device.
    by_device;
}

impl SignedDeviceKeys {
    /// Verifies that this device stated its keys for this account.
    ///
    /// # Errors
    /// See [`DeviceError`].
    pub fn verify(&self, account: &AccountId, device: &DeviceId) -> Result<DeviceKeys, DeviceError> {
        let keys = DeviceKeys::decode(&self.bytes)?;
        if keys.account != *account || DeviceId::of_key(&keys.sign) != *device {
            return Err(DeviceError::Other);
        }
        keys.sign.verify(&DeviceKeys::message(&self.bytes), &self.by_device)?;
        Ok(keys)
    }
}

/// An account's statement that one of its devices is no longer its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// The account.
    pub account: AccountId,
    /// The generation of the identity that signs.
    pub generation: u32,
    /// The device.
    pub device: DeviceId,
    /// Whether somebody else may have it unlocked, so that the account's keys must change too.
    pub compromised: bool,
    /// Milliseconds since 1970, by the author's clock.
    pub made_at: u64,
}

impl Revocation {
    /// The version of the layout.
    pub const VERSION: u64 = 1;

    /// Returns the message that the account's identity signs.
    pub fn message(bytes: &[u8]) -> Array {
        Array::labelled(Label::DEVICE_REVOKED).bytes(bytes)
    }
}

impl Canonical for Revocation {
    const MAX_LEN: usize = 128;

    fn write(&self) -> Array {
        let Self { account, generation, device, compromised, made_at } = self;
        Array::new()
            .uint(Self::VERSION)
            .bytes(account.as_bytes())
            .uint((*generation).into())
            .bytes(device.as_bytes())
            .bool(*compromised)
            .uint(*made_at)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(6)?;
        reader.version(Self::VERSION)?;
        Ok(Self {
            account: reader.fixed()?,
            generation: reader.uint32()?,
            device: reader.fixed()?,
            compromised: reader.bool()?,
            made_at: reader.uint()?,
        })
    }
}

signed_statement! {
    /// A revocation with its signature.
    SignedRevocation of Revocation, 80;
    /// Signature by the account's identity.
    by_account;
}

impl SignedRevocation {
    /// Verifies that the identity of this verified certificate revoked this device.
    ///
    /// # Errors
    /// See [`DeviceError`].
    pub fn verify(&self, certificate: &Certificate, device: &DeviceId) -> Result<Revocation, DeviceError> {
        let revocation = Revocation::decode(&self.bytes)?;
        let by_identity =
            revocation.account == certificate.account_id() && revocation.generation == certificate.generation;
        if !by_identity || revocation.device != *device {
            return Err(DeviceError::Other);
        }
        certificate.sign.verify(&Revocation::message(&self.bytes), &self.by_account)?;
        Ok(revocation)
    }
}
