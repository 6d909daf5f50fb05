//! The files of an item over time: those of its earlier revisions, restoring and deleting them.
//!
//! A replaced file remains in earlier revisions. Its successor is the file that the next revision has at the same
//! position of its list.

use rusqlite::{Connection, OptionalExtension};
use vault_crypto::FileKey;
use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, ItemId};

use super::change::{Opened, Put, Stored};
use super::read;
use crate::clock::Timestamp;
use crate::document::{ChunkList, NewBlob};
use crate::item::{Attachment, Item};
use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::{blobs, view};
use crate::session::state::Session;

/// A file that an item had and no longer has.
pub struct EarlierFile {
    /// The file.
    pub attachment: Attachment,
    /// When the revision that removed it was written.
    pub until: Timestamp,
    /// The current file in its position, if there is one.
    pub now: Option<BlobId>,
    /// Whether its content still exists.
    pub kept: bool,
}

/// The key of a document that is being added, sealed for its profile.
#[derive(Clone, Debug)]
pub struct SealedFileKey {
    blob_id: BlobId,
    sealed: Vec<u8>,
}

impl Session {
    /// Lists the files that an item no longer has, the last removed first. Files of unreadable or deleted revisions are
    /// left out.
    ///
    /// # Errors
    /// Fails if there is no such item.
    pub fn earlier_files(&self, id: ItemId) -> Result<Vec<EarlierFile>, SessionError> {
        let mut revisions = Vec::new();
        self.each_revision(id, &mut |at, item| revisions.push((at, item.attachments)))?;
        let mut newest_first = revisions.into_iter().rev();
        let Some((mut since, current)) = newest_first.next() else { return Ok(Vec::new()) };
        let mut after: Vec<BlobId> = current.iter().map(|file| file.blob_id).collect();
        // Each file found so far, with the current file in its position; the item's current files map to themselves.
        let mut met: Vec<(BlobId, Option<BlobId>)> = after.iter().map(|&id| (id, Some(id))).collect();
        let mut earlier: Vec<EarlierFile> = Vec::new();
        for (at, files) in newest_first {
            let ids: Vec<BlobId> = files.iter().map(|file| file.blob_id).collect();
            for (place, attachment) in files.into_iter().enumerate() {
                if met.iter().any(|(known, _)| *known == attachment.blob_id) {
                    continue;
                }
                let successor = after.get(place).filter(|successor| !ids.contains(successor));
                let known = met.iter().find(|(known, _)| Some(known) == successor);
                let now = known.and_then(|(_, now)| *now);
                met.push((attachment.blob_id, now));
                let kept = has_content(&self.db, &attachment)?;
                earlier.push(EarlierFile { attachment, until: since, now, kept });
            }
            (since, after) = (at, ids);
        }
        Ok(earlier)
    }

    /// Finds a file that an item has or had, with size and root of its sealed bytes from the signed header of the
    /// newest revision that has it.
    ///
    /// # Errors
    /// Returns [`SessionError::NotFound`] if the item never had it, [`SessionError::RevisionDamaged`] if no header of
    /// the item names it.
    pub fn file(&self, id: ItemId, blob_id: &BlobId) -> Result<(Attachment, BlobRef), SessionError> {
        match self.attached(id, blob_id) {
            Err(SessionError::NotFound) => {}
            found => return found,
        }
        let vault_key = view::current(&self.db, id)?.ok_or(SessionError::NotFound)?.vault_key;
        let sql = [
            "SELECT ",
            StoredRevision::COLUMNS,
            " FROM entry INDEXED BY entry_of_item JOIN entry_blob USING (entry_key)
              WHERE item_id = ?1 AND blob_id = ?2
              AND entry.vault_key = ?3 ORDER BY seq DESC LIMIT 1",
        ]
        .concat();
        let mut find = self.db.prepare_cached(&sql)?;
        let found = find
            .query_row((id.as_bytes(), blob_id.as_bytes(), vault_key), StoredRevision::read)
            .optional()?;
        let stored = found.ok_or(SessionError::NotFound)?;
        let header = stored.header(&self.vaults)?;
        let item = stored.open_as(&self.vaults, id, &header)?;
        let file = item.attachments.into_iter().find(|file| file.blob_id == *blob_id);
        Ok((file.ok_or(SessionError::RevisionDamaged)?, read::signed_blob(&header, blob_id)?))
    }

    /// Restores an earlier file of an item: at the position of its successor, or at the end. The file that it replaces
    /// becomes an earlier file.
    ///
    /// # Errors
    /// Returns [`SessionError::NotFound`] if the item never had it, or its content was deleted.
    pub fn restore_file(&mut self, id: ItemId, blob_id: &BlobId) -> Result<Stored, SessionError> {
        let earlier = self.earlier_files(id)?.into_iter().find(|file| file.attachment.blob_id == *blob_id);
        let EarlierFile { attachment, now, kept, until: _ } = earlier.ok_or(SessionError::NotFound)?;
        if !kept {
            return Err(SessionError::NotFound);
        }
        let Opened { mut item, revision, .. } = self.get(id)?;
        let place = now.and_then(|now| item.attachments.iter_mut().find(|file| file.blob_id == now));
        match place {
            Some(place) => *place = attachment,
            None => item.attachments.push(attachment),
        }
        item.modified_at = self.clock.now();
        self.put(Put::change(id, revision, item))
    }

