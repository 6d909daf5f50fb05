//! Checking a whole backup: every byte is compared, hashed or known to be zero.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use vault_wire::revision::BlobRef;

use super::content::{copy_sealed, pieces};
use super::error::BackupError;
use super::file::BackupFile;
use super::info::BackupInfo;
use super::log;
use super::manifest::Manifest;
use super::tar::END;
use super::{manifest, tar};
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

/// Reads all members and checks each against the manifest, which must have been authenticated. `place` returns the file
/// to write a member to, if any.
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
        tar::read_header(file, name, part.size)?;
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
        tar::read_padding(file, part.size)?;
    }
    for blob in blobs {
        tar::read_header(file, &manifest::blob_name(&blob.blob_id), blob.ct_size)?;
        let mut to = place(Member::Document(blob))?;
        let root = copy_sealed(file, blob, &mut |piece| {
            to.as_mut().map_or(Ok(()), |to| to.write_all(piece))?;
            tell(piece.len())
        })?;
        if root != blob.ct_root {
            return Err(BackupError::Damaged);
        }
        to.map_or(Ok(()), |to| to.sync_all())?;
        tar::read_padding(file, blob.ct_size)?;
    }
    tar::expect_zeros(file, END)?;
    if file.read(&mut [0])? == 0 { Ok(()) } else { Err(BackupError::Damaged) }
}

/// Checks the members against the manifest, and the pages and logs of the database. The copy of the database is left in
/// `work`, a private folder.
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

/// Opens the copy of the database and checks its pages, its logs and that the manifest matches it.
fn check_database(
    path: &Path,
    keys: &BackupKeys,
    manifest: &Manifest,
    progress: Progress<'_>,
) -> Result<Option<u64>, BackupError> {
    let db = store::open(path, &keys.database, Mode::Check, &mut store::refuse_migration)?;
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
    // Replaying a log needs the newest schema version, so the copy is migrated.
    db.close().map_err(|(_, error)| error)?;
    let db = store::open(path, &keys.database, Mode::Write, &mut |_, _| Ok(()))?;
    let entries = log::replay(&db, home, go_on)?;
    store::close(db)?;
    Ok(Some(entries))
}
