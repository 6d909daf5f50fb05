//! Documents: files that are added, attached and exported, each as a job beside the open profile.

mod add;
mod export;
mod pictures;
mod rules;
mod streamed;
mod while_unlocked;

pub use streamed::{DocumentInput, DocumentOutput, DocumentTarget};
pub(super) use while_unlocked::DocumentStore;

use std::path::PathBuf;

use vault_engine::item::{ItemType, safe_file_name};
use vault_engine::{BlobId, ItemId};

use super::item::item_view;
use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, InputProblem, Result};
use crate::views::{EarlierFileView, ItemView};

use add::{Target, position};

impl Coffer {
    /// Adds files, each as a document of its own. Returns the number of a job for each file; the jobs run one after the
    /// other, each on all cores. Locking the profile pauses them between two chunks, unlocking resumes them.
    ///
    /// # Errors
    /// `locked`, `profile_read_only`, or `invalid_input` for too many files.
    pub async fn document_import(&self, files: Vec<PathBuf>) -> Result<Vec<u32>> {
        self.add_files(Target::NewItem, files).await
    }

    /// Attaches files to an item; see [`Coffer::document_import`].
    ///
    /// # Errors
    /// As [`Coffer::document_import`], `not_found`, or `password_needed`.
    pub async fn document_attach(&self, item: ItemId, files: Vec<PathBuf>) -> Result<Vec<u32>> {
        self.add_files(Target::Attach(item), files).await
    }

    /// Adds a file as the new version of a file of an item, as a job. The previous version is kept.
    ///
    /// # Errors
    /// As [`Coffer::document_import`], `password_needed`, or `not_found` if the item has no such file.
    pub async fn document_replace(&self, item: ItemId, blob: BlobId, file: PathBuf) -> Result<u32> {
        let jobs = self.add_files(Target::Replace(item, blob), vec![file]).await?;
        jobs.first().copied().ok_or_else(|| ErrorCode::Internal.into())
    }

    /// Removes a file from an item; earlier revisions still have it.
    ///
    /// # Errors
    /// `not_found`, `invalid_input` for the content of a document, `password_needed`, or the disk.
    pub async fn document_detach(&self, id: ItemId, blob: BlobId) -> Result<ItemView> {
        self.edit_item(id, move |item| {
            let at = position(&item.attachments, blob)?;
            if item.item_type == ItemType::Document && at == 0 {
                return Err(ErrorView::invalid(InputProblem::DocumentNeedsFile));
            }
            item.attachments.remove(at);
            Ok(())
        })
        .await
    }

    /// Returns the files that an item had before: earlier versions, and files that were removed. The latest come first.
    ///
    /// # Errors
    /// `locked`, `not_found`, `password_needed` if the item asks for the master password again, or a damaged database.
    pub async fn document_versions(&self, item: ItemId) -> Result<Vec<EarlierFileView>> {
        self.read_guarded(item, move |session, _, guard| {
            guard()?;
            Ok(session.earlier_files(item)?.iter().map(Into::into).collect())
        })
        .await
    }

    /// Restores a file that an item had before, in place of its successor.
    ///
    /// # Errors
    /// `not_found` if the item never had it or its content was deleted, `password_needed`, or the disk.
    pub async fn document_restore(&self, item: ItemId, blob: BlobId) -> Result<ItemView> {
        self.change_guarded(item, move |session| {
            session.restore_file(item, &blob)?;
            item_view(session, item)
        })
        .await
    }

    /// Permanently deletes the content of a file that an item had before.
    ///
    /// # Errors
    /// `not_found` if the item has it now or never had it, `password_needed`, or the disk.
    pub async fn document_drop(&self, item: ItemId, blob: BlobId) -> Result<()> {
        self.change_guarded(item, move |session| Ok(session.drop_file(item, &blob)?)).await
    }

    /// Returns the proposed name for saving a file that an item has or had; it is valid on every file system.
    ///
    /// # Errors
    /// `locked`, `not_found`, or `password_needed`: the password is asked for before the file dialog.
    pub async fn document_name(&self, item: ItemId, blob: BlobId) -> Result<String> {
        self.read_guarded(item, move |session, _, guard| {
            guard()?;
            Ok(safe_file_name(&session.file(item, &blob)?.0.name))
        })
        .await
    }
}
