//! The audit of an account: what happened in it and in its vaults, chained by hashes.

mod address;
mod chain;

pub use address::AuditAddress;
pub use chain::{About, append, append_vault_event, page};
