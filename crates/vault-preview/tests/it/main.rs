//! The process that draws, from outside: what it is kept from, and what it makes of files.
//!
//! This program has a `main` of its own, since each test starts it again as the process that is shut in: with
//! [`DRAW`] it does what `coffer-preview` does, with [`TRY`] it shuts itself in and then tries something.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests, though the lints do not see that"
)]

mod drawing;
mod files;
mod harness;
mod walls;

use std::process::ExitCode;

/// The argument with which this program draws.
const DRAW: &str = "--draw";
/// The argument with which it shuts itself in and tries what the next one names.
const TRY: &str = "--try";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [DRAW] => vault_preview::child::run(),
        [TRY, what] => walls::attempt(what),
        arguments => harness::run(&[walls::TESTS, drawing::TESTS], arguments),
    }
}
