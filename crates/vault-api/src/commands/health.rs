//! The health check of all items, as a job, and its results.

use std::sync::Arc;

use vault_engine::health::{Finding, Prefix, Range, RangeSource, Settings};
use vault_engine::session::{HealthWalk, Query};

use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, InputProblem, Result};
use crate::jobs::Job;
use crate::state::HealthReport;
use crate::views::{HealthChoice, HealthKind, HealthPage, HealthRow, HealthView, JobKind, count};
use crate::worker::spawn;

/// Items checked in one call to the profile thread: some ten milliseconds.
const ITEMS_PER_STEP: u32 = 16;
/// The number of failed requests in a row after which no more are sent.
const MAX_FAILURES: u32 = 3;

impl Coffer {
    /// Starts a check of every item as a job, and returns its number; of the running one while a check runs.
    ///
    /// # Errors
    /// `locked`, or `invalid_input` if breached passwords are to be checked and there is no service for it.
    pub async fn health_check(&self, choice: HealthChoice) -> Result<u32> {
        let HealthChoice { breached, old_after_days } = choice;
        let source = match (breached, &self.ranges) {
            (false, _) => None,
            (true, Some(source)) => Some(Arc::clone(source)),
            (true, None) => return Err(ErrorView::invalid(InputProblem::NobodyToAsk)),
        };
        if let Some(running) = self.jobs.running(JobKind::HealthCheck) {
            return Ok(running);
        }
        let settings = Settings { old_after: old_after_days, breached, ..Settings::default() };
        let walk = self.read(move |session| Ok(session.health_begin(settings)?)).await?;
        // The requests take longer than the check itself; each gets half of the progress bar.
        let total = u64::from(walk.total()) * if breached { 2 } else { 1 };
        let job = self.jobs.start(JobKind::HealthCheck, String::new(), total);
        let id = job.id();
        let coffer = self.clone();
        let run = move || {
            let ended = coffer.check(&job, walk, source.as_deref());
            job.end(ended.map(|()| None));
        };
        spawn("coffer-health", run)?;
        Ok(id)
    }

    /// Returns the result of the last check since unlocking, if there was one.
    ///
    /// # Errors
    /// `locked`.
    pub async fn health_report(&self) -> Result<Option<HealthView>> {
        self.actor
            .call(|state| {
                Ok(state.open()?.health.as_ref().map(|found| HealthView::new(found.at, &found.report)))
            })
            .await
    }

    /// Returns a page of the items with one kind of issue, worst first.
    ///
    /// # Errors
    /// `locked`, or `not_found` if there was no check.
    pub async fn health_list(&self, kind: HealthKind, offset: u32, limit: u32) -> Result<HealthPage> {
        self.actor
            .call(move |state| {
                let open = state.open()?;
                let found = open.health.as_ref().ok_or(ErrorCode::NotFound)?.report.of(kind.into());
                let offset = usize::try_from(offset).unwrap_or(usize::MAX);
                let limit = usize::try_from(limit.min(Query::MAX_LIMIT)).unwrap_or(usize::MAX);
                let page: Vec<Finding> = found.iter().skip(offset).take(limit).copied().collect();
                let mut rows = Vec::with_capacity(page.len());
                for Finding { item, issue } in page {
                    // Items that were deleted since are left out.
                    let row = open.session.rows_of(&[item])?.pop();
                    rows.extend(row.map(|row| HealthRow::new(row.into(), issue)));
                }
                Ok(HealthPage { total: count(found.len()), rows })
            })
            .await
    }

    /// Runs a check to its end, in steps between which the profile thread serves other calls.
    fn check(&self, job: &Job, mut walk: HealthWalk, source: Option<&dyn RangeSource>) -> Result<()> {
        let mut more = true;
        while more {
            job.fail_if_cancelled()?;
            (walk, more) = self.actor.call_blocking(move |state| {
                let more = state.session()?.health_step(&mut walk, ITEMS_PER_STEP)?;
                Ok((walk, more))
            })?;
            job.progress(walk.done().into());
        }
        if let Some(source) = source {
            walk = self.check_breached(job, walk, source)?;
        }
        let at = self.clock.now();
        self.actor.call_blocking(move |state| {
            state.open()?.health = Some(HealthReport { at, report: walk.finish() });
            Ok(())
        })
    }

    /// Requests the range of every password, one after the other.
    fn check_breached(
        &self,
        job: &Job,
        mut walk: HealthWalk,
        source: &dyn RangeSource,
    ) -> Result<HealthWalk> {
        let (items, requests) = (u64::from(walk.total()), walk.prefixes_left().max(1));
        let mut failures = 0;
        while let Some(prefix) = walk.next_prefix().filter(|_| failures < MAX_FAILURES) {
            job.fail_if_cancelled()?;
            match fetch(source, prefix) {
                Some(range) => {
                    failures = 0;
                    walk = self.actor.call_blocking(move |state| {
                        state.session()?.health_compare(&mut walk, prefix, &range)?;
                        Ok(walk)
                    })?;
                }
                None => {
                    failures += 1;
                    walk.give_up(prefix);
                }
            }
            let (left, all) = (u64::from(count(walk.prefixes_left())), u64::from(count(requests)));
            job.progress(items + items * all.saturating_sub(left) / all);
        }
        Ok(walk)
    }
}

fn fetch(source: &dyn RangeSource, prefix: Prefix) -> Option<Range> {
    Range::parse(&source.fetch(prefix).ok()?).ok()
}
