//! Backups: made on request and automatically, checked, opened, and restored to a profile.

mod automatic;
mod open;
mod restore;
mod settings;

use std::path::PathBuf;

use time::OffsetDateTime;
use time::macros::format_description;
use vault_engine::backup::BackupReader;
use vault_engine::backup::{BackupError, Documents, KeptBackup};
use vault_engine::clock::Timestamp;
use vault_engine::document::Existing;
use vault_engine::item::{safe_file_name, safe_to_show};
use vault_engine::session::Session;

use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, Result};
use crate::files::{name_of, size_of};
use crate::state::State;
use crate::views::{BackupsView, JobKind};
use crate::worker::spawn;

/// An automatic backup, by its name in the list.
fn kept(session: &Session, name: &str) -> Result<KeptBackup> {
    let kept = session.kept_backups(&settings::plan(session)?);
    kept.into_iter().find(|backup| backup.name == name).ok_or_else(|| ErrorCode::NotFound.into())
}

impl Coffer {
    /// Returns the backups of the open profile and their settings.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn backup_list(&self) -> Result<BackupsView> {
        self.read(|session| settings::view(session)).await
    }

    /// Returns the proposed file name for a backup of today.
    ///
    /// # Errors
    /// `locked`.
    pub async fn backup_name(&self) -> Result<String> {
        let now = self.clock.now();
        self.read(move |session| Ok(safe_file_name(&format!("{} {}.tar", session.profile().name, date(now)))))
            .await
    }

    /// Makes a full backup, as a job. An existing file, whose replacement the file dialog has confirmed, is replaced once the
    /// new one was checked.
    ///
    /// # Errors
    /// `locked`.
    pub async fn backup_save(&self, target: PathBuf) -> Result<u32> {
        self.read(|_| Ok(())).await?;
        let job = self.jobs.start_with_keys(JobKind::BackupSave, safe_to_show(&name_of(&target)), 0);
        let id = job.id();
        let actor = self.actor.clone();
        spawn("coffer-backup", move || {
            let made = (|| {
                let snapshot = actor.call_blocking({
                    let cancelled = job.cancel_check();
                    move |state: &mut State| {
                        let stop = &mut |_| cancelled();
                        Ok(state.session()?.snapshot(&target, Documents::All, stop)?)
                    }
                })?;
                job.set_total(snapshot.size());
                let info = snapshot.write(Existing::Replace, &mut job.report_written_and_read())?;
                Ok::<_, ErrorView>(info)
            })();
            job.end(made.map(|_| None));
        })?;
        Ok(id)
    }

    /// Reads and checks an automatic backup completely, as a job; the list then shows the result.
    ///
    /// # Errors
    /// `locked` or `not_found`.
    pub async fn backup_check(&self, name: String) -> Result<u32> {
        let now = self.clock.now();
        let (path, reader) = self.reader_of(name.clone()).await?;
        let job = self.jobs.start_with_keys(JobKind::BackupCheck, name.clone(), size_of(&path));
        let id = job.id();
        let actor = self.actor.clone();
        spawn("coffer-backup", move || {
            let found = reader.check(&path, &mut job.report_passes()).map(drop);
            drop(reader);
            let sound = match &found {
                Ok(()) => Some(true),
                Err(BackupError::Damaged | BackupError::NotABackup | BackupError::OtherProfile) => {
                    Some(false)
                }
                Err(_) => None,
            };
            if let Some(sound) = sound {
                // The job reports the result even if it cannot be stored.
                let _ = actor
                    .call_blocking(move |state| settings::keep_check(state.session()?, &name, now, sound));
            }
            job.end(found.map(|()| None).map_err(ErrorView::from));
        })?;
        Ok(id)
    }

    /// Reads and checks a backup file completely, as a job.
    ///
    /// # Errors
    /// `locked`.
    pub async fn backup_check_file(&self, path: PathBuf) -> Result<u32> {
        let reader = self.read(|session| Ok(session.backup_reader())).await?;
        let name = safe_to_show(&name_of(&path));
        let job = self.jobs.start_with_keys(JobKind::BackupCheck, name, size_of(&path));
        let id = job.id();
        spawn("coffer-backup", move || {
            let found = reader.check(&path, &mut job.report_passes());
            drop(reader);
            job.end(found.map(|_| None).map_err(ErrorView::from));
        })?;
        Ok(id)
    }

    /// The path of an automatic backup, and its reader.
    async fn reader_of(&self, name: String) -> Result<(PathBuf, BackupReader)> {
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
