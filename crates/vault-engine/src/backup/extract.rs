//! Taking one item or one document out of a backup, in three steps: what belongs to it is found while the profile is at
//! hand, the documents are carried over on any thread, and then one revision names it all.

use std::sync::Arc;

use vault_wire::revision::BlobRef;
use vault_wire::{BlobId, ItemId, VaultId};

use super::error::BackupError;
use super::open::{LaidOut, OpenBackup};
use crate::backup;
use crate::clock::Rng;
use crate::disk::BlobFolder;
use crate::document::{NewBlob, Progress};
use crate::item::{Attachment, Item, ItemType, safe_to_show};
use crate::session::items::read;
use crate::session::items::reseal::reseal;
use crate::session::rows::{blobs, view};
use crate::session::{EventKind, Put, Session, SessionError, Stored};

/// What an item from a backup becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestoreAs {
    /// A new revision of the item, which is still there or in the trash.
    Revision,
    /// An item of its own, with its own copies of the documents.
    Copy,
}

/// An item that was taken out of a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoredItem {
    /// What was written.
    pub stored: Stored,
    /// The names of attachments that neither the backup nor the profile has.
    pub missing: Vec<String>,
}

/// Where the files go that are taken out.
#[derive(Clone, Copy)]
enum Into {
    /// With their item, as it was.
    Revision(ItemId),
    /// With an item that is made, in this vault or the home vault.
    New(Option<VaultId>),
    /// To an item that is there.
    Existing(ItemId),
}

/// How a document is carried over.
#[derive(Clone, Copy)]
enum Carry {
    /// As it lies in the backup, for the same item. Whether the profile still names it.
    Same { named: bool },
    /// Under a new key: two items never share a document.
    SealAgain,
}

/// Something in a backup that is to be taken out of it. It holds the item and the keys of its documents, and so must not
/// outlive the lock of the profile by much: let `progress` break off.
pub struct Taking {
    into: Into,
    item: Item,
    files: Vec<(Attachment, BlobRef, Carry)>,
    /// Whether a document that is nowhere any more is told afterwards, and not refused.
    in_part: bool,
    laid_out: Arc<LaidOut>,
    blobs: BlobFolder,
}

/// Something taken out of a backup, to be named in the profile. Until it is, its documents are files that nothing names.
pub struct TakenOut {
    into: Into,
    item: Item,
    blobs: Vec<BlobRef>,
    missing: Vec<String>,
}

