//! Verification of signatures. Signing needs a secret key and is in `vault-crypto`.

use ed25519_dalek::VerifyingKey;

use crate::cbor::Array;
use crate::{SignPublicKey, Signature};

/// The signature or the public key is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature is invalid")]
pub struct SignatureError;

/// A validated public key: a point of large order in canonical encoding, decompressed for repeated use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyKey(VerifyingKey);

impl VerifyKey {
    /// Returns the key's bytes.
    #[must_use]
    pub fn public(&self) -> SignPublicKey {
        SignPublicKey::from_bytes(self.0.to_bytes())
    }

    /// Verifies a signature over a labelled array strictly: no second signature or point encoding is valid
    /// for the same statement (RFC 8032 §5.1.7 without cofactor, and canonical points of large order only).
    ///
    /// # Errors
    /// If the signature is invalid.
    pub fn verify(&self, message: &Array, signature: &Signature) -> Result<(), SignatureError> {
        let signature = ed25519_dalek::Signature::from_bytes(signature.as_bytes());
        self.0.verify_strict(&message.encode(), &signature).map_err(|_| SignatureError)
    }
}

impl SignPublicKey {
    /// Validates the bytes as a public key.
    ///
    /// # Errors
    /// If they are not a point, a point of small order, or not canonical.
    pub fn check(&self) -> Result<VerifyKey, SignatureError> {
        let key = VerifyingKey::from_bytes(self.as_bytes()).map_err(|_| SignatureError)?;
        // `verify_strict` accepts a public key with an unreduced coordinate; that encoding is rejected here.
        let canonical = key.to_edwards().compress();
        if key.is_weak() || canonical.as_bytes() != self.as_bytes() {
            return Err(SignatureError);
        }
        Ok(VerifyKey(key))
    }

    /// Verifies a signature as [`VerifyKey::verify`] does, for a key that is used once.
    ///
    /// # Errors
    /// If the key or the signature is invalid.
    pub fn verify(&self, message: &Array, signature: &Signature) -> Result<(), SignatureError> {
        self.check()?.verify(message, signature)
    }
}
