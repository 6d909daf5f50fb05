//! A backup that is open beside the profile: listing its items, and extracting single items and documents.

use std::path::PathBuf;

use vault_engine::backup::OmissionReason;
use vault_engine::backup::{BackupReader, Extraction, OpenBackup, RestoreAs};
use vault_engine::document::Existing;
use vault_engine::item::{safe_file_name, safe_to_show};
use vault_engine::session::Session;
use vault_engine::{BlobId, ItemId, RevHash, VaultId};

use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, Result};
use crate::events::Event;
use crate::files::{name_of, size_of};
use crate::state::{Open, OpenedBackup, State};
use crate::views::{ItemPage, ItemQuery, ItemView, JobKind, OpenBackupView, count};
use crate::worker::spawn;

impl Open {
    fn opened_backup(&self) -> Result<(&Session, &OpenBackup)> {
        let open = self.backup.as_ref().ok_or(ErrorCode::NotFound)?;
        Ok((&self.session, &open.backup))
    }
}

impl Coffer {
    /// Opens an automatic backup, as a job: it is checked completely first. A backup that was open is closed.
    ///
    /// # Errors
    /// `locked` or `not_found`.
    pub async fn backup_open(&self, name: String) -> Result<u32> {
        let (path, reader) = self.reader_of(name).await?;
        self.open_backup(path, reader)
    }

    /// Opens a backup file; see [`Self::backup_open`].
    ///
    /// # Errors
    /// `locked`.
    pub async fn backup_open_file(&self, path: PathBuf) -> Result<u32> {
        let reader = self.read(|session| Ok(session.backup_reader())).await?;
        self.open_backup(path, reader)
    }

    fn open_backup(&self, path: PathBuf, reader: BackupReader) -> Result<u32> {
        let name = safe_to_show(&name_of(&path));
        let job = self.jobs.start_with_keys(JobKind::BackupOpen, name.clone(), size_of(&path));
        let id = job.id();
        let actor = self.actor.clone();
        spawn("coffer-backup", move || {
            let opened = reader.open(&path, &mut job.report_passes()).map_err(ErrorView::from);
            drop(reader);
            let kept = opened.and_then(|backup| {
                actor.call_blocking(move |state: &mut State| {
                    let open = state.open()?;
                    let backup = open.session.open_checked(backup)?;
                    open.backup = Some(OpenedBackup { name, backup });
                    Ok(None)
                })
            });
            job.end(kept);
        })?;
        Ok(id)
    }

    /// Returns the backup that is open, if any.
    ///
    /// # Errors
    /// `locked`.
    pub async fn backup_opened(&self) -> Result<Option<OpenBackupView>> {
        self.actor.call(|state| Ok(state.open()?.backup.as_ref().map(view))).await
    }

    /// Closes the backup that is open.
    ///
    /// # Errors
    /// `locked`.
    pub async fn backup_close(&self) -> Result<()> {
        self.actor
            .call(|state| {
                state.open()?.backup = None;
                Ok(())
            })
            .await
    }

    /// Returns a page of the items in the open backup; every word of the query text must occur.
    ///
    /// # Errors
    /// `locked`, `not_found` if no backup is open, or `backup_damaged`.
    pub async fn backup_items(&self, query: ItemQuery) -> Result<ItemPage> {
        self.read_backup(move |_, backup| Ok(backup.list(&query.into())?.into())).await
    }

    /// Returns an item of the open backup, without its concealed values.
    ///
    /// # Errors
    /// `locked`, `not_found` if no backup is open or it has no such item, or `password_needed` if the item asks for the
    /// master password again, in the backup or in the profile.
    pub async fn backup_item(&self, id: ItemId) -> Result<ItemView> {
        self.read_backup_guarded(id, None, move |session, backup| {
            let item = session.item_of_backup(backup, id)?;
            // The view shows no revision and no vault of the profile, so both ids are zero.
            Ok(ItemView::new((id, VaultId::from_bytes([0; 16])), RevHash::from_bytes([0; 32]), &item, 1))
        })
        .await
    }

    /// Restores an item from the open backup, as a job: as a new revision of the existing item, or as a new item.
    ///
    /// # Errors
    /// `locked`, `not_found`, `password_needed`, `profile_read_only`.
    pub async fn backup_extract_item(&self, id: ItemId, how: RestoreAs) -> Result<u32> {
        let (extraction, name) = self
            .read_backup_guarded(id, None, move |session, backup| {
                let title = session.item_of_backup(backup, id)?.title;
                Ok((session.extract_item(backup, id, how)?, title))
            })
            .await?;
        self.extract(extraction, &name)
    }

