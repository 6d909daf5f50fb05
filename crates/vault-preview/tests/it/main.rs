//! The worker from outside: its sandbox, and its results for valid and malicious files.
//!
//! This program has a `main` of its own, since each test starts it again as the sandboxed process: with [`DRAW`] it is
//! the worker, with [`TRY`] it enters the sandbox and then attempts one operation.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests, which the lints do not recognize without #[test]"
)]

mod drawing;
mod files;
mod harness;
mod sandbox;

use std::process::ExitCode;

/// The argument that makes this program the worker.
const DRAW: &str = "--draw";
/// The argument that makes it enter the sandbox and attempt the operation that the next argument names.
const TRY: &str = "--try";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [DRAW] => vault_preview::worker::run(),
        [TRY, what] => sandbox::attempt(what),
        arguments => harness::run(&[sandbox::TESTS, drawing::TESTS], arguments),
    }
}
