//! Power cuts. A kill leaves what was written in the hands of the system, so it cannot show that a sync is missing. Here a
//! process is recorded while it works, and the disk is rebuilt as a power cut may leave it at each of its syncs: with what
//! was not synced lost, kept, or torn. What is left must open, as it was before or as it was to be, and never without
//! what the process had confirmed. `docs/decisions/0023-faults-and-memory.md` says why it is done this way.

mod disk;
mod trace;

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::Output;

pub use disk::Recording;
use disk::{Event, Files, Unsynced};

use crate::child;
use crate::paths::{self, ITEMS, PROFILES, Shows, WritePath};

/// Names the path that a child is to work on.
const PATH: &str = "COFFER_TEST_PATH";
const THROUGH: &str = "@through";

/// How often chance decides what is torn, at each cut.
const TORN: u64 = 1;

/// A place for the many disks: in memory where there is one.
pub fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// Records a child that runs a test of this binary in a folder, and answers with what it said as well.
pub fn record(test: &str, root: &Path, path: &str) -> (Recording, Output) {
    let mut recording = Recording::begin(root);
    let record = root.with_extension("record");
    let recorder = trace::recorder(&record);
    let wrapper: Vec<&str> = recorder.iter().map(String::as_str).collect();
    let mut command = child::command(test, root, &wrapper, "exec \"$@\"");
    let output = child::said(command.env(PATH, path).env("TMPDIR", root.join("tmp")));
    recording.follow(&trace::read(&record));
    (recording, output)
}

fn work_as_told(root: &Path) {
    let name = std::env::var(PATH).unwrap();
    let path = paths::all().find(|path| path.name == name).unwrap();
    paths::work(path, root, || println!("{THROUGH}")).unwrap();
}

/// What is in a copy of a folder. Looking changes things.
fn look_at(root: &Path) -> Vec<String> {
    let copy = scratch();
    paths::copy_all(root, copy.path());
    paths::describe(copy.path())
}

fn look_at_disk(files: &Files) -> Vec<String> {
    let folder = scratch();
    disk::lay_out(files, folder.path());
    paths::describe(folder.path())
}

fn cut_power_everywhere(test: &str, path: &WritePath) -> usize {
    let folder = scratch();
    let root = folder.path().join("disk");
    std::fs::create_dir(&root).unwrap();
    std::fs::create_dir(root.join("tmp")).unwrap();
    paths::furnish(path, &root);
    let before = look_at(&root);
    let (recording, _) = record(test, &root, path.name);
    let after = look_at(&root);
    assert_eq!(before != after, path.shows == Shows::Yes, "{}: {before:#?}", path.name);

    // What was recorded is what happened.
    let end = recording.events.len();
    assert_eq!(look_at_disk(&recording.after(end, Unsynced::Kept)), after, "{}", path.name);
    let through = recording
        .events
        .iter()
        .position(|event| matches!(event, Event::Mark(text) if text.contains(THROUGH)));
    let through = through.expect("the process said that it is through");
    let mut seen = HashSet::new();
    // A profile that is kept for ever has the full cost of trying a password, so fewer of its disks are tried.
    let every = if path.shows == Shows::No { 4 } else { 1 };
    for cut in recording.cuts().into_iter().step_by(every) {
        let torn = (0..TORN).map(Unsynced::Torn);
        for unsynced in [Unsynced::Lost, Unsynced::Kept].into_iter().chain(torn) {
            let files = recording.after(cut, unsynced);
            let confirmed = cut > through;
            if !seen.insert(hash(&(&files, confirmed))) {
                continue;
            }
            let found = std::panic::catch_unwind(|| look_at_disk(&files)).unwrap_or_else(|_| {
                panic!("{}: cut at event {cut} of {end}, {unsynced:?}: see above", path.name)
            });
            let expected = found == after || !confirmed && found == before;
            assert!(
                expected,
                "{}: cut at event {cut} of {end}, {unsynced:?}, confirmed: {confirmed}\nfound {found:#?}\nbefore \
                 {before:#?}\nafter {after:#?}",
                path.name
            );
        }
    }
    seen.len()
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn cut_power(test: &str, paths: &[WritePath]) {
    if let Some(folder) = child::folder() {
        return work_as_told(&folder);
    }
    let wanted = std::env::var(PATH).ok();
    for path in paths.iter().filter(|path| wanted.as_deref().is_none_or(|wanted| path.name == wanted)) {
        let disks = cut_power_everywhere(test, path);
        println!("{}: {disks} disks", path.name);
        assert!(disks > 3, "{}: {disks} disks", path.name);
    }
}

#[test]
fn t52_a_power_cut_at_any_sync_leaves_items_as_they_were_or_were_to_be() {
    cut_power("power::t52_a_power_cut_at_any_sync_leaves_items_as_they_were_or_were_to_be", ITEMS);
}

#[test]
fn t52_a_power_cut_at_any_sync_leaves_profiles_and_backups_as_they_were_or_were_to_be() {
    let test = "power::t52_a_power_cut_at_any_sync_leaves_profiles_and_backups_as_they_were_or_were_to_be";
    cut_power(test, PROFILES);
}
