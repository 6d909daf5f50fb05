//! The daily backup: made in the background when it is due. The rule of what is due and what is kept is the engine's,
//! `backup/automatic.rs`.

use std::time::Duration;

use super::settings;
use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, Result};
use crate::events::Event;
use crate::state::State;
use crate::views::JobKind;
use crate::worker::spawn;

/// The interval at which an open session should check whether a backup is due.
const CHECK_EVERY: Duration = Duration::from_mins(15);

impl Coffer {
    /// The interval at which [`Coffer::backup_when_due`] should be called.
    pub const BACKUP_CHECK_EVERY: Duration = CHECK_EVERY;

    /// Makes the daily backup in the background if it is due and none is being made. A failure is reported by an event, once
    /// for each reason, and in the list of backups; the next call tries again.
    ///
    /// # Errors
    /// `locked`, or if the failure cannot be stored.
    pub async fn backup_when_due(&self) -> Result<()> {
        let coffer = self.clone();
        tokio::task::spawn_blocking(move || coffer.daily()).await.map_err(|_| ErrorCode::Internal)?
    }

    /// Starts [`Self::backup_when_due`] without waiting for it.
    pub(crate) fn start_backup_when_due(&self) {
        let coffer = self.clone();
        // Without a thread there is no backup now; the next call tries again.
        let _ = spawn("coffer-backup", move || {
            let _ = coffer.daily();
        });
    }

    fn daily(&self) -> Result<()> {
        if self.jobs.running(JobKind::BackupDaily).is_some() {
            return Ok(());
        }
        let due = self.actor.call_blocking(|state: &mut State| {
            let session = state.session()?;
            let wanted = session.read_only().is_none() && settings::is_daily(session)?;
            Ok(wanted.then(|| session.daily_is_due(&settings::plan(session)?).map_err(ErrorView::from)))
        });
        let result = match due? {
            None | Some(Ok(false)) => return Ok(()),
            Some(Err(error)) => Err(error),
            Some(Ok(true)) => self.make_daily(),
        };
        self.note(result.err())
    }

    fn make_daily(&self) -> Result<()> {
        let job = self.jobs.start_with_keys(JobKind::BackupDaily, String::new(), 0);
        let cancelled = job.cancel_check();
        let made = (|| {
            let snapshot = self.actor.call_blocking(move |state: &mut State| {
                let session = state.session()?;
                Ok(session.daily_snapshot(&settings::plan(session)?, &mut |_| cancelled())?)
            })?;
            let Some(snapshot) = snapshot else { return Ok(()) };
            job.set_total(snapshot.size());
            snapshot.write(&mut job.report_written_and_read())?;
            Ok(())
        })();
        job.end(made.clone().map(|()| None));
        made
    }

    /// Stores the result. A backup that was cancelled or interrupted by locking is no failure.
    fn note(&self, error: Option<ErrorView>) -> Result<()> {
        if error.as_ref().is_some_and(|error| matches!(error.code, ErrorCode::Cancelled | ErrorCode::Locked))
        {
            return Ok(());
        }
        let (now, kept) = (self.clock.now(), error.clone());
        let is_new = self.actor.call_blocking(move |state: &mut State| {
            settings::keep_result(state.session()?, now, kept.as_ref())
        })?;
        if let Some(error) = error.filter(|_| is_new) {
            self.events.send(Event::BackupFailed(error));
        }
        Ok(())
    }
}
