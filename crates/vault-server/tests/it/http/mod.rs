//! Connections, headers and errors.

mod answers;
mod audit;
pub mod events;
mod members;
mod slow;
mod stream_ends;
mod tls;
pub mod vaults;
