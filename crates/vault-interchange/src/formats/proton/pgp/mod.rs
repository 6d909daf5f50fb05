//! Proton Pass' encrypted export: a PGP message with a password (RFC 4880, 9580), armoured, of the JSON or of the archive. Only what such a message is
//! made of is read: a password, AES, data with an integrity code. Messages to key pairs are refused.

mod cipher;
mod packet;

use zeroize::Zeroizing;

use super::{files::Files, json, zip};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Secret},
    importer::{Importer, Reader},
    options::Options,
    report::ParsedFile,
    sealed::{unpack, zip::is_zip},
};
use cipher::Session;
use packet::{Packet, Packets};

const BEGIN: &[u8] = b"-----BEGIN PGP MESSAGE-----";
/// Compressed packets within each other.
const LAYERS: usize = 4;
/// Passwords of a message that are tried.
const PASSWORDS: usize = 8;
const DAMAGED: ImportError = ImportError::Damaged;

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "proton_pgp",
        name: "Proton Pass PGP",
        program: &super::PROGRAM,
        extensions: &["pgp", "asc"],
        secret: Secret::Password,
    },
    reader: Reader::Container { recognises: |bytes| bytes.trim_ascii_start().starts_with(BEGIN), read },
};

fn read(bytes: &[u8], options: &Options, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let content = open(bytes, options)?;
    if is_zip(&content) {
        return zip::read(&content, options, import);
    }
    let text = import.inner_json(&content)?;
    json::read(&text, Files::Missing, import)
}

/// Decrypts a message and takes the data out.
fn open(bytes: &[u8], options: &Options) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let message = packet::without_armour(bytes).ok_or(DAMAGED)?;
    let (mut passwords, mut sealed) = (Vec::new(), None);
    for packet in Packets::of(&message) {
        match packet? {
            Packet { tag: 3, body } => passwords.push(body),
            Packet { tag: 18, body } => sealed = Some(body),
            _ => {}
        }
    }
    let sealed = sealed.ok_or(ImportError::UnknownMethod("PGP without an integrity code"))?;
    if passwords.is_empty() {
        return Err(ImportError::UnknownMethod("PGP for a key pair"));
    }
    let password = options.password.as_ref().ok_or(ImportError::SecretNeeded)?.expose().as_bytes();
    for entry in passwords.iter().take(PASSWORDS) {
        let session = Session::derive(entry, password, options.limit)?;
        if let Some(plain) = session.and_then(|session| session.open(&sealed).transpose()).transpose()? {
            return literal(&plain, 0);
        }
    }
    Err(ImportError::WrongSecret)
}

/// Takes the literal data out of packets, which may be compressed.
fn literal(packets: &[u8], depth: usize) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    for packet in Packets::of(packets) {
        match packet? {
            Packet { tag: 11, body } => {
                // A format, a name with its length, a date.
                let name = body.get(1).copied().map(usize::from).ok_or(DAMAGED)?;
                let data = body.get(name + 6..).ok_or(DAMAGED)?;
                return Ok(Zeroizing::new(data.to_vec()));
            }
            Packet { tag: 8, body } if depth < LAYERS => {
                let (method, data) = body.split_first().ok_or(DAMAGED)?;
                let expanded = match method {
                    0 => Zeroizing::new(data.to_vec()),
                    1 => unpack::read_all(flate2::read::DeflateDecoder::new(data), data.len())?,
                    2 => unpack::read_all(flate2::read::ZlibDecoder::new(data), data.len())?,
                    _ => return Err(ImportError::UnknownMethod("compression")),
                };
                return literal(&expanded, depth + 1);
            }
            _ => {}
        }
    }
    Err(DAMAGED)
}
