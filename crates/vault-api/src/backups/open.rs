//! A backup that is open beside the profile: listed, and single things taken out of it.

use std::path::PathBuf;

use vault_engine::backup::Why;
use vault_engine::backup::{BackupReader, OpenBackup, RestoreAs, Taking};
use vault_engine::document::Existing;
use vault_engine::item::{safe_file_name, safe_to_show};
use vault_engine::session::Session;
use vault_engine::{BlobId, ItemId, RevHash, VaultId};

use super::told;
use crate::coffer::{Coffer, Open, State};
use crate::documents::{name_of, spawn};
use crate::error::Outcome;
use crate::events::Event;
use crate::item_view::item_view;
use crate::views::{ErrorCode, ErrorView, ItemPage, ItemQuery, ItemView, JobKind, OpenBackupView};

/// The backup that is open.
pub(crate) struct LookedInto {
    name: String,
    backup: OpenBackup,
}

impl Open {
    fn looked_into(&self) -> Outcome<(&Session, &OpenBackup)> {
        let open = self.backup.as_ref().ok_or(ErrorCode::NotFound)?;
        Ok((&self.session, &open.backup))
    }
}

impl Coffer {
    /// Opens one of the backups that made themselves, as a job: all of it is checked first. Another one that was open is
    /// closed.
    ///
    /// # Errors
    /// `locked` or `not_found`.
    pub async fn backup_open(&self, name: String) -> Outcome<u32> {
        let (path, reader) = self.reader_of(name).await?;
        self.open_backup(path, reader)
    }

    /// The same for a file that the person chose.
    ///
    /// # Errors
    /// `locked`.
    pub async fn backup_open_file(&self, path: PathBuf) -> Outcome<u32> {
        let reader = self.read(|session| Ok(session.backup_reader())).await?;
        self.open_backup(path, reader)
    }

    fn open_backup(&self, path: PathBuf, reader: BackupReader) -> Outcome<u32> {
        let size = path.metadata().map_or(0, |file| file.len());
        let name = safe_to_show(&name_of(&path));
        let job = self.jobs.start_with_keys(JobKind::BackupOpen, name.clone(), size);
        let id = job.id();
        let owner = self.owner.clone();
        spawn(move || {
            let opened = reader.open(&path, &mut told(&job)).map_err(ErrorView::from);
            drop(reader);
            let kept = opened.and_then(|backup| {
                owner.call_blocking(move |state: &mut State| {
                    let open = state.open()?;
                    let backup = open.session.look_into(backup)?;
                    open.backup = Some(LookedInto { name, backup });
                    Ok(None)
                })
            });
            job.end(kept);
        })?;
        Ok(id)
    }

    /// The backup that is open, if one is.
    ///
    /// # Errors
    /// `locked`.
    pub async fn backup_opened(&self) -> Outcome<Option<OpenBackupView>> {
        self.owner.call(|state| Ok(state.open()?.backup.as_ref().map(view))).await
    }

    /// Closes the backup that is open.
    ///
    /// # Errors
    /// `locked`.
    pub async fn backup_close(&self) -> Outcome<()> {
        self.owner
            .call(|state| {
                state.open()?.backup = None;
                Ok(())
            })
            .await
    }

    /// A page of the items in the open backup; of the text every word must occur.
    ///
    /// # Errors
    /// `locked`, `not_found` if no backup is open, or `backup_damaged`.
    pub async fn backup_items(&self, query: ItemQuery) -> Outcome<ItemPage> {
        self.look_into(move |_, backup| Ok(backup.list(&query.into())?.into())).await
    }

    /// An item as it was in the open backup, without its concealed values.
    ///
    /// # Errors
    /// `locked`, `not_found` if no backup is open or has it, or `password_needed` if the item asks for the master password
    /// again, there or here.
    pub async fn backup_item(&self, id: ItemId) -> Outcome<ItemView> {
        self.look_into_guarded(id, None, move |session, backup| {
            let item = session.item_of_backup(backup, id)?;
            // No revision in a vault of the profile is shown, so neither can be named.
            Ok(item_view((id, VaultId::from_bytes([0; 16])), RevHash::from_bytes([0; 32]), &item, 1))
        })
        .await
    }

    /// Takes an item out of the open backup, as a job: a new revision of the item that is there, or an item of its own.
    ///
    /// # Errors
    /// `locked`, `not_found`, `password_needed`, `profile_read_only`.
    pub async fn backup_take_item(&self, id: ItemId, how: RestoreAs) -> Outcome<u32> {
        let (taking, name) = self
            .look_into_guarded(id, None, move |session, backup| {
                let title = session.item_of_backup(backup, id)?.title;
                Ok((session.take_item(backup, id, how)?, title))
            })
            .await?;
        self.take(taking, &name)
    }

