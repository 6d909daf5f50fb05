//! Client state: what a device must remember, shared with the account's other devices through the home vault.
//!
//! Each pin is an item of type 68 that no list shows (`items`, `known`). After a synchronization this device's own pins are compared
//! with the shared ones (`share`): a higher one is taken over, an own higher one is written, and what contradicts is kept and
//! reported (`contradictions`). Kinds and rules: `docs/formats/client-state.md` and `merge/client_state.rs`.

mod contradictions;
mod items;
mod known;
mod own;
mod share;
#[cfg(test)]
mod tests;

pub use contradictions::{OtherServerKey, OtherServerKeyChoice};
pub(crate) use known::KnownPins;
