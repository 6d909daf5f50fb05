//! Why a key could not be read.

/// Why a text gave no private key. None of these tells anything of what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Longer than any key file.
    #[error("the file is too large for a key")]
    TooLarge,
    /// No key of any known form.
    #[error("the text holds no key that is known here")]
    NotAKey,
    /// A public key; the private one is in another file.
    #[error("this is the public half of a key; the private half is in another file")]
    PublicOnly,
    /// The key is encrypted and no passphrase was given.
    #[error("the key is protected by a passphrase")]
    PassphraseNeeded,
    /// The passphrase does not open the key. Where the form has no check of its own, damage in the encrypted part
    /// looks the same.
    #[error("the passphrase does not open this key")]
    WrongPassphrase,
    /// The file is cut off or changed, or its parts do not belong together.
    #[error("the key file is damaged")]
    Damaged,
    /// A kind of key or of encryption that is not supported.
    #[error("keys of this kind are not supported: {0}")]
    Unsupported(Unsupported),
    /// Opening it would cost more time or memory than is spent on a file from anywhere.
    #[error("the file asks for more work than is done for a key")]
    CostTooHigh,
    /// There is not enough memory free for what the file asks for.
    #[error("there is not enough free memory to open the key")]
    OutOfMemory,
}

/// What is not supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    /// DSA, Ed448, another curve, a key that lives in a security key …
    #[error("this algorithm")]
    Algorithm,
    /// An encryption that no current program writes.
    #[error("this encryption")]
    Encryption,
    /// An older or newer version of the file's form.
    #[error("this version of the file format")]
    Version,
    /// Several keys in one file.
    #[error("several keys in one file")]
    SeveralKeys,
    /// RSA shorter than 1,024 or longer than 16,384 bits.
    #[error("RSA of this length")]
    Length,
}
