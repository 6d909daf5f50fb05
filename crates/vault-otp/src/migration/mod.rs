//! `otpauth-migration://` URIs, with which Google Authenticator exports several codes in one QR code.
//!
//! The URI contains a nested Protocol Buffers message. There is no specification; the format is known from what that
//! program writes. Unknown fields are skipped, as usual for Protocol Buffers.

mod protobuf;
#[cfg(test)]
mod tests;
mod write;

use base64ct::{Base64Unpadded, Encoding as _};
use zeroize::Zeroizing;

use self::protobuf::{Fields, Value};
use super::code::Code;
use super::scheme::{Algorithm, CodeError, LAST_COUNTER, SECRET, Scheme};
use super::uri;

pub use write::{Written, write};

/// Maximum length of a URI in bytes; the largest QR code has 2,953.
const TEXT: usize = 16 << 10;
/// Maximum number of codes in one URI; the other program writes ten.
const ENTRIES: usize = 200;
/// Maximum number of URIs of one export.
const PARTS: u32 = 1_000;
/// The period in seconds, which the format does not contain.
const PERIOD: u32 = 30;

/// The content of one URI.
pub struct Migration {
    /// The codes in order.
    pub entries: Vec<Entry>,
    /// The index of this URI in the export, from 0.
    pub part: u32,
    /// The number of URIs of the export.
    pub parts: u32,
    /// The id of the export.
    pub batch: i32,
}

/// One code, or the reason why it is invalid.
pub struct Entry {
    /// The issuer, empty if unknown.
    pub issuer: String,
    /// The account, empty if unknown.
    pub account: String,
    /// The code.
    pub code: Result<Code, CodeError>,
}

/// Why a URI was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MigrationError {
    /// The text is not such a URI.
    #[error("this is not an export of one-time codes")]
    NotAMigration,
    /// A part is missing or invalid.
    #[error("the export of one-time codes is damaged")]
    Damaged,
    /// The URI is longer than the limit.
    #[error("the export of one-time codes is too long")]
    TooLong,
}

impl Migration {
    /// Parses a URI. An invalid entry is kept with its error, so that nothing is lost silently.
    ///
    /// # Errors
    /// Returns [`MigrationError`] if it is not such a URI, too long, or damaged.
    pub fn read(text: &str) -> Result<Self, MigrationError> {
        let text = uri::copied(text);
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").ok_or(MigrationError::NotAMigration)?;
        if !scheme.eq_ignore_ascii_case("otpauth-migration") {
            return Err(MigrationError::NotAMigration);
        }
        if text.len() > TEXT {
            return Err(MigrationError::TooLong);
        }
        let (_, query) = rest.split_once('?').ok_or(MigrationError::Damaged)?;
        let query = uri::Query::read(query).map_err(|_| MigrationError::Damaged)?;
        Self::from_message(&decoded(query.get("data").ok_or(MigrationError::Damaged)?)?)
    }

    fn from_message(message: &[u8]) -> Result<Self, MigrationError> {
        let mut read = Self { entries: Vec::new(), part: 0, parts: 1, batch: 0 };
        for field in Fields::of(message) {
            match field.ok_or(MigrationError::Damaged)? {
                (1, Value::Bytes(_)) if read.entries.len() == ENTRIES => return Err(MigrationError::TooLong),
                (1, Value::Bytes(bytes)) => read.entries.push(entry(bytes)?),
                (3, Value::Number(parts)) => read.parts = small(parts)?.max(1),
                (4, Value::Number(part)) => read.part = small(part)?,
                // Negative numbers are sign-extended to 64 bits, so use the lower half.
                (5, Value::Number(batch)) => read.batch = lower_half(batch),
                _ => {}
            }
        }
        if read.part >= read.parts || read.parts > PARTS {
            return Err(MigrationError::Damaged);
        }
        Ok(read)
    }
}

fn small(number: u64) -> Result<u32, MigrationError> {
    u32::try_from(number).map_err(|_| MigrationError::Damaged)
}

fn lower_half(number: u64) -> i32 {
    u32::try_from(number & 0xffff_ffff).unwrap_or_default().cast_signed()
}

fn decoded(data: &str) -> Result<Zeroizing<Vec<u8>>, MigrationError> {
    // An unescaped plus was decoded as a space.
    let data = Zeroizing::new(data.trim_end_matches('=').replace(' ', "+"));
    let mut bytes = Zeroizing::new(vec![0; data.len()]);
    let length =
        Base64Unpadded::decode(data.as_str(), &mut bytes).map_err(|_| MigrationError::Damaged)?.len();
    bytes.truncate(length);
    Ok(bytes)
}

fn entry(message: &[u8]) -> Result<Entry, MigrationError> {
    let (mut secret, mut name, mut issuer) = (&[][..], "", "");
    let (mut algorithm, mut digits, mut kind, mut counter) = (0, 0, 0, 0);
    let text = |bytes| std::str::from_utf8(bytes).map(str::trim).map_err(|_| MigrationError::Damaged);
    for field in Fields::of(message) {
        // In Protocol Buffers the last value of a repeated scalar field wins.
        match field.ok_or(MigrationError::Damaged)? {
            (1, Value::Bytes(bytes)) => secret = bytes,
            (2, Value::Bytes(bytes)) => name = text(bytes)?,
            (3, Value::Bytes(bytes)) => issuer = text(bytes)?,
            (4, Value::Number(number)) => algorithm = number,
            (5, Value::Number(number)) => digits = number,
            (6, Value::Number(number)) => kind = number,
            (7, Value::Number(number)) => counter = number,
            _ => {}
        }
    }
    let (issuer, account) = named(issuer, name);
    let code = scheme(algorithm, digits, kind, counter).and_then(|scheme| {
        let fits = (1..=SECRET).contains(&secret.len());
        let secret = Zeroizing::new(if fits { Ok(secret) } else { Err(CodeError::Secret) }?.to_vec());
        let more = Zeroizing::default();
        Ok(Code { secret, scheme, issuer: issuer.to_owned(), account: account.to_owned(), more })
    });
    Ok(Entry { issuer: issuer.to_owned(), account: account.to_owned(), code })
}

/// Splits a name into issuer and account. It is the account alone, or the issuer, a colon and the account.
fn named<'a>(issuer: &'a str, name: &'a str) -> (&'a str, &'a str) {
    if issuer.is_empty() {
        let (issuer, account) = name.split_once(':').unwrap_or(("", name));
        return (issuer.trim(), account.trim());
    }
    let account = name.strip_prefix(issuer).and_then(|rest| rest.strip_prefix(':')).unwrap_or(name);
    (issuer, account.trim())
}

fn scheme(algorithm: u64, digits: u64, kind: u64, counter: u64) -> Result<Scheme, CodeError> {
    let algorithm = match algorithm {
        0 | 1 => Algorithm::Sha1,
        2 => Algorithm::Sha256,
        3 => Algorithm::Sha512,
        _ => return Err(CodeError::Algorithm),
    };
    let digits = match digits {
        0 | 1 => 6,
        2 => 8,
        _ => return Err(CodeError::Digits),
    };
    match kind {
        1 if counter > LAST_COUNTER => Err(CodeError::Counter),
        1 => Ok(Scheme::Hotp { algorithm, digits, counter }),
        2 => Ok(Scheme::Totp { algorithm, digits, period: PERIOD }),
        _ => Err(CodeError::NotACode),
    }
}
