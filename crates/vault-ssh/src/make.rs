//! Generation of keys.

use rand_core::CryptoRng;
use vault_crypto::SecretBytes;

use super::ecdsa::Curve;
use super::key::PrivateKey;
use super::rsa::Rsa;

/// The kind of a new key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NewKey {
    /// Ed25519: short, fast, and supported by every server of the last ten years.
    #[default]
    Ed25519,
    /// RSA with 3,072 bits.
    Rsa3072,
    /// RSA with 4,096 bits.
    Rsa4096,
    /// ECDSA on one of the NIST curves.
    Ecdsa(Curve),
}

/// The generation was cancelled by the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the generation of the key was cancelled")]
pub struct Stopped;

impl PrivateKey {
    /// Generates a key. RSA takes seconds; `go_on` is called regularly.
    ///
    /// # Errors
    /// Fails if `go_on` returns false.
    pub fn make(
        kind: NewKey,
        comment: &str,
        mut rng: &mut dyn CryptoRng,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Self, Stopped> {
        match kind {
            NewKey::Ed25519 => {
                let mut seed = vec![0; 32];
                rng.fill_bytes(&mut seed);
                Self::ed25519(SecretBytes::new(seed).expose(), comment).ok_or(Stopped)
            }
            NewKey::Rsa3072 => {
                Rsa::make(3_072, rng, go_on).map(|rsa| Self::of_rsa(rsa, comment)).ok_or(Stopped)
            }
            NewKey::Rsa4096 => {
                Rsa::make(4_096, rng, go_on).map(|rsa| Self::of_rsa(rsa, comment)).ok_or(Stopped)
            }
            NewKey::Ecdsa(curve) => {
                Self::ecdsa(curve, curve.make_scalar(&mut rng).expose(), comment).ok_or(Stopped)
            }
        }
    }
}
