//! Jobs: long work with progress that can be cancelled.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use vault_engine::item::safe_to_show;

use crate::error::{ErrorCode, ErrorView, Result};
use crate::events::{Event, EventSink};
use crate::views::{JobKind, JobOutcome, JobState, JobUnit, JobView};

/// The shortest time between two progress events of a job.
const REPORT_EVERY: Duration = Duration::from_millis(100);
/// The number of ended jobs that stay listed.
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
    /// The number of jobs that have keys of the profile in memory.
    with_keys: Mutex<usize>,
    keys_released: Condvar,
}

impl Jobs {
    pub(crate) fn new(events: EventSink) -> Arc<Self> {
        Arc::new(Self {
            entries: Mutex::new(Vec::new()),
            next_id: AtomicU32::new(1),
            events,
            with_keys: Mutex::new(0),
            keys_released: Condvar::new(),
        })
    }

    /// Registers a job that has keys of the profile in memory until it is dropped. Locking waits for it.
    pub(crate) fn start_with_keys(self: &Arc<Self>, kind: JobKind, name: String, total: u64) -> Job {
        *self.with_keys.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        let mut job = self.start(kind, name, total);
        job.with_keys = true;
        job
    }

    /// Waits until no job has keys in memory; returns false if the time runs out first.
    pub(crate) fn wait_for_keys(&self, longest: Duration) -> bool {
        let count = self.with_keys.lock().unwrap_or_else(PoisonError::into_inner);
        let held = |count: &mut usize| *count > 0;
        let waited = self.keys_released.wait_timeout_while(count, longest, held);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    fn release_keys(&self) {
        let mut count = self.with_keys.lock().unwrap_or_else(PoisonError::into_inner);
        *count = count.saturating_sub(1);
        self.keys_released.notify_all();
    }

    /// Registers a job that is about to run; `total` is in bytes or items.
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
        // Registered before the event: its receiver may cancel the job at once.
        self.events.send(Event::Job(view));
        let last_report = Mutex::new(Instant::now());
        Job { id, jobs: Arc::clone(self), cancel, last_report, ended: false, with_keys: false }
    }

    /// The listed jobs, oldest first.
    pub(crate) fn list(&self) -> Vec<JobView> {
        self.entries
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .map(|entry| entry.view.clone())
            .collect()
    }

    /// Requests cancellation of a job.
    pub(crate) fn cancel(&self, id: u32) -> Result<()> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.iter().find(|entry| entry.view.id == id).ok_or(ErrorCode::NotFound)?;
        entry.cancel.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Requests cancellation of all jobs of the kinds that `which` accepts.
    pub(crate) fn cancel_all(&self, which: fn(JobKind) -> bool) {
        for entry in self.entries.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            if which(entry.view.kind) {
                entry.cancel.store(true, Ordering::Relaxed);
            }
        }
    }

    /// The running job of a kind.
    pub(crate) fn running(&self, kind: JobKind) -> Option<u32> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let running = |entry: &&Entry| entry.view.kind == kind && entry.view.state == JobState::Running;
        entries.iter().find(running).map(|entry| entry.view.id)
    }

    /// Whether a job is running whose work is lost when it is interrupted. Checks and key generation do not count: they
    /// change nothing and are quickly repeated; nor does the daily backup, which is made the next time.
    pub(crate) fn any_running(&self) -> bool {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let matters = |entry: &Entry| match entry.view.kind {
            JobKind::HealthCheck
            | JobKind::SshKey
            | JobKind::BackupDaily
            | JobKind::BackupCheck
            | JobKind::BackupOpen
            | JobKind::ProfileExamine
            | JobKind::ImportRead
            | JobKind::ProfileRead => false,
            JobKind::DocumentImport
            | JobKind::DocumentExport
            | JobKind::CodeExport
            | JobKind::ItemExport
            | JobKind::ItemImport
            | JobKind::ItemChange
            | JobKind::ItemMove
            | JobKind::ItemCopy
            | JobKind::ItemDelete
            | JobKind::ItemUndo
            | JobKind::HistoryPurge
            | JobKind::KeyChange
            | JobKind::ProfileMove
            | JobKind::ProfileCopy
            | JobKind::BackupSave
            | JobKind::BackupExtract
            | JobKind::ProfileRestore
            | JobKind::ProfileSalvage => true,
        };
        entries.iter().any(|entry| entry.view.state == JobState::Running && matters(entry))
    }

    /// Whether no job is running or paused.
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

/// A running job. Dropped without [`Job::end`], as after a panic of its thread, it counts as failed.
pub(crate) struct Job {
    id: u32,
    jobs: Arc<Jobs>,
    cancel: Arc<AtomicBool>,
    last_report: Mutex<Instant>,
    ended: bool,
    with_keys: bool,
}

impl Job {
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// Whether cancellation was requested.
    pub(crate) fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    /// A check for work on another thread: it breaks once the job is cancelled.
    pub(crate) fn cancel_check(&self) -> impl Fn() -> ControlFlow<()> + Send + 'static {
        let cancel = Arc::clone(&self.cancel);
        move || {
            if cancel.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    }

    /// Sets the total once it is known.
    pub(crate) fn set_total(&self, total: u64) {
        self.jobs.change(self.id, |view| view.total = total);
    }

