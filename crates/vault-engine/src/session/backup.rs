//! What an open profile does with backups: takes snapshots, checks them, and takes single things out of them.

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use tempfile::TempDir;
use vault_wire::log::Head;
use vault_wire::revision::{BlobRef, RevisionHeader};
use vault_wire::{BlobId, CtRoot, ItemId, Root, VaultId};

use super::check::Log;
use super::reseal::reseal;
use super::stored::StoredRevision;
use super::vault::Vaults;
use super::{CheckError, Page, Put, Query, ReadOnly, Session, SessionError, Stored};
use super::{blobs, check, list, read, view};
use crate::backup::{
    self, BackupError, BackupFile, BackupInfo, DailySnapshot, Documents, Home, Snapshot, Source,
};
use crate::document::{Existing, NewBlob, Pending, Progress, open_to_file};
use crate::item::{Attachment, Item};
use crate::session::BlobFolder;
use crate::store::{self, Mode};

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

/// A backup of this profile that was checked and can be looked into.
pub struct OpenBackup {
    file: BackupFile,
    info: BackupInfo,
    db: Connection,
    vaults: Vaults,
    /// Has the copy of the database, and sealed documents that were asked for.
    work: TempDir,
}

impl OpenBackup {
    /// What it is.
    #[must_use]
    pub fn info(&self) -> &BackupInfo {
        &self.info
    }

    /// Reads a page of a list of the items as they were. The query's text is not looked at.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn list(&self, query: &Query) -> Result<Page, BackupError> {
        let rows = list::rows(&self.db, query)?;
        Ok(Page { total: u32::try_from(rows.len()).unwrap_or(u32::MAX), rows })
    }

    fn read(&self, id: ItemId) -> Result<(Item, RevisionHeader), BackupError> {
        let current = view::current(&self.db, id)?.ok_or(BackupError::NotFound)?;
        let stored = StoredRevision::of_entry(&self.db, current.entry_key)?;
        let header = stored.header(&self.vaults)?;
        Ok((stored.open_as(&self.vaults, id, &header)?, header))
    }

    /// Lays a sealed document out, and answers with the folder it is in.
    fn lay_out(&mut self, blob_id: &BlobId) -> Result<BlobFolder, BackupError> {
        let folder = BlobFolder::new(self.work.path().join("blobs"));
        let mut pending = Pending::beside(&folder.prepare(blob_id)?, Existing::Replace)?;
        self.file.extract(blob_id, pending.file())?;
        pending.finish()?;
        Ok(folder)
    }
}

impl Session {
    /// Copies the profile as it is now, to be written to `target` as a backup. Of the two steps this is the quick one.
    ///
    /// # Errors
    /// See [`BackupError`]; nothing is left behind.
    pub fn snapshot(
        &self,
        target: &Path,
        documents: Documents,
        progress: Progress<'_>,
    ) -> Result<Snapshot, BackupError> {
        Snapshot::take(&self.source()?, target, documents, progress)
    }

    /// The same for the daily backup in the profile's own folder; none if the last one is not a day old.
    ///
    /// # Errors
    /// See [`BackupError`]; nothing is left behind.
    pub fn daily_snapshot(&self, progress: Progress<'_>) -> Result<Option<DailySnapshot>, BackupError> {
        self.writable()?;
        backup::daily(&self.source()?, progress)
    }

