//! A real server in this process, and a small client for it.

mod account;
mod client;
pub mod cluster;
pub mod database;
mod device;
pub mod documents;
pub mod namespace;
pub mod pooler;
pub mod program;
pub mod s3;
mod server;
mod session;
pub mod tap;

pub use account::{Account, KDF};
pub use client::{Answer, Client, Events, Line, connect};
pub use database::Database;
pub use device::Device;
pub use documents::Documents;
pub use server::{TestServer, client_tls};
pub use session::Began;

/// The time at which tests begin, in milliseconds.
pub const NOW: u64 = 1_900_000_000_000;

/// The identity of the servers of tests. It does not resolve.
pub const ISSUER: &str = "https://server.test";
