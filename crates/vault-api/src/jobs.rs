//! Long pieces of work: their progress, and the wish to stop them.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use vault_engine::item::safe_to_show;

use crate::error::Outcome;
use crate::events::{Event, EventSink};
use crate::views::{ErrorCode, ErrorView, JobKind, JobOutcome, JobState, JobUnit, JobView};

/// Progress is told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(100);
/// Ended jobs that are still listed.
const ENDED_KEPT: usize = 20;

struct Entry {
    view: JobView,
    cancel: Arc<AtomicBool>,
}

/// All jobs of this run of the program.
pub(crate) struct Jobs {
    entries: Mutex<Vec<Entry>>,
    next_id: AtomicU32,
    events: EventSink,
    /// How many jobs hold keys of the profile beside it.
    with_keys: Mutex<usize>,
    keys_dropped: Condvar,
}

impl Jobs {
    pub(crate) fn new(events: EventSink) -> Arc<Self> {
        Arc::new(Self {
            entries: Mutex::new(Vec::new()),
            next_id: AtomicU32::new(1),
            events,
            with_keys: Mutex::new(0),
            keys_dropped: Condvar::new(),
        })
    }

    /// Registers a job that will hold keys of the profile, until it ends or is dropped: what holds them must be gone by
    /// then. Locking waits for it.
    pub(crate) fn start_with_keys(self: &Arc<Self>, kind: JobKind, name: String, total: u64) -> Job {
        *self.with_keys.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        let mut job = self.start(kind, name, total);
        job.with_keys = true;
        job
    }

    /// Waits until no job holds keys any more, or the time is over; tells which.
    pub(crate) fn wait_for_keys(&self, longest: Duration) -> bool {
        let count = self.with_keys.lock().unwrap_or_else(PoisonError::into_inner);
        let held = |count: &mut usize| *count > 0;
        let waited = self.keys_dropped.wait_timeout_while(count, longest, held);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    fn keys_are_dropped(&self) {
        let mut count = self.with_keys.lock().unwrap_or_else(PoisonError::into_inner);
        *count = count.saturating_sub(1);
        self.keys_dropped.notify_all();
    }

    /// Registers a job that is about to run; `total` in bytes or items.
    pub(crate) fn start(self: &Arc<Self>, kind: JobKind, name: String, total: u64) -> Job {
        let view = JobView {
            id: self.next_id.fetch_add(1, Ordering::Relaxed),
            kind,
            name,
            unit: kind.unit(),
            done: 0,
            total,
            state: JobState::Running,
            outcome: None,
        };
        let cancel = Arc::new(AtomicBool::new(false));
        let id = view.id;
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.push(Entry { view: view.clone(), cancel: Arc::clone(&cancel) });
        let ended = entries.iter().filter(|entry| entry.view.state.is_over()).count();
        let mut surplus = ended.saturating_sub(ENDED_KEPT);
        entries.retain(|entry| {
            let drop_it = surplus > 0 && entry.view.state.is_over();
            surplus -= usize::from(drop_it);
            !drop_it
        });
        drop(entries);
        // Known before it is told of: whoever hears of it may want to stop it at once.
        self.events.send(Event::Job(view));
        let last_told = Mutex::new(Instant::now());
        Job { id, jobs: Arc::clone(self), cancel, last_told, ended: false, with_keys: false }
    }

    /// Every job still remembered, oldest first.
    pub(crate) fn list(&self) -> Vec<JobView> {
        self.entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .map(|entry| entry.view.clone())
            .collect()
    }

    /// Asks a job to stop.
    pub(crate) fn cancel(&self, id: u32) -> Outcome<()> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.iter().find(|entry| entry.view.id == id).ok_or(ErrorCode::NotFound)?;
        entry.cancel.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Asks every job to stop of which `which` says so.
    pub(crate) fn cancel_all(&self, which: fn(JobKind) -> bool) {
        for entry in self.entries.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            if which(entry.view.kind) {
                entry.cancel.store(true, Ordering::Relaxed);
            }
        }
    }

