//! Changes of many items at once: marks, tags, folders, the trash.

use vault_engine::ItemId;
use vault_engine::session::{Bulk, ItemProgress, Session};

use crate::coffer::Coffer;
use crate::error::{ErrorView, InputProblem, Result, malformed_as};
use crate::views::{BulkChange, ChangedView, JobKind, tidy_folder};

impl Coffer {
    /// Changes many items, all or none.
    ///
    /// # Errors
    /// `not_found` if one of them does not exist, `invalid_input` for a tag or folder, `cancelled`, or the disk.
    pub async fn item_change(&self, ids: Vec<ItemId>, change: BulkChange) -> Result<ChangedView> {
        self.change_by(ids, change.into()).await
    }

    /// Marks items as favourites, or removes the mark.
    ///
    /// # Errors
    /// `not_found` if one of them does not exist, or `cancelled`; then none is changed. Or the disk.
    pub async fn item_set_favourite(&self, ids: Vec<ItemId>, favourite: bool) -> Result<ChangedView> {
        self.change_by(ids, Bulk::Favourite(favourite)).await
    }

    /// Archives items, or takes them out of the archive.
    ///
    /// # Errors
    /// As [`Coffer::item_set_favourite`].
    pub async fn item_set_archived(&self, ids: Vec<ItemId>, archived: bool) -> Result<ChangedView> {
        self.change_by(ids, Bulk::Archived(archived)).await
    }

    /// Moves items to the trash.
    ///
    /// # Errors
    /// As [`Coffer::item_set_favourite`].
    pub async fn item_trash(&self, ids: Vec<ItemId>) -> Result<ChangedView> {
        self.change_by(ids, Bulk::Trash).await
    }

    /// Restores items from the trash.
    ///
    /// # Errors
    /// As [`Coffer::item_set_favourite`].
    pub async fn item_restore(&self, ids: Vec<ItemId>) -> Result<ChangedView> {
        self.change_by(ids, Bulk::Restore).await
    }

    async fn change_by(&self, ids: Vec<ItemId>, bulk: Bulk) -> Result<ChangedView> {
        let job = self.job_for_many(JobKind::ItemChange, ids.len());
        let change = move |session: &mut Session, progress: ItemProgress<'_>| {
            session.change_items(&ids, &bulk, progress).map_err(malformed_as(InputProblem::TagName))
        };
        Ok(self.change_many(job, change).await?.into())
    }

    /// Permanently deletes items, with their history and files.
    ///
    /// # Errors
    /// `not_found` if one of them is not in the trash, or `cancelled`; then none is deleted. Or the disk.
    pub async fn item_purge(&self, ids: Vec<ItemId>) -> Result<()> {
        let job = self.job_for_many(JobKind::ItemDelete, ids.len());
        self.change_many(job, move |session, progress| Ok(session.purge_many(&ids, progress)?)).await
    }

    /// Permanently deletes all items in the trash, and returns their number.
    ///
    /// # Errors
    /// `cancelled`: then nothing is deleted. Or the disk.
    pub async fn trash_empty(&self) -> Result<u32> {
        let items = self.read(|session| Ok(session.sidebar()?.trash)).await?;
        let job = self.job_for_many(JobKind::ItemDelete, usize::try_from(items).unwrap_or(usize::MAX));
        self.change_many(job, |session, progress| Ok(session.empty_trash(progress)?)).await
    }

    /// Renames or moves a folder with its items and subfolders. Without a new path they move to the folder above.
    ///
    /// # Errors
    /// `invalid_input` for a path into itself or one that is too long, `cancelled`, or the disk.
    pub async fn folder_rename(&self, from: String, to: Option<String>) -> Result<ChangedView> {
        let to = match to {
            None => None,
            Some(to) => Some(tidy_folder(&to).ok_or_else(|| ErrorView::invalid(InputProblem::FolderName))?),
        };
        let job = self.jobs.start(JobKind::ItemChange, String::new(), 0);
        let rename = move |session: &mut Session, progress: ItemProgress<'_>| {
            let renamed = session.rename_folder(&from, to.as_deref(), progress);
            renamed.map_err(malformed_as(InputProblem::FolderIntoItself))
        };
        Ok(self.change_many(Some(job), rename).await?.into())
    }

    /// Renames a tag on every item, or removes it. Renaming to an existing tag merges the two.
    ///
    /// # Errors
    /// `invalid_input` for the name, `cancelled`, or the disk.
    pub async fn tag_rename(&self, from: String, to: Option<String>) -> Result<ChangedView> {
        let to = to.map(|to| to.trim().to_owned());
        let job = self.jobs.start(JobKind::ItemChange, String::new(), 0);
        let rename = move |session: &mut Session, progress: ItemProgress<'_>| {
            let renamed = session.rename_tag(&from, to.as_deref(), progress);
            renamed.map_err(malformed_as(InputProblem::TagName))
        };
        Ok(self.change_many(Some(job), rename).await?.into())
    }
}
