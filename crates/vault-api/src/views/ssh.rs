//! SSH keys.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use vault_ssh::{Curve, KeyKind, NewKey, PublicKey};

/// The kind of an SSH key to generate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SshKeyKind {
    /// Ed25519: short, fast, and accepted almost everywhere.
    Ed25519,
    /// RSA with 3,072 bits.
    Rsa3072,
    /// RSA with 4,096 bits.
    Rsa4096,
    /// ECDSA on P-256.
    EcdsaP256,
    /// ECDSA on P-384.
    EcdsaP384,
    /// ECDSA on P-521.
    EcdsaP521,
}

/// The source of an imported key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SshKeySource {
    /// A file; the program shows the dialog.
    File,
    /// The clipboard; the program reads it.
    Clipboard,
    /// The key that was read last and needs a passphrase.
    Again,
}

/// The public half of an SSH key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SshKeyView {
    /// Its algorithm: `Ed25519`, `RSA`, `ECDSA`.
    pub algorithm: String,
    /// Its length in bits.
    pub bits: u32,
    /// `SHA256:…`
    pub fingerprint: String,
    /// The line for `authorized_keys`.
    pub public_key: String,
    /// Its comment, usually the name of its owner.
    pub comment: String,
}

/// A key that was stored in a sealed draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct StoredSshKey {
    /// The draft: the one named, or a new one.
    pub draft_id: String,
    /// Its public half.
    pub key: SshKeyView,
}

impl From<SshKeyKind> for NewKey {
    fn from(kind: SshKeyKind) -> Self {
        match kind {
            SshKeyKind::Ed25519 => Self::Ed25519,
            SshKeyKind::Rsa3072 => Self::Rsa3072,
            SshKeyKind::Rsa4096 => Self::Rsa4096,
            SshKeyKind::EcdsaP256 => Self::Ecdsa(Curve::P256),
            SshKeyKind::EcdsaP384 => Self::Ecdsa(Curve::P384),
            SshKeyKind::EcdsaP521 => Self::Ecdsa(Curve::P521),
        }
    }
}

impl From<&PublicKey> for SshKeyView {
    fn from(key: &PublicKey) -> Self {
        let algorithm = match key.kind() {
            KeyKind::Ed25519 => "Ed25519",
            KeyKind::Rsa { .. } => "RSA",
            KeyKind::Ecdsa(_) => "ECDSA",
        };
        Self {
            algorithm: algorithm.to_owned(),
            bits: key.kind().bits(),
            fingerprint: key.fingerprint(),
            public_key: key.to_line(),
            comment: key.comment().to_owned(),
        }
    }
}
