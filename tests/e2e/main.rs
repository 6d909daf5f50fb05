//! Journeys of a person through the real application, on a screen, a session bus and a keychain of their own.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

mod documents;
mod faults;
mod first_run;
mod harness;
mod import;
mod locking;
mod repair;
mod shell;