    /// Restores a document from the open backup, as a job: attached to `target`, or as a new item.
    ///
    /// # Errors
    /// `locked`, `not_found`, `password_needed`, also for `target`, or `profile_read_only`.
    pub async fn backup_extract_document(
        &self,
        id: ItemId,
        blob: BlobId,
        target: Option<ItemId>,
    ) -> Result<u32> {
        let (extraction, name) = self
            .read_backup_guarded(id, target, move |session, backup| {
                let name = session.document_of_backup(backup, (id, &blob))?.attachment().name.clone();
                Ok((session.extract_document(backup, (id, &blob), target)?, name))
            })
            .await?;
        self.extract(extraction, &name)
    }

    fn extract(&self, extraction: Extraction, name: &str) -> Result<u32> {
        let job = self.jobs.start_with_keys(JobKind::BackupExtract, safe_to_show(name), extraction.size());
        let id = job.id();
        let coffer = self.clone();
        spawn("coffer-backup", move || {
            let taken =
                extraction.run(&mut (coffer.make_rng)(), &mut job.report_passes()).map_err(ErrorView::from);
            let put = taken.and_then(|taken| {
                coffer.actor.call_blocking(move |state| Ok(state.session()?.put_extracted(taken)?))
            });
            if put.is_ok() {
                coffer.events.send(Event::ItemsChanged);
            }
            job.end_with_missing(put.map(|put| (put.stored.id.to_string(), put.missing)));
        })?;
        Ok(id)
    }

    /// Returns the proposed name for saving a document of the open backup.
    ///
    /// # Errors
    /// `locked`, `not_found`, or `password_needed`: the password is asked for before the file dialog.
    pub async fn backup_document_name(&self, id: ItemId, blob: BlobId) -> Result<String> {
        self.read_backup_guarded(id, None, move |session, backup| {
            Ok(safe_file_name(&session.document_of_backup(backup, (id, &blob))?.attachment().name))
        })
        .await
    }

    /// Writes a document of the open backup to `target`, as a job; see `document_export`.
    ///
    /// # Errors
    /// `locked`, `not_found` or `password_needed`.
    pub async fn backup_save_document(&self, id: ItemId, blob: BlobId, target: PathBuf) -> Result<u32> {
        let document = self
            .read_backup_guarded(id, None, move |session, backup| {
                Ok(session.document_of_backup(backup, (id, &blob))?)
            })
            .await?;
        let attachment = document.attachment();
        let (name, size) = (safe_to_show(&attachment.name), attachment.size);
        let job = self.jobs.start_with_keys(JobKind::DocumentExport, name, size);
        let number = job.id();
        spawn("coffer-backup", move || {
            let saved = document.save(&target, Existing::Replace, &mut job.report_passes());
            drop(document);
            job.end(saved.map(|()| None).map_err(ErrorView::from));
        })?;
        Ok(number)
    }

    /// Reads an item of the open backup. Fails with `password_needed` if the item, in the backup or in the profile, or the
    /// `target` of what is extracted asks for the master password again and that was not confirmed shortly before.
    async fn read_backup_guarded<R: Send + 'static>(
        &self,
        id: ItemId,
        target: Option<ItemId>,
        read: impl FnOnce(&Session, &OpenBackup) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        let now = self.clock.steady();
        self.actor
            .call(move |state| {
                let open = state.open()?;
                let (session, backup) = open.opened_backup()?;
                let then = session.item_of_backup(backup, id)?.flags.reprompt;
                // The profile may not have the item.
                let here = |id| session.get(id).is_ok_and(|opened| opened.item.flags.reprompt);
                open.guard(then || here(id) || target.is_some_and(here), now)?;
                read(session, backup)
            })
            .await
    }

    async fn read_backup<R: Send + 'static>(
        &self,
        read: impl FnOnce(&Session, &OpenBackup) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        self.actor
            .call(move |state| {
                let (session, backup) = state.open()?.opened_backup()?;
                read(session, backup)
            })
            .await
    }
}

fn view(open: &OpenedBackup) -> OpenBackupView {
    let OpenedBackup { name, backup } = open;
    let info = backup.info();
    let of = |why| count(info.left_out.iter().filter(|left| left.why == why).count());
    OpenBackupView {
        name: name.clone(),
        made_at: info.made_at.0,
        documents: count(info.documents),
        left_out: of(OmissionReason::NotRequested),
        unreadable: of(OmissionReason::Unreadable),
    }
}
