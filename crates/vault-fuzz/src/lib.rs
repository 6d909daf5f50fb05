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

mod agent;
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
mod target;
mod wire;

use std::sync::LazyLock;

pub use document::sealed_document;
pub use log::verdicts;
pub use message::message;
pub use target::{Body, Bound, Outcome, Pace, Target};

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
        ("vault-agent", agent::TARGETS),
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
