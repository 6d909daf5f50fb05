//! Backups: made by hand and by themselves, checked, looked into, and made a profile again.

mod automatic;
mod open;
mod restore;
mod settings;

use std::ops::ControlFlow;
use std::path::PathBuf;

use time::OffsetDateTime;
use time::macros::format_description;
use vault_engine::backup::BackupReader;
use vault_engine::backup::{BackupError, Documents, KeptBackup};
use vault_engine::clock::Timestamp;
use vault_engine::document::Existing;
use vault_engine::item::{safe_file_name, safe_to_show};
use vault_engine::session::Session;

use crate::coffer::{Coffer, State};
use crate::documents::{name_of, spawn};
use crate::error::Outcome;
use crate::jobs::Job;
use crate::views::{BackupsView, ErrorCode, ErrorView, JobKind};

pub(crate) use open::LookedInto;
pub(crate) use restore::PendingRestore;

/// Tells a job how far a backup is, and hears whether to go on. What was written is read once more, so the count begins
/// again in the middle.
pub(crate) fn told(job: &Job) -> impl FnMut(u64) -> ControlFlow<()> {
    let (mut before, mut last) = (0_u64, 0_u64);
    move |done| {
        if done < last {
            before = before.saturating_add(last);
        }
        last = done;
        job.progress(before.saturating_add(done));
        if job.cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// A backup that made itself, by the name that the list gives.
fn kept(session: &Session, name: &str) -> Outcome<KeptBackup> {
    let kept = session.kept_backups(&settings::plan(session)?);
    kept.into_iter().find(|backup| backup.name == name).ok_or_else(|| ErrorCode::NotFound.into())
}

impl Coffer {
    /// The backups of the open profile, and how they are made.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn backup_list(&self) -> Outcome<BackupsView> {
        self.read(|session| settings::view(session)).await
    }

    /// The name under which a backup of today is offered for saving.
    ///
    /// # Errors
    /// `locked`.
    pub async fn backup_name(&self) -> Outcome<String> {
        let now = self.clock.now();
        self.read(move |session| Ok(safe_file_name(&format!("{} {}.tar", session.profile().name, date(now)))))
            .await
    }

    /// Makes a backup of everything, as a job. A file that is there is replaced once the new one was checked; the person
    /// was asked by the file dialog.
    ///
    /// # Errors
    /// `locked`.
    pub async fn backup_save(&self, target: PathBuf) -> Outcome<u32> {
        self.read(|_| Ok(())).await?;
        let job = self.jobs.start_with_keys(JobKind::BackupSave, safe_to_show(&name_of(&target)), 0);
        let id = job.id();
        let owner = self.owner.clone();
        spawn(move || {
            let made = (|| {
                let snapshot = owner.call_blocking({
                    let cancelled = job.told_to_stop();
                    move |state: &mut State| {
                        let stop = &mut |_| cancelled();
                        Ok(state.session()?.snapshot(&target, Documents::All, stop)?)
                    }
                })?;
                job.set_total(snapshot.size().saturating_mul(2));
                let info = snapshot.write(Existing::Replace, &mut told(&job))?;
                Ok::<_, ErrorView>(info)
            })();
            job.end(made.map(|_| None));
        })?;
        Ok(id)
    }

    /// Reads one of the backups that made themselves and checks all of it, as a job; the list then tells what was found.
    ///
    /// # Errors
    /// `locked` or `not_found`.
    pub async fn backup_check(&self, name: String) -> Outcome<u32> {
        let now = self.clock.now();
        let (path, reader) = self.reader_of(name.clone()).await?;
        let size = path.metadata().map_or(0, |file| file.len());
        let job = self.jobs.start_with_keys(JobKind::BackupCheck, name.clone(), size);
        let id = job.id();
        let owner = self.owner.clone();
        spawn(move || {
            let found = reader.check(&path, &mut told(&job)).map(drop);
            drop(reader);
            let sound = match &found {
                Ok(()) => Some(true),
                Err(BackupError::Damaged | BackupError::NotABackup | BackupError::OtherProfile) => {
                    Some(false)
                }
                Err(_) => None,
            };
            if let Some(sound) = sound {
                // Told by the job all the same where it cannot be kept.
                let _ = owner
                    .call_blocking(move |state| settings::keep_check(state.session()?, &name, now, sound));
            }
            job.end(found.map(|()| None).map_err(ErrorView::from));
        })?;
        Ok(id)
    }

    /// Where a backup that made itself lies, and what reads it.
    async fn reader_of(&self, name: String) -> Outcome<(PathBuf, BackupReader)> {
        self.read(move |session| Ok((kept(session, &name)?.path, session.backup_reader()))).await
    }
}

/// A day as `2026-11-22`.
fn date(at: Timestamp) -> String {
    let format = format_description!("[year]-[month]-[day]");
    let seconds = i64::try_from(at.0 / 1000).unwrap_or_default();
    let at = OffsetDateTime::from_unix_timestamp(seconds).ok().and_then(|at| at.format(format).ok());
    at.unwrap_or_default()
}
