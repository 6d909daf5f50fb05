//! Disks that fail once: a call that reads, writes, syncs or changes a name returns an error, and later calls succeed.
//!
//! Whatever was confirmed, before or after the failure, must be durable. After a failed sync the kernel drops the data
//! that it should have written, so that a later sync succeeds without writing it: a program that retries and then
//! confirms loses data. The model of [`disk`](super::disk) behaves the same.

use std::collections::{BTreeMap, HashSet};

use super::disk::{Touched, Unsynced};
use super::{
    Fault, RecordedRun, STEP_DONE, describe_files, hash, is_soak, marks, path_from_env, record_with, sample,
    scratch, selected,
};
use crate::child;
use crate::write_paths::{self, ITEMS, KEYS, PROFILES, WRITTEN_AFTER, WriteError, WritePath};

const REPORTED: &str = "@reported";
const WROTE_AFTER: &str = "@wrote after";

/// Calls of each kind that fail in `cargo xtask soak`, per path.
const FAULTS_PER_KIND: usize = 12;

/// The kinds of calls. In an ordinary run each path has one sync fail, and one call of one other kind, in turn.
const KINDS: [(&str, &[&str]); 4] = [
    ("sync", &["fsync", "fdatasync"]),
    ("write", &["write", "writev", "pwrite64", "ftruncate"]),
    ("name", &["mkdir", "unlink", "unlinkat", "rmdir", "rename", "renameat", "renameat2", "linkat"]),
    ("read", &["read", "pread64"]),
];

/// Chooses the calls of a path that fail.
fn faults(run: &RecordedRun, turn: usize) -> Vec<Fault> {
    let mut kinds: BTreeMap<usize, Vec<&Touched>> = BTreeMap::new();
    let last = run.marks().last().copied().unwrap();
    for touched in &run.recording.touched {
        let kind = KINDS.iter().position(|(_, calls)| calls.contains(&touched.fault.call.as_str())).unwrap();
        kinds.entry(kind).or_default().push(touched);
    }
    let mut faults = Vec::new();
    for (kind, mut calls) in kinds {
        if is_soak() {
            calls = sample(calls, FAULTS_PER_KIND);
        } else if kind == 0 || kind == 1 + turn % (KINDS.len() - 1) {
            // One of the last four calls before the last step is confirmed, in turn.
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

/// Whether an error is accepted as a report of a failed read: SQLite reports an unreadable page as damage, and an
/// unreadable Secret Key as missing.
fn is_accepted(what: &str) -> bool {
    what.ends_with("Damaged") || what.ends_with("Damaged)") || what.ends_with("SecretKeyMissing")
}

/// Runs a path on a failing disk, then writes once more.
fn run_on_failing_disk(root: &std::path::Path) {
    let (done, wrote_after) =
        write_paths::run_then_write(path_from_env(), root, &mut || println!("{STEP_DONE}"));
    match done {
        Ok(()) => {}
        Err(WriteError::Disk(_)) => println!("{REPORTED}"),
        Err(WriteError::Other(what)) if is_accepted(&what) => println!("{REPORTED}"),
        Err(WriteError::Other(what)) => panic!("a failing disk is reported as another error: {what}"),
    }
    if wrote_after {
        println!("{WROTE_AFTER}");
    }
}

fn check_fault(test: &str, run: &RecordedRun, fault: &Fault) {
    let folder = scratch();
    let root = folder.path().join("disk");
    write_paths::copy_all(&run.folder.path().join("before"), &root);
    write_paths::rebase_paths(&root, &run.root());
    let what = format!("{}: {fault:?}", run.path.name);
    let failed = std::panic::catch_unwind(|| record_with(test, &root, run.path.name, Some(fault)));
    let (recording, output) = failed.unwrap_or_else(|_| panic!("{what}: see above"));
    let output = String::from_utf8(output.stdout).unwrap();
    let record = std::fs::read_to_string(root.with_extension("record")).unwrap();
    assert!(record.contains("(INJECTED)"), "{what}: no call failed");
    let (end, done_steps) = (recording.events.len(), marks(&recording, STEP_DONE));
    let whole = done_steps.len() + 1 == run.states.len();
    assert_eq!(output.contains(REPORTED), !whole, "{what}: unfinished work must be reported\n{output}");
    let wrote_after = marks(&recording, WROTE_AFTER);
    // Power cuts right after each confirmation, and at the end.
    let mut disks = vec![(end, Unsynced::Kept), (end, Unsynced::Lost)];
    disks.extend(done_steps.iter().chain(&wrote_after).map(|mark| (mark + 1, Unsynced::Lost)));
    disks.extend(is_soak().then_some((end, Unsynced::Torn(1))));
    let mut seen = HashSet::new();
    for (cut, unsynced) in disks {
        let files = recording.after(cut, unsynced);
        let (done_steps, wrote_after) = (before(&done_steps, cut), before(&wrote_after, cut));
        if !seen.insert(hash(&(&files, done_steps, wrote_after))) {
            continue;
        }
        let found = std::panic::catch_unwind(|| describe_files(&files, &root));
        let mut found = found.unwrap_or_else(|_| panic!("{what}, {cut} of {end}, {unsynced:?}: see above"));
        let count = found.len();
        found.retain(|line| !line.contains(WRITTEN_AFTER));
        assert!(
            found.len() < count || wrote_after == 0,
            "{what}, {cut} of {end}, {unsynced:?}: the confirmed write after the failure is lost"
        );
        run.expect(&found, done_steps, &format!("{fault:?}, {cut} of {end}, {unsynced:?}"));
    }
}

fn before(marks: &[usize], cut: usize) -> usize {
    marks.iter().filter(|mark| **mark < cut).count()
}

fn check_faults(test: &str, paths: &'static [WritePath]) {
    if let Some(folder) = child::folder() {
        return run_on_failing_disk(&folder);
    }
    for (turn, path) in selected(paths).enumerate() {
        let run = RecordedRun::new(test, path);
        let faults = faults(&run, turn);
        println!("{}: {faults:?}", path.name);
        assert!(!faults.is_empty(), "{}: no call can fail", path.name);
        for fault in &faults {
            check_fault(test, &run, fault);
        }
    }
}

#[test]
fn t52_a_disk_that_fails_once_leaves_items_before_or_after_each_write() {
    let test = "power_loss::io_errors::t52_a_disk_that_fails_once_leaves_items_before_or_after_each_write";
    check_faults(test, ITEMS);
}

#[test]
fn t52_a_disk_that_fails_once_leaves_keys_before_or_after_each_write() {
    let test = "power_loss::io_errors::t52_a_disk_that_fails_once_leaves_keys_before_or_after_each_write";
    check_faults(test, KEYS);
}

#[test]
fn t52_a_disk_that_fails_once_leaves_profiles_before_or_after_each_write() {
    let test = "power_loss::io_errors::t52_a_disk_that_fails_once_leaves_profiles_before_or_after_each_write";
    check_faults(test, PROFILES);
}
