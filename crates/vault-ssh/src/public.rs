//! Public keys: the SSH blob, the line for `authorized_keys`, and fingerprints.

use base64ct::{Base64, Base64Unpadded, Encoding};
use ed25519_dalek::VerifyingKey;
use md5::Md5;
use sha2::{Digest, Sha256};

use super::ecdsa::Curve;
use super::error::{KeyError, Unsupported};
use super::rsa;
use super::wire::{Reader, Writer};
use vault_text::safe_to_show;

/// Maximum length of a comment, in characters; the rest is dropped.
const COMMENT: usize = 256;
/// The name of Ed25519 keys (RFC 8709).
pub(super) const ED25519: &str = "ssh-ed25519";
/// The name of RSA keys (RFC 4253).
pub(super) const RSA: &str = "ssh-rsa";

/// The kind of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Ed25519.
    Ed25519,
    /// RSA.
    Rsa {
        /// Length of the modulus.
        bits: u32,
    },
    /// ECDSA.
    Ecdsa(Curve),
}

impl KeyKind {
    /// Returns its name in SSH.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => ED25519,
            Self::Rsa { .. } => RSA,
            Self::Ecdsa(curve) => curve.key_name(),
        }
    }

    /// Returns its length in bits.
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::Ed25519 => 256,
            Self::Rsa { bits } => bits,
            Self::Ecdsa(curve) => curve.bits(),
        }
    }
}

/// A public key with its comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    kind: KeyKind,
    blob: Vec<u8>,
    comment: String,
}

impl PublicKey {
    /// Parses a line of `authorized_keys` or a `.pub` file, without leading options.
    ///
    /// # Errors
    /// Fails if it is not a public key, or if its kind is not supported.
    pub fn parse_line(line: &str) -> Result<Self, KeyError> {
        let line = line.trim();
        if line.len() > super::cost::MAX_FILE {
            return Err(KeyError::TooLarge);
        }
        let (name, rest) = line.split_once([' ', '\t']).ok_or(KeyError::NotAKey)?;
        let rest = rest.trim_start();
        let (blob, comment) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
        let blob = Base64::decode_vec(blob).map_err(|_| KeyError::NotAKey)?;
        if Reader::new(&blob).string() != Some(name.as_bytes()) {
            return Err(KeyError::NotAKey);
        }
        Self::from_blob(blob, comment)
    }

    /// Creates the key from a blob. Fails if the blob is not a key.
    pub(super) fn from_blob(blob: Vec<u8>, comment: &str) -> Result<Self, KeyError> {
        let mut reader = Reader::new(&blob);
        let name = reader.string().ok_or(KeyError::Damaged)?;
        let kind = if name == ED25519.as_bytes() {
            let key = reader.string().and_then(|key| key.try_into().ok());
            key.and_then(|key| VerifyingKey::from_bytes(key).ok()).map(|_| KeyKind::Ed25519)
        } else if name == RSA.as_bytes() {
            let numbers = reader.number().zip(reader.number());
            let (exponent, modulus) = numbers.ok_or(KeyError::Damaged)?;
            let bits = rsa::bits(modulus);
            if !rsa::BITS.contains(&bits) {
                return Err(KeyError::Unsupported(Unsupported::Length));
            }
            rsa::is_public(modulus, exponent).then_some(KeyKind::Rsa { bits })
        } else if let Some(curve) = Curve::ALL.into_iter().find(|curve| curve.key_name().as_bytes() == name) {
            let named = reader.string() == Some(curve.name().as_bytes());
            let point = reader.string().is_some_and(|point| curve.is_point(point));
            (named && point).then_some(KeyKind::Ecdsa(curve))
        } else {
            return Err(KeyError::Unsupported(Unsupported::Algorithm));
        };
        let kind = kind.filter(|_| reader.is_empty()).ok_or(KeyError::Damaged)?;
        Ok(Self { kind, blob, comment: tidy(comment) })
    }

    pub(super) fn ed25519(key: &[u8], comment: &str) -> Self {
        let blob = Writer::new().string(ED25519.as_bytes()).string(key).public();
        Self { kind: KeyKind::Ed25519, blob, comment: tidy(comment) }
    }

    pub(super) fn rsa(exponent: &[u8], modulus: &[u8], comment: &str) -> Self {
        let blob = Writer::new().string(RSA.as_bytes()).number(exponent).number(modulus).public();
        Self { kind: KeyKind::Rsa { bits: rsa::bits(modulus) }, blob, comment: tidy(comment) }
    }

    pub(super) fn ecdsa(curve: Curve, point: &[u8], comment: &str) -> Self {
        let writer = Writer::new().string(curve.key_name().as_bytes());
        let blob = writer.string(curve.name().as_bytes()).string(point).public();
        Self { kind: KeyKind::Ecdsa(curve), blob, comment: tidy(comment) }
    }

    /// Returns the key with another comment.
    #[must_use]
    pub fn with_comment(self, comment: &str) -> Self {
        Self { comment: tidy(comment), ..self }
    }

    /// Returns the kind of the key.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// Returns the comment: one line, often `user@host`.
    #[must_use]
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// Returns the key in the SSH wire format.
    #[must_use]
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }

    /// Returns the line for `authorized_keys`, without a line break.
    #[must_use]
    pub fn to_line(&self) -> String {
        let line = format!("{} {}", self.kind.name(), Base64::encode_string(&self.blob));
        if self.comment.is_empty() { line } else { format!("{line} {}", self.comment) }
    }

    /// Returns the SHA-256 fingerprint: `SHA256:` and unpadded base64.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!("SHA256:{}", Base64Unpadded::encode_string(&Sha256::digest(&self.blob)))
    }

    /// Returns the MD5 fingerprint of old programs: `MD5:` and pairs of hexadecimal digits. Only for visual comparison
    /// with such a program, since MD5 is broken.
    #[must_use]
    pub fn fingerprint_md5(&self) -> String {
        let pairs: Vec<String> = Md5::digest(&self.blob).iter().map(|byte| format!("{byte:02x}")).collect();
        format!("MD5:{}", pairs.join(":"))
    }
}

/// Returns a comment as one line of bounded length.
fn tidy(comment: &str) -> String {
    safe_to_show(comment).trim().chars().take(COMMENT).collect()
}
