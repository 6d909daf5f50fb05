//! Passkeys: the authenticator's part of a WebAuthn credential.

use zeroize::Zeroizing;

use super::unknown::Unknown;
use crate::clock::Timestamp;

/// Secret bytes, zeroized on drop and without `Debug`.
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes ownership of bytes, which are zeroized on drop.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Returns the secret bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Returns a copy, which is zeroized on its own drop.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }
}

/// The COSE number of a signature algorithm (IANA "COSE Algorithms").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CoseAlgorithm(pub i64);

impl CoseAlgorithm {
    /// ECDSA with P-256 and SHA-256, which every site accepts.
    pub const ES256: Self = Self(-7);
    /// `EdDSA` with Ed25519.
    pub const EDDSA: Self = Self(-8);
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    pub const RS256: Self = Self(-257);
}

/// A passkey (Web Authentication, level 3): a private key whose public key a site has registered.
pub struct Passkey {
    /// The id of the credential at the site: at most 1,023 bytes.
    pub credential_id: Vec<u8>,
    /// The domain name of the site (`rp.id`), never a whole URL.
    pub rp_id: String,
    /// The display name of the site (`rp.name`).
    pub rp_name: String,
    /// The opaque id of the user at the site: 1 to 64 bytes (`user.id`).
    pub user_handle: Vec<u8>,
    /// The account name (`user.name`).
    pub user_name: String,
    /// The display name of the user (`user.displayName`).
    pub display_name: String,
    /// The private key, PKCS#8 in DER.
    pub private_key: SecretBytes,
    /// The signature algorithm.
    pub algorithm: CoseAlgorithm,
    /// Number of signatures so far; 0 for a passkey on several devices, which cannot share a counter.
    pub sign_counter: u32,
    /// Whether a site can request it without its id.
    pub discoverable: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// Entries written by a newer version of the program.
    pub unknown: Unknown,
}

impl Passkey {
    /// Returns whether a part violates the standard, so that a site will probably not accept the passkey.
    #[must_use]
    pub fn looks_wrong(&self) -> bool {
        let ids =
            (1..=1_023).contains(&self.credential_id.len()) && (1..=64).contains(&self.user_handle.len());
        !ids || !is_domain(&self.rp_id) || !is_private_key(self.private_key.expose(), self.algorithm)
    }
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// Returns whether bytes start like a PKCS#8 private key of an algorithm: `SEQUENCE { 0, AlgorithmIdentifier, OCTET
/// STRING … }`.
fn is_private_key(der: &[u8], algorithm: CoseAlgorithm) -> bool {
    /// The `AlgorithmIdentifier` of ECDSA with P-256, of Ed25519 and of RSA (RFC 5480, 8410, 8017).
    const KNOWN: [(CoseAlgorithm, &[u8]); 3] = [
        (
            CoseAlgorithm::ES256,
            b"\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x04",
        ),
        (CoseAlgorithm::EDDSA, b"\x30\x05\x06\x03\x2b\x65\x70\x04"),
        (CoseAlgorithm::RS256, b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00\x04"),
    ];
    let Some((0x30, rest)) = der.split_first().map(|(tag, rest)| (*tag, rest)) else { return false };
    let Some((length, rest)) = der_length(rest) else { return false };
    let version = rest.strip_prefix(b"\x02\x01\x00").or_else(|| rest.strip_prefix(b"\x02\x01\x01"));
    let Some(after) = version.filter(|_| length == rest.len()) else { return false };
    // Unknown algorithms are accepted.
    KNOWN
        .iter()
        .find(|(known, _)| *known == algorithm)
        .is_none_or(|(_, identifier)| after.starts_with(identifier))
}

/// Reads a DER length of at most two bytes after its first one.
fn der_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    match *bytes {
        [short @ ..=0x7f, ref rest @ ..] => Some((short.into(), rest)),
        [0x81, length, ref rest @ ..] => Some((length.into(), rest)),
        [0x82, high, low, ref rest @ ..] => Some((u16::from_be_bytes([high, low]).into(), rest)),
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A P-256 private key in PKCS#8 for tests.
    pub(crate) const KEY: &[u8] = b"\x30\x41\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\
        \xce\x3d\x03\x01\x07\x04\x27\x30\x25\x02\x01\x01\x04\x20\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\
        \x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01";

    pub(crate) fn passkey(id: u8) -> Passkey {
        Passkey {
            credential_id: vec![id; 16],
            rp_id: "example.com".into(),
            rp_name: "Example".into(),
            user_handle: vec![7; 16],
            user_name: "ann".into(),
            display_name: "Ann".into(),
            private_key: SecretBytes::new(KEY.to_vec()),
            algorithm: CoseAlgorithm::ES256,
            sign_counter: 0,
            discoverable: true,
            created_at: Timestamp(1),
            unknown: Unknown::default(),
        }
    }

    #[test]
    fn malformed_passkeys_look_wrong() {
        assert!(!passkey(1).looks_wrong());
        let wrong: [fn(&mut Passkey); 8] = [
            |key| key.credential_id.clear(),
            |key| key.credential_id = vec![1; 1_024],
            |key| key.user_handle.clear(),
            |key| key.user_handle = vec![1; 65],
            |key| key.rp_id = "https://example.com/".into(),
            |key| key.private_key = SecretBytes::new(b"not a key".to_vec()),
            |key| key.private_key = SecretBytes::new([KEY, b"x"].concat()),
            |key| key.algorithm = CoseAlgorithm::EDDSA,
        ];
        for (number, change) in wrong.into_iter().enumerate() {
            let mut passkey = passkey(1);
            change(&mut passkey);
            assert!(passkey.looks_wrong(), "{number}");
        }
        let mut later = passkey(1);
        later.algorithm = CoseAlgorithm(-999);
        assert!(!later.looks_wrong());
    }
}
