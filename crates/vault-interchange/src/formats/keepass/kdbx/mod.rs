//! KDBX 3.0 to 4.1: an encrypted container of XML and attached files.
//!
//! Version 3: header, then AES, Twofish or `ChaCha20` over 32 known bytes and blocks with a SHA-256 each. Version 4:
//! header with its SHA-256 and HMAC, then blocks with an HMAC each over the encrypted data, in which an inner header with
//! the attached files precedes the XML. Either may be compressed. Inside, protected values are encrypted once more.

mod blocks;
mod cipher;
mod header;
mod kdf;
mod key;
mod stream;

use std::sync::Arc;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::database::{self, Attached, Origin};
use crate::{
    builder::ImportBuilder,
    content::SharedBytes,
    error::ImportError,
    format::{Format, Secret},
    importer::{Importer, Reader},
    options::Options,
    report::ParsedFile,
    sealed::unpack,
    syntax::text,
};
use header::{Fields, Header};
use stream::InnerStream;

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "keepass_kdbx",
        name: "KeePass KDBX",
        program: &super::PROGRAM,
        extensions: &["kdbx"],
        secret: Secret::PasswordOrKeyFile,
    },
    reader: Reader::Container { recognises, read },
};

fn recognises(bytes: &[u8]) -> bool {
    header::is_kdbx(bytes)
}

fn read(bytes: &[u8], options: &Options, import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let header = Header::read(bytes)?;
    let keys = key::candidates(options)?;
    let mut failure = ImportError::WrongSecret;
    for key in keys {
        let transformed = kdf::derive(&header, &key, options.limit)?;
        match open(&header, &transformed) {
            Err(ImportError::WrongSecret) => failure = ImportError::WrongSecret,
            Err(error) => return Err(error),
            Ok(content) => return read_content(&header, content, import),
        }
    }
    Err(failure)
}

/// Decrypts and expands the content.
fn open(header: &Header<'_>, transformed: &[u8; 32]) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let seed = header.master_seed;
    let key: Zeroizing<[u8; 32]> =
        Zeroizing::new(Sha256::new().chain_update(seed).chain_update(transformed).finalize().into());
    let plain = if header.is_version_4() {
        let blocks = blocks::read_authenticated(header, transformed)?;
        cipher::decrypt(header, &key, blocks)?
    } else {
        let plain = cipher::decrypt(header, &key, Zeroizing::new(header.content.to_vec()));
        // Without a MAC, damage and a wrong key look the same.
        let plain = plain.map_err(|error| match error {
            ImportError::Damaged => ImportError::WrongSecret,
            other => other,
        })?;
        let content = plain.strip_prefix(header.start_bytes).ok_or(ImportError::WrongSecret)?;
        blocks::read_hashed(content)?
    };
    if header.compressed { unpack::gunzip(&plain) } else { Ok(plain) }
}

fn read_content(
    header: &Header<'_>,
    content: Zeroizing<Vec<u8>>,
    import: ImportBuilder<'_>,
) -> Result<ParsedFile, ImportError> {
    let content: SharedBytes = Arc::new(content);
    let mut files = Vec::new();
    let (stream, xml) = if header.is_version_4() {
        let inner = header::Inner::read(&content)?;
        for range in inner.files {
            files.push(Attached { bytes: Arc::clone(&content), range });
        }
        (InnerStream::new(inner.stream, inner.key)?, content.get(inner.end..).unwrap_or_default())
    } else {
        (InnerStream::new(header.stream, header.stream_key)?, content.as_slice())
    };
    let text = text::decode(xml)?;
    database::read(&text, Origin::Sealed { stream: Box::new(stream), files }, import)
}

impl Header<'_> {
    fn is_version_4(&self) -> bool {
        self.fields == Fields::Long
    }
}
