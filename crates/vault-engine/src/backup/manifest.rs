//! The manifest: the profile and the other members of a backup, authenticated.

use vault_crypto::BackupKey;
use vault_wire::cbor::{Array, DecodeError, Reader};
use vault_wire::log::Head;
use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, ProfileId, VaultId};

use super::error::BackupError;
use super::tar::{END, padded_size};
use crate::clock::Timestamp;

/// The longest manifest, in bytes.
pub(crate) const MAX_MANIFEST: u64 = 64 << 20;
const FORMAT: u64 = 1;
const MAGIC: &str = "coffer backup";
const MAX_VAULTS: u64 = 10_000;
const MAX_BLOBS: u64 = 500_000;

pub(crate) const KEYS: &str = "profile.keys";
pub(crate) const DATABASE: &str = "vault.db";

/// The size and hash of a member.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) size: u64,
    pub(crate) sha256: [u8; 32],
}

/// Why a document is not in a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OmissionReason {
    /// It was not requested: no documents, or none of this size.
    NotRequested,
    /// Its file is missing or damaged in the profile itself.
    Unreadable,
    /// It was on a server and not downloaded to this computer.
    NotHere,
}

/// A document of the profile that is not in the backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OmittedDocument {
    /// The document.
    pub blob: BlobRef,
    /// Why it is not there.
    pub why: OmissionReason,
}

/// The content of a backup, in its order.
#[derive(Clone)]
pub(crate) struct Manifest {
    pub(crate) profile: ProfileId,
    pub(crate) made_at: Timestamp,
    /// The schema version of the database.
    pub(crate) form: u32,
    /// The head of each vault's log.
    pub(crate) heads: Vec<(VaultId, Head)>,
    pub(crate) keys: Part,
    pub(crate) database: Part,
    /// Ordered by their ids.
    pub(crate) blobs: Vec<BlobRef>,
    /// Ordered by their ids.
    pub(crate) left_out: Vec<OmittedDocument>,
}

impl Manifest {
    /// Encodes and authenticates the manifest.
    pub(crate) fn encode(&self, key: &BackupKey) -> Vec<u8> {
        let body = self.write().encode();
        seal(&body, &key.authenticate(&body))
    }

    /// Parses a manifest, without authenticating it. Returns it with its encoded body and MAC.
    pub(crate) fn parse(bytes: &[u8]) -> Result<(Self, Vec<u8>, [u8; 32]), BackupError> {
        let mut reader = Reader::new(bytes);
        // Another format may have another number of items, so the format is checked first.
        let items = reader.array_up_to(u64::MAX).map_err(|_| BackupError::NotABackup)?;
        if reader.text_up_to(MAGIC.len()).map_err(|_| BackupError::NotABackup)? != MAGIC {
            return Err(BackupError::NotABackup);
        }
        match reader.uint() {
            Ok(FORMAT) if items == 4 => {}
            Ok(other) if other != FORMAT => return Err(BackupError::OtherFormat),
            _ => return Err(BackupError::Damaged),
        }
        let (manifest, body, mac) = Self::rest(&mut reader).map_err(|_| BackupError::Damaged)?;
        if manifest.write().encode() != body || seal(&body, &mac) != bytes {
            return Err(BackupError::Damaged);
        }
        Ok((manifest, body, mac))
    }

    fn rest(reader: &mut Reader<'_>) -> Result<(Self, Vec<u8>, [u8; 32]), DecodeError> {
        let body = reader.bytes_up_to(usize::try_from(MAX_MANIFEST).unwrap_or(usize::MAX))?.to_vec();
        let mac = reader.byte_array()?;
        reader.end()?;
        let mut within = Reader::new(&body);
        let manifest = Self::read(&mut within)?;
        within.end()?;
        Ok((manifest, body, mac))
    }

    /// Returns the bytes of everything after the manifest, the end mark included.
    pub(crate) fn length(&self) -> u64 {
        let blobs = self.blobs.iter().map(|blob| blob.ct_size);
        let sizes = [self.keys.size, self.database.size].into_iter().chain(blobs);
        // Sizes are bounded when they are parsed, so this does not overflow.
        sizes.map(padded_size).fold(END, u64::saturating_add)
    }