    fn source(&self) -> Result<Source<'_>, BackupError> {
        if self.read_only == Some(ReadOnly::HeaderDamaged) {
            return Err(BackupError::ProfileDamaged);
        }
        let keys = Arc::clone(&self.backup_keys);
        Ok(Source { db: &self.db, folder: &self.folder, keys, now: self.clock.now() })
    }

    /// Opens a backup of this profile after checking all of it.
    ///
    /// # Errors
    /// See [`BackupError`]; one that was made under an earlier root key opens by restoring it only.
    pub fn open_backup(&self, path: &Path, progress: Progress<'_>) -> Result<OpenBackup, BackupError> {
        let mut file = BackupFile::open(path)?;
        // What is laid out there is sealed.
        let work = backup::work_folder(&std::env::temp_dir())?;
        let info = backup::check(&mut file, &self.backup_keys, work.path(), progress)?;
        if info.entries.is_none() {
            return Err(BackupError::OtherFormat);
        }
        let copy = work.path().join("vault.db");
        let db = store::open(&copy, &self.backup_keys.database, Mode::Read, &mut store::refuse)?;
        let vaults = self.vaults.in_copy(&db, &self.local)?;
        Ok(OpenBackup { file, info, db, vaults, work })
    }

    /// Takes one item out of a backup.
    ///
    /// # Errors
    /// [`BackupError::NotFound`] if the backup has no such item or, for a revision, the profile has none.
    pub fn restore_item(
        &mut self,
        from: &mut OpenBackup,
        id: ItemId,
        how: RestoreAs,
        progress: Progress<'_>,
    ) -> Result<RestoredItem, BackupError> {
        self.writable()?;
        let (mut item, header) = from.read(id)?;
        item.modified_at = self.clock.now();
        item.trashed_at = None;
        let (mut blobs, mut missing) = (Vec::new(), Vec::new());
        let attachments = std::mem::take(&mut item.attachments);
        for attachment in attachments {
            let signed = read::signed_blob(&header, &attachment.blob_id)?;
            let brought = match how {
                RestoreAs::Revision => self.bring_back(from, &signed).map(|()| None),
                RestoreAs::Copy => self.seal_again(from, &attachment, &signed, progress).map(Some),
            };
            let (attachment, blob) = match brought {
                Ok(Some(copy)) => copy,
                Ok(None) => (attachment, signed),
                Err(BackupError::LeftOut) => {
                    missing.push(attachment.name);
                    continue;
                }
                Err(other) => return Err(other),
            };
            item.attachments.push(attachment);
            blobs.push(blob);
        }
        let put = match how {
            // Into the vault that it was in, if there still is one.
            RestoreAs::Copy => {
                let vault = self.vaults.find(header.vault_id).ok().map(|vault| vault.id);
                Put { vault, ..Put::new(item) }
            }
            RestoreAs::Revision => {
                let current = view::current(&self.db, id)?.ok_or(BackupError::NotFound)?;
                Put::change(id, current.revision, item)
            }
        };
        let stored = self.put(Put { blobs, ..put })?;
        Ok(RestoredItem { stored, missing })
    }

    /// Writes one document out of a backup into a file.
    ///
    /// # Errors
    /// [`BackupError::LeftOut`] if the backup does not have it.
    pub fn save_document_of_backup(
        &self,
        from: &mut OpenBackup,
        (id, blob_id): (ItemId, &BlobId),
        target: &Path,
        existing: Existing,
        progress: Progress<'_>,
    ) -> Result<(), BackupError> {
        let (item, header) = from.read(id)?;
        let attachment = item.attachments.into_iter().find(|file| file.blob_id == *blob_id);
        let attachment = attachment.ok_or(BackupError::NotFound)?;
        let signed = read::signed_blob(&header, blob_id)?;
        let folder = from.lay_out(blob_id)?;
        Ok(open_to_file(&attachment, &signed, &folder, target, existing, progress)?)
    }

    /// Makes sure that a document of an item lies in the profile, as it was signed.
    fn bring_back(&self, from: &mut OpenBackup, signed: &BlobRef) -> Result<(), BackupError> {
        let path = self.blobs.prepare(&signed.blob_id)?;
        if backup::is_sealed_as(&path, signed) {
            return Ok(());
        }
        let mut pending = Pending::beside(&path, Existing::Replace)?;
        match from.file.extract(&signed.blob_id, pending.file()) {
            Ok(()) => Ok(pending.finish()?),
            // The item's history names it all the same.
            Err(BackupError::LeftOut) if blobs::find(&self.db, &signed.blob_id).is_ok() => Ok(()),
            Err(other) => Err(other),
        }
    }

    /// Seals a document for another item: two items never share one.
    fn seal_again(
        &mut self,
        from: &mut OpenBackup,
        old: &Attachment,
        signed: &BlobRef,
        progress: Progress<'_>,
    ) -> Result<(Attachment, BlobRef), BackupError> {
        let folder = match from.lay_out(&signed.blob_id) {
            Err(BackupError::LeftOut)
                if backup::is_sealed_as(&self.blobs.path_of(&signed.blob_id), signed) =>
            {
                self.blobs.clone()
            }
            laid_out => laid_out?,
        };
        let new = NewBlob::make(&mut self.rng);
        let sealed = reseal((old, signed), &folder, new, &self.blobs, progress)?;
        let blob = sealed.blob;
        let attachment = sealed.into_attachment(old.name.clone(), old.added_at);
        Ok((attachment, blob))
    }
}

/// All documents of a database, ordered by their ids.
pub(crate) fn documents(db: &Connection) -> Result<Vec<BlobRef>, SessionError> {
    let mut all = db.prepare("SELECT blob_id, ct_size, ct_root FROM blob ORDER BY blob_id")?;
    let all = all.query_map([], |row| {
        Ok(BlobRef {
            blob_id: BlobId::from_bytes(row.get(0)?),
            ct_size: row.get(1)?,
            ct_root: CtRoot::from_bytes(row.get(2)?),
        })
    })?;
    Ok(all.collect::<Result<_, _>>()?)
}

/// How far the log of each vault goes, ordered by their ids.
pub(crate) fn heads(db: &Connection) -> Result<Vec<(VaultId, Head)>, SessionError> {
    let mut all = db.prepare("SELECT vault_id, head_seq, head_root FROM vault ORDER BY vault_id")?;
    let all = all.query_map([], |row| {
        let head = Head { seq: row.get(1)?, root: Root::from_bytes(row.get(2)?) };
        Ok((VaultId::from_bytes(row.get(0)?), head))
    })?;
    Ok(all.collect::<Result<_, _>>()?)
}

/// Replays the log of each vault, and answers with the number of their entries. Without keys the cards that name the other
/// vaults stay shut: that of the home vault must be the one known, those of the others must hold in themselves.
pub(crate) fn replay(db: &Connection, home: &Home) -> Result<u64, CheckError> {
    let logs = Log::all(db)?;
    if !logs.iter().any(|log| log.vault == home.vault_id && log.genesis == home.genesis) {
        return Err(SessionError::DatabaseDamaged.into());
    }
    check::check(db, logs.into_iter())
}

/// Opens the keys of a database that is about to become a profile, and replays its logs.
pub(crate) fn prove(db: &Connection, root_key: &vault_crypto::RootKey) -> Result<u64, CheckError> {
    let vaults = Vaults::open(db, root_key, &root_key.derive_local_key())?;
    check::check(db, vaults.logs())
}
