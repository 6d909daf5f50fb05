//! Power cuts and failing disks, for every write path.
//!
//! After a kill the kernel still has all writes, so kills cannot reveal a missing sync. Here a child process runs a
//! write path under `strace` ([`trace`]); its system calls become events on files and folders ([`interpret`]), from
//! which [`disk`] rebuilds the disks that a power cut could leave. Decisions 23 and 28 give the reasons.
//!
//! - A *cut* is a point in the events: before and after each sync, after each *mark* (a line by which the child
//!   confirms a step), and the end. At each cut, unsynced data is lost, kept, or torn within sectors.
//! - Each of these disks must open and be described as before the step or as after it, never without a confirmed step.
//! - [`io_errors`] takes the calls of the same recording and lets each fail once.
//! - Cases come from `write_paths`. A system call that [`interpret`] does not model fails the test and must be added
//!   there.
//! - A failure names the path, the cut and the state of unsynced data (`cut at event 41 of 96, Lost, 1 steps done`),
//!   then lists the lines that were found and the ones expected instead.
//! - An ordinary run opens five disks of each path, evenly spread, and lets one sync and one other call fail.
//!   `cargo xtask soak` opens all disks and lets twelve calls of each kind fail. `COFFER_TEST_PATH` runs one path.

mod disk;
mod interpret;
mod io_errors;
mod trace;

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;

pub use disk::Recording;
use disk::{Event, Files, Unsynced};
use trace::Fault;

use crate::child;
use crate::write_paths::{self, Effect, ITEMS, KEYS, PROFILES, WRITTEN_AFTER, WritePath};

/// The name of the path that a child runs.
const PATH: &str = "COFFER_TEST_PATH";
const STEP_DONE: &str = "@step done";

/// Set by `cargo xtask soak`: opens every disk, and lets more calls fail.
const SOAK: &str = "COFFER_SOAK_ALL";

/// Torn disks per cut, each with another seed.
const TORN_SEEDS: u64 = 1;

/// Disks of each path that an ordinary run opens.
const DISKS_PER_PATH: usize = 5;

/// Creates a temporary folder for disks, in memory if possible.
pub fn scratch() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// Runs a test of this binary as a child in a folder, and returns the recording and the output of the child.
pub fn record(test: &str, root: &Path, path: &str) -> (Recording, Output) {
    record_with(test, root, path, None)
}

fn record_with(test: &str, root: &Path, path: &str, fault: Option<&Fault>) -> (Recording, Output) {
    let mut recording = Recording::begin(root);
    let record = root.with_extension("record");
    let recorder = trace::recorder(&record, fault);
    let wrapper: Vec<&str> = recorder.iter().map(String::as_str).collect();
    let mut command = child::command(test, root, &wrapper, "exec \"$@\"");
    let output = child::output(command.env(PATH, path).env("TMPDIR", root.join("tmp")));
    recording.follow(&trace::read(&record));
    (recording, output)
}

fn path_from_env() -> &'static WritePath {
    let name = std::env::var(PATH).unwrap();
    write_paths::all().find(|path| path.name == name).unwrap()
}

