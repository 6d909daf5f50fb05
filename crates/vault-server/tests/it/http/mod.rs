//! Connections, headers and errors.

mod answers;
mod slow;
mod tls;
mod vaults;
