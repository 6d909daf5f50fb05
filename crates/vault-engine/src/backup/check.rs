//! Reading a whole backup: every byte of it is compared, hashed or known to be zero.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use vault_crypto::MAX_HEADER;
use vault_wire::CtRoot;
use vault_wire::blob::{CHUNK_OVERHEAD, CHUNK_SIZE, chunk_hash};
use vault_wire::revision::BlobRef;

use super::archive::{BackupFile, END};
use super::error::BackupError;
use super::info::BackupInfo;
use super::log;
use super::manifest::{Manifest, Part};
use super::{archive, manifest};
use crate::disk::files;
use crate::document::Progress;
use crate::session::keys::BackupKeys;
use crate::store;
use crate::store::{Mode, NEWEST};

/// A member after the manifest.
#[derive(Clone, Copy)]
pub(crate) enum Member<'a> {
    Keys,
    Database,
    Document(&'a BlobRef),
}

/// Reads all members and checks each against the manifest, which is authenticated before. `place` tells where to write
/// one, if anywhere.
pub(crate) fn each_member(
    backup: &mut BackupFile,
    place: &mut dyn FnMut(Member<'_>) -> std::io::Result<Option<File>>,
    progress: Progress<'_>,
) -> Result<(), BackupError> {
    let BackupFile { file, manifest, .. } = backup;
    let Manifest { keys, database, blobs, .. } = &*manifest;
    let begin = file.metadata()?.len().saturating_sub(manifest.length());
    file.seek(SeekFrom::Start(begin))?;
    let mut done = 0;
    let mut tell = |count: usize| {
        done += count as u64;
        if progress(done).is_break() { Err(BackupError::Cancelled) } else { Ok(()) }
    };
    for (member, name, part) in
        [(Member::Keys, manifest::KEYS, keys), (Member::Database, manifest::DATABASE, database)]
    {
        archive::enter(file, name, part.size)?;
        let mut to = place(member)?;
        let mut hash = Sha256::new();
        pieces(file, part.size, &mut |piece| {
            hash.update(piece);
            to.as_mut().map_or(Ok(()), |to| to.write_all(piece))?;
            tell(piece.len())
        })?;
        if hash.finalize() != part.sha256 {
            return Err(BackupError::Damaged);
        }
        to.map_or(Ok(()), |to| to.sync_all())?;
        archive::leave(file, part.size)?;
    }
    for blob in blobs {
        archive::enter(file, &manifest::blob_name(&blob.blob_id), blob.ct_size)?;
        let mut to = place(Member::Document(blob))?;
        let root = copy_sealed(file, blob, &mut |piece| {
            to.as_mut().map_or(Ok(()), |to| to.write_all(piece))?;
            tell(piece.len())
        })?;
        if root != blob.ct_root {
            return Err(BackupError::Damaged);
        }
        to.map_or(Ok(()), |to| to.sync_all())?;
        archive::leave(file, blob.ct_size)?;
    }
    archive::expect_zeros(file, END)?;
    if file.read(&mut [0])? == 0 { Ok(()) } else { Err(BackupError::Damaged) }
}

/// Checks everything: the members against the manifest, and the database within itself. `work` is a private folder, where
/// the copy of the database is left.
pub(crate) fn check(
    backup: &mut BackupFile,
    keys: &BackupKeys,
    work: &Path,
    progress: Progress<'_>,
) -> Result<BackupInfo, BackupError> {
    backup.authenticate(keys)?;
    let copy = work.join(manifest::DATABASE);
    let mut place = |member: Member<'_>| match member {
        Member::Database => files::private_file().write(true).create_new(true).open(&copy).map(Some),
        Member::Keys | Member::Document(_) => Ok(None),
    };
    each_member(backup, &mut place, progress)?;
    let entries = check_database(&copy, keys, &backup.manifest, progress)?;
    let Manifest { profile, made_at, blobs, left_out, .. } = &backup.manifest;
    Ok(BackupInfo {
        profile: *profile,
        made_at: *made_at,
        entries,
        documents: blobs.len(),
        left_out: left_out.clone(),
    })
}

