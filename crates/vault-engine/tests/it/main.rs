//! What a profile does, on a real disk with the real database.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

mod backup;
#[cfg(unix)]
mod child;
#[cfg(unix)]
mod crash;
mod damage;
#[cfg(target_os = "linux")]
mod disk;
mod documents;
mod health;
mod items;
mod kept;
#[cfg(target_os = "linux")]
mod keychain;
mod lists;
mod profiles;
mod secrecy;
mod support;
mod vectors;
