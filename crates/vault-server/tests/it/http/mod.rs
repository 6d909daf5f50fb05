//! Connections, headers and errors.

mod answers;
mod audit;
pub mod events;
mod slow;
mod tls;
pub mod vaults;
