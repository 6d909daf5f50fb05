//! The use cases on real profiles, with real files, SQLCipher and threads.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    missing_docs,
    reason = "a test may stop at once"
)]

mod activity;
mod archives;
mod backups;
mod codes;
mod documents;
mod error_codes;
mod exports;
mod guarded;
mod health;
mod imports;
mod imports_locked;
mod imports_same;
mod imports_table;
mod items;
mod keys;
mod many;
#[cfg(target_os = "linux")]
mod memory;
mod profile_copy;
mod profiles;
mod repair;
mod ssh_keys;
mod support;
mod tools;
mod types;
mod vaults;

/// As in the application: freed memory is zeroized, so that a search of the memory finds only live data.
#[global_allocator]
static MEMORY: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);
