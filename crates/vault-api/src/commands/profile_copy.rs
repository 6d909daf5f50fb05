//! Copying another profile of this computer into the open one: first a preview, then all or nothing.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use rand_core::Rng as _;
use tokio::sync::oneshot;
use vault_engine::backup::look_at;
use vault_engine::profile::OpenArchive;
use vault_engine::session::{ProfileCopied, ProfileCopy};
use vault_engine::{ProfileId, SecretText};
use vault_interchange::fingerprint;

use super::import_known::fingerprints;
use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, Result};
use crate::events::Event;
use crate::files::name_of;
use crate::jobs::Job;
use crate::state::{PendingArchive, PendingCopy, State};
use crate::tokens::make_token;
use crate::views::{
    ArchiveFileView, JobKind, JobUnit, ProfileCopiedView, ProfileCopyChoice, ProfileCopyPreview,
    ProfileCopyRequest, count,
};
use crate::worker::spawn;

/// The longest time for which a preview waits for the server's answer about room.
const ROOM_WAIT: Duration = Duration::from_secs(5);

impl Coffer {
    /// Opens another profile and returns a preview of what a copy of it would bring; a job reports the progress of the
    /// comparison with existing items. Nothing is written into the open profile. An earlier preview is dropped.
    ///
    /// # Errors
    /// `profile_not_found` if it is the open one, the errors of `session_unlock`, or `cancelled`.
    pub async fn profile_copy_open(&self, request: ProfileCopyRequest) -> Result<ProfileCopyPreview> {
        let ProfileCopyRequest { profile_id, password, secret_key } = request;
        let (password, secret_key) = (SecretText::new(password), secret_key.map(SecretText::new));
        let id: ProfileId = profile_id.parse().map_err(|_| ErrorCode::ProfileNotFound)?;
        let make_rng = self.make_rng;
        let job = self.jobs.start(JobKind::ProfileRead, String::new(), 0);
        let mut preview = self
            .actor
            .call(move |state| {
                let open = state.open()?;
                open.copy = None;
                if open.session.profile().id == id {
                    return job.end_with(Err(ErrorCode::ProfileNotFound.into()));
                }
                let source = state.profiles.unlock_beside(id, &password, secret_key.as_ref(), make_rng());
                let preview = source.map_err(Into::into).and_then(|source| {
                    let copy = state.session()?.plan_profile_copy(source)?;
                    let name = copy.source().profile().name.clone();
                    preview(state, copy, name, &job, &mut make_rng())
                });
                job.end_with(preview)
            })
            .await?;
        preview.room = self.room().await;
        Ok(preview)
    }

    /// Looks at a file that may be an archive, and keeps it for `archive_open`.
    ///
    /// # Errors
    /// `locked`, `archive_unreadable`, `backup_newer`, `backup_damaged`, or the disk.
    pub async fn archive_look(&self, path: PathBuf) -> Result<ArchiveFileView> {
        let name = name_of(&path);
        let looked = path.clone();
        let look = move || look_at(&looked);
        tokio::task::spawn_blocking(look).await.map_err(|_| ErrorCode::Internal)?.map_err(of_archive)?;
        let token = make_token(&mut (self.make_rng)());
        let view = ArchiveFileView { token: token.clone(), name };
        self.actor
            .call(move |state| {
                state.open()?.archive = Some(PendingArchive { token, path });
                Ok(view)
            })
            .await
    }

    /// Opens an archive that was looked at, and returns a preview of what a copy of it would bring, as `profile_copy_open` does.
    ///
    /// # Errors
    /// `not_found` if it was not looked at, `archive_wrong_password`, also for a backup of a profile, the errors of a restore, or
    /// `cancelled`.
    pub async fn archive_open(&self, token: String, password: String) -> Result<ProfileCopyPreview> {
        let password = SecretText::new(password);
        let (path, within) = self
            .actor
            .call(move |state| {
                let open = state.open()?;
                open.copy = None;
                let archive = open.archive.as_ref().filter(|archive| archive.token == token);
                let path = archive.ok_or(ErrorCode::NotFound)?.path.clone();
                Ok((path, open.session.work_folder()?))
            })
            .await?;
        let name = name_of(&path);
        let job = self.jobs.start_with_keys(JobKind::ProfileRead, name.clone(), 0);
        let (coffer, make_rng) = (self.clone(), self.make_rng);
        let read = tokio::task::spawn_blocking(move || {
            let clock = coffer.clock.clone();
            let progress = &mut |_| job.continue_or_cancel();
            let opened = OpenArchive::open(&path, &password, &within, clock, make_rng(), progress);
            let OpenArchive { session, folder } = match opened {
                Ok(opened) => opened,
                Err(error) => return job.end_with(Err(of_archive(error))),
            };
            coffer.actor.call_blocking(move |state| {
                let copy = state.session().and_then(|open| Ok(open.plan_profile_copy(session)?));
                let copy = copy.map(|copy| copy.delete_afterwards(folder));
                let preview = copy.and_then(|copy| preview(state, copy, name, &job, &mut make_rng()));
                job.end_with(preview)
            })
        });
        let mut preview = read.await.map_err(|_| ErrorCode::Internal)??;
        preview.room = self.room().await;
        Ok(preview)
    }

