//! What is wrong with items: a check of all of them as a job, and what it found.

use std::sync::Arc;

use vault_engine::clock::Timestamp;
use vault_engine::health::{
    Finding, Issue, IssueKind, Missing, Prefix, Range, RangeSource, Report, Settings, Stolen,
};
use vault_engine::session::{HealthWalk, Query};

use crate::coffer::Coffer;
use crate::error::Outcome;
use crate::jobs::Job;
use crate::views::{
    ErrorCode, ErrorView, HealthChoice, HealthCount, HealthKind, HealthMissing, HealthPage, HealthRow,
    HealthStolen, HealthView, InputProblem, JobKind,
};

/// Items looked at before others are served: some ten milliseconds.
const STEP: u32 = 16;
/// Answers that may fail one after the other before nobody is asked any more.
const FAILURES: u32 = 3;

/// What the last check found, until the profile is locked.
pub(crate) struct Checked {
    at: Timestamp,
    report: Report,
}

impl Coffer {
    /// Looks at every item as a job, and names it. While one runs, it is named instead of a second.
    ///
    /// # Errors
    /// `locked`, or `invalid_input` if stolen passwords are to be looked for and there is nobody to ask.
    pub async fn health_check(&self, choice: HealthChoice) -> Outcome<u32> {
        let HealthChoice { stolen, old_after_days } = choice;
        let source = match (stolen, &self.ranges) {
            (false, _) => None,
            (true, Some(source)) => Some(Arc::clone(source)),
            (true, None) => {
                return Err(ErrorView::invalid(InputProblem::NobodyToAsk));
            }
        };
        if let Some(running) = self.jobs.running(JobKind::HealthCheck) {
            return Ok(running);
        }
        let settings = Settings { old_after: old_after_days, stolen, ..Settings::default() };
        let walk = self.read(move |session| Ok(session.health_begin(settings)?)).await?;
        // Asking takes longer than looking; together they fill the bar.
        let total = u64::from(walk.total()) * if stolen { 2 } else { 1 };
        let job = self.jobs.start(JobKind::HealthCheck, String::new(), total);
        let id = job.id();
        let coffer = self.clone();
        let run = move || {
            let ended = coffer.check(&job, walk, source.as_deref());
            job.end(ended.map(|()| None));
        };
        let spawned = std::thread::Builder::new().name("coffer-health".to_owned()).spawn(run);
        spawned.map(|_| id).map_err(|_| ErrorCode::Internal.into())
    }

    /// What the last check since unlocking found; none if there was none.
    ///
    /// # Errors
    /// `locked`.
    pub async fn health_report(&self) -> Outcome<Option<HealthView>> {
        self.owner.call(|state| Ok(state.open()?.health.as_ref().map(view))).await
    }

    /// A page of the items with one kind of issue, worst first.
    ///
    /// # Errors
    /// `locked`, or `not_found` if there was no check.
    pub async fn health_list(&self, kind: HealthKind, offset: u32, limit: u32) -> Outcome<HealthPage> {
        self.owner
            .call(move |state| {
                let open = state.open()?;
                let found = open.health.as_ref().ok_or(ErrorCode::NotFound)?.report.of(kind.into());
                let offset = usize::try_from(offset).unwrap_or(usize::MAX);
                let limit = usize::try_from(limit.min(Query::MAX_LIMIT)).unwrap_or(usize::MAX);
                let page: Vec<Finding> = found.iter().skip(offset).take(limit).copied().collect();
                let mut rows = Vec::with_capacity(page.len());
                for Finding { item, issue } in page {
                    // Items deleted since are left out; the next check no longer has them.
                    let row = open.session.rows_of(&[item])?.pop();
                    rows.extend(row.map(|row| HealthRow {
                        item: row.into(),
                        number: number(issue),
                        missing: missing(issue),
                    }));
                }
                Ok(HealthPage { total: count(found.len()), rows })
            })
            .await
    }

