//! Connections, headers and errors.

mod answers;
mod audit;
pub mod events;
mod slow;
mod stream_ends;
mod tls;
pub mod vaults;