    /// A job of a kind that is still going on.
    pub(crate) fn running(&self, kind: JobKind) -> Option<u32> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let running = |entry: &&Entry| entry.view.kind == kind && entry.view.state == JobState::Running;
        entries.iter().find(running).map(|entry| entry.view.id)
    }

    /// Whether some job is still going on that is lost when it is cut off. A check is not, nor is a key that is being made:
    /// they change nothing, and are quickly done again; nor is the backup of the day, which is made the next time.
    pub(crate) fn any_running(&self) -> bool {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let matters = |entry: &Entry| match entry.view.kind {
            JobKind::HealthCheck
            | JobKind::SshKey
            | JobKind::BackupDaily
            | JobKind::BackupCheck
            | JobKind::BackupOpen
            | JobKind::ProfileExamine
            | JobKind::ImportRead => false,
            JobKind::DocumentImport
            | JobKind::DocumentExport
            | JobKind::CodeExport
            | JobKind::ItemImport
            | JobKind::ItemChange
            | JobKind::ItemMove
            | JobKind::ItemCopy
            | JobKind::ItemDelete
            | JobKind::ItemUndo
            | JobKind::HistoryPurge
            | JobKind::KeyChange
            | JobKind::ProfileMove
            | JobKind::BackupSave
            | JobKind::BackupTake
            | JobKind::ProfileRestore
            | JobKind::ProfileSalvage => true,
        };
        entries.iter().any(|entry| entry.view.state == JobState::Running && matters(entry))
    }

    /// Whether none is going on or waiting.
    pub(crate) fn all_over(&self) -> bool {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().all(|entry| entry.view.state.is_over())
    }

    fn change(&self, id: u32, change: impl FnOnce(&mut JobView)) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.iter_mut().find(|entry| entry.view.id == id) {
            change(&mut entry.view);
            let view = entry.view.clone();
            drop(entries);
            self.events.send(Event::Job(view));
        }
    }
}

/// One running job. Dropped without [`Job::end`] (its thread panicked), it counts as failed.
pub(crate) struct Job {
    id: u32,
    jobs: Arc<Jobs>,
    cancel: Arc<AtomicBool>,
    last_told: Mutex<Instant>,
    ended: bool,
    with_keys: bool,
}

impl Job {
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// Whether the person asked to stop.
    pub(crate) fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    /// Whether to go on, for work on another thread.
    pub(crate) fn told_to_stop(&self) -> impl Fn() -> ControlFlow<()> + Send + 'static {
        let cancel = Arc::clone(&self.cancel);
        move || {
            if cancel.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    }

    /// Says how much there is in all, once that is known.
    pub(crate) fn set_total(&self, total: u64) {
        self.jobs.change(self.id, |view| view.total = total);
    }

    /// Tells that the work waits until the profile is unlocked again.
    pub(crate) fn pause(&self) {
        self.jobs.change(self.id, |view| view.state = JobState::Paused);
    }

    /// Tells that the work goes on.
    pub(crate) fn resume(&self) {
        self.jobs.change(self.id, |view| view.state = JobState::Running);
    }

    /// Tells how far the work is.
    pub(crate) fn progress(&self, done: u64) {
        let mut last = self.last_told.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() >= TELL_EVERY {
            *last = Instant::now();
            // Where nobody knows how much it is in all, what is done is told all the same.
            let within = |total| if total == 0 { done } else { done.min(total) };
            self.jobs.change(self.id, |view| view.done = within(view.total));
        }
    }

    /// Tells how far the work is in something that is counted by itself, and hears whether to go on.
    pub(crate) fn tell(&self, unit: JobUnit, done: u64, total: u64) -> ControlFlow<()> {
        let mut last = self.last_told.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() >= TELL_EVERY {
            *last = Instant::now();
            self.jobs.change(self.id, |view| (view.unit, view.done, view.total) = (unit, done, total));
        }
        self.go_on()
    }

