//! The sync server, `coffer-server`: it stores accounts and logs, checks who may do what, and can read none of it.
//!
//! From the outside in: [`cli`] has the commands, [`http`] connections and routes, [`account`] what accounts have and may
//! do, [`audit`] what happened in them, [`log`] the logs of vaults, [`events`] what streams of events say, [`hints`] the
//! streams, [`store`] the database. [`upkeep`] is what no request waits for. [`auth`] verifies proofs and tokens, [`setup`]
//! has folder, configuration and secrets. [`acme`] keeps a certificate valid. With the feature `otel`, `telemetry` sends
//! traces.

pub mod account;
pub mod acme;
pub mod audit;
pub mod auth;
pub mod backup;
pub mod chunks;
pub mod cli;
mod clock;
pub mod events;
mod failure;
pub mod hints;
pub mod http;
pub mod log;
pub mod mail;
pub mod metrics;
pub mod outside;
mod peer_tls;
pub mod setup;
pub mod store;
mod swap;
#[cfg(feature = "otel")]
pub mod telemetry;
pub mod upkeep;

pub use clock::Clock;
pub use failure::Failure;
pub use swap::Swap;
