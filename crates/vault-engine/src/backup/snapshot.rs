//! Making a backup: a snapshot while the profile is open, then one file with everything.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use vault_wire::revision::BlobRef;

use super::check::check;
use super::content::{copy_sealed, part_of, pieces};
use super::error::BackupError;
use super::file::BackupFile;
use super::info::BackupInfo;
use super::log;
use super::manifest::{Manifest, OmissionReason, OmittedDocument, Part};
use super::tar::{END, padded_size};
use super::{manifest, tar};
use crate::clock::Timestamp;
use crate::disk::{BlobFolder, Folder, KeysFile, expect_room, files};
use crate::document::{Existing, PendingFile, Progress};
use crate::session::keys::BackupKeys;
use crate::store;

/// Reserve for headers, the manifest and the file system.
const SLACK: u64 = 1 << 20;

/// Which documents go into a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Documents {
    /// All.
    All,
    /// Those with at most this many sealed bytes.
    UpTo(u64),
    /// None.
    None,
}

impl Documents {
    fn take(self, blob: &BlobRef) -> bool {
        match self {
            Self::All => true,
            Self::UpTo(most) => blob.ct_size <= most,
            Self::None => false,
        }
    }
}

/// The source of a snapshot.
pub(crate) struct Source<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) folder: &'a Folder,
    pub(crate) keys: Arc<BackupKeys>,
    pub(crate) now: Timestamp,
    /// The database file, if it stays unchanged while this handle is held; see
    /// [`Session::pause_checkpoints`](crate::session::Session).
    pub(crate) frozen: Option<Arc<File>>,
}

/// The state of a profile at one moment, to be written as a backup. If it is dropped, nothing remains of it.
///
/// It has the keys of the profile's backups, so it must be dropped soon after the profile is locked: let `progress`
/// cancel.
pub struct Snapshot {
    target: PathBuf,
    work: TempDir,
    /// The file to copy the database from; `None` if it is copied already.
    from: Option<Arc<File>>,
    key_file: Vec<u8>,
    manifest: Manifest,
    blobs: BlobFolder,
    keys: Arc<BackupKeys>,
}

impl Snapshot {
    pub(crate) fn take(
        source: &Source<'_>,
        target: &Path,
        documents: Documents,
        progress: Progress<'_>,
    ) -> Result<Self, BackupError> {
        let Source { db, folder, keys, now, frozen } = source;
        let blobs = BlobFolder::new(folder.blobs());
        let (mut taken_in, mut left_out) = (Vec::new(), Vec::new());
        let not_here = log::not_here(db)?;
        for blob in log::documents(db)? {
            let there = blobs.path_of(&blob.blob_id).metadata().is_ok_and(|file| file.len() == blob.ct_size);
            match (documents.take(&blob), there) {
                (true, true) => taken_in.push(blob),
                (_, false) if not_here.contains(&blob.blob_id) => {
                    left_out.push(OmittedDocument { blob, why: OmissionReason::NotHere });
                }
                (true, false) => left_out.push(OmittedDocument { blob, why: OmissionReason::Unreadable }),
                (false, _) => left_out.push(OmittedDocument { blob, why: OmissionReason::NotRequested }),
            }
        }
        let beside =
            target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let pages = store::size(db)?;
        let documents: u64 = taken_in.iter().map(|blob| padded_size(blob.ct_size)).sum();
        // A copy of the database is beside the archive while that is written, and again while it is checked.
        expect_room(beside, documents + 2 * pages + SLACK)?;

        let work = files::private_temp_folder(beside)?;
        let database = match frozen {
            // The file is copied when the backup is written, without the profile.
            Some(file) => Part { size: file.metadata()?.len(), sha256: [0; 32] },
            None => {
                let copy = work.path().join(manifest::DATABASE);
                store::copy(db, &copy, &keys.database, progress)?;
                part_of(&copy)?
            }
        };
        let key_file = KeysFile::read(&folder.keys()).or_else(|_| KeysFile::read(&folder.keys_backup()));
        let key_file = key_file.map_err(|_| BackupError::ProfileDamaged)?.bytes;
        let manifest = Manifest {
            profile: keys.profile,
            made_at: *now,
            form: store::form(db)?,
            heads: log::heads(db)?,
            keys: Part { size: key_file.len() as u64, sha256: Sha256::digest(&key_file).into() },
            database,
            blobs: taken_in,
            left_out,
        };
        let (target, from, keys) = (target.to_owned(), frozen.clone(), keys.clone());
        Ok(Self { target, work, from, key_file, manifest, blobs, keys })
    }

