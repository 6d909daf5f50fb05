//! Computation of codes with the crate `totp-rs`.

use std::fmt::Write as _;

use totp_rs::{Builder, Secret};
use vault_crypto::SecretText;

use super::scheme::{Algorithm, MAX_DIGITS, Scheme};

/// Number of characters of a Steam code.
const STEAM_DIGITS: u8 = 5;

/// Returns the code for a counter (RFC 4226, section 5.3); for TOTP and Steam the counter is the number of periods
/// since 1970.
pub(super) fn code(scheme: Scheme, secret: &[u8], counter: u64) -> SecretText {
    let (algorithm, digits) = match scheme {
        Scheme::Totp { algorithm, digits, .. } | Scheme::Hotp { algorithm, digits, .. } => {
            // The crate panics at ten digits; `uri` and `migration` reject them.
            (algorithm.into(), digits.min(MAX_DIGITS))
        }
        Scheme::Steam => (totp_rs::Algorithm::Steam, STEAM_DIGITS),
    };
    // With a period of one second, the time is the counter.
    let token = Builder::new()
        .with_algorithm(algorithm)
        .with_digits(digits)
        .with_step_duration(1)
        .with_secret(Secret::new(secret.into()))
        // Sites issue secrets of 80 bits; the other constructor rejects less than 128.
        .build_noncompliant()
        .generate(counter);
    // Preallocate everything, since a reallocation leaves copies behind.
    let mut text = String::with_capacity(digits.into());
    // Writing to a string cannot fail.
    let _ = write!(text, "{token}");
    SecretText::new(text)
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
