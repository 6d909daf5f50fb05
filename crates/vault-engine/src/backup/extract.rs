//! Restoring a single item or document from a backup, in three steps: the open profile finds it, any thread copies the
//! documents, and one revision then names everything.

use std::sync::Arc;

use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, ItemId, VaultId};

use super::error::BackupError;
use super::open::{ExtractedBackup, OpenBackup};
use crate::backup;
use crate::clock::Rng;
use crate::disk::BlobFolder;
use crate::document::{NewBlob, Progress};
use crate::item::{Attachment, Item, ItemType, safe_to_show};
use crate::session::items::read;
use crate::session::items::reseal::reseal;
use crate::session::rows::{blobs, view};
use crate::session::{EventKind, Put, Session, SessionError, Stored};

/// What an item from a backup is restored as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestoreAs {
    /// A new revision of the item, which must still exist, possibly in the trash.
    Revision,
    /// A new item, with its own copies of the documents.
    Copy,
}

/// An item that was restored from a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoredItem {
    /// The written revision.
    pub stored: Stored,
    /// The names of attachments whose document neither the backup nor the profile has.
    pub missing: Vec<String>,
}

/// The target of the restored files.
#[derive(Clone, Copy)]
enum RestoreTarget {
    /// A new revision of their own item.
    Revision(ItemId),
    /// A new item in this vault, or in the home vault.
    New(Option<VaultId>),
    /// An existing item, to which they are attached.
    Existing(ItemId),
}

/// How a document is copied.
#[derive(Clone, Copy)]
enum Transfer {
    /// Unchanged, for the same item. `named`: whether the profile still names it.
    Same { named: bool },
    /// Sealed again under a new key: two items never share a document.
    SealAgain,
}

/// An item or document to restore from a backup. It has the item and the keys of its documents, so it must be dropped
/// soon after the profile is locked: let `progress` cancel.
pub struct Extraction {
    into: RestoreTarget,
    item: Item,
    files: Vec<(Attachment, BlobRef, Transfer)>,
    /// Whether a missing document is reported afterwards instead of being an error.
    in_part: bool,
    extracted: Arc<ExtractedBackup>,
    blobs: BlobFolder,
}

/// An item or document whose files were copied from a backup. Until a revision of the profile names them, they are
/// orphans.
pub struct ExtractedItem {
    into: RestoreTarget,
    item: Item,
    blobs: Vec<BlobRef>,
    missing: Vec<String>,
}

impl Extraction {
    /// Returns the bytes of the documents.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.files.iter().map(|(attachment, _, _)| attachment.size).sum()
    }

    /// Copies the documents. `progress` receives the bytes done and may cancel.
    ///
    /// # Errors
    /// See [`BackupError`].
    pub fn run(self, rng: &mut Rng, progress: Progress<'_>) -> Result<ExtractedItem, BackupError> {
        let Self { into, mut item, files, in_part, extracted, blobs: folder } = self;
        let (mut blobs, mut missing) = (Vec::new(), Vec::new());
        let mut before = 0;
        for (attachment, signed, carry) in files {
            let size = attachment.size;
            let brought = match carry {
                Transfer::Same { named } => {
                    restore_document(&extracted, &folder, &signed, named).map(|()| None)
                }
                Transfer::SealAgain => {
                    let told = &mut |done| progress(before + done);
                    reseal_document(&extracted, &folder, &attachment, &signed, rng, told).map(Some)
                }
            };
            let (attachment, blob) = match brought {
                Ok(Some(copy)) => copy,
                Ok(None) => (attachment, signed),
                Err(BackupError::LeftOut) if in_part => {
                    missing.push(attachment.name);
                    continue;
                }
                Err(other) => return Err(other),
            };
            item.attachments.push(attachment);
            blobs.push(blob);
            before += size;
            if progress(before).is_break() {
                return Err(BackupError::Cancelled);
            }
        }
        Ok(ExtractedItem { into, item, blobs, missing })
    }
}

impl Session {
    /// Finds an item in a backup, to restore it.
    ///
    /// # Errors
    /// Returns [`BackupError::NotFound`] if the backup has no such item or, for a revision, the profile has none.
    pub fn extract_item(
        &self,
        from: &OpenBackup,
        id: ItemId,
        how: RestoreAs,
    ) -> Result<Extraction, BackupError> {
        self.writable()?;
        let (mut item, header) = from.read(id)?;
        item.modified_at = self.clock.now();
        item.trashed_at = None;
        let into = match how {
            // Into the item's vault, if it still exists.
            RestoreAs::Copy => {
                RestoreTarget::New(self.vaults.find(header.vault_id).ok().map(|vault| vault.id))
            }
            RestoreAs::Revision => {
                view::current(&self.db, id)?.ok_or(BackupError::NotFound)?;
                RestoreTarget::Revision(id)
            }
        };
        let mut files = Vec::new();
        for attachment in std::mem::take(&mut item.attachments) {
            let signed = read::signed_blob(&header, &attachment.blob_id)?;
            let carry = match how {
                RestoreAs::Copy => Transfer::SealAgain,
                // The item's history may still name it.
                RestoreAs::Revision => {
                    Transfer::Same { named: blobs::find(&self.db, &attachment.blob_id).is_ok() }
                }
            };
            files.push((attachment, signed, carry));
        }
        Ok(self.extraction(from, into, item, files, true))
    }

