//! ZIP archives: the central directory is read, then only the members that are asked for. Nothing is ever written to a
//! path from an archive.

use std::{io::Read, ops::Range, sync::Arc};

use flate2::{Crc, read::DeflateDecoder};
use zeroize::Zeroizing;

use super::{unpack, zipcrypto};
use crate::{content::ParsedFileContent, error::ImportError, limits, options::Options};

/// A comment at the end of an archive has at most so many bytes.
const COMMENT: usize = 0xffff;
/// The length of the last record without its comment.
const END_RECORD: usize = 22;
const END: &[u8] = b"PK\x05\x06";
const ENTRY: &[u8] = b"PK\x01\x02";
const LOCAL: &[u8] = b"PK\x03\x04";

/// An archive.
pub(crate) struct Archive<'b> {
    bytes: &'b [u8],
    members: Vec<Member>,
}

/// A file in an archive.
struct Member {
    name: String,
    encrypted: bool,
    method: u16,
    packed: usize,
    size: u64,
    crc: u32,
    local: usize,
}

/// Whether bytes begin like an archive.
pub(crate) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(LOCAL)
}

/// The numbers of a record, in little endian.
struct Record<'b>(&'b [u8]);

impl Record<'_> {
    fn short(&self, at: usize) -> Result<u16, ImportError> {
        let bytes = self.0.get(at..at + 2).and_then(|bytes| bytes.try_into().ok());
        bytes.map(u16::from_le_bytes).ok_or(ImportError::Damaged)
    }

    fn long(&self, at: usize) -> Result<u32, ImportError> {
        let bytes = self.0.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map(u32::from_le_bytes).ok_or(ImportError::Damaged)
    }

    fn size(&self, at: usize) -> Result<usize, ImportError> {
        usize::try_from(self.long(at)?).map_err(|_| ImportError::Damaged)
    }
}

impl<'b> Archive<'b> {
    /// Reads the directory; folders and what macOS adds beside files are left out.
    ///
    /// # Errors
    /// [`ImportError::Damaged`], or [`ImportError::TooManyValues`] beyond [`limits::ARCHIVE_FILES`].
    pub(crate) fn read(bytes: &'b [u8]) -> Result<Self, ImportError> {
        let tail = bytes.len().saturating_sub(COMMENT + END_RECORD);
        let end = bytes.get(tail..).and_then(|tail| tail.windows(END.len()).rposition(|part| part == END));
        let end = end.and_then(|at| bytes.get(tail + at..)).filter(|end| end.len() >= END_RECORD);
        let end = Record(end.ok_or(ImportError::Damaged)?);
        let count = usize::from(end.short(10)?);
        if count > limits::ARCHIVE_FILES {
            return Err(ImportError::TooManyValues);
        }
        let mut at = end.size(16)?;
        let (mut members, mut packed) = (Vec::new(), 0_usize);
        for _ in 0..count {
            let entry = bytes.get(at..).filter(|rest| rest.starts_with(ENTRY)).ok_or(ImportError::Damaged)?;
            let record = Record(entry);
            let name = usize::from(record.short(28)?);
            let rest = usize::from(record.short(30)?) + usize::from(record.short(32)?);
            let member = Member {
                name: entry
                    .get(46..46 + name)
                    .map(|name| String::from_utf8_lossy(name).replace('\\', "/"))
                    .ok_or(ImportError::Damaged)?,
                encrypted: record.short(8)? & 1 != 0,
                method: record.short(10)?,
                packed: record.size(20)?,
                size: record.long(24)?.into(),
                crc: record.long(16)?,
                local: record.size(42)?,
            };
            at += 46 + name + rest;
            packed = packed.saturating_add(member.packed);
            // Members that share bytes are made to expand without end.
            if packed > bytes.len() {
                return Err(ImportError::Damaged);
            }
            if !member.name.ends_with('/') && !member.name.starts_with("__MACOSX/") {
                members.push(member);
            }
        }
        Ok(Self { bytes, members })
    }

