//! Journeys of a user through the real application, each with its own screen, session bus and keychain.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

mod documents;
mod export;
mod faults;
mod first_run;
mod harness;
mod import;
mod locking;
mod many;
mod members;
mod profile_copy;
mod programs;
mod repair;
mod shell;
mod sync;
mod teams;