    /// Marks the job as paused until the profile is unlocked again.
    pub(crate) fn pause(&self) {
        self.jobs.change(self.id, |view| view.state = JobState::Paused);
    }

    /// Marks the job as running again.
    pub(crate) fn resume(&self) {
        self.jobs.change(self.id, |view| view.state = JobState::Running);
    }

    /// Reports the progress.
    pub(crate) fn progress(&self, done: u64) {
        let mut last = self.last_report.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() >= REPORT_EVERY {
            *last = Instant::now();
            // Without a known total the progress is reported as it is.
            let within = |total| if total == 0 { done } else { done.min(total) };
            self.jobs.change(self.id, |view| view.done = within(view.total));
        }
    }

    /// Reports progress in units of its own; breaks once the job is cancelled.
    pub(crate) fn progress_in(&self, unit: JobUnit, done: u64, total: u64) -> ControlFlow<()> {
        let mut last = self.last_report.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() >= REPORT_EVERY {
            *last = Instant::now();
            self.jobs.change(self.id, |view| (view.unit, view.done, view.total) = (unit, done, total));
        }
        self.continue_or_cancel()
    }

    /// Breaks once the job is cancelled.
    pub(crate) fn continue_or_cancel(&self) -> ControlFlow<()> {
        if self.cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Fails once the job is cancelled.
    pub(crate) fn fail_if_cancelled(&self) -> Result<()> {
        if self.cancelled() { Err(ErrorCode::Cancelled.into()) } else { Ok(()) }
    }

    /// A progress callback; it breaks once the job is cancelled.
    pub(crate) fn report(&self) -> impl FnMut(u64) -> ControlFlow<()> {
        |done| {
            self.progress(done);
            self.continue_or_cancel()
        }
    }

    /// A progress callback that counts items; it breaks once the job is cancelled.
    pub(crate) fn count_items(&self) -> impl FnMut(usize) -> ControlFlow<()> {
        |done| {
            self.progress(done as u64);
            self.continue_or_cancel()
        }
    }

    /// A progress callback for work in several passes, whose count starts again with each. It breaks once the job is
    /// cancelled.
    pub(crate) fn report_passes(&self) -> impl FnMut(u64) -> ControlFlow<()> {
        self.report_part(1)
    }

    /// The same for a new backup, which is read again after it was written: each time a byte counts half, so that the amounts
    /// are those of the file.
    pub(crate) fn report_written_and_read(&self) -> impl FnMut(u64) -> ControlFlow<()> {
        self.report_part(2)
    }

    /// A progress callback that reports one of so many parts of the sum of all passes.
    fn report_part(&self, parts: u64) -> impl FnMut(u64) -> ControlFlow<()> {
        let (mut before, mut last) = (0_u64, 0_u64);
        move |done| {
            if done < last {
                before = before.saturating_add(last);
            }
            last = done;
            self.progress(before.saturating_add(done) / parts);
            self.continue_or_cancel()
        }
    }

    /// Ends the job with the id of the item that was made, or with an error.
    pub(crate) fn end(mut self, result: Result<Option<String>>) {
        self.ended = true;
        self.finish(result);
    }

    /// Ends the job with the item that was made and the names of its missing files, or with an error.
    pub(crate) fn end_with_missing(mut self, result: Result<(String, Vec<String>)>) {
        self.ended = true;
        self.finish_with(result.map(|(item_id, missing)| (Some(item_id), missing)));
    }

    /// Ends the job with a result, and returns that.
    pub(crate) fn end_with<T>(self, result: Result<T>) -> Result<T> {
        match &result {
            Ok(_) => self.end(Ok(None)),
            Err(error) => self.end(Err(error.clone())),
        }
        result
    }

    fn finish(&self, result: Result<Option<String>>) {
        self.finish_with(result.map(|item_id| (item_id, Vec::new())));
    }

    fn finish_with(&self, result: Result<(Option<String>, Vec<String>)>) {
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
            self.jobs.release_keys();
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
    fn a_job_whose_thread_panicked_fails() {
        let jobs = jobs();
        drop(jobs.start(JobKind::DocumentImport, "a".into(), 10));
        assert_eq!(jobs.list()[0].state, JobState::Failed);
        assert!(!jobs.any_running());
    }

    #[test]
    fn a_cancelled_job_ends_as_cancelled() {
        let jobs = jobs();
        let job = jobs.start(JobKind::DocumentExport, "a".into(), 10);
        jobs.cancel(job.id()).unwrap();
        assert!(job.cancelled());
        job.end(Err(ErrorCode::Cancelled.into()));
        assert_eq!(jobs.list()[0].state, JobState::Cancelled);
        assert_eq!(jobs.cancel(99).unwrap_err().code, ErrorCode::NotFound);
    }

    #[test]
    fn waiting_for_keys_waits_for_jobs_with_keys_only() {
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
        assert!(jobs.wait_for_keys(Duration::ZERO), "a dropped job releases its keys");
        without.end(Ok(None));
    }

    #[test]
    fn only_the_last_ended_jobs_stay_listed() {
        let jobs = jobs();
        for _ in 0..50 {
            jobs.start(JobKind::DocumentImport, "a".into(), 1).end(Ok(None));
        }
        assert!(jobs.list().len() <= ENDED_KEPT + 1);
    }
}