    /// Takes one document out of the open backup, as a job: attached to `target`, or as an item of its own.
    ///
    /// # Errors
    /// `locked`, `not_found`, `password_needed`, also for `target`, or `profile_read_only`.
    pub async fn backup_take_document(
        &self,
        id: ItemId,
        blob: BlobId,
        target: Option<ItemId>,
    ) -> Outcome<u32> {
        let (taking, name) = self
            .look_into_guarded(id, target, move |session, backup| {
                let name = session.document_of_backup(backup, (id, &blob))?.attachment().name.clone();
                Ok((session.take_document(backup, (id, &blob), target)?, name))
            })
            .await?;
        self.take(taking, &name)
    }

    fn take(&self, taking: Taking, name: &str) -> Outcome<u32> {
        let job = self.jobs.start_with_keys(JobKind::BackupTake, safe_to_show(name), taking.size());
        let id = job.id();
        let coffer = self.clone();
        spawn(move || {
            let taken = taking.carry_out(&mut (coffer.make_rng)(), &mut told(&job)).map_err(ErrorView::from);
            let put = taken.and_then(|taken| {
                coffer.owner.call_blocking(move |state| Ok(state.session()?.put_taken(taken)?))
            });
            if put.is_ok() {
                coffer.events.send(Event::ItemsChanged);
            }
            job.end_with_missing(put.map(|put| (put.stored.id.to_string(), put.missing)));
        })?;
        Ok(id)
    }

    /// The name under which a document of the open backup is offered for saving.
    ///
    /// # Errors
    /// `locked`, `not_found`, or `password_needed`: whoever saves a file is asked before they choose where.
    pub async fn backup_document_name(&self, id: ItemId, blob: BlobId) -> Outcome<String> {
        self.look_into_guarded(id, None, move |session, backup| {
            Ok(safe_file_name(&session.document_of_backup(backup, (id, &blob))?.attachment().name))
        })
        .await
    }

    /// Writes a document of the open backup to `target`, as a job; see `document_export`.
    ///
    /// # Errors
    /// `locked`, `not_found` or `password_needed`.
    pub async fn backup_save_document(&self, id: ItemId, blob: BlobId, target: PathBuf) -> Outcome<u32> {
        let document = self
            .look_into_guarded(id, None, move |session, backup| {
                Ok(session.document_of_backup(backup, (id, &blob))?)
            })
            .await?;
        let attachment = document.attachment();
        let (name, size) = (safe_to_show(&attachment.name), attachment.size);
        let job = self.jobs.start_with_keys(JobKind::DocumentExport, name, size);
        let number = job.id();
        spawn(move || {
            let saved = document.save(&target, Existing::Replace, &mut told(&job));
            drop(document);
            job.end(saved.map(|()| None).map_err(ErrorView::from));
        })?;
        Ok(number)
    }

    /// The same for one item: if it asks for the master password again, in the backup or in the profile, or if the item that
    /// something is taken out for does, only shortly after that was given.
    async fn look_into_guarded<R: Send + 'static>(
        &self,
        id: ItemId,
        target: Option<ItemId>,
        look: impl FnOnce(&Session, &OpenBackup) -> Outcome<R> + Send + 'static,
    ) -> Outcome<R> {
        let now = self.clock.steady();
        self.owner
            .call(move |state| {
                let open = state.open()?;
                let (session, backup) = open.looked_into()?;
                let then = session.item_of_backup(backup, id)?.flags.reprompt;
                // An item may be in the backup alone.
                let here = |id| session.get(id).is_ok_and(|opened| opened.item.flags.reprompt);
                open.guard(then || here(id) || target.is_some_and(here), now)?;
                look(session, backup)
            })
            .await
    }

    async fn look_into<R: Send + 'static>(
        &self,
        look: impl FnOnce(&Session, &OpenBackup) -> Outcome<R> + Send + 'static,
    ) -> Outcome<R> {
        self.owner
            .call(move |state| {
                let (session, backup) = state.open()?.looked_into()?;
                look(session, backup)
            })
            .await
    }
}

fn view(open: &LookedInto) -> OpenBackupView {
    let LookedInto { name, backup } = open;
    let info = backup.info();
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let of = |why| count(info.left_out.iter().filter(|left| left.why == why).count());
    OpenBackupView {
        name: name.clone(),
        made_at: info.made_at.0,
        documents: count(info.documents),
        left_out: of(Why::NotAskedFor),
        unreadable: of(Why::Unreadable),
    }
}
