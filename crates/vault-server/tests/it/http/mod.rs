//! Connections, headers and errors.

mod answers;
pub mod events;
mod slow;
mod tls;
pub mod vaults;
