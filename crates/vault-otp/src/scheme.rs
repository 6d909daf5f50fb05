//! The parameters of codes: hash, digits, period or counter.

use std::ops::RangeInclusive;

/// The possible numbers of digits of a code; RFC 4226 has 6 to 8.
pub(crate) const DIGITS: RangeInclusive<u8> = 5..=10;
/// The possible periods in seconds, up to a day.
pub(crate) const PERIODS: RangeInclusive<u32> = 1..=86_400;
/// The issuer of Steam codes without an issuer.
pub(crate) const STEAM: &str = "Steam";
/// Maximum length of a secret, in bytes; the longest hash block is 128.
pub(crate) const SECRET: usize = 256;
/// Maximum counter: other programs store it as a signed 64-bit number.
pub(crate) const LAST_COUNTER: u64 = i64::MAX as u64;

/// The hash function of a code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algorithm {
    /// SHA-1, which nearly all sites use; in HMAC it is secure.
    #[default]
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

/// The kind of a one-time code with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// RFC 6238.
    Totp {
        /// The hash function.
        algorithm: Algorithm,
        /// Number of digits, 5 to 10.
        digits: u8,
        /// Seconds for which a code is valid, 1 to 86,400.
        period: u32,
    },
    /// Steam Guard: five letters or digits, every 30 seconds.
    Steam,
    /// RFC 4226: a new code for each use.
    Hotp {
        /// The hash function.
        algorithm: Algorithm,
        /// Number of digits, 5 to 10.
        digits: u8,
        /// The counter of the next code, up to 2^63 − 1.
        counter: u64,
    },
}

/// Why a text is not a valid one-time code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Neither an `otpauth://` or `steam://` URI nor a base32 secret.
    #[error("this is not the text of a one-time code")]
    NotACode,
    /// The secret is missing or not base32.
    #[error("the secret of the one-time code is missing or invalid")]
    Secret,
    /// The counter of an HOTP code is missing or out of range.
    #[error("the counter of the one-time code is missing or out of range")]
    Counter,
    /// The hash is not SHA-1, SHA-256 or SHA-512.
    #[error("the one-time code uses an unknown hash")]
    Algorithm,
    /// The number of digits is not 5 to 10.
    #[error("one-time codes have 5 to 10 digits")]
    Digits,
    /// The period is not 1 to 86,400 seconds.
    #[error("the period of one-time codes is 1 second to one day")]
    Period,
}
