//! The errors of reading a key.

/// Why a private key was not read. The errors reveal nothing about the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The file is longer than [`MAX_FILE`](crate::cost::MAX_FILE).
    #[error("the file is too large for a key")]
    TooLarge,
    /// No key in a known format.
    #[error("the text contains no key in a known format")]
    NotAKey,
    /// A public key; the private one is in another file.
    #[error("this is the public half of a key; the private half is in another file")]
    PublicOnly,
    /// The key is encrypted and no passphrase was given.
    #[error("the key is protected by a passphrase")]
    PassphraseNeeded,
    /// The passphrase is wrong. In formats without a checksum, damage of the encrypted part is indistinguishable.
    #[error("the passphrase is wrong for this key")]
    WrongPassphrase,
    /// The file is truncated or modified, or its parts are inconsistent.
    #[error("the key file is damaged")]
    Damaged,
    /// The kind of key or encryption is not supported.
    #[error("keys of this kind are not supported: {0}")]
    Unsupported(Unsupported),
    /// Decrypting it would exceed the limits in [`cost`](crate::cost).
    #[error("decrypting the key would take too much time or memory")]
    CostTooHigh,
    /// There is not enough free memory for the key derivation.
    #[error("there is not enough free memory to decrypt the key")]
    OutOfMemory,
}

/// The unsupported feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    /// DSA, Ed448, another curve, a key stored in a security key …
    #[error("this algorithm")]
    Algorithm,
    /// An elliptic curve described by its numbers instead of its name.
    #[error("elliptic curves with explicit parameters")]
    ExplicitCurve,
    /// RSA with three primes or more.
    #[error("RSA with more than two primes")]
    SeveralPrimes,
    /// An encryption that no current program writes by default.
    #[error("this encryption")]
    Encryption,
    /// An older or newer version of the file format.
    #[error("this version of the file format")]
    Version,
    /// Several keys in one file.
    #[error("several keys in one file")]
    SeveralKeys,
    /// RSA shorter than 1,024 or longer than 16,384 bits.
    #[error("RSA of this length")]
    Length,
}