    /// Returns the bytes that [`Snapshot::write`] writes and then reads again.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.manifest.length() - END
    }

    /// Writes the backup, reads it back, checks it, and only then renames it to its name. `progress` receives the bytes
    /// written, then the bytes checked.
    ///
    /// # Errors
    /// See [`BackupError`]; an existing file is then unchanged.
    pub fn write(self, existing: Existing, progress: Progress<'_>) -> Result<BackupInfo, BackupError> {
        let Self { target, work, from, key_file, mut manifest, blobs, keys } = self;
        let mut pending = PendingFile::create(&target, existing)?;
        let copy = work.path().join(manifest::DATABASE);
        if let Some(from) = from {
            manifest.database = copy_frozen(&from, &copy, manifest.database.size, progress)?;
        }
        let mut damaged = write_all(pending.file(), &key_file, &copy, &manifest, &blobs, &keys, progress)?;
        if !damaged.is_empty() {
            // Written again without them: the manifest, which comes first, must list them as left out.
            damaged.sort_by_key(|blob| blob.blob_id);
            manifest
                .blobs
                .retain(|blob| damaged.binary_search_by_key(&blob.blob_id, |bad| bad.blob_id).is_err());
            let left_out =
                damaged.into_iter().map(|blob| OmittedDocument { blob, why: OmissionReason::Unreadable });
            manifest.left_out.extend(left_out);
            manifest.left_out.sort_by_key(|left| left.blob.blob_id);
            pending.file().set_len(0)?;
            if !write_all(pending.file(), &key_file, &copy, &manifest, &blobs, &keys, progress)?.is_empty() {
                return Err(BackupError::ProfileDamaged);
            }
        }
        std::fs::remove_file(&copy)?;
        let mut written = BackupFile::read(pending.file().try_clone()?)?;
        let info = check(&mut written, &keys, work.path(), progress).map_err(|error| match error {
            BackupError::Damaged => BackupError::ProfileDamaged,
            other => other,
        })?;
        drop(written);
        pending.finish()?;
        Ok(info)
    }
}

/// Copies a database file that does not change meanwhile. The pages are encrypted, so no key is needed.
fn copy_frozen(mut from: &File, to: &Path, size: u64, progress: Progress<'_>) -> Result<Part, BackupError> {
    from.seek(SeekFrom::Start(0))?;
    let mut copy = files::private_file().write(true).create_new(true).open(to)?;
    let mut hash = Sha256::new();
    pieces(&mut from, size, &mut |piece| {
        hash.update(piece);
        copy.write_all(piece)?;
        if progress(0).is_break() { Err(BackupError::Cancelled) } else { Ok(()) }
    })?;
    Ok(Part { size, sha256: hash.finalize().into() })
}

/// Writes the archive. Returns the documents that do not match the manifest.
fn write_all(
    to: &mut File,
    key_file: &[u8],
    copy: &Path,
    manifest: &Manifest,
    blobs: &BlobFolder,
    keys: &BackupKeys,
    progress: Progress<'_>,
) -> Result<Vec<BlobRef>, BackupError> {
    let mut done = 0;
    let mut tell = |count: usize| {
        done += count as u64;
        if progress(done).is_break() { Err(BackupError::Cancelled) } else { Ok(()) }
    };
    to.seek(SeekFrom::Start(0))?;
    tar::write_manifest(to, &manifest.encode(&keys.manifest))?;
    tar::write_member(to, manifest::KEYS, manifest.keys.size, |to| to.write_all(key_file))?;
    tar::write_member(to, manifest::DATABASE, manifest.database.size, |to| {
        pieces(&mut File::open(copy)?, manifest.database.size, &mut |piece| {
            to.write_all(piece)?;
            tell(piece.len())
        })
    })?;
    let mut damaged = Vec::new();
    for blob in &manifest.blobs {
        let Ok(mut from) = File::open(blobs.path_of(&blob.blob_id)) else {
            damaged.push(*blob);
            continue;
        };
        tar::write_member(to, &manifest::blob_name(&blob.blob_id), blob.ct_size, |to| {
            let copied = copy_sealed(&mut from, blob, &mut |piece| {
                // After the first damaged one the others are only checked.
                if damaged.is_empty() {
                    to.write_all(piece)?;
                }
                tell(piece.len())
            });
            match copied {
                Ok(root) if root == blob.ct_root => {}
                Ok(_) | Err(BackupError::Damaged | BackupError::Disk(crate::disk::DiskError::Unreadable)) => {
                    damaged.push(*blob);
                }
                Err(other) => return Err(other),
            }
            Ok(())
        })?;
    }
    tar::write_zeros(to, END)?;
    Ok(damaged)
}
