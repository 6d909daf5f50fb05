//! The sync server, `coffer-server`: it stores accounts and logs, checks who may do what, and can read none of it.
//!
//! From the outside in: [`cli`] has the commands, [`http`] connections and routes, [`account`] what accounts have and may
//! do, [`log`] the logs of vaults, [`store`] the database. [`auth`] verifies proofs and tokens, [`setup`] has folder, configuration and secrets.

pub mod account;
pub mod auth;
pub mod backup;
pub mod chunks;
pub mod cli;
mod clock;
mod failure;
pub mod http;
pub mod log;
pub mod outside;
pub mod setup;
pub mod store;
mod swap;

pub use clock::Clock;
pub use failure::Failure;
pub use swap::Swap;
