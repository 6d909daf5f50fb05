//! Newtypes for identifiers, hashes and public keys.

use std::fmt;

use sha2::{Digest, Sha256};

/// The bytes or text are not an identifier of the expected kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a {expected}-byte identifier")]
pub struct IdError {
    /// The length of an identifier of that kind.
    pub expected: usize,
}

/// Defines a newtype over a fixed number of bytes, displayed as lower-case hex.
macro_rules! fixed_bytes {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $len]);

        impl $name {
            /// Its length in bytes.
            pub const LEN: usize = $len;

            /// Wraps the bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// Returns the bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl From<[u8; $len]> for $name {
            fn from(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = $crate::IdError;

            fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
                bytes.try_into().map(Self).map_err(|_| $crate::IdError { expected: $len })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::id::write_hex(f, &self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::id::parse_hex(text).map(Self)
            }
        }
    };
}

fixed_bytes!(
    /// Id of a profile: one person's data on one computer. 16 random bytes.
    ProfileId, 16
);
fixed_bytes!(
    /// Id of a key slot within a profile. 16 random bytes.
    SlotId, 16
);
fixed_bytes!(
    /// Id of an account: the hash of its root key, so it is self-certifying.
    AccountId, 16
);
fixed_bytes!(
    /// Id of a vault: the hash of its founder and a nonce.
    VaultId, 16
);
fixed_bytes!(
    /// Id of an item within its vault. 16 random bytes.
    ItemId, 16
);
fixed_bytes!(
    /// Id of one sealed copy of a document. 16 random bytes.
    BlobId, 16
);
fixed_bytes!(
    /// Id of a batch of pushed entries. 16 random bytes.
    BatchId, 16
);
fixed_bytes!(
    /// Id of a session on a server. 16 random bytes.
    SessionId, 16
);
fixed_bytes!(
    /// Id of the approval of a new device, derived from its secret.
    ApprovalId, 16
);
fixed_bytes!(
    /// Id of a device on a server: the thumbprint of its public key (RFC 7638).
    DeviceId, 32
);
fixed_bytes!(
    /// Hash of an item revision: over its header and the hash of its body.
    RevHash, 32
);
fixed_bytes!(
    /// Hash by which an entry (revision or roster record) enters the log.
    EntryHash, 32
);
fixed_bytes!(
    /// Root of a vault's log: the hash over all its entries in order.
    Root, 32
);
fixed_bytes!(
    /// Hash over a document's ciphertext chunks.
    CtRoot, 32
);
fixed_bytes!(
    /// SHA-256 of a sealed body.
    BodyHash, 32
);
fixed_bytes!(
    /// SHA-256 of content stored or sent separately: a box, a registration record, a consent.
    ContentHash, 32
);
fixed_bytes!(
    /// SHA-256 of an identity certificate.
    CertificateHash, 32
);
fixed_bytes!(
    /// Public commitment to a vault key of one epoch.
    KeyCommitment, 32
);
fixed_bytes!(
    /// An Ed25519 public key, not yet checked to be a valid point.
    SignPublicKey, 32
);
fixed_bytes!(
    /// An Ed25519 signature, not yet checked.
    Signature, 64
);
fixed_bytes!(
    /// An X-Wing public key.
    KemPublicKey, 1216
);

impl ContentHash {
    /// Hashes the bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl From<RevHash> for EntryHash {
    fn from(hash: RevHash) -> Self {
        Self(hash.0)
    }
}

/// Returns the first half of a hash; self-certifying ids are made of it.
pub(crate) fn first_16(hash: [u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    half
}

/// Writes bytes as lower-case hex.
///
/// # Errors
/// If the formatter fails.
pub fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// Parses lower-case hex of exactly `N` bytes. Upper case is rejected, because ids become file names.
///
/// # Errors
/// If the text is anything else.
pub fn parse_hex<const N: usize>(text: &str) -> Result<[u8; N], IdError> {
    let wrong = IdError { expected: N };
    let digits = text.as_bytes();
    if digits.len() != 2 * N || !digits.iter().all(|d| matches!(d, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(wrong);
    }
    let mut bytes = [0; N];
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()).ok_or(wrong)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    #[test]
    fn id_text_is_lower_case_hex_and_round_trips() {
        let id = ItemId::from_bytes(*b"\x00\x01\xff0123456789abc");
        assert_eq!(id.to_string(), "0001ff30313233343536373839616263");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn other_hex_forms_and_lengths_are_rejected() {
        for text in ["", "00", "0001FF30313233343536373839616263", "+001ff30313233343536373839616263", "é"] {
            assert!(ItemId::from_str(text).is_err(), "{text}");
        }
        assert!(ItemId::try_from(&[0_u8; 15][..]).is_err());
    }
}