    /// Whether to go on.
    pub(crate) fn go_on(&self) -> ControlFlow<()> {
        if self.cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Ends the job with the item made, or with an error.
    pub(crate) fn end(mut self, result: Outcome<Option<String>>) {
        self.ended = true;
        self.finish(result);
    }

    /// Ends the job with the item made and the names of files that were not there any more, or with an error.
    pub(crate) fn end_with_missing(mut self, result: Outcome<(String, Vec<String>)>) {
        self.ended = true;
        self.finish_with(result.map(|(item_id, missing)| (Some(item_id), missing)));
    }

    /// Ends the job with what it made, which is handed on.
    pub(crate) fn end_with<T>(self, result: Outcome<T>) -> Outcome<T> {
        match &result {
            Ok(_) => self.end(Ok(None)),
            Err(error) => self.end(Err(error.clone())),
        }
        result
    }

    fn finish(&self, result: Outcome<Option<String>>) {
        self.finish_with(result.map(|item_id| (item_id, Vec::new())));
    }

    fn finish_with(&self, result: Outcome<(Option<String>, Vec<String>)>) {
        self.jobs.change(self.id, |view| match result {
            Ok((item_id, missing)) => {
                view.done = view.total;
                view.state = JobState::Done;
                let missing = missing.iter().map(|name| safe_to_show(name)).collect();
                view.outcome = Some(JobOutcome { item_id, missing, error: None });
            }
            Err(error) => {
                let cancelled = error.code == ErrorCode::Cancelled;
                view.state = if cancelled { JobState::Cancelled } else { JobState::Failed };
                view.outcome = Some(JobOutcome { item_id: None, missing: Vec::new(), error: Some(error) });
            }
        });
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if !self.ended {
            self.finish(Err(ErrorView::of(ErrorCode::Internal)));
        }
        if self.with_keys {
            self.jobs.keys_are_dropped();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jobs() -> Arc<Jobs> {
        Jobs::new(EventSink::new(|_| {}))
    }

    #[test]
    fn a_job_whose_thread_panicked_is_told_as_failed() {
        let jobs = jobs();
        drop(jobs.start(JobKind::DocumentImport, "a".into(), 10));
        assert_eq!(jobs.list()[0].state, JobState::Failed);
        assert!(!jobs.any_running());
    }

    #[test]
    fn a_cancelled_job_sees_the_wish_and_ends_as_cancelled() {
        let jobs = jobs();
        let job = jobs.start(JobKind::DocumentExport, "a".into(), 10);
        jobs.cancel(job.id()).unwrap();
        assert!(job.cancelled());
        job.end(Err(ErrorCode::Cancelled.into()));
        assert_eq!(jobs.list()[0].state, JobState::Cancelled);
        assert_eq!(jobs.cancel(99).unwrap_err().code, ErrorCode::NotFound);
    }

    #[test]
    fn whoever_waits_for_keys_waits_for_the_jobs_that_hold_them_and_no_others() {
        let jobs = jobs();
        let without = jobs.start(JobKind::DocumentImport, "a".into(), 10);
        assert!(jobs.wait_for_keys(Duration::ZERO));
        let with = jobs.start_with_keys(JobKind::BackupSave, "b".into(), 10);
        assert!(!jobs.wait_for_keys(Duration::from_millis(1)));
        let worker = std::thread::spawn(move || {
            while !with.cancelled() {
                std::thread::yield_now();
            }
            with.end(Err(ErrorCode::Cancelled.into()));
        });
        jobs.cancel_all(|_| true);
        assert!(jobs.wait_for_keys(Duration::from_secs(60)));
        worker.join().unwrap();
        drop(jobs.start_with_keys(JobKind::BackupSave, "c".into(), 10));
        assert!(jobs.wait_for_keys(Duration::ZERO), "one that broke holds none");
        without.end(Ok(None));
    }

    #[test]
    fn only_the_last_ended_jobs_are_remembered() {
        let jobs = jobs();
        for _ in 0..50 {
            jobs.start(JobKind::DocumentImport, "a".into(), 1).end(Ok(None));
        }
        assert!(jobs.list().len() <= ENDED_KEPT + 1);
    }
}
