//! Power cuts, and disks that fail.
//!
//! A kill leaves what was written in the hands of the system, so it cannot show that a sync is missing. Here a
//! process is recorded while it works, and the disk is rebuilt as a power cut may leave it at each of its syncs: with what
//! was not synced lost, kept, or torn. What is left must open, as it was before or as it was to be, and never without
//! what the process had confirmed. `docs/decisions/0023-faults-and-memory.md` says why it is done this way.
//!
//! The same recording says which calls there are to fail; [`failing`] has them fail, one at a time.

mod disk;
mod failing;
mod follow;
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
use crate::paths::{self, GONE_ON, ITEMS, KEYS, PROFILES, Shows, WritePath};

/// Names the path that a child is to work on.
const PATH: &str = "COFFER_TEST_PATH";
const THROUGH: &str = "@through";

/// Asks for every disk, and for more failures: `cargo xtask soak`.
const ALL: &str = "COFFER_SOAK_ALL";

/// How often chance decides what is torn, at each cut.
const TORN: u64 = 1;

/// How many disks of each path are looked at in a run of the tests.
const DISKS: usize = 5;

/// A place for the many disks: in memory where there is one.
pub fn scratch() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// Records a child that runs a test of this binary in a folder, and answers with what it said as well.
pub fn record(test: &str, root: &Path, path: &str) -> (Recording, Output) {
    record_with(test, root, path, None)
}

fn record_with(test: &str, root: &Path, path: &str, fault: Option<&Fault>) -> (Recording, Output) {
    let mut recording = Recording::begin(root);
    let record = root.with_extension("record");
    let recorder = trace::recorder(&record, fault);
    let wrapper: Vec<&str> = recorder.iter().map(String::as_str).collect();
    let mut command = child::command(test, root, &wrapper, "exec \"$@\"");
    let output = child::said(command.env(PATH, path).env("TMPDIR", root.join("tmp")));
    recording.follow(&trace::read(&record));
    (recording, output)
}

fn path_as_told() -> &'static WritePath {
    let name = std::env::var(PATH).unwrap();
    paths::all().find(|path| path.name == name).unwrap()
}

