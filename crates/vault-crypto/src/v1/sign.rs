//! Signing keys (Ed25519).

use ed25519_dalek::{Signer, SigningKey};
use vault_wire::cbor::Array;
use vault_wire::{SignPublicKey, Signature};

use crate::secret::Secret;

/// The public key that belongs to a secret seed.
pub(crate) fn public_key(seed: &Secret<32>) -> SignPublicKey {
    SignPublicKey::from_bytes(SigningKey::from_bytes(seed.expose()).verifying_key().to_bytes())
}

/// Signs a labelled array.
pub(crate) fn sign(seed: &Secret<32>, message: &Array) -> Signature {
    Signature::from_bytes(SigningKey::from_bytes(seed.expose()).sign(&message.encode()).to_bytes())
}
