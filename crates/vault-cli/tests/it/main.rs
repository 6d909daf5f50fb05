//! The command line as a user runs it: the real program, its real agent, a real profile.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test may stop at once"
)]
#![cfg(target_os = "linux")]

mod commands;
mod credentials;
mod documents;
mod hostile;
mod page;
mod running;
mod sharing;
mod support;
mod suspended;
mod together;
mod transfers;
