//! One synchronization of a profile: pull, verify, merge, push, read back.
//!
//! The cycle itself decides nothing about entries. The engine verifies what it is given, stores it and says what to send; see
//! `vault_engine::session::Session` and `docs/decisions/0032-synchronization.md`. It may be interrupted anywhere and started
//! again.

mod ends;
mod error;
mod profile;
mod run;
mod synced;
mod vault;

pub use ends::Cycle;
pub use error::{CycleError, VaultProblem};
pub use profile::{Locked, Profile};
pub use run::Synced;
pub use synced::VaultSynced;
