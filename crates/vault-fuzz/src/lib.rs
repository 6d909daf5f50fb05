//! What must hold for any bytes: one body for each decoder, run by tests and by the fuzzer alike.
//!
//! A body takes bytes, hands them to a decoder, and panics if a law is broken: what decodes is within its bound and
//! encodes to the same bytes again; what was written reads back; nothing panics. [`TARGETS`] lists them all, each with
//! the memory that it may take.
//!
//! `cargo nextest run -p vault-fuzz` runs every body over `fuzz/corpus`, `fuzz/regressions` and a fixed number of
//! mutations of those. `cargo xtask fuzz` searches on with libFuzzer; a case that it finds goes to
//! `fuzz/regressions/<target>/` and is run by every test from then on.
//!
//! Never part of a program: nothing depends on this crate but the workspace in `fuzz/`.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a body panics where a law is broken; that is what it is for"
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

pub use document::sealed_document;
pub use log::verdicts;
pub use message::message;

/// What a decoder made of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// It took them.
    Accepted,
    /// It gave an error.
    Refused,
}

impl Seen {
    fn of<T>(accepted: &Option<T>) -> Self {
        if accepted.is_some() { Self::Accepted } else { Self::Refused }
    }
}

/// The most memory that a body may hold at one time, its checks included, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// For each byte of the input.
    pub per_byte: usize,
    /// Whatever the input.
    pub fixed: usize,
}

impl Bound {
    /// The bound for an input of so many bytes.
    #[must_use]
    pub const fn of(self, len: usize) -> usize {
        self.fixed + self.per_byte * len
    }
}

/// How long a body takes for one input, which decides how many a test tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Microseconds.
    Quick,
    /// Milliseconds.
    Slow,
}

/// A decoder with what must hold of it.
#[derive(Clone, Copy)]
pub struct Target {
    /// The name of its folders and of its binary in `fuzz/`.
    pub name: &'static str,
    /// Panics if a law is broken.
    pub body: fn(&[u8]) -> Seen,
    /// What it may allocate.
    pub bound: Bound,
    /// How long one input takes.
    pub pace: Pace,
    /// The longest input worth trying, in bytes: a little beyond what the decoder takes, or what shows all it does.
    pub longest: usize,
}

/// Every target, by the crate whose decoder it is.
pub const TARGETS: &[(&str, &[Target])] = &[
    ("vault-wire", wire::TARGETS),
    ("vault-wire, logs", log::TARGETS),
    ("vault-wire, messages", message::TARGETS),
    ("vault-crypto", crypto::TARGETS),
    ("vault-engine", engine::TARGETS),
    ("vault-engine, merges", merge::TARGETS),
    ("documents", document::TARGETS),
    ("vault-interchange", interchange::TARGETS),
];

/// Every target.
pub fn targets() -> impl Iterator<Item = &'static Target> {
    TARGETS.iter().flat_map(|(_, targets)| *targets)
}

/// Runs the body of the target with this name.
///
/// # Panics
/// If a law is broken, or there is no such target.
pub fn run(name: &str, bytes: &[u8]) -> Seen {
    let target = targets().find(|target| target.name == name).expect("a target of this name");
    (target.body)(bytes)
}

/// The memory of a decoder that keeps what it read, writes it again and reads that once more.
const PLAIN: Bound = Bound { per_byte: 8, fixed: 64 << 10 };

const fn target(name: &'static str, body: fn(&[u8]) -> Seen, bound: Bound, longest: usize) -> Target {
    Target { name, body, bound, pace: Pace::Quick, longest }
}

const fn slow(name: &'static str, body: fn(&[u8]) -> Seen, bound: Bound, longest: usize) -> Target {
    Target { name, body, bound, pace: Pace::Slow, longest }
}
