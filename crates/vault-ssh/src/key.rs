//! Private keys.

use ed25519_dalek::SigningKey;
use vault_crypto::SecretBytes;

use super::ecdsa::Curve;
use super::public::PublicKey;
use super::rsa::{Numbers, Rsa};

/// A private key with its public half. It implements neither `Debug`, `Clone` nor `PartialEq`, and is zeroized on drop.
///
/// ```compile_fail
/// fn print(key: &vault_ssh::PrivateKey) {
///     println!("{key:?}");
/// }
/// ```
pub struct PrivateKey {
    pub(super) secret: Secret,
    pub(super) public: PublicKey,
}

/// The secret part of a key.
pub(super) enum Secret {
    /// The seed.
    Ed25519(SecretBytes),
    /// All numbers of the key.
    Rsa(Rsa),
    /// The scalar in its full length, and the uncompressed point.
    Ecdsa(Curve, SecretBytes, Vec<u8>),
}

impl PrivateKey {
    /// Creates a key from a seed. Returns `None` unless it has 32 bytes.
    pub(super) fn ed25519(seed: &[u8], comment: &str) -> Option<Self> {
        let seed: &[u8; 32] = seed.try_into().ok()?;
        let key = SigningKey::from_bytes(seed);
        let public = PublicKey::ed25519(key.verifying_key().as_bytes(), comment);
        Some(Self { secret: Secret::Ed25519(SecretBytes::new(seed.to_vec())), public })
    }

    /// Creates a key from a scalar. Returns `None` if it is not valid for the curve.
    pub(super) fn ecdsa(curve: Curve, scalar: &[u8], comment: &str) -> Option<Self> {
        let (scalar, point) = curve.derive_point(scalar)?;
        let public = PublicKey::ecdsa(curve, &point, comment);
        Some(Self { secret: Secret::Ecdsa(curve, scalar, point), public })
    }

    /// Creates a key from RSA numbers. Returns `None` if they are inconsistent.
    pub(super) fn rsa(numbers: &Numbers<'_>, comment: &str) -> Option<Self> {
        Rsa::checked(numbers).map(|rsa| Self::of_rsa(rsa, comment))
    }

    pub(super) fn of_rsa(rsa: Rsa, comment: &str) -> Self {
        let public = PublicKey::rsa(&rsa.exponent, &rsa.modulus, comment);
        Self { secret: Secret::Rsa(rsa), public }
    }

    /// Returns the key with another comment.
    #[must_use]
    pub fn with_comment(self, comment: &str) -> Self {
        Self { public: self.public.with_comment(comment), ..self }
    }

    /// Returns the public half.
    #[must_use]
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }
}
