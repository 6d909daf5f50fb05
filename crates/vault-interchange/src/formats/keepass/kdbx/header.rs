//! The outer and the inner header.

use std::ops::Range;

use crate::{error::ImportError, limits};

/// KeePass 2, and its versions before the first release.
const SIGNATURES: [[u8; 8]; 2] = [*b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", *b"\x03\xd9\xa2\x9a\x66\xfb\x4b\xb5"];

/// The size of the lengths in a header.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fields {
    /// 16 bits, before version 4.
    Short,
    /// 32 bits.
    Long,
}

/// The cipher of the content.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cipher {
    Aes256,
    Twofish,
    ChaCha20,
}

/// The cipher of the protected values.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Stream {
    #[default]
    None,
    Salsa20,
    ChaCha20,
}

/// How the key is derived.
pub(super) enum Kdf<'b> {
    /// AES-KDF with a seed and a number of rounds.
    Aes { seed: &'b [u8], rounds: u64 },
    /// Argon2.
    Argon2 { id: bool, version: u64, salt: &'b [u8], memory: u64, passes: u64, lanes: u64 },
}

/// The outer header.
pub(super) struct Header<'b> {
    pub(super) fields: Fields,
    pub(super) cipher: Cipher,
    pub(super) compressed: bool,
    pub(super) master_seed: &'b [u8],
    pub(super) vector: &'b [u8],
    pub(super) kdf: Kdf<'b>,
    /// Version 3: how the content begins.
    pub(super) start_bytes: &'b [u8],
    pub(super) stream: Stream,
    pub(super) stream_key: &'b [u8],
    /// The header itself.
    pub(super) raw: &'b [u8],
    /// What follows it.
    pub(super) content: &'b [u8],
}

/// Whether a file begins as a database.
pub(super) fn is_kdbx(bytes: &[u8]) -> bool {
    SIGNATURES.iter().any(|signature| bytes.starts_with(signature))
}

/// Takes bytes from the front.
pub(super) fn take<'b>(rest: &mut &'b [u8], length: usize) -> Result<&'b [u8], ImportError> {
    let (front, behind) = rest.split_at_checked(length).ok_or(ImportError::Damaged)?;
    *rest = behind;
    Ok(front)
}

/// Takes a number in little endian from the front.
pub(super) fn take_u32(rest: &mut &[u8]) -> Result<u32, ImportError> {
    Ok(u32::from_le_bytes(take(rest, 4)?.try_into().map_err(|_| ImportError::Damaged)?))
}

fn take_length(rest: &mut &[u8]) -> Result<usize, ImportError> {
    usize::try_from(take_u32(rest)?).map_err(|_| ImportError::Damaged)
}

/// Reads a number of 4 or 8 bytes.
fn number(bytes: &[u8]) -> Result<u64, ImportError> {
    match *bytes {
        [a, b, c, d] => Ok(u32::from_le_bytes([a, b, c, d]).into()),
        _ => Ok(u64::from_le_bytes(bytes.try_into().map_err(|_| ImportError::Damaged)?)),
    }
}

fn stream(data: &[u8]) -> Result<Stream, ImportError> {
    match number(data)? {
        0 => Ok(Stream::None),
        2 => Ok(Stream::Salsa20),
        3 => Ok(Stream::ChaCha20),
        1 => Err(ImportError::UnknownMethod("RC4 of protected values")),
        _ => Err(ImportError::UnknownMethod("cipher of protected values")),
    }
}

impl<'b> Header<'b> {
    /// Reads the header.
    pub(super) fn read(bytes: &'b [u8]) -> Result<Self, ImportError> {
        const AES: &[u8] = b"\x31\xc1\xf2\xe6\xbf\x71\x43\x50\xbe\x58\x05\x21\x6a\xfc\x5a\xff";
        const TWOFISH: &[u8] = b"\xad\x68\xf2\x9f\x57\x6f\x4b\xb9\xa3\x6a\xd4\x7a\xf9\x65\x34\x6c";
        const CHACHA20: &[u8] = b"\xd6\x03\x8a\x2b\x8b\x6f\x4c\xb5\xa5\x24\x33\x9a\x31\xdb\xb5\x9a";
        let mut rest = bytes;
        take(&mut rest, 8)?;
        let version = take_u32(&mut rest)?;
        let fields = match version >> 16 {
            0..=2 => return Err(ImportError::UnknownMethod("KDBX before version 3")),
            3 => Fields::Short,
            // A later version may differ, or not.
            _ => Fields::Long,
        };
        let (mut cipher, mut compressed) = (None, false);
        let (mut master_seed, mut vector, mut start_bytes, mut stream_key): (&[u8], &[u8], &[u8], &[u8]) =
            (&[], &[], &[], &[]);
        let (mut seed, mut rounds, mut inner, mut kdf): (&[u8], _, _, _) = (&[], 0, Stream::None, None);
        loop {
            let id = take(&mut rest, 1)?;
            let length = match fields {
                Fields::Short => {
                    let length = take(&mut rest, 2)?.try_into().map_err(|_| ImportError::Damaged)?;
                    usize::from(u16::from_le_bytes(length))
                }
                Fields::Long => take_length(&mut rest)?,
            };
            let data = take(&mut rest, length)?;
            match id {
                [0] => break,
                [2] => {
                    cipher = Some(match data {
                        AES => Cipher::Aes256,
                        TWOFISH => Cipher::Twofish,
                        CHACHA20 => Cipher::ChaCha20,
                        _ => return Err(ImportError::UnknownMethod("cipher")),
                    });
                }
                [3] => {
                    compressed = match number(data)? {
                        0 => false,
                        1 => true,
                        _ => return Err(ImportError::UnknownMethod("compression")),
                    }
                }
                [4] => master_seed = data,
                [5] => seed = data,
                [6] => rounds = number(data)?,
                [7] => vector = data,
                [8] => stream_key = data,
                [9] => start_bytes = data,
                [10] => inner = stream(data)?,
                [11] => kdf = Some(read_kdf(data)?),
                // A comment, data of other programs, or a field of a later version.
                _ => {}
            }
        }
        let raw = bytes.get(..bytes.len() - rest.len()).ok_or(ImportError::Damaged)?;
        let kdf = match (fields, kdf) {
            (Fields::Short, _) => Kdf::Aes { seed, rounds },
            (Fields::Long, Some(kdf)) => kdf,
            (Fields::Long, None) => return Err(ImportError::Damaged),
        };
        if fields == Fields::Short && start_bytes.len() != 32 {
            return Err(ImportError::Damaged);
        }
        let cipher = cipher.ok_or(ImportError::Damaged)?;
        let stream = inner;
        Ok(Self {
            fields,
            cipher,
            compressed,
            master_seed,
            vector,
            kdf,
            start_bytes,
            stream,
            stream_key,
            raw,
            content: rest,
        })
    }
}

