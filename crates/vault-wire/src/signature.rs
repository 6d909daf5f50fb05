//! Checking signatures. Making them needs a secret and lives elsewhere.

use ed25519_dalek::VerifyingKey;

use crate::cbor::Array;
use crate::{SignPublicKey, Signature};

/// A signature that does not hold, or a key that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not hold")]
pub struct SignatureError;

/// A public key that is a point of large order in its one spelling, ready to check many signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyKey(VerifyingKey);

impl VerifyKey {
    /// The key's bytes.
    #[must_use]
    pub fn public(&self) -> SignPublicKey {
        SignPublicKey::from_bytes(self.0.to_bytes())
    }

    /// Checks a signature over a labelled array, strictly: no second signature or point form passes for the same
    /// statement (RFC 8032 §5.1.7 without cofactor, and canonical points of large order only).
    ///
    /// # Errors
    /// If the signature does not hold.
    pub fn verify(&self, message: &Array, signature: &Signature) -> Result<(), SignatureError> {
        let signature = ed25519_dalek::Signature::from_bytes(signature.as_bytes());
        self.0.verify_strict(&message.encode(), &signature).map_err(|_| SignatureError)
    }
}

impl SignPublicKey {
    /// Checks that the bytes are a key that signatures may be checked with.
    ///
    /// # Errors
    /// If they are no point, one of small order, or another spelling of a point.
    pub fn check(&self) -> Result<VerifyKey, SignatureError> {
        let key = VerifyingKey::from_bytes(self.as_bytes()).map_err(|_| SignatureError)?;
        // `verify_strict` accepts a public key whose coordinate is not reduced; its other spelling is refused here.
        let spelled = key.to_edwards().compress();
        if key.is_weak() || spelled.as_bytes() != self.as_bytes() {
            return Err(SignatureError);
        }
        Ok(VerifyKey(key))
    }

    /// Checks a signature as [`VerifyKey::verify`] does, for a key that is used once.
    ///
    /// # Errors
    /// If the key is not acceptable or the signature does not hold.
    pub fn verify(&self, message: &Array, signature: &Signature) -> Result<(), SignatureError> {
        self.check()?.verify(message, signature)
    }
}
