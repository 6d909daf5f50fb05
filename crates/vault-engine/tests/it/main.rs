//! What a profile does, on a real disk with the real database.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

mod backup;
#[cfg(unix)]
mod child;
mod codes;
#[cfg(target_os = "linux")]
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
mod keys;
#[cfg(target_os = "linux")]
mod kills;
mod lists;
#[cfg(target_os = "linux")]
mod memory;
mod moves;
#[cfg(target_os = "linux")]
mod paths;
#[cfg(target_os = "linux")]
mod power;
mod profiles;
#[cfg(target_os = "linux")]
mod repair;
mod secrecy;
mod speed;
mod support;
mod together;
mod vaults;
mod vectors;

/// As in the application: what is freed is wiped, so that what is found in memory is what is still held.
#[global_allocator]
static MEMORY: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);
