//! Work of document jobs that pauses while the profile is locked.

use std::ops::ControlFlow;

use vault_engine::ProfileId;
use vault_engine::disk::BlobFolder;
use vault_engine::document::Step;
use vault_engine::session::Session;

use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, Result};
use crate::jobs::Job;
use crate::key_guard::KeyGuard;

/// The profile of a document, and the folder of its content.
#[derive(Clone)]
pub(in crate::commands) struct DocumentStore {
    pub(in crate::commands) profile: ProfileId,
    pub(in crate::commands) blobs: BlobFolder,
}

impl DocumentStore {
    pub(in crate::commands) fn of(session: &Session) -> Self {
        Self { profile: session.profile().id, blobs: session.blobs().clone() }
    }
}

impl Coffer {
    /// Runs work that needs a profile to be open. Where it fails because the profile was locked, it is repeated once the
    /// profile is open again; until then the job is paused.
    pub(super) fn while_unlocked<R>(
        &self,
        job: &Job,
        profile: ProfileId,
        mut work: impl FnMut(&KeyGuard<'_>) -> Result<R>,
    ) -> Result<R> {
        loop {
            let keys = match self.gate.try_enter(profile) {
                _ if job.cancelled() => None,
                Some(keys) => Some(keys),
                None => {
                    job.pause();
                    let keys = self.gate.enter(profile, &|| job.cancelled());
                    job.resume();
                    keys
                }
            };
            let keys = keys.ok_or(ErrorCode::Cancelled)?;
            match work(&keys) {
                Err(error) if error.code == ErrorCode::Locked && !keys.is_valid() => {}
                done => return done,
            }
        }
    }
}

/// Turns a step into a result: work stops between two chunks when the job is cancelled or the profile is locked.
pub(super) fn finished(step: Step, job: &Job) -> Result<()> {
    match step {
        Step::Done if !job.cancelled() => Ok(()),
        Step::Done | Step::Stopped => Err(stopped(job)),
    }
}

fn stopped(job: &Job) -> ErrorView {
    if job.cancelled() { ErrorCode::Cancelled } else { ErrorCode::Locked }.into()
}

/// A progress callback that breaks once the job is cancelled or the profile is locked.
pub(super) fn report_unlocked<'a>(
    job: &'a Job,
    keys: &'a KeyGuard<'_>,
) -> impl FnMut(u64) -> ControlFlow<()> + 'a {
    move |done| {
        job.progress(done);
        if job.cancelled() || !keys.is_valid() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
