//! ECDSA keys on the NIST curves (FIPS 186-5).

use p256::elliptic_curve::Generate;
use rand_core::CryptoRng;
use vault_crypto::SecretBytes;

use super::wire::trimmed;

/// A NIST curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Curve {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
}

/// Evaluates an expression for a curve, with `$module` as its crate.
macro_rules! on {
    ($curve:expr, $module:ident => $body:expr) => {
        match $curve {
            Curve::P256 => {
                use p256 as $module;
                $body
            }
            Curve::P384 => {
                use p384 as $module;
                $body
            }
            Curve::P521 => {
                use p521 as $module;
                $body
            }
        }
    };
}

impl Curve {
    /// All curves.
    pub(super) const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// Returns its length in bits.
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::P256 => 256,
            Self::P384 => 384,
            Self::P521 => 521,
        }
    }

    /// Returns its name in SSH (RFC 5656, section 10.1).
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::P256 => "nistp256",
            Self::P384 => "nistp384",
            Self::P521 => "nistp521",
        }
    }

    /// Returns the name of its keys in SSH.
    pub(super) const fn key_name(self) -> &'static str {
        match self {
            Self::P256 => "ecdsa-sha2-nistp256",
            Self::P384 => "ecdsa-sha2-nistp384",
            Self::P521 => "ecdsa-sha2-nistp521",
        }
    }

    /// Returns the length of a scalar in bytes.
    const fn scalar(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// Generates a scalar.
    pub(super) fn make_scalar(self, mut rng: &mut impl CryptoRng) -> SecretBytes {
        on!(self, curve => {
            let key = curve::SecretKey::generate_from_rng(&mut rng);
            SecretBytes::new(key.to_bytes().to_vec())
        })
    }

    /// Returns the scalar in its full length and its uncompressed point, or `None` if it is zero or not below the order
    /// of the curve.
    pub(super) fn derive_point(self, scalar: &[u8]) -> Option<(SecretBytes, Vec<u8>)> {
        let scalar = trimmed(scalar);
        let mut full = vec![0; self.scalar().checked_sub(scalar.len())?];
        full.reserve_exact(scalar.len());
        full.extend_from_slice(scalar);
        let full = SecretBytes::new(full);
        let point = on!(self, curve => {
            curve::SecretKey::from_slice(full.expose()).ok()?.public_key().to_sec1_bytes().into_vec()
        });
        Some((full, point))
    }

    /// Returns whether bytes are an uncompressed point of the curve.
    pub(super) fn is_point(self, bytes: &[u8]) -> bool {
        bytes.first() == Some(&4) && on!(self, curve => curve::PublicKey::from_sec1_bytes(bytes).is_ok())
    }
}