/// The paths of a list, or only the one that the environment names.
fn selected(paths: &'static [WritePath]) -> impl Iterator<Item = &'static WritePath> {
    let selected = std::env::var(PATH).ok();
    paths.iter().filter(move |path| selected.as_deref().is_none_or(|selected| path.name == selected))
}

/// Whether this is a soak run.
fn is_soak() -> bool {
    std::env::var_os(SOAK).is_some()
}

/// At most `most` elements of a list, evenly spread, including the first and the last.
fn sample<T>(all: Vec<T>, most: usize) -> Vec<T> {
    let count = all.len();
    if count <= most {
        return all;
    }
    let chosen: HashSet<usize> = (0..most).map(|number| number * (count - 1) / (most - 1)).collect();
    all.into_iter().enumerate().filter(|(at, _)| chosen.contains(at)).map(|(_, one)| one).collect()
}

/// Describes a copy of a folder, because describing writes to it.
fn describe_copy(root: &Path) -> Vec<String> {
    let copy = scratch();
    write_paths::copy_all(root, copy.path());
    write_paths::rebase_paths(copy.path(), root);
    write_paths::describe(copy.path())
}

/// A recorded run of a path.
struct RecordedRun {
    path: &'static WritePath,
    /// A folder with `disk`, where the path ran, and `before`, a copy from before the run.
    folder: TempDir,
    recording: Recording,
    /// The descriptions before the run and after each step.
    states: Vec<Vec<String>>,
}

impl RecordedRun {
    fn new(test: &str, path: &'static WritePath) -> Self {
        let folder = scratch();
        let root = folder.path().join("disk");
        std::fs::create_dir(&root).unwrap();
        std::fs::create_dir(root.join("tmp")).unwrap();
        write_paths::set_up(path, &root);
        write_paths::copy_all(&root, &folder.path().join("before"));
        let before = describe_copy(&root);
        let (recording, _) = record(test, &root, path.name);
        let mut run = Self { path, folder, recording, states: vec![before] };
        for at in run.marks() {
            let disk = run.recording.after(at + 1, Unsynced::Kept);
            let state = run.describe(&disk);
            run.states.push(state);
        }
        // The recording reproduces the real disk.
        let mut after = describe_copy(&root);
        after.retain(|line| !line.contains(WRITTEN_AFTER));
        assert_eq!(run.states.last(), Some(&after), "{}", path.name);
        for states in run.states.windows(2) {
            assert_eq!(
                states[0] != states[1],
                path.effect == Effect::Visible,
                "{}: {:#?}",
                path.name,
                states[0]
            );
        }
        run
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    /// The events at which the child confirmed a step.
    fn marks(&self) -> Vec<usize> {
        marks(&self.recording, STEP_DONE)
    }

    fn describe(&self, files: &Files) -> Vec<String> {
        describe_files(files, &self.root())
    }

    /// Panics unless a disk is described as after the confirmed steps, or as after one more.
    fn expect(&self, found: &Vec<String>, done_steps: usize, when: &str) {
        let expected = &self.states[done_steps..self.states.len().min(done_steps + 2)];
        let other = |one: &Vec<String>, than: &Vec<String>| -> Vec<String> {
            one.iter().filter(|line| !than.contains(line)).cloned().collect()
        };
        let differ = |state: &Vec<String>| (other(found, state), other(state, found));
        assert!(
            expected.contains(found),
            "{}: {when}, {done_steps} steps done; found and expected instead: {:#?}",
            self.path.name,
            expected.iter().map(differ).collect::<Vec<_>>()
        );
    }
}

fn marks(recording: &Recording, word: &str) -> Vec<usize> {
    let matches = |event: &Event| matches!(event, Event::Mark(text) if text.contains(word));
    (0..recording.events.len()).filter(|at| matches(&recording.events[*at])).collect()
}

fn describe_files(files: &Files, original: &Path) -> Vec<String> {
    let folder = scratch();
    disk::write_files(files, folder.path());
    write_paths::rebase_paths(folder.path(), original);
    write_paths::describe(folder.path())
}

fn check_cuts(run: &RecordedRun) -> usize {
    let RecordedRun { path, recording, .. } = run;
    let (marks, end) = (run.marks(), recording.events.len());
    let mut seen = HashSet::new();
    let mut disks = Vec::new();
    for cut in recording.cuts() {
        let torn = (0..TORN_SEEDS).map(Unsynced::Torn);
        for unsynced in [Unsynced::Lost, Unsynced::Kept].into_iter().chain(torn) {
            let done_steps = marks.iter().filter(|mark| cut > **mark).count();
            if seen.insert(hash(&(&recording.after(cut, unsynced), done_steps))) {
                disks.push((cut, unsynced, done_steps));
            }
        }
    }
    // Of a file without a name until it is complete: nothing, the file, and the file when that was confirmed.
    assert!(disks.len() >= 3, "{}: {} disks", path.name, disks.len());
    let (count, disks) = (disks.len(), if is_soak() { disks } else { sample(disks, DISKS_PER_PATH) });
    println!("{}: {} of {count} disks", path.name, disks.len());
    for &(cut, unsynced, done_steps) in &disks {
        let files = recording.after(cut, unsynced);
        let found = std::panic::catch_unwind(|| run.describe(&files)).unwrap_or_else(|_| {
            panic!("{}: cut at event {cut} of {end}, {unsynced:?}: see above", path.name)
        });
        run.expect(&found, done_steps, &format!("cut at event {cut} of {end}, {unsynced:?}"));
    }
    disks.len()
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn check_power_cuts(test: &str, paths: &'static [WritePath]) {
    if let Some(folder) = child::folder() {
        return write_paths::run(path_from_env(), &folder, &mut || println!("{STEP_DONE}")).unwrap();
    }
    for path in selected(paths) {
        check_cuts(&RecordedRun::new(test, path));
    }
}

#[test]
fn t52_a_power_cut_leaves_items_before_or_after_each_write() {
    check_power_cuts("power_loss::t52_a_power_cut_leaves_items_before_or_after_each_write", ITEMS);
}

#[test]
fn t52_a_power_cut_leaves_keys_before_or_after_each_write() {
    check_power_cuts("power_loss::t52_a_power_cut_leaves_keys_before_or_after_each_write", KEYS);
}

#[test]
fn t52_a_power_cut_leaves_profiles_before_or_after_each_write() {
    let test = "power_loss::t52_a_power_cut_leaves_profiles_before_or_after_each_write";
    check_power_cuts(test, PROFILES);
}