    /// Runs a check to its end, in steps between which the profile serves others.
    fn check(&self, job: &Job, mut walk: HealthWalk, source: Option<&dyn RangeSource>) -> Outcome<()> {
        let mut more = true;
        while more {
            go_on(job)?;
            (walk, more) = self.owner.call_blocking(move |state| {
                let more = state.session()?.health_step(&mut walk, STEP)?;
                Ok((walk, more))
            })?;
            job.progress(walk.done().into());
        }
        if let Some(source) = source {
            walk = self.ask(job, walk, source)?;
        }
        let at = self.clock.now();
        self.owner.call_blocking(move |state| {
            state.open()?.health = Some(Checked { at, report: walk.finish() });
            Ok(())
        })
    }

    /// Asks about every password, one question after the other.
    fn ask(&self, job: &Job, mut walk: HealthWalk, source: &dyn RangeSource) -> Outcome<HealthWalk> {
        let (items, questions) = (u64::from(walk.total()), walk.prefixes_left().max(1));
        let mut failures = 0;
        while let Some(prefix) = walk.next_prefix().filter(|_| failures < FAILURES) {
            go_on(job)?;
            match answer(source, prefix) {
                Some(range) => {
                    failures = 0;
                    walk = self.owner.call_blocking(move |state| {
                        state.session()?.health_compare(&mut walk, prefix, &range)?;
                        Ok(walk)
                    })?;
                }
                None => {
                    failures += 1;
                    walk.give_up(prefix);
                }
            }
            let (left, all) = (u64::from(count(walk.prefixes_left())), u64::from(count(questions)));
            job.progress(items + items * all.saturating_sub(left) / all);
        }
        Ok(walk)
    }
}

fn answer(source: &dyn RangeSource, prefix: Prefix) -> Option<Range> {
    Range::parse(&source.fetch(prefix).ok()?).ok()
}

fn go_on(job: &Job) -> Outcome<()> {
    if job.cancelled() { Err(ErrorCode::Cancelled.into()) } else { Ok(()) }
}

fn view(checked: &Checked) -> HealthView {
    let Checked { at, report } = checked;
    let (stolen, unknown) = match report.stolen {
        Stolen::Off => (HealthStolen::Off, 0),
        Stolen::Checked => (HealthStolen::Checked, 0),
        Stolen::Incomplete { unknown } => (HealthStolen::Incomplete, unknown),
    };
    HealthView {
        checked_at: at.0,
        examined: report.examined,
        unreadable: report.unreadable,
        items: count(report.items()),
        stolen,
        stolen_unknown: unknown,
        counts: IssueKind::ALL
            .map(|kind| HealthCount { kind: kind.into(), count: count(report.of(kind).len()) })
            .into(),
    }
}

fn number(issue: Issue) -> Option<u64> {
    match issue {
        Issue::Stolen { times } => Some(times),
        Issue::Weak { score } => Some(score.into()),
        Issue::Reused { others } | Issue::Duplicate { others } => Some(others.into()),
        Issue::ExpiresSoon { days } | Issue::Old { days } => Some(days.into()),
        Issue::Expired | Issue::Unencrypted | Issue::NoCode | Issue::Incomplete { .. } => None,
    }
}

fn missing(issue: Issue) -> Option<HealthMissing> {
    match issue {
        Issue::Incomplete { missing: Missing::Password } => Some(HealthMissing::Password),
        Issue::Incomplete { missing: Missing::Username } => Some(HealthMissing::Username),
        Issue::Incomplete { missing: Missing::Address } => Some(HealthMissing::Address),
        _ => None,
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

macro_rules! kinds {
    ($($kind:ident),+) => {
        impl From<IssueKind> for HealthKind {
            fn from(kind: IssueKind) -> Self {
                match kind { $(IssueKind::$kind => Self::$kind),+ }
            }
        }

        impl From<HealthKind> for IssueKind {
            fn from(kind: HealthKind) -> Self {
                match kind { $(HealthKind::$kind => Self::$kind),+ }
            }
        }
    };
}
kinds!(Stolen, Weak, Reused, Expired, ExpiresSoon, Old, Unencrypted, NoCode, Duplicate, Incomplete);
