//! Encrypted files that are not text: those of Stratum, and those of andOTP, which have nothing in front to know them by but
//! a plausible number of iterations.

use super::{json, sealed_json::argon2id};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Secret},
    importer::{Importer, Reader},
    options::Options,
    report::ParsedFile,
    sealed::{aead, kdf},
    syntax::raw::Members,
};

const STRATUM: &[u8] = b"AUTHENTICATORPRO";
const NONCE: usize = 12;
const TAG: usize = 16;
/// The iterations that andOTP chooses from, with room.
const ITERATIONS: std::ops::RangeInclusive<u32> = 100_000..=1_000_000;

/// Registration of the format, the last of all that are not text.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "authenticators_backup",
        name: "Authenticator backup",
        program: &super::PROGRAM,
        extensions: &["stratum", "authpro", "aes", "bin"],
        secret: Secret::Password,
    },
    reader: Reader::Container {
        recognises: |bytes| bytes.starts_with(STRATUM) || is_and_otp(bytes),
        read: |bytes, options, import| {
            if bytes.starts_with(STRATUM) {
                read_stratum(bytes, options, import)
            } else {
                read_and_otp(bytes, options, import)
            }
        },
    },
};

fn is_and_otp(bytes: &[u8]) -> bool {
    let iterations = bytes.first_chunk::<4>().map(|number| u32::from_be_bytes(*number));
    iterations.is_some_and(|number| ITERATIONS.contains(&number)) && bytes.len() > 4 + 2 * NONCE + TAG
}

/// Takes so many bytes off the front.
fn split(bytes: &[u8], at: usize) -> Result<(&[u8], &[u8]), ImportError> {
    bytes.split_at_checked(at).ok_or(ImportError::Damaged)
}

fn read_stratum(
    bytes: &[u8],
    options: &Options,
    import: ImportBuilder<'_>,
) -> Result<ParsedFile, ImportError> {
    let password = options.password.as_ref().ok_or(ImportError::SecretNeeded)?.expose().as_bytes();
    let (_, rest) = split(bytes, STRATUM.len())?;
    let (salt, rest) = split(rest, 16)?;
    let (nonce, content) = split(rest, NONCE)?;
    let key = kdf::argon2(password, salt, &argon2id(64 << 10, 3, 4), options.limit)?;
    json::read_opened(&aead::open_aes_gcm(&*key, nonce, content, b"")?, Members::default(), import)
}

fn read_and_otp(
    bytes: &[u8],
    options: &Options,
    import: ImportBuilder<'_>,
) -> Result<ParsedFile, ImportError> {
    if !is_and_otp(bytes) {
        return Err(ImportError::Damaged);
    }
    let password = options.password.as_ref().ok_or(ImportError::SecretNeeded)?.expose().as_bytes();
    let (iterations, rest) = bytes.split_first_chunk::<4>().ok_or(ImportError::Damaged)?;
    let (salt, rest) = split(rest, NONCE)?;
    let (nonce, content) = split(rest, NONCE)?;
    let key = kdf::pbkdf2_sha1(password, salt, u32::from_be_bytes(*iterations).into(), options.limit)?;
    json::read_opened(&aead::open_aes_gcm(&*key, nonce, content, b"")?, Members::default(), import)
}
