//! Opening backups and reading items and documents from them.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tempfile::TempDir;
use vault_wire::revision::{BlobRef, RevisionHeader};
use vault_wire::{BlobId, ItemId};

use super::error::BackupError;
use super::file::BackupFile;
use super::info::BackupInfo;
use crate::disk::{BlobFolder, files};
use crate::document::{Existing, PendingFile, Progress, open_to_file};
use crate::item::{Attachment, Item};
use crate::search::fold;
use crate::session::items::read;
use crate::session::keys::BackupKeys;
use crate::session::lists::list;
use crate::session::rows::stored::StoredRevision;
use crate::session::rows::view;
use crate::session::vaults::vault::Vaults;
use crate::session::{Page, Query, Session};
use crate::store::Mode;
use crate::{backup, store};

/// Checks and opens backups of one profile. It has the keys of the profile's backups, so it must be dropped soon after
/// the profile is locked.
pub struct BackupReader {
    pub(crate) keys: Arc<BackupKeys>,
}

impl BackupReader {
    /// Reads a whole backup and checks all of it. `progress` receives the bytes done.
    ///
    /// # Errors
    /// See [`BackupError`].
    pub fn check(&self, path: &Path, progress: Progress<'_>) -> Result<BackupInfo, BackupError> {
        let mut file = BackupFile::open(path)?;
        backup::check(&mut file, &self.keys, work_folder()?.path(), progress)
    }

    /// Opens a backup after checking all of it; [`Session::open_checked`] then reads it.
    ///
    /// # Errors
    /// See [`BackupError`]; a backup from before a change of the root key can only be restored.
    pub fn open(&self, path: &Path, progress: Progress<'_>) -> Result<CheckedBackup, BackupError> {
        let mut file = BackupFile::open(path)?;
        let work = work_folder()?;
        let info = backup::check(&mut file, &self.keys, work.path(), progress)?;
        let copy = work.path().join("vault.db");
        let db = store::open(&copy, &self.keys.database, Mode::Read, &mut store::refuse_migration)?;
        let extracted = Arc::new(ExtractedBackup { file: Mutex::new(file), work });
        Ok(CheckedBackup { extracted, info, db })
    }
}

/// A checked backup that is not opened yet.
pub struct CheckedBackup {
    extracted: Arc<ExtractedBackup>,
    info: BackupInfo,
    db: Connection,
}

/// Makes a temporary folder for extracted files, all of them sealed.
fn work_folder() -> Result<TempDir, BackupError> {
    Ok(files::private_temp_folder(&std::env::temp_dir())?)
}

/// The file of a backup, and the folder with its database and the sealed documents extracted so far.
pub(crate) struct ExtractedBackup {
    pub(crate) file: Mutex<BackupFile>,
    work: TempDir,
}

impl ExtractedBackup {
    /// Extracts a sealed document into the temporary folder, and returns the blob folder there.
    pub(crate) fn extract_to_work(&self, blob_id: &BlobId) -> Result<BlobFolder, BackupError> {
        let folder = BlobFolder::new(self.work.path().join("blobs"));
        self.extract(blob_id, &folder.prepare(blob_id)?)?;
        Ok(folder)
    }

    /// Extracts a sealed document to a path. It appears there only complete and checked.
    pub(crate) fn extract(&self, blob_id: &BlobId, to: &Path) -> Result<(), BackupError> {
        let mut pending = PendingFile::create(to, Existing::Replace)?;
        self.file.lock().unwrap_or_else(PoisonError::into_inner).extract(blob_id, pending.file())?;
        Ok(pending.finish()?)
    }
}

/// A checked and opened backup of this profile.
pub struct OpenBackup {
    pub(crate) extracted: Arc<ExtractedBackup>,
    info: BackupInfo,
    db: Connection,
    vaults: Vaults,
}

impl OpenBackup {
    /// Returns its description.
    #[must_use]
    pub fn info(&self) -> &BackupInfo {
        &self.info
    }

