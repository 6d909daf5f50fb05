//! Fuzz targets: one body for each decoder, run by tests and by the fuzzer.
//!
//! A body passes bytes to a decoder and panics if an invariant is violated: decoded values are within their
//! bounds and encode to the same bytes; encoded values decode again; nothing panics. [`TARGETS`] lists all
//! bodies with their memory bounds.
//!
//! `cargo nextest run -p vault-fuzz` runs every body over `fuzz/corpus`, `fuzz/regressions` and a fixed
//! number of mutations. `cargo xtask fuzz` runs libFuzzer; it stores failing inputs in
//! `fuzz/regressions/<target>/`, which every later test runs.
//!
//! Never part of a program: only the workspace in `fuzz/` depends on this crate.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a body reports a violated invariant by panicking"
)]

mod backup;
mod crypto;
mod document;
mod engine;
mod envelope;
mod fixture;
mod interchange;
mod log;
mod merge;
mod message;
mod wire;

use std::sync::LazyLock;

use vault_interchange::Importer;

pub use document::sealed_document;
pub use log::verdicts;
pub use message::message;

/// The result of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The decoder accepted the bytes.
    Accepted,
    /// The decoder returned an error.
    Rejected,
}

impl Outcome {
    fn of<T>(accepted: &Option<T>) -> Self {
        if accepted.is_some() { Self::Accepted } else { Self::Rejected }
    }
}

/// The maximum memory that a body may allocate at one time, including its checks, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Per byte of input.
    pub per_byte: usize,
    /// Independent of the input.
    pub fixed: usize,
}

impl Bound {
    /// Returns the bound for an input of `len` bytes.
    #[must_use]
    pub const fn of(self, len: usize) -> usize {
        self.fixed + self.per_byte * len
    }
}

/// The run time of a body per input, which determines the number of inputs that a test tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Microseconds.
    Quick,
    /// Milliseconds.
    Slow,
}

/// The code of a target.
#[derive(Clone, Copy)]
pub enum Body {
    /// A function of its own.
    Function(fn(&[u8]) -> Outcome),
    /// Reads a file with one of the registered importers.
    Import(&'static Importer),
}

/// A fuzz target.
#[derive(Clone, Copy)]
pub struct Target {
    /// Name of its folders and of its binary in `fuzz/`.
    pub name: &'static str,
    /// Panics if an invariant is violated.
    pub body: Body,
    /// Memory bound.
    pub bound: Bound,
    /// Run time per input.
    pub pace: Pace,
    /// Maximum useful length of an input, in bytes: slightly above the decoder's limit, or enough to reach
    /// all its branches.
    pub max_len: usize,
}

impl Target {
    /// Runs the body.
    ///
    /// # Panics
    /// If an invariant is violated.
    #[must_use]
    pub fn run(&self, bytes: &[u8]) -> Outcome {
        match self.body {
            Body::Function(body) => body(bytes),
            Body::Import(importer) => interchange::read(importer, bytes),
        }
    }
}

/// All targets, grouped by the crate of the decoder.
pub static TARGETS: LazyLock<Vec<(&str, &[Target])>> = LazyLock::new(|| {
    vec![
        ("vault-wire", wire::TARGETS),
        ("vault-wire, logs", log::TARGETS),
        ("vault-wire, messages", message::TARGETS),
        ("vault-crypto", crypto::TARGETS),
        ("vault-engine", engine::TARGETS),
        ("vault-engine, merges", merge::TARGETS),
        ("documents", document::TARGETS),
        ("vault-interchange", &interchange::TARGETS),
    ]
});

/// Returns all targets.
pub fn targets() -> impl Iterator<Item = &'static Target> {
    TARGETS.iter().flat_map(|(_, targets)| *targets)
}

/// Runs the body of the target with this name.
///
/// # Panics
/// If an invariant is violated, or there is no such target.
pub fn run(name: &str, bytes: &[u8]) -> Outcome {
    let target = targets().find(|target| target.name == name).expect("no target of this name");
    target.run(bytes)
}

/// Memory bound of a decoder whose value is encoded and decoded again.
const PLAIN: Bound = Bound { per_byte: 8, fixed: 64 << 10 };

const fn target(name: &'static str, body: fn(&[u8]) -> Outcome, bound: Bound, max_len: usize) -> Target {
    Target { name, body: Body::Function(body), bound, pace: Pace::Quick, max_len }
}

const fn slow(name: &'static str, body: fn(&[u8]) -> Outcome, bound: Bound, max_len: usize) -> Target {
    Target { name, body: Body::Function(body), bound, pace: Pace::Slow, max_len }
}
