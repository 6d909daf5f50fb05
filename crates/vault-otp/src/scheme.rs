//! How codes are made: hash, digits, period or counter.

/// Most digits of a code.
pub(crate) const MAX_DIGITS: u8 = 8;
/// Longest secret, in bytes; the longest hash block is 128.
pub(crate) const SECRET: usize = 256;
/// The highest counter: other programs keep it as a signed number.
pub(crate) const LAST_COUNTER: u64 = i64::MAX as u64;

/// The hash behind a code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithm {
    /// SHA-1, which nearly all sites use; as a keyed hash it is sound here.
    #[default]
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

/// How codes are made from the secret and the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// RFC 6238.
    Totp {
        /// The hash.
        algorithm: Algorithm,
        /// Digits of a code, 6 to 8.
        digits: u8,
        /// Seconds each code lives, 1 to 3600.
        period: u32,
    },
    /// Steam Guard: five letters or digits, every 30 seconds.
    Steam,
    /// RFC 4226: a new code each time one is asked for.
    Hotp {
        /// The hash.
        algorithm: Algorithm,
        /// Digits of a code, 6 to 8.
        digits: u8,
        /// The counter of the code that is next to be used, up to 2^63 − 1.
        counter: u64,
    },
}

/// Why a text is no one-time code set-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Neither an `otpauth://` nor `steam://` address nor a base32 secret.
    #[error("this is not a one-time code set-up text")]
    NotACode,
    /// There is no secret in it, or it is not base32.
    #[error("the secret of the one-time code is missing or mistyped")]
    Secret,
    /// The counter of a counter-based code is missing or out of range.
    #[error("the counter of the one-time code is missing or out of range")]
    Counter,
    /// The hash is not SHA-1, SHA-256 or SHA-512.
    #[error("the one-time code uses an unknown hash")]
    Algorithm,
    /// The number of digits is not 6 to 8.
    #[error("one-time codes have 6 to 8 digits")]
    Digits,
    /// The period is not 1 to 3600 seconds.
    #[error("one-time codes live for 1 to 3600 seconds")]
    Period,
}
