//! One-time codes.

use totp_rs::{Algorithm, Builder};

/// The six digits of a secret in base32, at a time in milliseconds.
pub fn digits(secret: &str, now: u64) -> String {
    let bits: String = secret
        .chars()
        .map(|letter| format!("{:05b}", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).unwrap()))
        .collect();
    let bytes: Vec<u8> =
        (0..20).map(|at| u8::from_str_radix(&bits[8 * at..8 * at + 8], 2).unwrap()).collect();
    let totp = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_step_duration(30);
    totp.with_secret(bytes).build_noncompliant().generate(now / 1000).to_string()
}
