//! The use-cases on a real profile: real files, real SQLCipher, real threads.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    missing_docs,
    reason = "a test may stop at once"
)]

mod backups;
mod codes;
mod documents;
mod health;
mod imports;
mod items;
mod keys;
mod profiles;
mod repair;
mod ssh_keys;
mod support;
mod tools;
mod types;
mod vaults;