    /// Copies what the preview showed, all or nothing, as a job. Documents are sealed again outside the profile thread,
    /// before everything is written in one transaction.
    ///
    /// # Errors
    /// `not_found` if the preview no longer exists, `cancelled`, or the disk.
    pub async fn profile_copy_commit(&self, choice: ProfileCopyChoice) -> Result<ProfileCopiedView> {
        let ProfileCopyChoice { token, skip_identical } = choice;
        let mut pending = self
            .actor
            .call(move |state| {
                let pending = state.open()?.copy.take_if(|pending| pending.token == token);
                Ok(pending.ok_or(ErrorCode::NotFound)?)
            })
            .await?;
        let identical = if skip_identical { pending.identical.len() } else { 0 };
        if skip_identical {
            pending.copy.skip(&pending.identical);
        }
        let job =
            self.jobs.start_with_keys(JobKind::ProfileCopy, pending.name.clone(), pending.copy.len() as u64);
        let (result, receiver) = oneshot::channel();
        let coffer = self.clone();
        spawn("coffer-copy", move || {
            // Fails if the caller was dropped; the work is done all the same.
            let _ = result.send(coffer.execute_copy(pending.copy, job));
        })?;
        let done = receiver.await.unwrap_or_else(|_| Err(ErrorCode::Internal.into()))?;
        let ProfileCopied { items, vaults, left, undo } = done;
        Ok(ProfileCopiedView {
            items: count(items),
            vaults: count(vaults),
            identical: count(identical),
            left,
            undo: undo.map(|undo| undo.to_string()),
        })
    }

    /// Drops a preview and closes the other profile.
    ///
    /// # Errors
    /// `locked`.
    pub async fn profile_copy_discard(&self) -> Result<()> {
        self.actor
            .call(|state| {
                state.open()?.copy = None;
                Ok(())
            })
            .await
    }

    fn execute_copy(&self, mut copy: ProfileCopy, job: Job) -> Result<ProfileCopied> {
        let bytes = copy.bytes();
        let mut rng = (self.make_rng)();
        let sealed = match bytes {
            0 => Ok(()),
            _ => copy.seal(&mut rng, &mut |done| job.progress_in(JobUnit::Bytes, done, bytes)),
        };
        if let Err(error) = sealed {
            // Locking waits for the job, so its keys go first.
            drop(copy);
            return job.end_with(Err(error.into()));
        }
        let done = self.actor.call_blocking(move |state| {
            let items = copy.len() as u64;
            let mut progress = |done: usize| job.progress_in(JobUnit::Items, done as u64, items);
            let done = state.session().and_then(|session| Ok(session.copy_profile(copy, &mut progress)?));
            job.end_with(done)
        })?;
        self.events.send(Event::ItemsChanged);
        Ok(done)
    }

    /// The bytes that the account may still store, if the server can be asked.
    pub(super) async fn room(&self) -> Option<u64> {
        let session = self.sync.session()?;
        let usage = tokio::time::timeout(ROOM_WAIT, session.usage()).await.ok()?.ok()?;
        Some(usage.limit.saturating_sub(usage.bytes))
    }
}

/// The error of reading an archive.
fn of_archive(error: impl Into<ErrorView>) -> ErrorView {
    let error = error.into();
    match error.code {
        ErrorCode::BackupUnreadable => ErrorCode::ArchiveUnreadable.into(),
        ErrorCode::WrongPassword => ErrorCode::ArchiveWrongPassword.into(),
        // It belongs to no profile of this computer; its manifest was changed.
        ErrorCode::BackupOtherProfile => ErrorCode::BackupDamaged.into(),
        _ => error,
    }
}

/// Compares the items of another profile with those of the open one.
fn preview(
    state: &mut State,
    copy: ProfileCopy,
    name: String,
    job: &Job,
    rng: &mut vault_engine::clock::Rng,
) -> Result<ProfileCopyPreview> {
    let mut key = [0; 32];
    rng.fill_bytes(&mut key);
    let open = state.open()?;
    let known = fingerprints(&mut open.session, &key, job)?;
    let mut identical = BTreeSet::new();
    copy.source().each_item(&mut |id, item| {
        if known.contains(&fingerprint(item, &key)) {
            identical.insert(id);
        }
        job.continue_or_cancel()
    })?;
    job.fail_if_cancelled()?;
    let token = make_token(rng);
    let preview = ProfileCopyPreview {
        token: token.clone(),
        name: name.clone(),
        items: count(copy.len()),
        vaults: count(copy.source().vaults()?.len()),
        identical: count(identical.len()),
        documents: count(copy.documents()),
        bytes: copy.bytes(),
        size: copy.size()?,
        room: None,
    };
    open.copy = Some(PendingCopy { token, name, copy, identical });
    Ok(preview)
}
