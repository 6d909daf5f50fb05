//! Runs every target over its committed inputs and their mutations.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use vault_fuzz::{Outcome, Pace, Target, targets, verdicts};
use vault_wire::log::{RejectReason, Verdict};

use crate::mutation::{Rng, mutate};

/// Returns the number of mutated inputs per target.
const fn mutations(pace: Pace) -> usize {
    match pace {
        Pace::Quick => 2_000,
        Pace::Slow => 200,
    }
}

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

/// Returns the names in a folder; a folder of regressions may be missing.
fn names(folder: &Path) -> BTreeSet<String> {
    if folder.starts_with(fuzz().join("regressions")) && !folder.exists() {
        return BTreeSet::new();
    }
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Returns the inputs of a target, ordered by name.
fn inputs(kind: &str, target: &Target) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = fuzz().join(kind).join(target.name);
    let read = |name: &String| (folder.join(name), fs::read(folder.join(name)).unwrap());
    names(&folder).iter().map(read).collect()
}

#[test]
fn targets_corpora_and_binaries_match() {
    let known: BTreeSet<String> = targets().map(|target| target.name.to_owned()).collect();
    assert_eq!(known.len(), targets().count(), "target names are unique");
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
fn every_corpus_is_small_and_has_accepted_inputs() {
    for target in targets() {
        let corpus = inputs("corpus", target);
        let seen: BTreeSet<Outcome> = corpus.iter().map(|(_, bytes)| target.run(bytes)).collect();
        assert!(
            seen.contains(&Outcome::Accepted),
            "{}: no input is accepted: is the corpus out of date?",
            target.name
        );
        for (path, bytes) in corpus {
            assert!(bytes.len() <= target.max_len.min(8 << 10), "{} is too long", path.display());
        }
    }
}

/// Runs a body within its memory bound, and saves the input if it panics.
fn run(target: &Target, bytes: &[u8]) -> Outcome {
    struct SaveOnPanic<'a>(&'a str, &'a [u8]);
    impl Drop for SaveOnPanic<'_> {
        fn drop(&mut self) {
            if std::thread::panicking() {
                let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
                let path = folder.join(format!("{}-found", self.0));
                // If the input cannot be saved, it is at least printed.
                let saved = fs::write(&path, self.1).is_ok();
                eprintln!(
                    "target {}, saved: {saved} in {}: {}",
                    self.0,
                    path.display(),
                    self.1.escape_ascii()
                );
            }
        }
    }
    let _save = SaveOnPanic(target.name, bytes);
    let mut seen = Outcome::Rejected;
    let used = allocation_counter::measure(|| seen = target.run(bytes));
    let bound = target.bound.of(bytes.len());
    assert!(used.bytes_max <= bound as u64, "{} bytes for {}, at most {bound}", used.bytes_max, bytes.len());
    seen
}

/// Runs a target over its committed inputs and mutations of them; returns the number of accepted mutations.
fn run_all(target: &Target) -> usize {
    let mut all: Vec<Vec<u8>> = Vec::new();
    for kind in ["corpus", "regressions"] {
        all.extend(inputs(kind, target).into_iter().map(|(_, bytes)| bytes));
    }
    // First without measuring, since tables initialised on first use are not part of the bound.
    for bytes in &all {
        let _ = target.run(bytes);
    }
    for bytes in &all {
        run(target, bytes);
    }
    let mut rng = Rng::new(target.name.bytes().fold(1, |seed, byte| seed.wrapping_mul(31) + u64::from(byte)));
    let mut pool = all;
    let mut accepted = 0;
    for _ in 0..mutations(target.pace) {
        let (input, other) = (rng.pick(&pool).clone(), rng.pick(&pool).clone());
        let bytes = mutate(&input, &other, target.max_len, &mut rng);
        // Accepted inputs reach deeper code, so they are mutated further.
        if run(target, &bytes) == Outcome::Accepted {
            accepted += 1;
            pool.push(bytes);
        }
    }
    accepted
}

fn run_targets_of(name: &str) {
    let (_, targets) = vault_fuzz::TARGETS.iter().find(|(known, _)| *known == name).unwrap();
    for target in *targets {
        let accepted = run_all(target);
        println!("{}: {accepted} of {} mutations accepted", target.name, mutations(target.pace));
    }
}

#[test]
fn vault_wire_invariants_hold_for_any_bytes() {
    run_targets_of("vault-wire");
}

#[test]
fn verifier_invariants_hold_for_any_entries() {
    run_targets_of("vault-wire, logs");
}

#[test]
fn verifier_corpus_reaches_every_verdict() {
    let target = targets().find(|target| target.name == "log").unwrap();
    let seen: Vec<Verdict> = inputs("corpus", target).iter().flat_map(|(_, bytes)| verdicts(bytes)).collect();
    // `TooMany` needs more than a thousand invitations.
    let reachable = RejectReason::ALL.iter().filter(|reason| **reason != RejectReason::TooMany);
    let all = reachable.copied().map(Verdict::Rejected).chain([Verdict::Accepted, Verdict::Unread]);
    let missing: Vec<Verdict> = all.filter(|verdict| !seen.contains(verdict)).collect();
    assert_eq!(missing, []);
}

#[test]
fn message_invariants_hold_for_any_bytes() {
    run_targets_of("vault-wire, messages");
}

#[test]
fn vault_crypto_invariants_hold_for_any_bytes() {
    run_targets_of("vault-crypto");
}

#[test]
fn vault_engine_invariants_hold_for_any_bytes() {
    run_targets_of("vault-engine");
}

#[test]
fn document_invariants_hold_for_any_bytes() {
    run_targets_of("documents");
}

#[test]
fn merge_invariants_hold_for_any_bytes() {
    run_targets_of("vault-engine, merges");
}

#[test]
fn vault_agent_invariants_hold_for_any_bytes() {
    run_targets_of("vault-agent");
}

#[test]
fn vault_interchange_invariants_hold_for_any_bytes() {
    run_targets_of("vault-interchange");
}

#[test]
fn every_group_of_targets_is_tested() {
    let tried = [
        "vault-wire",
        "vault-wire, logs",
        "vault-wire, messages",
        "vault-crypto",
        "vault-engine",
        "vault-engine, merges",
        "documents",
        "vault-agent",
        "vault-interchange",
    ];
    assert!(vault_fuzz::TARGETS.iter().map(|(name, _)| *name).eq(tried));
}
