use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What kind of SSH key to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SshKeyKind {
    /// Ed25519: short, fast, and taken almost everywhere.
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

/// Where a key is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export)]
pub enum SshKeySource {
    /// A file; the program shows the dialog.
    File,
    /// The clipboard; the program reads it.
    Clipboard,
    /// What was read last and needed a passphrase.
    Again,
}

/// The public half of an SSH key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SshKeyView {
    /// What people call its kind: `Ed25519`, `RSA`, `ECDSA`.
    pub algorithm: String,
    /// Its length.
    pub bits: u32,
    /// `SHA256:…`
    pub fingerprint: String,
    /// The line for `authorized_keys`.
    pub public_key: String,
    /// What its owner calls it.
    pub comment: String,
}

/// A key that a sealed draft holds now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct SshKeyTaken {
    /// The draft: the one named, or a new one.
    pub draft_id: String,
    /// Its public half.
    pub key: SshKeyView,
}
