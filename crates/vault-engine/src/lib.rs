//! The engine of Coffer: one person's encrypted profile on this computer.
pub mod backup;
pub mod clock;
pub mod costs;
pub mod disk;
pub mod document;
pub mod generator;
pub mod health;
pub mod item;
pub mod kit;
pub mod merge;
pub mod profile;
pub mod search;
pub mod session;
mod steps;
mod store;
pub mod strength;

pub use vault_crypto::{KdfParams, MAX_PASSWORD, SecretText};
pub use vault_wire::revision::BlobRef;
pub use vault_wire::{BlobId, IdError, ItemId, ProfileId, RevHash, VaultId};
