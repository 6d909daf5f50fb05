//! Export of codes to another program.

use base64ct::{Base64, Encoding as _};
use vault_crypto::SecretText;
use zeroize::Zeroizing;

use super::PERIOD;
use super::protobuf::{put_bytes, put_number};
use crate::scheme::SECRET;
use crate::{Algorithm, Code, Scheme};

/// Maximum number of codes in one URI, as in the other program.
const EACH: usize = 10;
/// Maximum length of a message, unless a single code is longer: as text it fits the largest QR code.
const MESSAGE: usize = 1_500;

/// An export: URIs to be shown one after the other as QR codes.
pub struct Written {
    /// The URIs.
    pub addresses: Vec<SecretText>,
    /// Indices of the codes that the format cannot represent: Steam codes, codes with seven digits or another period
    /// than 30 seconds, and secrets of more than 256 bytes.
    pub left_out: Vec<usize>,
}

/// Writes codes for a program that reads `otpauth-migration://` URIs. `batch` is a random number for each call, which
/// identifies the URIs of one export.
#[must_use]
pub fn write(codes: &[Code], batch: i32) -> Written {
    let mut left_out = Vec::new();
    let mut parts: Vec<(usize, Zeroizing<Vec<u8>>)> = Vec::new();
    for (place, code) in codes.iter().enumerate() {
        let Some(entry) = entry(code) else {
            left_out.push(place);
            continue;
        };
        let room = |part: &&mut (usize, Zeroizing<Vec<u8>>)| {
            part.0 < EACH && part.1.len() + entry.len() + 4 <= MESSAGE
        };
        match parts.last_mut().filter(room) {
            Some((count, message)) => {
                *count += 1;
                put_bytes(message, 1, &entry);
            }
            None => {
                // Preallocate everything, since a reallocation leaves copies of secrets behind.
                let mut message = Zeroizing::new(Vec::with_capacity(MESSAGE.max(entry.len()) + 100));
                put_bytes(&mut message, 1, &entry);
                parts.push((1, message));
            }
        }
    }
    let count = parts.len() as u64;
    let addresses = (0_u64..).zip(parts).map(|(part, (_, mut message))| {
        put_number(&mut message, 2, 1);
        put_number(&mut message, 3, count);
        put_number(&mut message, 4, part);
        put_number(&mut message, 5, i64::from(batch).cast_unsigned());
        address(&message)
    });
    Written { addresses: addresses.collect(), left_out }
}

fn entry(code: &Code) -> Option<Zeroizing<Vec<u8>>> {
    let (algorithm, digits, kind, counter) = match code.scheme {
        Scheme::Totp { algorithm, digits, period: PERIOD } => (algorithm, digits, 2, 0),
        Scheme::Hotp { algorithm, digits, counter } => (algorithm, digits, 1, counter),
        Scheme::Totp { .. } | Scheme::Steam => return None,
    };
    let algorithm = match algorithm {
        Algorithm::Sha1 => 1,
        Algorithm::Sha256 => 2,
        Algorithm::Sha512 => 3,
    };
    let digits = match digits {
        6 => 1,
        8 => 2,
        _ => return None,
    };
    // The format has no place for unknown parameters.
    let Code { secret, scheme: _, issuer, account, more: _ } = code;
    if secret.len() > SECRET {
        return None;
    }
    // The first colon ends the issuer, if there is one.
    let name = if issuer.is_empty() && !account.contains(':') {
        account.clone()
    } else {
        format!("{issuer}:{account}")
    };
    let mut message = Zeroizing::new(Vec::with_capacity(secret.len() + name.len() + issuer.len() + 60));
    put_bytes(&mut message, 1, secret);
    put_bytes(&mut message, 2, name.as_bytes());
    put_bytes(&mut message, 3, issuer.as_bytes());
    put_number(&mut message, 4, algorithm);
    put_number(&mut message, 5, digits);
    put_number(&mut message, 6, kind);
    put_number(&mut message, 7, counter);
    Some(message)
}

fn address(message: &[u8]) -> SecretText {
    const START: &str = "otpauth-migration://offline?data=";
    let mut base64 = Zeroizing::new(vec![0; message.len().div_ceil(3) * 4]);
    let text = Base64::encode(message, &mut base64).unwrap_or_default();
    let mut address = String::with_capacity(START.len() + text.len() * 3);
    address.push_str(START);
    for c in text.chars() {
        match c {
            '+' => address.push_str("%2B"),
            '/' => address.push_str("%2F"),
            '=' => address.push_str("%3D"),
            c => address.push(c),
        }
    }
    SecretText::new(address)
}
