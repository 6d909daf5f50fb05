//! Profiles on a real disk with the real database.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

mod backup;
mod bulk;
#[cfg(unix)]
mod child;
mod codes;
mod compat;
mod connection;
#[cfg(target_os = "linux")]
mod crash;
mod damage;
#[cfg(target_os = "linux")]
mod disk;
mod documents;
mod health;
mod items;
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
mod power_loss;
mod profile_copy;
mod profiles;
mod program_data;
#[cfg(target_os = "linux")]
mod repair;
mod rollback;
mod secrecy;
mod speed;
mod support;
mod sync;
mod vaults;
mod vectors;
#[cfg(target_os = "linux")]
mod write_paths;

/// As in the application: freed memory is zeroized, so that a search of the memory finds only live data.
#[global_allocator]
static MEMORY: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);