    /// Returns the names of the files.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|member| member.name.as_str())
    }

    /// Whether there is a file of a name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }

    /// Reads a file that may be encrypted with a password, in the way that every program knows.
    ///
    /// # Errors
    /// As [`Self::open`]; [`ImportError::SecretNeeded`] or [`ImportError::WrongSecret`] if it is encrypted.
    pub(crate) fn open_with(&self, name: &str, options: &Options) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        let member = self.members.iter().find(|member| member.name == name).ok_or(ImportError::Damaged)?;
        if !member.encrypted {
            return self.open(name);
        }
        if !matches!(member.method, 0 | 8) {
            return Err(ImportError::UnknownMethod("AES in a ZIP archive"));
        }
        let password = options.password.as_ref().ok_or(ImportError::SecretNeeded)?;
        let packed = self.stored(member)?;
        let packed = zipcrypto::decrypt(password.expose().as_bytes(), packed).ok_or(ImportError::Damaged)?;
        let bytes =
            unpack::read_all(reader(member, &packed)?, packed.len()).map_err(|error| match error {
                // A wrong password gives bytes that cannot be expanded.
                ImportError::Damaged => ImportError::WrongSecret,
                error => error,
            })?;
        let mut crc = Crc::new();
        crc.update(&bytes);
        if crc.sum() == member.crc { Ok(bytes) } else { Err(ImportError::WrongSecret) }
    }

    /// Reads a file; of equal names the first.
    ///
    /// # Errors
    /// [`ImportError::Damaged`] also if there is none, [`ImportError::TooLargeUnpacked`].
    pub(crate) fn open(&self, name: &str) -> Result<Zeroizing<Vec<u8>>, ImportError> {
        let member = self.members.iter().find(|member| member.name == name).ok_or(ImportError::Damaged)?;
        let packed = self.packed(member)?;
        let bytes = unpack::read_all(reader(member, packed)?, packed.len())?;
        let mut crc = Crc::new();
        crc.update(&bytes);
        if crc.sum() == member.crc { Ok(bytes) } else { Err(ImportError::Damaged) }
    }

    /// Takes a file as the content of an attachment, which stays compressed. It is read once to check it.
    ///
    /// # Errors
    /// As [`Self::open`]; the content is never in memory as a whole.
    pub(crate) fn attach(&self, place: usize, name: &str) -> Result<ParsedFileContent, ImportError> {
        let member = self.members.get(place).ok_or(ImportError::Damaged)?;
        let packed = self.packed(member)?;
        let most = packed.len().saturating_mul(limits::RATIO).max(limits::UNPACKED_ANYWAY);
        if usize::try_from(member.size).map_or(true, |size| size > most) {
            return Err(ImportError::TooLargeUnpacked);
        }
        let mut source = reader(member, packed)?.take(member.size + 1);
        let (mut crc, mut size, mut buffer) = (Crc::new(), 0_u64, vec![0; 64 << 10]);
        loop {
            let read = source.read(&mut buffer).map_err(|_| ImportError::Damaged)?;
            if read == 0 {
                break;
            }
            crc.update(buffer.get(..read).unwrap_or_default());
            size += read as u64;
        }
        if size != member.size || crc.sum() != member.crc {
            return Err(ImportError::Damaged);
        }
        let bytes = Arc::new(Zeroizing::new(packed.to_vec()));
        let content = match member.method {
            0 => ParsedFileContent::part(name.to_owned(), &bytes, 0..packed.len())
                .ok_or(ImportError::Damaged)?,
            _ => ParsedFileContent::deflated(name.to_owned(), &bytes, size),
        };
        Ok(content)
    }

    fn packed(&self, member: &Member) -> Result<&'b [u8], ImportError> {
        if member.encrypted {
            return Err(ImportError::UnknownMethod("password of a ZIP archive"));
        }
        self.stored(member)
    }

    /// Returns the bytes of a member as they are in the archive.
    fn stored(&self, member: &Member) -> Result<&'b [u8], ImportError> {
        let local = self.bytes.get(member.local..).ok_or(ImportError::Damaged)?;
        if !local.starts_with(LOCAL) {
            return Err(ImportError::Damaged);
        }
        let record = Record(local);
        let begin = 30 + usize::from(record.short(26)?) + usize::from(record.short(28)?);
        let range: Range<usize> = begin..begin.checked_add(member.packed).ok_or(ImportError::Damaged)?;
        local.get(range).ok_or(ImportError::Damaged)
    }
}

fn reader<'b>(member: &Member, packed: &'b [u8]) -> Result<Box<dyn Read + 'b>, ImportError> {
    match member.method {
        0 => Ok(Box::new(packed)),
        8 => Ok(Box::new(DeflateDecoder::new(packed))),
        _ => Err(ImportError::UnknownMethod("compression")),
    }
}
