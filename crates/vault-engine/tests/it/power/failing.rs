//! Disks that fail once: a call that reads, writes, syncs or names gives an error, and what comes after it works again.
//!
//! What was not confirmed is there or is not; what was confirmed, before or after the failure, lasts. Of a sync that failed
//! it is known that the system forgets what it was to write, so that a later one succeeds without having written it: a
//! program that tries again and then confirms loses what it confirmed. The disk of these tests does the same.

use std::collections::{BTreeMap, HashSet};

use super::disk::{Touched, Unsynced};
use super::{
    Fault, THROUGH, Worked, all, hash, look_at_disk, marks, path_as_told, record_with, scratch, some, wanted,
};
use crate::child;
use crate::paths::{self, GONE_ON, ITEMS, KEYS, PROFILES, Trouble, WritePath};

const TOLD: &str = "@told";
const WENT_ON: &str = "@went on";

/// How many calls of each kind fail in `cargo xtask soak`, for each path.
const EACH: usize = 12;

/// The kinds of calls. A path has its syncs fail always, and of the others one kind, by turns.
const KINDS: [(&str, &[&str]); 4] = [
    ("sync", &["fsync", "fdatasync"]),
    ("write", &["write", "writev", "pwrite64", "ftruncate"]),
    ("name", &["mkdir", "unlink", "unlinkat", "rmdir", "rename", "renameat", "renameat2"]),
    ("read", &["read", "pread64"]),
];

/// The calls of a path that are to fail.
fn faults(worked: &Worked, turn: usize) -> Vec<Fault> {
    let mut kinds: BTreeMap<usize, Vec<&Touched>> = BTreeMap::new();
    let last = worked.marks().last().copied().unwrap();
    for touched in &worked.recording.touched {
        let kind = KINDS.iter().position(|(_, calls)| calls.contains(&touched.fault.call.as_str())).unwrap();
        kinds.entry(kind).or_default().push(touched);
    }
    let mut faults = Vec::new();
    for (kind, mut calls) in kinds {
        if all() {
            calls = some(calls, EACH);
        } else if kind == 0 || kind == 1 + turn % (KINDS.len() - 1) {
            // Around the place where it is decided, as the turn has it.
            calls.retain(|touched| touched.at <= last);
            let from = calls.len().saturating_sub(4);
            let at = from + (turn + kind) % calls.len().saturating_sub(from).max(1);
            calls = calls.into_iter().skip(at).take(1).collect();
        } else {
            continue;
        }
        faults.extend(calls.into_iter().map(|touched| touched.fault.clone()));
    }
    faults
}

/// A page that the disk does not give is a damaged page to SQLite; a Secret Key that it does not give can be typed.
fn is_said_otherwise(what: &str) -> bool {
    what.ends_with("Damaged") || what.ends_with("Damaged)") || what.ends_with("SecretKeyMissing")
}

/// Does the work on a disk that fails, and one thing more.
fn work_as_told(root: &std::path::Path) {
    let (done, went_on) = paths::work_and_go_on(path_as_told(), root, &mut || println!("{THROUGH}"));
    match done {
        Ok(()) => {}
        Err(Trouble::Disk(_)) => println!("{TOLD}"),
        Err(Trouble::Other(what)) if is_said_otherwise(&what) => println!("{TOLD}"),
        Err(Trouble::Other(what)) => panic!("a disk that fails is told as something else: {what}"),
    }
    if went_on {
        println!("{WENT_ON}");
    }
}

fn fail(test: &str, worked: &Worked, fault: &Fault) {
    let folder = scratch();
    let root = folder.path().join("disk");
    paths::copy_all(&worked.folder.path().join("before"), &root);
    paths::at_home(&root, &worked.root());
    let what = format!("{}: {fault:?}", worked.path.name);
    let failed = std::panic::catch_unwind(|| record_with(test, &root, worked.path.name, Some(fault)));
    let (recording, said) = failed.unwrap_or_else(|_| panic!("{what}: see above"));
    let said = String::from_utf8(said.stdout).unwrap();
    let record = std::fs::read_to_string(root.with_extension("record")).unwrap();
    assert!(record.contains("(INJECTED)"), "{what}: nothing failed");
    let (end, through) = (recording.events.len(), marks(&recording, THROUGH));
    let whole = through.len() + 1 == worked.states.len();
    assert_eq!(said.contains(TOLD), !whole, "{what}: what is not done is told\n{said}");
    let went_on = marks(&recording, WENT_ON);
    // The power goes right after each thing that was confirmed, and at the end.
    let mut disks = vec![(end, Unsynced::Kept), (end, Unsynced::Lost)];
    disks.extend(through.iter().chain(&went_on).map(|mark| (mark + 1, Unsynced::Lost)));
    disks.extend(all().then_some((end, Unsynced::Torn(1))));
    let mut seen = HashSet::new();
    for (cut, unsynced) in disks {
        let files = recording.after(cut, unsynced);
        let (through, went_on) = (before(&through, cut), before(&went_on, cut));
        if !seen.insert(hash(&(&files, through, went_on))) {
            continue;
        }
        let found = std::panic::catch_unwind(|| look_at_disk(&files, &root));
        let mut found = found.unwrap_or_else(|_| panic!("{what}, {cut} of {end}, {unsynced:?}: see above"));
        let count = found.len();
        found.retain(|line| !line.contains(GONE_ON));
        assert!(
            found.len() < count || went_on == 0,
            "{what}, {cut} of {end}, {unsynced:?}: what was confirmed after it is lost"
        );
        worked.expect(&found, through, &format!("{fault:?}, {cut} of {end}, {unsynced:?}"));
    }
}

fn before(marks: &[usize], cut: usize) -> usize {
    marks.iter().filter(|mark| **mark < cut).count()
}

fn fail_everywhere(test: &str, paths: &'static [WritePath]) {
    if let Some(folder) = child::folder() {
        return work_as_told(&folder);
    }
    for (turn, path) in wanted(paths).enumerate() {
        let worked = Worked::new(test, path);
        let faults = faults(&worked, turn);
        println!("{}: {faults:?}", path.name);
        assert!(!faults.is_empty(), "{}: nothing can fail", path.name);
        for fault in &faults {
            fail(test, &worked, fault);
        }
    }
}

#[test]
fn t52_a_disk_that_fails_once_leaves_items_as_they_were_or_were_to_be_and_confirms_nothing_it_loses() {
    let test = "power::failing::t52_a_disk_that_fails_once_leaves_items_as_they_were_or_were_to_be_and_confirms_nothing_it_loses";
    fail_everywhere(test, ITEMS);
}

#[test]
fn t52_a_disk_that_fails_once_leaves_keys_as_they_were_or_were_to_be_and_confirms_nothing_it_loses() {
    let test = "power::failing::t52_a_disk_that_fails_once_leaves_keys_as_they_were_or_were_to_be_and_confirms_nothing_it_loses";
    fail_everywhere(test, KEYS);
}

#[test]
fn t52_a_disk_that_fails_once_leaves_profiles_as_they_were_or_were_to_be_and_confirms_nothing_it_loses() {
    let test = "power::failing::t52_a_disk_that_fails_once_leaves_profiles_as_they_were_or_were_to_be_and_confirms_nothing_it_loses";
    fail_everywhere(test, PROFILES);
}