/// Reads the parameters of the key derivation: a list of named values.
fn read_kdf(data: &[u8]) -> Result<Kdf<'_>, ImportError> {
    const AES_3: &[u8] = b"\xc9\xd9\xf3\x9a\x62\x8a\x44\x60\xbf\x74\x0d\x08\xc1\x8a\x4f\xea";
    const AES_4: &[u8] = b"\x7c\x02\xbb\x82\x79\xa7\x4a\xc0\x92\x7d\x11\x4a\x00\x64\x82\x38";
    const ARGON2D: &[u8] = b"\xef\x63\x6d\xdf\x8c\x29\x44\x4b\x91\xf7\xa9\xa4\x03\xe3\x0a\x0c";
    const ARGON2ID: &[u8] = b"\x9e\x29\x8b\x19\x56\xdb\x47\x73\xb2\x3d\xfc\x3e\xc6\xf0\xa1\xe6";
    let mut rest = data;
    take(&mut rest, 2)?;
    let mut values: Vec<(&[u8], &[u8])> = Vec::new();
    while take(&mut rest, 1)? != [0] {
        let length = take_length(&mut rest)?;
        let name = take(&mut rest, length)?;
        let length = take_length(&mut rest)?;
        values.push((name, take(&mut rest, length)?));
        if values.len() > limits::TOP_LEVEL_MEMBERS {
            return Err(ImportError::TooManyValues);
        }
    }
    let value = |name: &[u8]| values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    let needed = |name: &[u8]| value(name).ok_or(ImportError::Damaged);
    match needed(b"$UUID")? {
        AES_3 | AES_4 => Ok(Kdf::Aes { seed: needed(b"S")?, rounds: number(needed(b"R")?)? }),
        kind @ (ARGON2D | ARGON2ID) => {
            if value(b"K").or(value(b"A")).is_some_and(|value| !value.is_empty()) {
                return Err(ImportError::UnknownMethod("Argon2 with a secret"));
            }
            Ok(Kdf::Argon2 {
                id: kind == ARGON2ID,
                version: number(needed(b"V")?)?,
                salt: needed(b"S")?,
                memory: number(needed(b"M")?)?,
                passes: number(needed(b"I")?)?,
                lanes: number(needed(b"P")?)?,
            })
        }
        _ => Err(ImportError::UnknownMethod("key derivation")),
    }
}

/// The inner header of version 4.
#[derive(Default)]
pub(super) struct Inner<'b> {
    pub(super) stream: Stream,
    pub(super) key: &'b [u8],
    /// Where the attached files are.
    pub(super) files: Vec<Range<usize>>,
    /// Where the XML begins.
    pub(super) end: usize,
}

impl<'b> Inner<'b> {
    /// Reads the inner header.
    pub(super) fn read(content: &'b [u8]) -> Result<Self, ImportError> {
        let mut inner = Self::default();
        let mut rest = content;
        loop {
            let id = take(&mut rest, 1)?;
            let length = take_length(&mut rest)?;
            let begin = content.len() - rest.len();
            let data = take(&mut rest, length)?;
            match id {
                [0] => break,
                [1] => inner.stream = stream(data)?,
                [2] => inner.key = data,
                [3] if inner.files.len() >= limits::ARCHIVE_FILES => return Err(ImportError::TooManyValues),
                // The first byte says whether the file is protected in memory.
                [3] => inner.files.push((begin + 1).min(begin + length)..begin + length),
                _ => {}
            }
        }
        inner.end = content.len() - rest.len();
        Ok(inner)
    }
}