/// Opens the copy and checks its pages, its log and that the manifest is of it.
fn check_database(
    path: &Path,
    keys: &BackupKeys,
    manifest: &Manifest,
    progress: Progress<'_>,
) -> Result<Option<u64>, BackupError> {
    let db = store::open(path, &keys.database, Mode::Check, &mut store::refuse)?;
    store::check_pages(&db)?;
    let form = store::form(&db)?;
    if form != manifest.form || log::heads(&db)? != manifest.heads {
        return Err(BackupError::Damaged);
    }
    let named: BTreeMap<_, _> = log::documents(&db)?.into_iter().map(|blob| (blob.blob_id, blob)).collect();
    let left_out = manifest.left_out.iter().map(|left| &left.blob);
    let stated: BTreeMap<_, _> =
        manifest.blobs.iter().chain(left_out).map(|blob| (blob.blob_id, *blob)).collect();
    if named != stated {
        return Err(BackupError::Damaged);
    }
    let Some(home) = &keys.home else { return Ok(None) };
    let all = manifest.length();
    let go_on = &mut || progress(all);
    if form == NEWEST {
        return Ok(Some(log::replay(&db, home, go_on)?));
    }
    // What replays a log is of this program's form only, and this is a copy.
    db.close().map_err(|(_, error)| error)?;
    let db = store::open(path, &keys.database, Mode::Write, &mut |_, _| Ok(()))?;
    let entries = log::replay(&db, home, go_on)?;
    db.close().map_err(|(_, error)| error)?;
    Ok(Some(entries))
}

/// Passes on a sealed document and gives the root over its chunks.
pub(crate) fn copy_sealed(
    from: &mut File,
    blob: &BlobRef,
    to: &mut dyn FnMut(&[u8]) -> Result<(), BackupError>,
) -> Result<CtRoot, BackupError> {
    let sealed_chunk = u64::from(CHUNK_SIZE + CHUNK_OVERHEAD);
    let mut chunks = Vec::new();
    let mut left = blob.ct_size;
    let mut buffer = Vec::new();
    while left > 0 {
        let len = left.min(sealed_chunk);
        buffer.clear();
        if from.take(len).read_to_end(&mut buffer)? as u64 != len {
            return Err(BackupError::Damaged);
        }
        chunks.push(chunk_hash(&buffer));
        to(&buffer)?;
        left -= len;
    }
    Ok(CtRoot::of_chunks(&blob.blob_id, &chunks))
}

/// Reads exactly `size` bytes, piece by piece.
pub(crate) fn pieces(
    from: &mut impl Read,
    size: u64,
    each: &mut dyn FnMut(&[u8]) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    let mut buffer = Vec::new();
    let mut left = size;
    while left > 0 {
        let len = left.min(1 << 20);
        buffer.clear();
        if from.take(len).read_to_end(&mut buffer)? as u64 != len {
            return Err(BackupError::Damaged);
        }
        each(&buffer)?;
        left -= len;
    }
    Ok(())
}

/// The size and hash of a file.
pub(crate) fn part_of(path: &Path) -> Result<Part, BackupError> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut hash = Sha256::new();
    pieces(&mut file, size, &mut |piece| {
        hash.update(piece);
        Ok(())
    })?;
    Ok(Part { size, sha256: hash.finalize().into() })
}

/// Whether a file is a sealed document as it was signed.
pub(crate) fn is_sealed_as(path: &Path, blob: &BlobRef) -> bool {
    let Ok(mut file) = File::open(path) else { return false };
    let length = file.metadata().is_ok_and(|file| file.len() == blob.ct_size);
    length && copy_sealed(&mut file, blob, &mut |_| Ok(())).is_ok_and(|root| root == blob.ct_root)
}

impl BackupFile {
    /// The key file, which is needed before the manifest can be authenticated.
    pub(crate) fn key_file(&mut self) -> Result<Vec<u8>, BackupError> {
        let Self { file, manifest, .. } = self;
        let Part { size, sha256 } = manifest.keys;
        if size > MAX_HEADER as u64 {
            return Err(BackupError::Damaged);
        }
        file.seek(SeekFrom::Start(file.metadata()?.len().saturating_sub(manifest.length())))?;
        archive::enter(file, manifest::KEYS, size)?;
        let mut key_file = Vec::new();
        file.take(size).read_to_end(&mut key_file)?;
        if Sha256::digest(&key_file) == sha256 { Ok(key_file) } else { Err(BackupError::Damaged) }
    }
}
