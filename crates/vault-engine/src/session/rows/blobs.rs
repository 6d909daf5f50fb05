//! Tables of documents: the profile's sealed streams, and the revisions that name them.

use rusqlite::{Connection, OptionalExtension};
use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, CtRoot, ItemId};

use super::view::time;
use crate::clock::Timestamp;
use crate::disk::BlobFolder;
use crate::item::Attachment;
use crate::session::error::SessionError;

/// Removes files that no row names and that are older than a day: left by a crash.
pub(crate) fn sweep(folder: &BlobFolder, db: &Connection, now: Timestamp) -> Result<(), SessionError> {
    let mut named = db.prepare_cached("SELECT 1 FROM blob WHERE blob_id = ?1")?;
    folder.sweep(now, &mut |id| Ok(named.exists([id.as_bytes()])?))
}

/// Inserts a new document. One that is there already is no error: a repeated write names it again.
pub(crate) fn name(db: &Connection, blob: &BlobRef, now: Timestamp) -> Result<(), SessionError> {
    let BlobRef { blob_id, ct_size, ct_root } = blob;
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO blob (blob_id, ct_size, ct_root, added_at) VALUES (?1, ?2, ?3, ?4)",
    )?;
    insert.execute((blob_id.as_bytes(), time(*ct_size), ct_root.as_bytes(), time(now.0)))?;
    Ok(())
}

/// Names a document of a received revision. Returns whether it is new here, and so must be downloaded.
pub(crate) fn name_received(db: &Connection, blob: &BlobRef, now: Timestamp) -> Result<bool, SessionError> {
    name(db, blob, now)?;
    if db.changes() == 0 {
        return Ok(false);
    }
    let mut insert = db.prepare_cached("INSERT OR IGNORE INTO not_here (blob_id) VALUES (?1)")?;
    insert.execute([blob.blob_id.as_bytes()])?;
    Ok(true)
}

/// Notes that documents are not here, of those that a server has: that entries name which it has confirmed.
pub(crate) fn expect_confirmed<'a>(
    db: &Connection,
    documents: impl Iterator<Item = &'a BlobId>,
) -> Result<(), SessionError> {
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO not_here (blob_id)
         SELECT blob_id FROM entry_blob JOIN entry USING (entry_key) JOIN vault USING (vault_key)
         WHERE blob_id = ?1 AND seq <= confirmed",
    )?;
    for document in documents {
        insert.execute([document.as_bytes()])?;
    }
    Ok(())
}

/// Returns the documents that were not downloaded yet.
pub(crate) fn not_here(db: &Connection) -> Result<Vec<BlobId>, SessionError> {
    let mut all = db.prepare("SELECT blob_id FROM not_here")?;
    let all = all.query_map([], |row| Ok(BlobId::from_bytes(row.get(0)?)))?;
    Ok(all.collect::<Result<_, _>>()?)
}

/// Notes that a document was downloaded.
pub(crate) fn arrived(db: &Connection, blob_id: &BlobId) -> Result<(), SessionError> {
    db.prepare_cached("DELETE FROM not_here WHERE blob_id = ?1")?.execute([blob_id.as_bytes()])?;
    Ok(())
}

/// In `blob_sent`: the server had the document, was restored since, and is asked whether it still has it.
pub(crate) const OFFERED: i64 = 2;

/// Stores whether the server has a document completely. One that no revision names any more is ignored.
pub(crate) fn set_sent(db: &Connection, blob_id: &BlobId, sent: bool) -> Result<(), SessionError> {
    let mut put = db.prepare_cached(
        "INSERT OR REPLACE INTO blob_sent (blob_id, sent) SELECT blob_id, ?2 FROM blob WHERE blob_id = ?1",
    )?;
    put.execute((blob_id.as_bytes(), sent))?;
    Ok(())
}

/// Notes that the server may have lost any document that is here.
pub(crate) fn offer_all(db: &Connection) -> Result<(), SessionError> {
    db.execute(
        "INSERT OR REPLACE INTO blob_sent (blob_id, sent) SELECT blob_id, ?1 FROM blob
         WHERE coalesce((SELECT sent <> 0 FROM blob_sent WHERE blob_sent.blob_id = blob.blob_id), true)
             AND blob_id NOT IN (SELECT blob_id FROM not_here)",
        [OFFERED],
    )?;
    Ok(())
}

