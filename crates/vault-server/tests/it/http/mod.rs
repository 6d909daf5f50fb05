//! Connections, headers and errors.

mod answers;
mod events;
mod slow;
mod tls;
pub mod vaults;
