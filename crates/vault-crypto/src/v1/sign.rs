//! Signing keys (Ed25519).

use ed25519_dalek::hazmat::{ExpandedSecretKey, raw_sign};
use ed25519_dalek::{SigningKey, VerifyingKey};
use sha2::Sha512;
use vault_wire::cbor::Array;
use vault_wire::{SignPublicKey, Signature};

use crate::secret::Secret;

/// A signing key pair: a secret seed and its public key.
///
/// Signing needs both, and deriving the public key takes as long as signing. A signature under another public
/// key would reveal the secret, so the two are combined only here.
pub(crate) struct SignKey {
    seed: Secret<32>,
    point: VerifyingKey,
    public: SignPublicKey,
}

impl SignKey {
    pub(crate) fn from_seed(seed: Secret<32>) -> Self {
        let point = SigningKey::from_bytes(seed.expose()).verifying_key();
        Self { seed, point, public: SignPublicKey::from_bytes(point.to_bytes()) }
    }

    pub(crate) fn seed(&self) -> &Secret<32> {
        &self.seed
    }

    pub(crate) fn public(&self) -> &SignPublicKey {
        &self.public
    }

    /// Signs a labelled array.
    pub(crate) fn sign(&self, message: &Array) -> Signature {
        self.sign_bytes(&message.encode())
    }

    /// Signs bytes without a label; the caller ensures that they are never those of a labelled array.
    pub(crate) fn sign_bytes(&self, message: &[u8]) -> Signature {
        let expanded = ExpandedSecretKey::from(self.seed.expose());
        Signature::from_bytes(raw_sign::<Sha512>(&expanded, message, &self.point).to_bytes())
    }
}