impl Taking {
    /// The bytes of the documents.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.files.iter().map(|(attachment, _, _)| attachment.size).sum()
    }

    /// Carries the documents over. `progress` is told the bytes that are done.
    ///
    /// # Errors
    /// See [`BackupError`].
    pub fn carry_out(self, rng: &mut Rng, progress: Progress<'_>) -> Result<TakenOut, BackupError> {
        let Self { into, mut item, files, in_part, laid_out, blobs: folder } = self;
        let (mut blobs, mut missing) = (Vec::new(), Vec::new());
        let mut before = 0;
        for (attachment, signed, carry) in files {
            let size = attachment.size;
            let brought = match carry {
                Carry::Same { named } => bring_back(&laid_out, &folder, &signed, named).map(|()| None),
                Carry::SealAgain => {
                    let told = &mut |done| progress(before + done);
                    seal_again(&laid_out, &folder, &attachment, &signed, rng, told).map(Some)
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
        Ok(TakenOut { into, item, blobs, missing })
    }
}

impl Session {
    /// Finds an item in a backup, to take it out.
    ///
    /// # Errors
    /// [`BackupError::NotFound`] if the backup has no such item or, for a revision, the profile has none.
    pub fn take_item(&self, from: &OpenBackup, id: ItemId, how: RestoreAs) -> Result<Taking, BackupError> {
        self.writable()?;
        let (mut item, header) = from.read(id)?;
        item.modified_at = self.clock.now();
        item.trashed_at = None;
        let into = match how {
            // Into the vault that it was in, if there still is one.
            RestoreAs::Copy => Into::New(self.vaults.find(header.vault_id).ok().map(|vault| vault.id)),
            RestoreAs::Revision => {
                view::current(&self.db, id)?.ok_or(BackupError::NotFound)?;
                Into::Revision(id)
            }
        };
        let mut files = Vec::new();
        for attachment in std::mem::take(&mut item.attachments) {
            let signed = read::signed_blob(&header, &attachment.blob_id)?;
            let carry = match how {
                RestoreAs::Copy => Carry::SealAgain,
                // The item's history may name it all the same.
                RestoreAs::Revision => {
                    Carry::Same { named: blobs::find(&self.db, &attachment.blob_id).is_ok() }
                }
            };
            files.push((attachment, signed, carry));
        }
        Ok(self.taking(from, into, item, files, true))
    }

    /// Finds one document of an item in a backup, to attach it to an item that is there or, without one, to make an item of
    /// it.
    ///
    /// # Errors
    /// [`BackupError::NotFound`] if the backup has no such document or the profile no such item.
    pub fn take_document(
        &self,
        from: &OpenBackup,
        (id, blob_id): (ItemId, &BlobId),
        target: Option<ItemId>,
    ) -> Result<Taking, BackupError> {
        self.writable()?;
        let (attachment, signed) = from.document(id, blob_id)?;
        let mut item = Item::new(ItemType::Document, self.clock.now());
        let into = match target {
            None => {
                let shown = safe_to_show(&attachment.name);
                let stem = shown.rsplit_once('.').map_or(shown.as_str(), |(stem, _)| stem).trim();
                item.title = if stem.is_empty() { shown } else { stem.to_owned() };
                Into::New(None)
            }
            Some(target) => {
                view::current(&self.db, target)?.ok_or(BackupError::NotFound)?;
                Into::Existing(target)
            }
        };
        Ok(self.taking(from, into, item, vec![(attachment, signed, Carry::SealAgain)], false))
    }

    fn taking(
        &self,
        from: &OpenBackup,
        into: Into,
        item: Item,
        files: Vec<(Attachment, BlobRef, Carry)>,
        in_part: bool,
    ) -> Taking {
        let (laid_out, blobs) = (Arc::clone(&from.laid_out), self.blobs.clone());
        Taking { into, item, files, in_part, laid_out, blobs }
    }

    /// Writes what was taken out of a backup, as one revision.
    ///
    /// # Errors
    /// If the item it goes to is gone, or the profile cannot be written.
    pub fn put_taken(&mut self, taken: TakenOut) -> Result<RestoredItem, SessionError> {
        let TakenOut { into, item, blobs, missing } = taken;
        let put = match into {
            Into::New(vault) => Put { vault, ..Put::new(item) },
            Into::Revision(id) => {
                let current = view::current(&self.db, id)?.ok_or(SessionError::NotFound)?;
                Put::change(id, current.revision, item)
            }
            Into::Existing(id) => {
                let mut opened = self.get(id)?;
                opened.item.attachments.extend(item.attachments);
                opened.item.modified_at = item.modified_at;
                Put::change(id, opened.revision, opened.item)
            }
        };
        let stored = self.write(|writer| {
            let stored = writer.put(Put { blobs, ..put })?;
            writer.note(EventKind::TakenFromBackup, None, &[stored.id])?;
            Ok(stored)
        })?;
        Ok(RestoredItem { stored, missing })
    }

    /// Takes one item out of a backup, in one go.
    ///
    /// # Errors
    /// As [`Session::take_item`], [`Taking::carry_out`] and [`Session::put_taken`].
    pub fn restore_item(
        &mut self,
        from: &OpenBackup,
        id: ItemId,
        how: RestoreAs,
        progress: Progress<'_>,
    ) -> Result<RestoredItem, BackupError> {
        let taking = self.take_item(from, id, how)?;
        let taken = taking.carry_out(&mut self.rng, progress)?;
        Ok(self.put_taken(taken)?)
    }
}

/// Makes sure that a document of an item lies in the profile, as it was signed.
fn bring_back(from: &LaidOut, folder: &BlobFolder, signed: &BlobRef, named: bool) -> Result<(), BackupError> {
    let path = folder.prepare(&signed.blob_id)?;
    if backup::is_sealed_as(&path, signed) {
        return Ok(());
    }
    match from.extract(&signed.blob_id, &path) {
        Err(BackupError::LeftOut) if named => Ok(()),
        other => other,
    }
}

/// Seals a document once more, under a new key and name.
fn seal_again(
    from: &LaidOut,
    folder: &BlobFolder,
    old: &Attachment,
    signed: &BlobRef,
    rng: &mut Rng,
    progress: Progress<'_>,
) -> Result<(Attachment, BlobRef), BackupError> {
    let lies_in = match from.lay_out(&signed.blob_id) {
        Err(BackupError::LeftOut) if backup::is_sealed_as(&folder.path_of(&signed.blob_id), signed) => {
            folder.clone()
        }
        laid_out => laid_out?,
    };
    let sealed = reseal((old, signed), &lies_in, NewBlob::make(rng), folder, progress)?;
    let blob = sealed.blob;
    Ok((sealed.into_attachment(old.name.clone(), old.added_at), blob))
}