/// The paths of a list, or the one that was asked for by name.
fn wanted(paths: &'static [WritePath]) -> impl Iterator<Item = &'static WritePath> {
    let wanted = std::env::var(PATH).ok();
    paths.iter().filter(move |path| wanted.as_deref().is_none_or(|wanted| path.name == wanted))
}

/// Whether more is asked for than a run of the tests tries.
fn all() -> bool {
    std::env::var_os(ALL).is_some()
}

/// Some of a list, evenly, the first and the last among them.
fn some<T>(all: Vec<T>, most: usize) -> Vec<T> {
    let count = all.len();
    if count <= most {
        return all;
    }
    let chosen: HashSet<usize> = (0..most).map(|number| number * (count - 1) / (most - 1)).collect();
    all.into_iter().enumerate().filter(|(at, _)| chosen.contains(at)).map(|(_, one)| one).collect()
}

/// What is in a copy of a folder. Looking changes things.
fn look_at(root: &Path) -> Vec<String> {
    let copy = scratch();
    paths::copy_all(root, copy.path());
    paths::at_home(copy.path(), root);
    paths::describe(copy.path())
}

/// A path that was worked through once, and what there was before, after each of its steps, and at the end.
struct Worked {
    path: &'static WritePath,
    /// A folder with `disk`, where the work was done, and `before`, as it was before.
    folder: TempDir,
    recording: Recording,
    states: Vec<Vec<String>>,
}

impl Worked {
    fn new(test: &str, path: &'static WritePath) -> Self {
        let folder = scratch();
        let root = folder.path().join("disk");
        std::fs::create_dir(&root).unwrap();
        std::fs::create_dir(root.join("tmp")).unwrap();
        paths::furnish(path, &root);
        paths::copy_all(&root, &folder.path().join("before"));
        let before = look_at(&root);
        let (recording, _) = record(test, &root, path.name);
        let mut worked = Self { path, folder, recording, states: vec![before] };
        for at in worked.marks() {
            let disk = worked.recording.after(at + 1, Unsynced::Kept);
            let state = worked.look_at(&disk);
            worked.states.push(state);
        }
        // What was recorded is what happened.
        let mut after = look_at(&root);
        after.retain(|line| !line.contains(GONE_ON));
        assert_eq!(worked.states.last(), Some(&after), "{}", path.name);
        for states in worked.states.windows(2) {
            assert_eq!(states[0] != states[1], path.shows == Shows::Yes, "{}: {:#?}", path.name, states[0]);
        }
        worked
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    /// The events at which the process said that a step is through.
    fn marks(&self) -> Vec<usize> {
        marks(&self.recording, THROUGH)
    }

    fn look_at(&self, files: &Files) -> Vec<String> {
        look_at_disk(files, &self.root())
    }

    /// When so many steps were said to be through there is what that left, or what the next one would.
    fn expect(&self, found: &Vec<String>, through: usize, when: &str) {
        let expected = &self.states[through..self.states.len().min(through + 2)];
        let other = |one: &Vec<String>, than: &Vec<String>| -> Vec<String> {
            one.iter().filter(|line| !than.contains(line)).cloned().collect()
        };
        let differ = |state: &Vec<String>| (other(found, state), other(state, found));
        assert!(
            expected.contains(found),
            "{}: {when}, {through} steps through; found and expected instead: {:#?}",
            self.path.name,
            expected.iter().map(differ).collect::<Vec<_>>()
        );
    }
}

fn marks(recording: &Recording, word: &str) -> Vec<usize> {
    let told = |event: &Event| matches!(event, Event::Mark(text) if text.contains(word));
    (0..recording.events.len()).filter(|at| told(&recording.events[*at])).collect()
}

fn look_at_disk(files: &Files, original: &Path) -> Vec<String> {
    let folder = scratch();
    disk::lay_out(files, folder.path());
    paths::at_home(folder.path(), original);
    paths::describe(folder.path())
}

fn cut_power_everywhere(worked: &Worked) -> usize {
    let Worked { path, recording, .. } = worked;
    let (marks, end) = (worked.marks(), recording.events.len());
    let mut seen = HashSet::new();
    let mut disks = Vec::new();
    for cut in recording.cuts() {
        let torn = (0..TORN).map(Unsynced::Torn);
        for unsynced in [Unsynced::Lost, Unsynced::Kept].into_iter().chain(torn) {
            let through = marks.iter().filter(|mark| cut > **mark).count();
            if seen.insert(hash(&(&recording.after(cut, unsynced), through))) {
                disks.push((cut, unsynced, through));
            }
        }
    }
    assert!(disks.len() > 3, "{}: {} disks", path.name, disks.len());
    let (count, disks) = (disks.len(), if all() { disks } else { some(disks, DISKS) });
    println!("{}: {} of {count} disks", path.name, disks.len());
    for &(cut, unsynced, through) in &disks {
        let files = recording.after(cut, unsynced);
        let found = std::panic::catch_unwind(|| worked.look_at(&files)).unwrap_or_else(|_| {
            panic!("{}: cut at event {cut} of {end}, {unsynced:?}: see above", path.name)
        });
        worked.expect(&found, through, &format!("cut at event {cut} of {end}, {unsynced:?}"));
    }
    disks.len()
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn cut_power(test: &str, paths: &'static [WritePath]) {
    if let Some(folder) = child::folder() {
        return paths::work(path_as_told(), &folder, &mut || println!("{THROUGH}")).unwrap();
    }
    for path in wanted(paths) {
        cut_power_everywhere(&Worked::new(test, path));
    }
}

#[test]
fn t52_a_power_cut_at_any_sync_leaves_items_as_they_were_or_were_to_be() {
    cut_power("power::t52_a_power_cut_at_any_sync_leaves_items_as_they_were_or_were_to_be", ITEMS);
}

#[test]
fn t52_a_power_cut_at_any_sync_leaves_keys_as_they_were_or_were_to_be() {
    cut_power("power::t52_a_power_cut_at_any_sync_leaves_keys_as_they_were_or_were_to_be", KEYS);
}

#[test]
fn t52_a_power_cut_at_any_sync_leaves_profiles_and_backups_as_they_were_or_were_to_be() {
    let test = "power::t52_a_power_cut_at_any_sync_leaves_profiles_and_backups_as_they_were_or_were_to_be";
    cut_power(test, PROFILES);
}