    /// Permanently deletes the content of an earlier file. The revisions that had it are kept without it.
    ///
    /// # Errors
    /// Returns [`SessionError::NotFound`] if the item never had it, still has it, or its content is already deleted.
    pub fn drop_file(&mut self, id: ItemId, blob_id: &BlobId) -> Result<(), SessionError> {
        let current = self.get(id)?.item.attachments;
        if current.iter().any(|file| file.blob_id == *blob_id) {
            return Err(SessionError::NotFound);
        }
        self.write(|tx| tx.drop_file(id, blob_id))
    }

    /// Returns the chunk list of a document, if one is stored.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn chunk_list(&self, blob: &BlobRef) -> Result<Option<ChunkList>, SessionError> {
        let mut find = self.db.prepare_cached("SELECT hashes FROM chunk_list WHERE blob_id = ?1")?;
        let kept: Option<Vec<u8>> = find.query_row([blob.blob_id.as_bytes()], |row| row.get(0)).optional()?;
        Ok(kept.and_then(|kept| ChunkList::from_bytes(blob, &kept)))
    }

    /// Stores a document's chunk list, so that parts of the document can be read without hashing all of it. It need not
    /// be stored with the revision that names the document: a lost list is made again.
    ///
    /// # Errors
    /// Fails if the profile cannot be written.
    pub fn keep_chunk_list(&mut self, list: &ChunkList) -> Result<(), SessionError> {
        self.writable()?;
        let mut keep = self.db.prepare_cached(
            "INSERT OR REPLACE INTO chunk_list (blob_id, hashes) SELECT blob_id, ?2 FROM blob WHERE blob_id = ?1",
        )?;
        keep.execute((list.blob().blob_id.as_bytes(), list.to_bytes()))?;
        Ok(())
    }

    /// Draws id and key for a document to be added. The key is returned sealed, so that it can be kept over a lock; see
    /// [`Session::open_file_key`].
    pub fn make_file_key(&mut self) -> (BlobId, SealedFileKey) {
        let (blob_id, key) = NewBlob::make(&mut self.rng).into_parts();
        // Sealed as a draft. It is never written to the disk.
        let name = blob_id.as_bytes();
        let sealed = self.local.seal_draft(&self.info.id, name, key.expose_bytes(), &mut self.rng);
        (blob_id, SealedFileKey { blob_id, sealed })
    }

    /// Opens the key of a document that is being added.
    ///
    /// # Errors
    /// Returns [`SessionError::NotFound`] if it was sealed in another profile.
    pub fn open_file_key(&self, key: &SealedFileKey) -> Result<FileKey, SessionError> {
        let SealedFileKey { blob_id, sealed } = key;
        let opened = self.local.open_draft(&self.info.id, blob_id.as_bytes(), sealed);
        let opened = opened.map_err(|_| SessionError::NotFound)?;
        let bytes = opened.expose().try_into().map_err(|_| SessionError::NotFound)?;
        Ok(FileKey::from_bytes(bytes))
    }

    /// Visits every readable revision of an item, oldest first.
    fn each_revision(&self, id: ItemId, visit: &mut dyn FnMut(Timestamp, Item)) -> Result<(), SessionError> {
        let current = view::current(&self.db, id)?.ok_or(SessionError::NotFound)?;
        for stored in StoredRevision::all_of(&self.db, id, current.vault_key)? {
            if let Ok(item) = stored.open(&self.vaults, id) {
                visit(stored.written_at, item);
            }
        }
        Ok(())
    }
}

/// Returns the files for a revision that restores an older one. Instead of a file whose content was deleted, the
/// current file at its position is kept.
pub(crate) fn restorable_files(
    db: &Connection,
    old: Vec<Attachment>,
    now: Vec<Attachment>,
) -> Result<Vec<Attachment>, SessionError> {
    let ids: Vec<BlobId> = old.iter().map(|file| file.blob_id).collect();
    let mut now: Vec<Option<Attachment>> = now.into_iter().map(Some).collect();
    let mut files = Vec::with_capacity(old.len());
    for (place, file) in old.into_iter().enumerate() {
        if has_content(db, &file)? {
            files.push(file);
        } else if let Some(instead) = now.get_mut(place).and_then(Option::take)
            && !ids.contains(&instead.blob_id)
        {
            files.push(instead);
        }
    }
    Ok(files)
}

pub(crate) fn has_content(db: &Connection, file: &Attachment) -> Result<bool, SessionError> {
    match blobs::find(db, &file.blob_id) {
        Ok(_) => Ok(true),
        Err(SessionError::NotFound) => Ok(false),
        Err(other) => Err(other),
    }
}
