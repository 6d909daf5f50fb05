//! Computation of codes with the crate `totp-rs`.

use std::fmt::Write as _;

use totp_rs::{Builder, Secret};
use vault_crypto::SecretText;

use super::scheme::{Algorithm, DIGITS, Scheme};

/// Number of characters of a Steam code.
const STEAM_DIGITS: u8 = 5;

/// Returns the code for a counter (RFC 4226, section 5.3); for TOTP and Steam the counter is the number of periods
/// since 1970.
pub(super) fn code(scheme: Scheme, secret: &[u8], counter: u64) -> SecretText {
    let (algorithm, digits) = match scheme {
        Scheme::Totp { algorithm, digits, .. } | Scheme::Hotp { algorithm, digits, .. } => {
            (algorithm.into(), digits.min(*DIGITS.end()))
        }
        Scheme::Steam => (totp_rs::Algorithm::Steam, STEAM_DIGITS),
    };
    // With a period of one second, the time is the counter.
    let generator = Builder::new()
        .with_algorithm(algorithm)
        .with_digits(digits)
        .with_step_duration(1)
        .with_secret(Secret::new(secret.into()))
        // Sites issue secrets of 80 bits; the other constructor rejects less than 128.
        .build_noncompliant();
    // Preallocate everything, since a reallocation leaves copies behind.
    let mut text = String::with_capacity(digits.into());
    // Writing to a string cannot fail.
    let _ = match scheme {
        Scheme::Steam => write!(text, "{}", generator.generate(counter)),
        // The crate panics at ten digits.
        Scheme::Totp { .. } | Scheme::Hotp { .. } => {
            let number = truncated(generator.sign(counter).as_ref()) % 10_u64.pow(digits.into());
            write!(text, "{number:0width$}", width = usize::from(digits))
        }
    };
    SecretText::new(text)
}

/// Returns the 31 bits of an HMAC that its last four bits point to (RFC 4226, section 5.3).
fn truncated(hmac: &[u8]) -> u64 {
    let start = usize::from(hmac.last().copied().unwrap_or_default() & 0xf);
    let bytes = hmac.get(start..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default();
    u64::from(u32::from_be_bytes(bytes) & 0x7fff_ffff)
}

impl From<Algorithm> for totp_rs::Algorithm {
    fn from(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha1 => Self::SHA1,
            Algorithm::Sha256 => Self::SHA256,
            Algorithm::Sha512 => Self::SHA512,
        }
    }
}
