//! What it takes to write items elsewhere under new ids: their revisions, and their documents, sealed again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::str::FromStr;

use rusqlite::Connection;
use vault_crypto::{FileKey, SecretText};
use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, ItemId};

use super::reseal::reseal;
use super::{files, read};
use crate::clock::{Rng, Timestamp};
use crate::disk::{BlobFolder, DiskError, expect_room};
use crate::document::{DocumentError, NewBlob, Progress};
use crate::item::{Attachment, FieldKind, Item};
use crate::session::error::SessionError;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::view::Current;
use crate::session::vaults::vault::Vaults;

/// The documents of items, sealed again under new ids and keys. Unless it is kept, they are removed when it is dropped.
pub(crate) struct Resealed {
    documents: BTreeMap<(ItemId, BlobId), Document>,
    from: BlobFolder,
    to: BlobFolder,
    kept: bool,
}

/// A document that is sealed again.
struct Document {
    old: Attachment,
    signed: BlobRef,
    new: Option<(BlobRef, Attachment)>,
}

impl Resealed {
    /// Without documents yet.
    pub(crate) fn between(from: &BlobFolder, to: &BlobFolder) -> Self {
        Self { documents: BTreeMap::new(), from: from.clone(), to: to.clone(), kept: false }
    }

    /// Adds the documents of an item; each is sealed once for it.
    pub(crate) fn add(&mut self, id: ItemId, documents: Vec<(Attachment, BlobRef)>) {
        for (old, signed) in documents {
            let document = Document { old, signed, new: None };
            self.documents.entry((id, signed.blob_id)).or_insert(document);
        }
    }

    /// Returns the bytes of the documents.
    pub(crate) fn bytes(&self) -> u64 {
        self.documents.values().map(|document| document.old.size).sum()
    }

    /// Returns the number of documents.
    pub(crate) fn len(&self) -> usize {
        self.documents.len()
    }

    /// Seals the documents. Items with one that is damaged, missing or not downloaded yet are added to `left`. `progress`
    /// receives the bytes done.
    ///
    /// # Errors
    /// Returns [`SessionError::Cancelled`] if `progress` cancelled. Fails with the disk.
    pub(crate) fn seal(
        &mut self,
        left: &mut BTreeSet<ItemId>,
        rng: &mut Rng,
        progress: Progress<'_>,
    ) -> Result<(), SessionError> {
        expect_room(self.to.path(), self.bytes()).map_err(|_| DiskError::Full)?;
        let mut before = 0;
        for ((id, _), document) in &mut self.documents {
            if left.contains(id) {
                continue;
            }
            let mut told = |done| progress(before + done);
            let old = &document.old;
            match reseal((old, &document.signed), &self.from, NewBlob::make(rng), &self.to, &mut told) {
                Ok(sealed) => {
                    let blob = sealed.blob;
                    document.new = Some((blob, sealed.into_attachment(old.name.clone(), old.added_at)));
                }
                Err(DocumentError::Damaged | DocumentError::NotHere) => drop(left.insert(*id)),
                Err(DocumentError::Cancelled) => return Err(SessionError::Cancelled),
                Err(DocumentError::NoRoom { .. }) => return Err(DiskError::Full.into()),
                Err(DocumentError::Io(error)) => return Err(SessionError::Disk(error.into())),
                Err(_) => return Err(SessionError::Fault),
            }
            before += document.old.size;
        }
        Ok(())
    }

    /// Returns the documents sealed for an item.
    pub(crate) fn of(&self, id: ItemId) -> impl Iterator<Item = &BlobRef> {
        let of_item = (id, BlobId::from_bytes([0; 16]))..=(id, BlobId::from_bytes([0xff; 16]));
        self.documents.range(of_item).filter_map(|(_, document)| Some(&document.new.as_ref()?.0))
    }

    /// Replaces an item's documents by those sealed for it; returns whether there was one for each. Attachments without
    /// one are removed: the content of an earlier file may have been deleted.
    pub(crate) fn exchange(&self, id: ItemId, item: &mut Item) -> bool {
        let before = item.attachments.len();
        // Fields that name a file of the item are changed to the new id.
        rename(item, FieldKind::File, &|blob: BlobId| {
            Some(self.documents.get(&(id, blob))?.new.as_ref()?.0.blob_id)
        });
        item.attachments.retain_mut(|attachment| {
            let document = self.documents.get(&(id, attachment.blob_id)).and_then(|found| found.new.as_ref());
            if let Some((_, new)) = document {
                attachment.blob_id = new.blob_id;
                attachment.file_key = FileKey::from_bytes(new.file_key.expose_bytes());
            }
            document.is_some()
        });
        item.attachments.len() == before
    }

    /// Keeps the files: an entry of the log names them.
    pub(crate) fn keep(&mut self) {
        self.kept = true;
    }
}

impl Drop for Resealed {
    fn drop(&mut self) {
        if !self.kept {
            for (blob, _) in self.documents.values().filter_map(|document| document.new.as_ref()) {
                // A file that cannot be removed is left to the sweep at a later unlock.
                let _ = std::fs::remove_file(self.to.path_of(&blob.blob_id));
            }
        }
    }
}

/// Returns whether a revision of an item names a document.
pub(crate) fn names_documents(db: &Connection, id: ItemId) -> Result<bool, SessionError> {
    let mut find =
        db.prepare_cached("SELECT 1 FROM entry JOIN entry_blob USING (entry_key) WHERE item_id = ?1")?;
    Ok(find.exists([id.as_bytes()])?)
}

/// Returns the documents in revisions of an item whose content was not deleted.
pub(crate) fn documents_in(
    db: &Connection,
    vaults: &Vaults,
    id: ItemId,
    revisions: &[StoredRevision],
) -> Result<Vec<(Attachment, BlobRef)>, SessionError> {
    let mut documents = Vec::new();
    for stored in revisions {
        let header = stored.header(vaults)?;
        for attachment in stored.open_as(vaults, id, &header)?.attachments {
            let signed = read::signed_blob(&header, &attachment.blob_id)?;
            if files::has_content(db, &attachment)? {
                documents.push((attachment, signed));
            }
        }
    }
    Ok(documents)
}

/// Opens all revisions of an item that have bodies, oldest first, with the times at which they were written. Returns
/// [`SessionError::RevisionDamaged`] if its current one is not among them.
pub(crate) fn open_all(
    db: &Connection,
    vaults: &Vaults,
    id: ItemId,
    current: &Current,
) -> Result<Vec<(Item, Timestamp)>, SessionError> {
    let all = StoredRevision::all_of(db, id, current.vault_key)?;
    let whole = all.last().is_some_and(|last| last.hash == current.revision);
    if !whole {
        return Err(SessionError::RevisionDamaged);
    }
    all.iter().map(|stored| Ok((stored.open(vaults, id)?, stored.written_at))).collect()
}

/// Replaces the ids in fields of a kind that names something by its id. Ids without a new one are kept.
pub(crate) fn rename<T: FromStr + Display>(item: &mut Item, kind: FieldKind, new: &dyn Fn(T) -> Option<T>) {
    for field in item.fields.iter_mut().filter(|field| field.kind == kind) {
        let past = field.history.iter_mut().map(|past| &mut past.value);
        for value in past.chain([&mut field.value]) {
            if let Some(new) = value.expose().parse().ok().and_then(new) {
                *value = SecretText::new(new.to_string());
            }
        }
    }
}