    fn write(&self) -> Array {
        let Self { profile, made_at, form, heads, keys, database, blobs, left_out } = self;
        let heads = heads.iter().fold(Array::new(), |all, (vault, head)| {
            all.array(&Array::new().bytes(vault.as_bytes()).uint(head.seq).bytes(head.root.as_bytes()))
        });
        let blobs = blobs.iter().fold(Array::new(), |all, blob| all.array(&write_blob(blob)));
        let left_out = left_out.iter().fold(Array::new(), |all, left| {
            let why = match left.why {
                OmissionReason::NotRequested => 0,
                OmissionReason::Unreadable => 1,
                OmissionReason::NotHere => 2,
            };
            all.array(&write_blob(&left.blob).uint(why))
        });
        Array::new()
            .bytes(profile.as_bytes())
            .uint(made_at.0)
            .uint((*form).into())
            .array(&heads)
            .array(&keys.write())
            .array(&database.write())
            .array(&blobs)
            .array(&left_out)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(8)?;
        let (profile, made_at, form) = (reader.fixed()?, Timestamp(reader.uint()?), reader.uint32()?);
        let heads = many(reader, MAX_VAULTS, |reader| {
            reader.array(3)?;
            Ok((reader.fixed()?, Head { seq: reader.uint()?, root: reader.fixed()? }))
        })?;
        let (keys, database) = (Part::read(reader)?, Part::read(reader)?);
        let blobs = many(reader, MAX_BLOBS, |reader| {
            reader.array(3)?;
            read_blob(reader)
        })?;
        let left_out = many(reader, MAX_BLOBS, |reader| {
            reader.array(4)?;
            let blob = read_blob(reader)?;
            let why = match reader.uint()? {
                0 => OmissionReason::NotRequested,
                1 => OmissionReason::Unreadable,
                2 => OmissionReason::NotHere,
                other => return Err(DecodeError::UnknownKind(other)),
            };
            Ok(OmittedDocument { blob, why })
        })?;
        let ordered = blobs.is_sorted_by(|a, b| a.blob_id < b.blob_id)
            && left_out.is_sorted_by(|a, b| a.blob.blob_id < b.blob.blob_id);
        if !ordered {
            return Err(DecodeError::NotCanonical);
        }
        Ok(Self { profile, made_at, form, heads, keys, database, blobs, left_out })
    }
}

impl Part {
    fn write(&self) -> Array {
        let Self { size, sha256 } = self;
        Array::new().uint(*size).bytes(sha256)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(2)?;
        Ok(Self { size: size(reader)?, sha256: reader.byte_array()? })
    }
}

/// Returns the name of a sealed document in the archive, which is its path in the profile's folder.
pub(crate) fn blob_name(blob_id: &BlobId) -> String {
    let name = blob_id.to_string();
    format!("blobs/{}/{name}", name.get(..2).unwrap_or_default())
}

/// Parses the manifest of a backup without authenticating it, and encodes it again, to the same bytes.
///
/// # Errors
/// See [`BackupError`].
pub fn reread(bytes: &[u8]) -> Result<Vec<u8>, BackupError> {
    let (manifest, _, mac) = Manifest::parse(bytes)?;
    Ok(seal(&manifest.write().encode(), &mac))
}

fn seal(body: &[u8], mac: &[u8; 32]) -> Vec<u8> {
    Array::new().text(MAGIC).uint(FORMAT).bytes(body).bytes(mac).encode()
}

fn write_blob(blob: &BlobRef) -> Array {
    let BlobRef { blob_id, ct_size, ct_root } = blob;
    Array::new().bytes(blob_id.as_bytes()).uint(*ct_size).bytes(ct_root.as_bytes())
}

fn read_blob(reader: &mut Reader<'_>) -> Result<BlobRef, DecodeError> {
    Ok(BlobRef { blob_id: reader.fixed()?, ct_size: size(reader)?, ct_root: reader.fixed()? })
}

/// Reads a size below 4 TiB: half a million of them add up to less than 2⁶⁴.
fn size(reader: &mut Reader<'_>) -> Result<u64, DecodeError> {
    let size = reader.uint()?;
    if size < 1 << 42 { Ok(size) } else { Err(DecodeError::TooLong) }
}

fn many<T>(
    reader: &mut Reader<'_>,
    most: u64,
    mut one: impl FnMut(&mut Reader<'_>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let count = reader.array_up_to(most)?;
    (0..count).map(|_| one(reader)).collect()
}