/// Leaves it at what the log says of a document.
pub(crate) fn forget_sent(db: &Connection, blob_id: &BlobId) -> Result<(), SessionError> {
    db.prepare_cached("DELETE FROM blob_sent WHERE blob_id = ?1")?.execute([blob_id.as_bytes()])?;
    Ok(())
}

/// Finds a document by the id in an item's attachment. Returns [`SessionError::NotFound`] if there is none.
pub(crate) fn find(db: &Connection, blob_id: &BlobId) -> Result<BlobRef, SessionError> {
    let mut find = db.prepare_cached("SELECT ct_size, ct_root FROM blob WHERE blob_id = ?1")?;
    let found = find
        .query_row([blob_id.as_bytes()], |row| {
            Ok(BlobRef { blob_id: *blob_id, ct_size: row.get(0)?, ct_root: CtRoot::from_bytes(row.get(1)?) })
        })
        .optional()?;
    found.ok_or(SessionError::NotFound)
}

/// Returns whether none of these documents was deleted permanently.
pub(crate) fn all_there(db: &Connection, documents: &[BlobRef]) -> Result<bool, SessionError> {
    let mut find = db.prepare_cached("SELECT 1 FROM blob WHERE blob_id = ?1")?;
    for blob in documents {
        if !find.exists([blob.blob_id.as_bytes()])? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Removes attachments whose documents were deleted permanently.
pub(crate) fn keep_there(db: &Connection, files: &mut Vec<Attachment>) -> Result<(), SessionError> {
    let mut find = db.prepare_cached("SELECT 1 FROM blob WHERE blob_id = ?1")?;
    let mut kept = Vec::with_capacity(files.len());
    for file in std::mem::take(files) {
        if find.exists([file.blob_id.as_bytes()])? {
            kept.push(file);
        }
    }
    *files = kept;
    Ok(())
}

/// Drops the bodies of an item's revisions but these. Returns the documents that only they named.
pub(crate) fn drop_bodies(db: &Connection, id: ItemId, kept: [i64; 2]) -> Result<Vec<BlobId>, SessionError> {
    let mut of_item =
        db.prepare_cached("SELECT entry_key FROM entry WHERE item_id = ?1 AND entry_key NOT IN (?2, ?3)")?;
    let dropped = of_item.query_map((id.as_bytes(), kept[0], kept[1]), |row| row.get(0))?;
    let dropped = dropped.collect::<Result<Vec<i64>, _>>()?;
    drop_revisions(db, &dropped)
}

/// Drops the bodies of an item's revisions before an entry. Returns the documents that only they named.
pub(crate) fn drop_bodies_before(
    db: &Connection,
    vault_key: i64,
    id: ItemId,
    seq: u64,
) -> Result<Vec<BlobId>, SessionError> {
    let mut before = db.prepare_cached(
        "SELECT entry_key FROM entry INDEXED BY entry_of_item
         WHERE item_id = ?1 AND vault_key = ?2 AND seq < ?3",
    )?;
    let dropped = before.query_map((id.as_bytes(), vault_key, time(seq)), |row| row.get(0))?;
    let dropped = dropped.collect::<Result<Vec<i64>, _>>()?;
    drop_revisions(db, &dropped)
}

/// Drops the bodies of revisions. Returns the documents that only they named.
pub(crate) fn drop_revisions(db: &Connection, entries: &[i64]) -> Result<Vec<BlobId>, SessionError> {
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

/// Drops a document from all revisions of an item. Returns it if no other item names it.
pub(crate) fn drop_file(db: &Connection, id: ItemId, blob_id: &BlobId) -> Result<Vec<BlobId>, SessionError> {
    let mut drop = db.prepare_cached(
        "DELETE FROM entry_blob
         WHERE blob_id = ?1 AND entry_key IN (SELECT entry_key FROM entry WHERE item_id = ?2)",
    )?;
    if drop.execute((blob_id.as_bytes(), id.as_bytes()))? == 0 {
        return Err(SessionError::NotFound);
    }
    forget_unnamed(db, vec![*blob_id])
}

/// Deletes the rows of documents that no revision names any more, and returns these documents.
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