    /// Reads a page of a list of the items in the backup. Every word of the query's text must occur in the columns of
    /// the list or in the item's search words; filters are not supported.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn list(&self, query: &Query) -> Result<Page, BackupError> {
        let words: Vec<Vec<u8>> = query.text.split_whitespace().map(fold).collect();
        let (offset, limit) = (query.offset as usize, query.limit.min(Query::MAX_LIMIT) as usize);
        let mut known = self
            .db
            .prepare_cached("SELECT words FROM item_search JOIN item USING (item_key) WHERE item_id = ?1")?;
        let mut all = Query { text: String::new(), offset: 0, limit: Query::MAX_LIMIT, ..query.clone() };
        let mut page = Page { total: 0, rows: Vec::new(), unknown: Vec::new(), approximate: false };
        loop {
            let rows = list::rows(&self.db, &all)?;
            let last = rows.len() < Query::MAX_LIMIT as usize;
            for row in rows {
                if !words.is_empty() {
                    let more: Vec<String> =
                        known.query_map([row.id.as_bytes()], |row| row.get(0))?.collect::<Result<_, _>>()?;
                    let text = fold(&[&row.title, &row.subtitle, more.concat().as_str()].join(" "));
                    if !words.iter().all(|word| text.windows(word.len()).any(|part| part == word)) {
                        continue;
                    }
                }
                if page.total as usize >= offset && page.rows.len() < limit {
                    page.rows.push(row);
                }
                page.total += 1;
            }
            if last {
                return Ok(page);
            }
            all.offset += Query::MAX_LIMIT;
        }
    }

    pub(crate) fn read(&self, id: ItemId) -> Result<(Item, RevisionHeader), BackupError> {
        let current = view::current(&self.db, id)?.ok_or(BackupError::NotFound)?;
        let stored = StoredRevision::of_entry(&self.db, current.entry_key)?;
        let header = stored.header(&self.vaults)?;
        Ok((stored.open_as(&self.vaults, id, &header)?, header))
    }

    /// Finds a document of an item, with size and root of its sealed bytes from the item's own signed header.
    pub(crate) fn document(
        &self,
        id: ItemId,
        blob_id: &BlobId,
    ) -> Result<(Attachment, BlobRef), BackupError> {
        let (item, header) = self.read(id)?;
        let attachment = item.attachments.into_iter().find(|file| file.blob_id == *blob_id);
        Ok((attachment.ok_or(BackupError::NotFound)?, read::signed_blob(&header, blob_id)?))
    }
}

/// A document in a backup, which any thread can write to a file. It has the document's key.
pub struct BackupDocument {
    extracted: Arc<ExtractedBackup>,
    attachment: Attachment,
    signed: BlobRef,
}

impl BackupDocument {
    /// Returns the item's attachment for it.
    #[must_use]
    pub fn attachment(&self) -> &Attachment {
        &self.attachment
    }

    /// Opens the document and writes it to a file.
    ///
    /// # Errors
    /// Returns [`BackupError::LeftOut`] if the backup does not have it.
    pub fn save(&self, target: &Path, existing: Existing, progress: Progress<'_>) -> Result<(), BackupError> {
        let folder = self.extracted.extract_to_work(&self.signed.blob_id)?;
        Ok(open_to_file(&self.attachment, &self.signed, &folder, target, existing, progress)?)
    }
}

impl Session {
    /// Opens a checked backup.
    ///
    /// # Errors
    /// Returns [`BackupError::OtherProfile`] if it is not of this profile. Fails if its vaults do not open.
    pub fn open_checked(&self, backup: CheckedBackup) -> Result<OpenBackup, BackupError> {
        let CheckedBackup { extracted, info, db } = backup;
        if info.profile != self.info.id {
            return Err(BackupError::OtherProfile);
        }
        let vaults = self.vaults.in_copy(&db, &self.local)?;
        Ok(OpenBackup { extracted, info, db, vaults })
    }

    /// Opens an item in a backup.
    ///
    /// # Errors
    /// Returns [`BackupError::NotFound`] if the backup has no such item.
    pub fn item_of_backup(&self, from: &OpenBackup, id: ItemId) -> Result<Item, BackupError> {
        Ok(from.read(id)?.0)
    }

    /// Finds a document of an item in a backup.
    ///
    /// # Errors
    /// Returns [`BackupError::NotFound`] if the item had no such document.
    pub fn document_of_backup(
        &self,
        from: &OpenBackup,
        (id, blob_id): (ItemId, &BlobId),
    ) -> Result<BackupDocument, BackupError> {
        let (attachment, signed) = from.document(id, blob_id)?;
        Ok(BackupDocument { extracted: Arc::clone(&from.extracted), attachment, signed })
    }
}