    /// Finds a document of an item in a backup, to attach it to an existing item or, without `target`, to make a new
    /// item of it.
    ///
    /// # Errors
    /// Returns [`BackupError::NotFound`] if the backup has no such document or the profile no such item.
    pub fn extract_document(
        &self,
        from: &OpenBackup,
        (id, blob_id): (ItemId, &BlobId),
        target: Option<ItemId>,
    ) -> Result<Extraction, BackupError> {
        self.writable()?;
        let (attachment, signed) = from.document(id, blob_id)?;
        let mut item = Item::new(ItemType::Document, self.clock.now());
        let into = match target {
            None => {
                let shown = safe_to_show(&attachment.name);
                let stem = shown.rsplit_once('.').map_or(shown.as_str(), |(stem, _)| stem).trim();
                item.title = if stem.is_empty() { shown } else { stem.to_owned() };
                RestoreTarget::New(None)
            }
            Some(target) => {
                view::current(&self.db, target)?.ok_or(BackupError::NotFound)?;
                RestoreTarget::Existing(target)
            }
        };
        Ok(self.extraction(from, into, item, vec![(attachment, signed, Transfer::SealAgain)], false))
    }

    fn extraction(
        &self,
        from: &OpenBackup,
        into: RestoreTarget,
        item: Item,
        files: Vec<(Attachment, BlobRef, Transfer)>,
        in_part: bool,
    ) -> Extraction {
        let (extracted, blobs) = (Arc::clone(&from.extracted), self.blobs.clone());
        Extraction { into, item, files, in_part, extracted, blobs }
    }

    /// Writes a restored item or document as one revision.
    ///
    /// # Errors
    /// Fails if the target item does not exist any more, or the profile cannot be written.
    pub fn put_extracted(&mut self, padded_size: ExtractedItem) -> Result<RestoredItem, SessionError> {
        let ExtractedItem { into, item, blobs, missing } = padded_size;
        let put = match into {
            RestoreTarget::New(vault) => Put { vault, ..Put::new(item) },
            RestoreTarget::Revision(id) => {
                let current = view::current(&self.db, id)?.ok_or(SessionError::NotFound)?;
                Put::change(id, current.revision, item)
            }
            RestoreTarget::Existing(id) => {
                let mut opened = self.get(id)?;
                opened.item.attachments.extend(item.attachments);
                opened.item.modified_at = item.modified_at;
                Put::change(id, opened.revision, opened.item)
            }
        };
        let stored = self.write(|tx| {
            let stored = tx.put(Put { blobs, ..put })?;
            tx.note(EventKind::TakenFromBackup, None, &[stored.id])?;
            Ok(stored)
        })?;
        Ok(RestoredItem { stored, missing })
    }

    /// Restores an item from a backup, all steps at once.
    ///
    /// # Errors
    /// As [`Session::extract_item`], [`Extraction::run`] and [`Session::put_extracted`].
    pub fn restore_item(
        &mut self,
        from: &OpenBackup,
        id: ItemId,
        how: RestoreAs,
        progress: Progress<'_>,
    ) -> Result<RestoredItem, BackupError> {
        let extraction = self.extract_item(from, id, how)?;
        let padded_size = extraction.run(&mut self.rng, progress)?;
        Ok(self.put_extracted(padded_size)?)
    }
}

/// Ensures that the profile has a document's file, as signed.
fn restore_document(
    from: &ExtractedBackup,
    folder: &BlobFolder,
    signed: &BlobRef,
    named: bool,
) -> Result<(), BackupError> {
    let path = folder.prepare(&signed.blob_id)?;
    if backup::is_sealed_as(&path, signed) {
        return Ok(());
    }
    match from.extract(&signed.blob_id, &path) {
        Err(BackupError::LeftOut) if named => Ok(()),
        other => other,
    }
}

/// Seals a document again, under a new key and id.
fn reseal_document(
    from: &ExtractedBackup,
    folder: &BlobFolder,
    old: &Attachment,
    signed: &BlobRef,
    rng: &mut Rng,
    progress: Progress<'_>,
) -> Result<(Attachment, BlobRef), BackupError> {
    let lies_in = match from.extract_to_work(&signed.blob_id) {
        Err(BackupError::LeftOut) if backup::is_sealed_as(&folder.path_of(&signed.blob_id), signed) => {
            folder.clone()
        }
        extracted => extracted?,
    };
    let sealed = reseal((old, signed), &lies_in, NewBlob::make(rng), folder, progress)?;
    let blob = sealed.blob;
    Ok((sealed.into_attachment(old.name.clone(), old.added_at), blob))
}
