//! The committed inputs, and what is made from them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use vault_fuzz::{Pace, Seen, Target, targets, verdicts};
use vault_wire::log::{RejectReason, Verdict};

use crate::mutation::{Rng, mutate};

/// How many mutated inputs a target is tried with.
const fn mutations(pace: Pace) -> usize {
    match pace {
        Pace::Quick => 2_000,
        Pace::Slow => 200,
    }
}

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

/// The names in a folder; there need not be regressions.
fn names(folder: &Path) -> BTreeSet<String> {
    if folder.starts_with(fuzz().join("regressions")) && !folder.exists() {
        return BTreeSet::new();
    }
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// The inputs of a target in the order of their names.
fn inputs(kind: &str, target: &Target) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = fuzz().join(kind).join(target.name);
    let read = |name: &String| (folder.join(name), fs::read(folder.join(name)).unwrap());
    names(&folder).iter().map(read).collect()
}

#[test]
fn every_target_has_a_corpus_and_a_binary_and_there_are_no_others() {
    let known: BTreeSet<String> = targets().map(|target| target.name.to_owned()).collect();
    assert_eq!(known.len(), targets().count(), "two targets of one name");
    assert_eq!(names(&fuzz().join("corpus")), known);
    let regressions = names(&fuzz().join("regressions"));
    assert!(regressions.is_subset(&known), "{regressions:?}");
    let sources = known.iter().map(|name| format!("{name}.rs")).collect();
    assert_eq!(names(&fuzz().join("fuzz_targets")), sources);
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    let binaries = manifest.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    let binaries: BTreeSet<String> = binaries.map(str::to_owned).filter(|name| name != "fuzz").collect();
    assert_eq!(binaries, known);
    for name in &known {
        let source = fs::read_to_string(fuzz().join("fuzz_targets").join(format!("{name}.rs"))).unwrap();
        assert!(source.contains(&format!("vault_fuzz::run(\"{name}\", bytes)")), "{name}");
    }
}

#[test]
fn every_corpus_is_small_and_has_inputs_that_are_taken_and_that_are_refused() {
    for target in targets() {
        let corpus = inputs("corpus", target);
        let seen: BTreeSet<Seen> = corpus.iter().map(|(_, bytes)| (target.body)(bytes)).collect();
        assert!(
            seen.contains(&Seen::Accepted),
            "{}: no input is taken: is the corpus out of date?",
            target.name
        );
        for (path, bytes) in corpus {
            assert!(bytes.len() <= target.longest.min(8 << 10), "{} is too long", path.display());
        }
    }
}

/// Runs a body, and says with which bytes if it panics.
fn run(target: &Target, bytes: &[u8]) -> Seen {
    struct Told<'a>(&'a str, &'a [u8]);
    impl Drop for Told<'_> {
        fn drop(&mut self) {
            if std::thread::panicking() {
                let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
                let path = folder.join(format!("{}-found", self.0));
                // The panic is what counts; where the input could not be kept, it is at least printed.
                let kept = fs::write(&path, self.1).is_ok();
                eprintln!("target {}, kept: {kept} in {}: {}", self.0, path.display(), self.1.escape_ascii());
            }
        }
    }
    let _told = Told(target.name, bytes);
    let mut seen = Seen::Refused;
    let used = allocation_counter::measure(|| seen = (target.body)(bytes));
    let bound = target.bound.of(bytes.len());
    assert!(used.bytes_max <= bound as u64, "{} bytes for {}, at most {bound}", used.bytes_max, bytes.len());
    seen
}

/// Every committed input of a target, and as many mutations of them.
fn tried(target: &Target) -> usize {
    let mut all: Vec<Vec<u8>> = Vec::new();
    for kind in ["corpus", "regressions"] {
        all.extend(inputs(kind, target).into_iter().map(|(_, bytes)| bytes));
    }
    // Once unmeasured: tables that are made at first use are not the input's.
    for bytes in &all {
        (target.body)(bytes);
    }
    for bytes in &all {
        run(target, bytes);
    }
    let mut rng = Rng::new(target.name.bytes().fold(1, |seed, byte| seed.wrapping_mul(31) + u64::from(byte)));
    let mut pool = all;
    let mut accepted = 0;
    for _ in 0..mutations(target.pace) {
        let (input, other) = (rng.pick(&pool).clone(), rng.pick(&pool).clone());
        let bytes = mutate(&input, &other, target.longest, &mut rng);
        // What is still taken leads further in than what is refused at the door.
        if run(target, &bytes) == Seen::Accepted {
            accepted += 1;
            pool.push(bytes);
        }
    }
    accepted
}

fn holds_in(name: &str) {
    let (_, targets) = vault_fuzz::TARGETS.iter().find(|(known, _)| *known == name).unwrap();
    for target in *targets {
        let accepted = tried(target);
        println!("{}: {accepted} of {} mutations taken", target.name, mutations(target.pace));
    }
}

#[test]
fn no_bytes_break_a_law_of_vault_wire() {
    holds_in("vault-wire");
}

#[test]
fn no_entries_break_a_law_of_the_verifier() {
    holds_in("vault-wire, logs");
}

#[test]
fn the_corpus_of_the_verifier_reaches_every_verdict() {
    let target = targets().find(|target| target.name == "log").unwrap();
    let seen: Vec<Verdict> = inputs("corpus", target).iter().flat_map(|(_, bytes)| verdicts(bytes)).collect();
    // It takes a thousand invitations to have too many.
    let reachable = RejectReason::ALL.iter().filter(|reason| **reason != RejectReason::TooMany);
    let all = reachable.copied().map(Verdict::Rejected).chain([Verdict::Accepted]);
    let missing: Vec<Verdict> = all.filter(|verdict| !seen.contains(verdict)).collect();
    assert_eq!(missing, []);
}

#[test]
fn no_bytes_break_a_law_of_messages() {
    holds_in("vault-wire, messages");
}

#[test]
fn no_bytes_break_a_law_of_vault_crypto() {
    holds_in("vault-crypto");
}

#[test]
fn no_bytes_break_a_law_of_vault_engine() {
    holds_in("vault-engine");
}

#[test]
fn no_bytes_break_a_law_of_documents() {
    holds_in("documents");
}

#[test]
fn no_bytes_break_a_law_of_merges() {
    holds_in("vault-engine, merges");
}

#[test]
fn no_bytes_break_a_law_of_vault_interchange() {
    holds_in("vault-interchange");
}

#[test]
fn every_crate_with_targets_is_tried() {
    let tried = [
        "vault-wire",
        "vault-wire, logs",
        "vault-wire, messages",
        "vault-crypto",
        "vault-engine",
        "vault-engine, merges",
        "documents",
        "vault-interchange",
    ];
    assert!(vault_fuzz::TARGETS.iter().map(|(name, _)| *name).eq(tried));
}
