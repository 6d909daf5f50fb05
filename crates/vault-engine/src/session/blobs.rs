//! Documents: which sealed streams the profile has, which revisions name them, and where their files lie.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension};
use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, CtRoot, ItemId};

use super::SessionError;
use super::view::time;
use crate::item::Timestamp;
use crate::profile::files;

/// Files younger than this may belong to a document that is just being taken in.
const ORPHAN_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// The folder with the sealed documents of a profile, `blobs/ab/<blob_id>`. It knows no key, so any thread may have it.
#[derive(Clone, Debug)]
pub struct BlobFolder(PathBuf);

impl BlobFolder {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Where a sealed document lies.
    #[must_use]
    pub fn path_of(&self, blob_id: &BlobId) -> PathBuf {
        let name = blob_id.to_string();
        self.0.join(name.get(..2).unwrap_or_default()).join(name)
    }

    /// Makes the folder a sealed document goes into, and answers with the place of its file.
    ///
    /// # Errors
    /// If the disk does not allow it.
    pub fn prepare(&self, blob_id: &BlobId) -> std::io::Result<PathBuf> {
        let path = self.path_of(blob_id);
        if let Some(folder) = path.parent()
            && !folder.is_dir()
        {
            files::make_private_folder(folder)?;
            // Else a file that was synced could be gone with its folder after a power cut.
            files::sync_folder(&self.0)?;
        }
        Ok(path)
    }

    /// Makes the names of all files last.
    pub(crate) fn sync(&self) -> std::io::Result<()> {
        entries(&self.0)
            .filter(|folder| folder.is_dir())
            .try_for_each(|folder| files::sync_folder(&folder))?;
        files::sync_folder(&self.0)
    }

    /// Removes files that no row of the database names and that are older than a day: what a crash left.
    pub(super) fn sweep(&self, db: &Connection, now: Timestamp) -> Result<(), SessionError> {
        let now = UNIX_EPOCH.checked_add(Duration::from_millis(now.0)).unwrap_or_else(SystemTime::now);
        let mut named = db.prepare_cached("SELECT 1 FROM blob WHERE blob_id = ?1")?;
        for folder in entries(&self.0) {
            for file in entries(&folder) {
                let id = file.file_name().and_then(|name| name.to_str()?.parse::<BlobId>().ok());
                let kept = match id {
                    Some(id) => named.exists([id.as_bytes()])?,
                    None => false,
                };
                if !kept && is_old(&file, now) {
                    let _ = fs::remove_file(&file);
                }
            }
        }
        Ok(())
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()))
}

/// A file from the future, by a clock that was set back, is not old.
fn is_old(file: &Path, now: SystemTime) -> bool {
    let modified = fs::symlink_metadata(file).and_then(|data| data.modified());
    modified.is_ok_and(|modified| now.duration_since(modified).is_ok_and(|age| age > ORPHAN_AGE))
}

/// Takes a new document into the database. A second time is no error: a repeated write names it again.
pub(super) fn name(db: &Connection, blob: &BlobRef, now: Timestamp) -> Result<(), SessionError> {
    let BlobRef { blob_id, ct_size, ct_root } = blob;
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO blob (blob_id, ct_size, ct_root, added_at) VALUES (?1, ?2, ?3, ?4)",
    )?;
    insert.execute((blob_id.as_bytes(), time(*ct_size), ct_root.as_bytes(), time(now.0)))?;
    Ok(())
}

/// Looks a document up by the name that an item's attachment gives.
pub(super) fn find(db: &Connection, blob_id: &BlobId) -> Result<BlobRef, SessionError> {
    let mut find = db.prepare_cached("SELECT ct_size, ct_root FROM blob WHERE blob_id = ?1")?;
    let found = find
        .query_row([blob_id.as_bytes()], |row| {
            Ok(BlobRef { blob_id: *blob_id, ct_size: row.get(0)?, ct_root: CtRoot::from_bytes(row.get(1)?) })
        })
        .optional()?;
    found.ok_or(SessionError::NotFound)
}

/// Drops the bodies of an item's revisions before its tombstone, and answers with the documents that only they named.
pub(super) fn drop_bodies(db: &Connection, id: ItemId, tombstone: i64) -> Result<Vec<BlobId>, SessionError> {
    let id = id.as_bytes();
    let mut of_item = db.prepare_cached(
        "SELECT DISTINCT blob_id FROM entry_blob JOIN entry USING (entry_key) WHERE item_id = ?1",
    )?;
    let named = of_item.query_map([id], |row| Ok(BlobId::from_bytes(row.get(0)?)))?;
    let named = named.collect::<Result<Vec<_>, _>>()?;
    db.prepare_cached(
        "DELETE FROM entry_blob WHERE entry_key IN (SELECT entry_key FROM entry WHERE item_id = ?1)",
    )?
    .execute([id])?;
    db.prepare_cached("UPDATE entry SET body = NULL WHERE item_id = ?1 AND entry_key <> ?2")?
        .execute((id, tombstone))?;
    forget_unnamed(db, named)
}

/// Drops the bodies of revisions, and answers with the documents that only they named.
pub(super) fn drop_revisions(db: &Connection, entries: &[i64]) -> Result<Vec<BlobId>, SessionError> {
    let mut named = Vec::new();
    let mut find = db.prepare_cached("SELECT blob_id FROM entry_blob WHERE entry_key = ?1")?;
    let mut unname = db.prepare_cached("DELETE FROM entry_blob WHERE entry_key = ?1")?;
    let mut drop = db.prepare_cached("UPDATE entry SET body = NULL WHERE entry_key = ?1")?;
    for entry in entries {
        let blobs = find.query_map([entry], |row| Ok(BlobId::from_bytes(row.get(0)?)))?;
        named.extend(blobs.collect::<Result<Vec<_>, _>>()?);
        unname.execute([entry])?;
        drop.execute([entry])?;
    }
    forget_unnamed(db, named)
}

/// Drops a document from all revisions of an item, and answers with it if no other item names it.
pub(super) fn drop_file(db: &Connection, id: ItemId, blob_id: &BlobId) -> Result<Vec<BlobId>, SessionError> {
    let mut drop = db.prepare_cached(
        "DELETE FROM entry_blob
         WHERE blob_id = ?1 AND entry_key IN (SELECT entry_key FROM entry WHERE item_id = ?2)",
    )?;
    if drop.execute((blob_id.as_bytes(), id.as_bytes()))? == 0 {
        return Err(SessionError::NotFound);
    }
    forget_unnamed(db, vec![*blob_id])
}

/// Forgets those of the documents that no revision names any more, and answers with them.
fn forget_unnamed(db: &Connection, documents: Vec<BlobId>) -> Result<Vec<BlobId>, SessionError> {
    let mut forget = db.prepare_cached(
        "DELETE FROM blob WHERE blob_id = ?1 AND NOT EXISTS (SELECT 1 FROM entry_blob WHERE blob_id = ?1)",
    )?;
    let mut unnamed = Vec::new();
    for blob in documents {
        if forget.execute([blob.as_bytes()])? > 0 {
            unnamed.push(blob);
        }
    }
    Ok(unnamed)
}
