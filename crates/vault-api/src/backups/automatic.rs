//! The backup of the day: made in the background when it is due, never in anybody's way.

use std::time::Duration;

use super::{settings, told};
use crate::coffer::{Coffer, State};
use crate::documents::spawn;
use crate::error::Outcome;
use crate::events::Event;
use crate::views::{ErrorCode, ErrorView, JobKind};

/// How often a session that stays open should ask whether another one is due.
const ASK_EVERY: Duration = Duration::from_mins(15);

impl Coffer {
    /// How often [`Coffer::backup_when_due`] is worth calling.
    pub const BACKUP_ASK_EVERY: Duration = ASK_EVERY;

    /// Makes the backup of the day if one is due and none is being made, beside everything else. A failure is told by an
    /// event, once for each reason, and stands in the list of backups; the next call tries again.
    ///
    /// # Errors
    /// `locked`, or if even the failure cannot be kept.
    pub async fn backup_when_due(&self) -> Outcome<()> {
        let coffer = self.clone();
        tokio::task::spawn_blocking(move || coffer.daily()).await.map_err(|_| ErrorCode::Internal)?
    }

    /// Starts the same; nothing waits for it.
    pub(crate) fn start_backup_when_due(&self) {
        let coffer = self.clone();
        // Without a thread there is no backup now; the next call tries again.
        let _ = spawn(move || {
            let _ = coffer.daily();
        });
    }

    fn daily(&self) -> Outcome<()> {
        if self.jobs.running(JobKind::BackupDaily).is_some() {
            return Ok(());
        }
        let due = self.owner.call_blocking(|state: &mut State| {
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

    fn make_daily(&self) -> Outcome<()> {
        let job = self.jobs.start_with_keys(JobKind::BackupDaily, String::new(), 0);
        let cancelled = job.told_to_stop();
        let made = (|| {
            let snapshot = self.owner.call_blocking(move |state: &mut State| {
                let session = state.session()?;
                Ok(session.daily_snapshot(&settings::plan(session)?, &mut |_| cancelled())?)
            })?;
            let Some(snapshot) = snapshot else { return Ok(()) };
            job.set_total(snapshot.size().saturating_mul(2));
            snapshot.write(&mut told(&job))?;
            Ok(())
        })();
        job.end(made.clone().map(|()| None));
        made
    }

    /// Keeps what became of it. One that was stopped, by the person or by the lock, is no failure.
    fn note(&self, error: Option<ErrorView>) -> Outcome<()> {
        if error.as_ref().is_some_and(|error| matches!(error.code, ErrorCode::Cancelled | ErrorCode::Locked))
        {
            return Ok(());
        }
        let (now, kept) = (self.clock.now(), error.clone());
        let tell = self.owner.call_blocking(move |state: &mut State| {
            settings::keep_outcome(state.session()?, now, kept.as_ref())
        })?;
        if let Some(error) = error.filter(|_| tell) {
            self.events.send(Event::BackupFailed(error));
        }
        Ok(())
    }
}
