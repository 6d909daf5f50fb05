//! The file of a backup: its manifest, read and then authenticated, and single members.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use vault_crypto::MAX_HEADER;
use vault_wire::BlobId;

use super::content::copy_sealed;
use super::error::BackupError;
use super::manifest::{KEYS, MAX_MANIFEST, Manifest, Part, blob_name};
use super::tar::{BLOCK, MANIFEST, header, padded_size, read_header, read_padding};
use crate::document::DocumentError;
use crate::session::keys::BackupKeys;

/// A backup whose manifest has been read but not yet authenticated.
pub(crate) struct BackupFile {
    pub(crate) file: File,
    pub(crate) manifest: Manifest,
    pub(crate) body: Vec<u8>,
    pub(crate) mac: [u8; 32],
}

impl BackupFile {
    /// Extracts one sealed document and verifies it; the manifest must have been authenticated. Returns
    /// [`BackupError::LeftOut`] if the backup does not have it.
    pub(crate) fn extract(&mut self, blob_id: &BlobId, to: &mut File) -> Result<(), BackupError> {
        let Self { file, manifest, .. } = self;
        let at = manifest.blobs.binary_search_by_key(blob_id, |blob| blob.blob_id);
        let (before, rest) = manifest.blobs.split_at(at.map_err(|_| BackupError::LeftOut)?);
        let blob = rest.first().ok_or(BackupError::LeftOut)?;
        let before = before.iter().map(|blob| padded_size(blob.ct_size)).sum::<u64>();
        let begin = file.metadata()?.len().saturating_sub(manifest.length());
        let begin = begin + padded_size(manifest.keys.size) + padded_size(manifest.database.size) + before;
        file.seek(SeekFrom::Start(begin))?;
        read_header(file, &blob_name(blob_id), blob.ct_size)?;
        let root = copy_sealed(file, blob, &mut |piece| Ok(to.write_all(piece)?))?;
        if root == blob.ct_root { Ok(()) } else { Err(BackupError::Damaged) }
    }

    /// Opens a file and reads its manifest.
    pub(crate) fn open(path: &Path) -> Result<Self, BackupError> {
        // Checked before opening as well: opening a pipe would wait for its other end.
        if !path.metadata()?.is_file() {
            return Err(DocumentError::NotAFile.into());
        }
        Self::read(File::open(path)?)
    }

    pub(crate) fn read(mut file: File) -> Result<Self, BackupError> {
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(0))?;
        let mut block = [0; BLOCK];
        file.read_exact(&mut block).map_err(|error| match BackupError::from(error) {
            BackupError::Damaged => BackupError::NotABackup,
            other => other,
        })?;
        let size = block.get(124..135).and_then(|digits| std::str::from_utf8(digits).ok());
        let size = size.and_then(|digits| u64::from_str_radix(digits, 8).ok()).unwrap_or(u64::MAX);
        if size > MAX_MANIFEST || header(MANIFEST, size) != block {
            return Err(BackupError::NotABackup);
        }
        let mut bytes = Vec::new();
        (&mut file).take(size).read_to_end(&mut bytes)?;
        let (manifest, body, mac) = Manifest::parse(&bytes)?;
        read_padding(&mut file, size)?;
        if length != padded_size(size) + manifest.length() {
            return Err(BackupError::Damaged);
        }
        Ok(Self { file, manifest, body, mac })
    }

    /// Reads the key file, which is needed to authenticate the manifest.
    pub(crate) fn key_file(&mut self) -> Result<Vec<u8>, BackupError> {
        let Self { file, manifest, .. } = self;
        let Part { size, sha256 } = manifest.keys;
        if size > MAX_HEADER as u64 {
            return Err(BackupError::Damaged);
        }
        file.seek(SeekFrom::Start(file.metadata()?.len().saturating_sub(manifest.length())))?;
        read_header(file, KEYS, size)?;
        let mut key_file = Vec::new();
        file.take(size).read_to_end(&mut key_file)?;
        if Sha256::digest(&key_file) == sha256 { Ok(key_file) } else { Err(BackupError::Damaged) }
    }

    /// Checks that the manifest is of the profile and authentic under its keys. Returns [`BackupError::OtherProfile`]
    /// if not.
    pub(crate) fn authenticate(&self, keys: &BackupKeys) -> Result<(), BackupError> {
        let own = self.manifest.profile == keys.profile && keys.manifest.is_authentic(&self.body, &self.mac);
        if own { Ok(()) } else { Err(BackupError::OtherProfile) }
    }
}

/// Checks whether a file is a backup, and returns its size in bytes. Nothing in it is trusted.
///
/// # Errors
/// See [`BackupError`].
pub fn look_at(path: &Path) -> Result<u64, BackupError> {
    let backup = BackupFile::open(path)?;
    Ok(backup.file.metadata()?.len())
}
