//! Checking signatures. Making them needs a secret and lives elsewhere.

use ed25519_dalek::VerifyingKey;

use crate::cbor::Array;
use crate::{SignPublicKey, Signature};

/// A signature that does not hold, or a key that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not hold")]
pub struct SignatureError;

impl SignPublicKey {
    /// Checks a signature over a labelled array, strictly: no second signature, key or point form passes for the
    /// same statement (RFC 8032 §5.1.7 without cofactor, and canonical points of large order only).
    ///
    /// # Errors
    /// If the key is not an acceptable point or the signature does not hold.
    pub fn verify(&self, message: &Array, signature: &Signature) -> Result<(), SignatureError> {
        let key = VerifyingKey::from_bytes(self.as_bytes()).map_err(|_| SignatureError)?;
        // `verify_strict` accepts a public key whose coordinate is not reduced; its other spelling is refused here.
        if key.to_edwards().compress().as_bytes() != self.as_bytes() {
            return Err(SignatureError);
        }
        let signature = ed25519_dalek::Signature::from_bytes(signature.as_bytes());
        key.verify_strict(&message.encode(), &signature).map_err(|_| SignatureError)
    }
}
